#ifndef RULES_VIEW_H
#define RULES_VIEW_H

/*
 * rules_view - why rules find a name bad, or do not, and what they hold, for
 * people to look at.  Nothing is counted, and nothing of it is fast.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "match/rules.h"

/* One entry or pattern of one list that matches a name. */
struct rules_view_entry {
	unsigned list;			/* its number */
	enum list_match mode;
	struct dns_name entry;		/* length 0: it is a pattern */
	char pattern[RULES_PATTERN_SIZE];
	size_t cut;			/* octets of the name before the entry */
	const struct dns_name *zone;	/* the search zone behind it; NULL:
					   none is */
	bool holds;			/* as far as conditions go */
	struct list_detail detail;	/* with the list's severity where the
					   entry has none; conditions are
					   borrowed for the call */
};

/* Take one. */
typedef void rules_view_take(void *ctx, const struct rules_view_entry *e);

/**
 * rules_view_name(r, scratch, q, take, ctx):
 * Give all entries that match the name of ${q}, the shorter ones as well, and
 * a pattern of each part that does, to ${take} with ${ctx}.
 */
void rules_view_name(const struct rules *r, struct rules_scratch *scratch,
    const struct rules_question *q, rules_view_take *take, void *ctx);

/* What holds back a hit. */
struct rules_view_hold {
	struct allow_rule rule;		/* borrowed from the rules */
	uint64_t lists;			/* for which it does */
	bool own;			/* it is an exception of these lists */
};

typedef void rules_view_take_hold(void *ctx, const struct rules_view_hold *h);

/**
 * rules_view_held(r, q, entry_length, lists, important, take, ctx):
 * Give all that holds back a hit of ${lists} by an entry of ${entry_length}
 * octets, 0 for what is no name, to ${take} with ${ctx}; no list's own
 * exception does where the entry is ${important}.  Return those of ${lists}
 * that do not except the name themselves; if none is left, a shorter entry may
 * be the hit.
 */
uint64_t rules_view_held(const struct rules *r, const struct rules_question *q,
    size_t entry_length, uint64_t lists, bool important,
    rules_view_take_hold *take, void *ctx);

#endif /* !RULES_VIEW_H */
