#ifndef ADDRESS_MATCHER_H
#define ADDRESS_MATCHER_H

/*
 * address_matcher - which listed netblock holds this address, and which
 * lists hold that?
 *
 * What matcher.h is for names: netblocks are added, and one that several
 * lists hold becomes one; after address_matcher_finish it never changes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/address.h"

struct address_matcher;		/* opaque */

/* How an address was found. */
struct address_match {
	struct netblock entry;	/* the longest listed that holds it */
	uint64_t lists;		/* bit i: list i holds the entry */
};

/**
 * address_matcher_new():
 * Return one that holds nothing yet, or NULL if memory is short.
 */
struct address_matcher *address_matcher_new(void);

/**
 * address_matcher_add(m, block, list):
 * Say that list number ${list}, below 64, holds ${block}; before
 * address_matcher_finish.  Return 0, or -1 if memory is short.
 */
int address_matcher_add(struct address_matcher *m,
    const struct netblock *block, unsigned list);

/**
 * address_matcher_finish(m):
 * Make ${m} ready to be asked.  Return 0, or -1 if memory is short, after
 * which ${m} can only be freed.
 */
int address_matcher_finish(struct address_matcher *m);

/**
 * address_matcher_find(m, a, ret):
 * Is ${a} listed?  If so fill ${ret}, else leave it alone.  Costs what
 * prefixes_find costs; never allocates; safe from several threads at once.
 */
bool address_matcher_find(const struct address_matcher *m,
    const struct address *a, struct address_match *ret);

/**
 * address_matcher_count(m), address_matcher_bytes(m):
 * How many distinct netblocks it holds, and in how many octets of memory.
 */
size_t address_matcher_count(const struct address_matcher *m);
size_t address_matcher_bytes(const struct address_matcher *m);

/**
 * address_matcher_free(m):
 * Free ${m}; NULL is fine.
 */
void address_matcher_free(struct address_matcher *m);

#endif /* !ADDRESS_MATCHER_H */
