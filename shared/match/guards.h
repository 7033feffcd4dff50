#ifndef GUARDS_H
#define GUARDS_H

/*
 * guards - can this list be meant?  Asked of lists just loaded, before they
 * take the place of others.
 *
 * A feed that has gone wrong is empty, or has lost most of itself, or holds a
 * name that everybody asks for: it would hide what is bad, or bury it under
 * hits on what is not.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dns_name;
struct known_names;
struct rules;
struct rules_list;

/* What to look at; all zero is fine. */
struct guards {
	const struct known_names *canaries;	/* no list may match one... */
	const struct known_names *popular;	/* nor more of these than */
	unsigned share;				/* so many of 10,000 */
	/* ...but those that are allowed anyhow: what matches them gives no
	 * hits.  NULL: none are. */
	bool (*allowed)(void *ctx, const struct dns_name *name);
	void *ctx;
};

enum guards_reason {
	GUARDS_GOOD,
	GUARDS_EMPTY,		/* nothing usable in it */
	GUARDS_SHRUNK,		/* less than half of what it had */
	GUARDS_CANARY,
	GUARDS_POPULAR
};

/* What is to be said of one list. */
struct guards_verdict {
	enum guards_reason reason;
	char text[640];		/* why, for a log; "" if it is good */
};

/**
 * guards_check(g, r, lists, count, former, ret):
 * Look at the ${count} lists that became ${r}, each with its report, and fill
 * as many verdicts in ${ret}; the first reason counts.  ${former} holds the
 * entries each list had before, 0 where that is not known; NULL if it is of
 * none.  Return how many lists are refused.  A list matches a name also where
 * another has a longer entry.  O(names known); allocates nothing.
 */
size_t guards_check(const struct guards *g, const struct rules *r,
    const struct rules_list *lists, size_t count, const uint64_t *former,
    struct guards_verdict *ret);

/**
 * guards_shrunk(former, now):
 * Are ${now} entries less than half of ${former}?
 */
bool guards_shrunk(uint64_t former, uint64_t now);

#endif /* !GUARDS_H */
