#ifndef PREFIXES_H
#define PREFIXES_H

/*
 * prefixes - which of these IPv4 and IPv6 prefixes holds this address?
 *
 * Prefixes nest or are apart, so they cut the line of all addresses into
 * stretches, each with one longest prefix, or none.  A look-up finds the
 * stretch that an address is in.  The line is that of the first 64 bits; an
 * IPv4 address takes the upper 32 of them.  Longer IPv6 prefixes that begin
 * with the same 64 bits have a line of the other 64 to themselves.
 *
 *	stretches  where each starts, and its prefix; the lines one after
 *		   the other
 *	slots	   the few stretches that start in one even part of a line:
 *		   enough parts for one or two each.  Where many do, the part
 *		   is divided again, as closely as they lie.
 *
 * What is read at random is to stay in the cache: 25 to 45 octets a prefix,
 * all in one piece of memory, on huge pages if it is large.
 *
 *	10.0.0.0/8 and 10.1.0.0/16:  0 -  |  10.0 /8  |  10.1 /16  |
 *				     10.2 /8  |  11.0 -
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
