#ifndef RULES_H
#define RULES_H

/*
 * rules - what may count, and what is bad: the monitored netblocks, the
 * excluded clients and the lists of bad names and of addresses, read together
 * and never changed.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/address.h"
#include "lists/list.h"
#include "match/address_matcher.h"
#include "match/allow.h"
#include "match/matcher.h"

struct prefixes;
struct rules;			/* opaque, immutable */
struct rules_scratch;		/* opaque */

enum rules_client { RULES_COUNTS, RULES_UNMONITORED, RULES_EXCLUDED };

/* One list to read, and how that went. */
struct rules_list {
	struct list_spec spec;
	FILE *file;			/* open, at its start */
	struct list_report report;	/* filled by rules_load */
	bool compiled;			/* likewise: it holds lists that were
					   compiled; its report only tells how
					   many entries */
};

/* One file of the site's allow rules, and how that went. */
struct rules_allow {
	char path[LIST_PATH_SIZE], label[LIST_LABEL_SIZE];
	FILE *file;			/* open, at its start */
	struct allow_list_report report;	/* filled by rules_load */
};

#define RULES_PARTS_MAX 8	/* what is built, and compiled files */

/* What the rules are made of; all is borrowed. */
struct rules_options {
	struct rules_list *lists;	/* their reports are filled */
	size_t count;
	/* Must outlive the rules; NULL is "all clients" for monitored and
	 * "none" for excluded. */
	const struct prefixes *monitored, *excluded;
	const struct dns_name *zones;	/* the site's search zones */
	size_t zone_count;
	struct rules_allow *allow;	/* their reports are filled */
	size_t allow_count;
	const struct rules *known;	/* leave out what these find bad; then
					   hits are of the past: retro.  NULL:
					   leave out nothing */
	uint64_t generation;		/* of these rules: every hit's */
	unsigned threads;		/* that will ask; 0 is one */
};

/* Who asked what, and when. */
struct rules_question {
	const struct dns_name *name;
	const struct address *client;
	uint16_t qtype;
	int64_t time;			/* microseconds UTC */
	bool count;			/* what an allow rule holds back */
};

enum rules_verdict {
	RULES_CLEAN,
	RULES_ALLOWED,		/* it is bad, but not to be recorded */
	RULES_BAD
};

/* What may become of what is bad, the most first. */
enum rules_effect {
	RULES_ALERT, RULES_NO_ACTION, RULES_NO_ALERT, RULES_NO_RECORD
};

#define RULES_PATTERN_SIZE 256

/* How a name was found to be bad. */
struct rules_match {
	enum list_match mode;
	struct dns_name entry;		/* the listed name; length 0: it is a
					   pattern */
	char pattern[RULES_PATTERN_SIZE];	/* printable; cut if longer */
	uint64_t lists;			/* bit i: list i holds it */
	uint64_t rated;			/* those that gave it a severity */
	enum rules_effect effect;	/* by the site's allow rules */
	/* What these lists say: the highest severity and confidence, and the
	 * first threat and reference. */
	struct list_detail detail;
};

/**
 * rules_load(o, reterr, size):
 * Read the lists and return the rules, which the caller must rules_free.
 * NULL and one sentence in ${reterr} of ${size} octets if a list cannot be
 * read, goes beyond a limit of its spec, or memory is short.  A list that holds
 * nothing usable is for guards.h to refuse.
 */
struct rules *rules_load(const struct rules_options *o, char *reterr,
    size_t size);

/**
 * rules_file_write(r, file):
 * Write what was built of lists that are not compiled yet to ${file}, as
 * rules_load takes it.  Return 0, or -1 with errno.
 */
int rules_file_write(const struct rules *r, FILE *file);

/**
 * rules_scratch(r, thread):
 * Return what the thread of that number needs to ask ${r}, borrowed until ${r}
 * is freed; it may be NULL.
 */
struct rules_scratch *rules_scratch(const struct rules *r, unsigned thread);

/**
 * rules_generation(r), rules_retro(r):
 * Return the number that these rules were given; are they for the past?
 */
uint64_t rules_generation(const struct rules *r);
bool rules_retro(const struct rules *r);

/**
 * rules_client(r, client):
 * Do queries of ${client} count?  Excluded clients are told apart from
 * those outside the monitored netblocks.
 */
