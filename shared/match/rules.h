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
#include "match/matcher.h"

struct prefixes;
struct rules;			/* opaque, immutable */

enum rules_client { RULES_COUNTS, RULES_UNMONITORED, RULES_EXCLUDED };

/* One list to read, and how that went. */
struct rules_list {
	struct list_spec spec;
	FILE *file;			/* open, at its start */
	struct list_report report;	/* filled by rules_load */
};

/* What the rules are made of; all is borrowed. */
struct rules_options {
	struct rules_list *lists;	/* their reports are filled */
	size_t count;
	/* Must outlive the rules; NULL is "all clients" for monitored and
	 * "none" for excluded. */
	const struct prefixes *monitored, *excluded;
	const struct dns_name *zones;	/* the site's search zones */
	size_t zone_count;
	uint64_t generation;		/* of these rules: every hit's */
};

/* Who asked what, and when. */
struct rules_question {
	const struct dns_name *name;
	const struct address *client;
	uint16_t qtype;
	int64_t time;			/* microseconds UTC */
};

/* How a name was found to be bad. */
struct rules_match {
	enum list_match mode;
	struct dns_name entry;		/* the listed name */
	uint64_t lists;			/* bit i: list i holds it */
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
 * rules_generation(r):
 * Return the number that these rules were given.
 */
uint64_t rules_generation(const struct rules *r);

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
 * rules_matcher(r):
 * Return the matcher, borrowed until ${r} is freed; it holds nothing if all
 * lists are of addresses.
 */
const struct matcher *rules_matcher(const struct rules *r);

/**
 * rules_may_end(r, tail, length), rules_may_match(r, name):
 * The cheap questions: may a name with these last two labels be bad (see
 * matcher_may_end); may this name be?  If not, rules_match need not be asked.
 */
bool rules_may_end(const struct rules *r, const uint8_t *tail, size_t length);
bool rules_may_match(const struct rules *r, const struct dns_name *name);

/**
 * rules_match(r, q, ret):
 * Is the name of ${q} bad, as far as lists make conditions for whom, for what
 * and for how long?  Then fill ${ret}, else leave it alone.  The longest entry
 * that holds wins.  Never allocates; safe from several threads at once.
 */
bool rules_match(const struct rules *r, const struct rules_question *q,
    struct rules_match *ret);

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
