#ifndef PREFIXES_H
#define PREFIXES_H

/*
 * prefixes - which of these IPv4 and IPv6 prefixes holds this address?
 *
 * An IPv4 address is a look at one slot, which the address itself leads to, and
 * at the few stretches of addresses in it; an IPv6 address needs the same for
 * 64 bits, and again for the others where prefixes are longer than that.  What
 * is read at random is to stay in the cache: 18 to 36 octets a prefix, all in
 * one piece of memory, on huge pages if it is large.  prefixes_data.h draws it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/address.h"

struct prefixes;		/* opaque, immutable */

#define PREFIXES_MAX (1U << 24)

/**
 * prefixes_new(blocks, count):
 * Return a table of the ${count} prefixes at ${blocks}, in any order, which
 * is no longer needed then; NULL if memory is short or there are more than
 * PREFIXES_MAX.  O(n log n).
 */
struct prefixes *prefixes_new(const struct netblock *blocks, size_t count);

/**
 * prefixes_find(t, a, ret):
 * Does a prefix hold ${a}?  Fill ${ret}, which may be NULL, with the place in
 * ${blocks} of the longest that does; of equal ones, of the first.
 * tests/bench/prefixes says in what time; no allocation; safe from several
 * threads at once.
 */
bool prefixes_find(const struct prefixes *t, const struct address *a,
    size_t *ret);

/**
 * prefixes_bytes(t):
 * In how many octets of memory.
 */
size_t prefixes_bytes(const struct prefixes *t);

/**
 * prefixes_free(t):
 * Free ${t}; NULL is fine.
 */
void prefixes_free(struct prefixes *t);

#endif /* !PREFIXES_H */