enum rules_client rules_client(const struct rules *r,
    const struct address *client);

/**
 * rules_screen(r):
 * Is there any client whose queries do not count?
 */
bool rules_screen(const struct rules *r);

/**
 * rules_allow(r):
 * Return the site's allow rules, or NULL; borrowed until ${r} is freed.
 */
const struct allow *rules_allow(const struct rules *r);

/* How much they are. */
struct rules_size {
	size_t names, substrings, regexes;
	size_t bytes;		/* of memory of this process alone */
	size_t shared;		/* and shared with others */
};

/**
 * rules_size(r):
 * Count.
 */
struct rules_size rules_size(const struct rules *r);

/**
 * rules_may_end(r, tail, length), rules_may_match(r, scratch, name):
 * The cheap questions: may a name with these last two labels be bad (see
 * matcher_may_end); may this name be?  If not, rules_match need not be asked.
 */
bool rules_may_end(const struct rules *r, const uint8_t *tail, size_t length);
bool rules_may_match(const struct rules *r, struct rules_scratch *scratch,
    const struct dns_name *name);

/**
 * rules_match(r, scratch, q, ret):
 * Is the name of ${q} bad, as far as lists make conditions for whom, for what
 * and for how long?  And if so, is it allowed?  Fill ${ret} for what is bad,
 * else leave it alone.  The longest entry that holds wins, and patterns count
 * where no entry does.  Never allocates; safe from several threads at once,
 * each with its scratch.
 */
enum rules_verdict rules_match(const struct rules *r,
    struct rules_scratch *scratch, const struct rules_question *q,
    struct rules_match *ret);

/**
 * rules_match_address(r, q, a, ret):
 * The same of the address ${a} that the answer to ${q} holds.
 */
enum rules_verdict rules_match_address(const struct rules *r,
    const struct rules_question *q, const struct address *a,
    struct address_match *ret);

/* A walk through all entries that match a name. */
struct rules_walk {
	size_t part;		/* all zero at first */
	bool begun, named;	/* in that part; and its names are through */
	struct match match;
};

/**
 * rules_walk(r, name, w, ret):
 * Fill ${ret} with the next entry that matches ${name}, whatever it says for
 * whom and until when, and whatever is allowed: of each part the longest name
 * first, a pattern last.  False if there is no other.  For one thread, the
 * first.
 */
bool rules_walk(const struct rules *r, const struct dns_name *name,
    struct rules_walk *w, struct rules_match *ret);

/**
 * rules_allows(r, name, now):
 * Is ${name} allowed by the site at the time ${now}, for everybody and on all
 * lists, so that nothing is recorded of it?
 */
bool rules_allows(const struct rules *r, const struct dns_name *name,
    int64_t now);

/**
 * rules_knows(r, e):
 * Would all that the entry ${e} matches be found bad by ${r} as well?
 */
bool rules_knows(const struct rules *r, const struct list_entry *e);

/**
 * rules_has_addresses(r), rules_address(r, a, ret):
 * Was there a list of addresses?  Is ${a}, out of an answer, on one?  If so
 * fill ${ret}, with the longest netblock that holds it, else leave it alone.
 * Never allocates; safe from several threads at once.
 */
bool rules_has_addresses(const struct rules *r);
bool rules_address(const struct rules *r, const struct address *a,
    struct address_match *ret);

/**
 * rules_addresses(r):
 * Return the table behind rules_address, borrowed until ${r} is freed; NULL
 * without a list of addresses.
 */
const struct address_matcher *rules_addresses(const struct rules *r);

/**
 * rules_severity(r, lists):
 * Return the highest severity that the configuration gives to ${lists}.
 */
enum list_severity rules_severity(const struct rules *r, uint64_t lists);

/**
 * rules_labels(r, lists, buf, size):
 * Write the labels of the lists in the bit set ${lists}, comma-separated,
 * with a NUL, into ${buf} of ${size} octets; whole labels only.
 */
void rules_labels(const struct rules *r, uint64_t lists, char *buf,
    size_t size);

/**
 * rules_free(r):
 * Free ${r}; NULL is fine.
 */
void rules_free(struct rules *r);

#endif /* !RULES_H */
