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

struct rules;			/* opaque, immutable */

enum rules_client { RULES_COUNTS, RULES_UNMONITORED, RULES_EXCLUDED };

/* One list to read, and how that went. */
struct rules_list {
	struct list_spec spec;
	FILE *file;			/* open, at its start */
	struct list_report report;	/* filled by rules_load */
};

/**
 * rules_load(lists, count, monitored, excluded, reterr, size):
 * Read ${count} lists and return the rules, which the caller must
 * rules_free.  Takes over neither ${lists} nor their files, nor the two sets
 * of netblocks, which must outlive the rules; a NULL set is "all clients" for
 * ${monitored} and "none" for ${excluded}.  NULL and one sentence in
 * ${reterr} of ${size} octets if a list cannot be read, goes beyond a limit of
 * its spec, or memory is short.  A list that holds nothing usable is for
 * guards.h to refuse.
 */
struct prefixes;
struct rules *rules_load(struct rules_list *lists, size_t count,
    const struct prefixes *monitored, const struct prefixes *excluded,
    char *reterr, size_t size);

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
