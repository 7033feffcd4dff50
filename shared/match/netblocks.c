#include "match/netblocks.h"

#include <stdlib.h>
#include <string.h>

struct range {
	struct address first, last;
};

struct netblocks {
	size_t count;
	struct range ranges[];	/* sorted, apart from each other */
};

static int
compare_addresses(const struct address *a, const struct address *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static int
compare_ranges(const void *a, const void *b)
{
	const struct range *ra = a, *rb = b;

	return compare_addresses(&ra->first, &rb->first);
}

static struct range
range_of(const struct netblock *block)
{
	struct range r = { block->base, block->base };
	unsigned bits = block->base.family == 4 ? 32 : 128;

	for (unsigned bit = block->prefix; bit < bits; bit++)
		r.last.bytes[bit / 8] |= (uint8_t)(0x80 >> (bit % 8));
	return r;
}

struct netblocks *
netblocks_new(const struct netblock *blocks, size_t count)
{
	struct netblocks *n = malloc(sizeof(*n) + count * sizeof(n->ranges[0]));
	size_t kept = 0;

	if (n == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++)
		n->ranges[i] = range_of(&blocks[i]);
	qsort(n->ranges, count, sizeof(n->ranges[0]), compare_ranges);
	/* Prefixes nest or are apart, so a range that starts inside the one
	 * before it also ends there, unless both start at the same place. */
	for (size_t i = 0; i < count; i++) {
		struct range *before = kept > 0 ? &n->ranges[kept - 1] : NULL;

		if (before == NULL || compare_addresses(&n->ranges[i].first,
		    &before->last) > 0)
			n->ranges[kept++] = n->ranges[i];
		else if (compare_addresses(&n->ranges[i].last,
		    &before->last) > 0)
			before->last = n->ranges[i].last;
	}
	n->count = kept;
	return n;
}

bool
netblocks_hold(const struct netblocks *n, const struct address *a)
{
	size_t low = 0, high = n->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_addresses(&n->ranges[middle].last, a) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n->count &&
	    compare_addresses(&n->ranges[low].first, a) <= 0;
}

void
netblocks_free(struct netblocks *n)
{
	free(n);
}
