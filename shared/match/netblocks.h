#ifndef NETBLOCKS_H
#define NETBLOCKS_H

/*
 * netblocks - a set of IPv4 and IPv6 prefixes: does it hold this address?
 *
 * The prefixes are merged into ranges that do not overlap, sorted, and
 * searched by halving: log2(n) steps.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/address.h"

struct netblocks;		/* opaque, immutable */

/**
 * netblocks_new(blocks, count):
 * Return the set of the ${count} netblocks at ${blocks} (copied), which may
 * overlap; NULL if memory is short.
 */
struct netblocks *netblocks_new(const struct netblock *blocks, size_t count);

/**
 * netblocks_hold(n, a):
 * Is ${a} in one of them?  No allocation; safe from several threads.
 */
bool netblocks_hold(const struct netblocks *n, const struct address *a);

/**
 * netblocks_free(n):
 * Free ${n}; NULL is fine.
 */
void netblocks_free(struct netblocks *n);

#endif /* !NETBLOCKS_H */
