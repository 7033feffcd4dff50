#ifndef PLAIN_NAME_H
#define PLAIN_NAME_H

/*
 * plain_name - the names that text is full of, sixteen octets at a time.
 *
 * What it takes, dns_name_from_text takes with the same result; it leaves to
 * that what is rare: escapes, a final dot, names of over 240 octets.
 */

#include "core/block.h"
#include "core/dns_name.h"

/* Close the label that starts at ${label} and ends before ${out}. */
static inline bool
plain_name_close_label(uint8_t *label, const uint8_t *out)
{
	ptrdiff_t n = out - label - 1;

	*label = (uint8_t)n;
	return n >= 1 && n <= DNS_LABEL_MAX;
}

/**
 * plain_name_read(at, end, ends, ret):
 * Read the name at ${at} up to the first octet that cannot be part of it:
 * ${ends}(block) has a bit for each of a block's, the first octet's the
 * lowest; a backslash must be one.  Return the name's length as text, or 0,
 * with ${ret} undefined, if it is not so plain.  Reads whole blocks, up to
 * 15 octets more than the name and what ends it, but none at ${end}.
 *
 * A block goes to lower case and into the wire form, one place on; then, 64
 * octets at a time, a length goes over each dot.
 */
static inline size_t
plain_name_read(const uint8_t *at, const uint8_t *end,
    uint32_t (*ends)(block), struct dns_name *ret)
{
	uint8_t *label = ret->wire, *out = ret->wire + 1;
	uint64_t dots = 0;
	uint32_t stop = 0;
	size_t n = 0, base = 0;

	while (n < DNS_NAME_MAX - BLOCK_SIZE &&
	    end - at >= (ptrdiff_t)n + BLOCK_SIZE) {
		block b = block_load(at + n);

		stop = ends(b);
		dots |= (uint64_t)block_bits(block_equal(b, '.')) <<
		    (n - base);
		block_store(out + n, block_lower(b));
		if (stop != 0) {
			n += (size_t)__builtin_ctz(stop);
			dots &= (UINT64_C(1) << (n - base)) - 1;
		} else {
			n += BLOCK_SIZE;
			if (n - base < 64)
				continue;
		}
		for (; dots != 0; dots &= dots - 1) {
			uint8_t *dot = out + base + __builtin_ctzll(dots);

			if (!plain_name_close_label(label, dot))
				return 0;
			label = dot;
		}
		if (stop != 0)
			break;
		base = n;
	}
	if (stop == 0 || !plain_name_close_label(label, out + n))
		return 0;
	out[n] = 0;
	ret->length = (uint8_t)(n + 2);
	return n;
}

#define PLAIN_NAME_SHORT 62	/* text of the names that have a tail here */

/* The last two labels of a name, or the only one, in wire form; and room for
 * whole blocks. */
struct plain_tail {
	size_t length;
	uint8_t wire[PLAIN_NAME_SHORT + 2 + BLOCK_PAIR_SIZE];
};

/**
 * plain_name_tail(at, end, ends, ret):
 * Return what plain_name_read does, but for names of over PLAIN_NAME_SHORT
 * octets 0, and of the wire form only the tail: nearly always that is enough
 * to know that a name is on no list.  Reads 32 octets from the start of the
 * name and of the tail, or 64 if need be, and nothing at ${end}.
 *
 * No label is over 63 octets then, and an empty one shows by two dots side by
 * side, or one at either end.
 */
static inline size_t
plain_name_tail(const uint8_t *at, const uint8_t *end,
    uint32_t (*ends)(block_pair), struct plain_tail *ret)
{
	ptrdiff_t left = end - at;
	uint64_t dots, stops, before;
	unsigned n, from = 0, last = 0;
	size_t length;
	block_pair p;

	if (left < BLOCK_PAIR_SIZE)
		return 0;
	p = block_pair_load(at);
	stops = ends(p);
	dots = block_pair_equal(p, '.');
	if (__builtin_expect(stops == 0, 0)) {
		if (left < 2 * BLOCK_PAIR_SIZE)
			return 0;
		p = block_pair_load(at + BLOCK_PAIR_SIZE);
		if ((stops = (uint64_t)ends(p) << BLOCK_PAIR_SIZE) == 0)
			return 0;
		dots |= (uint64_t)block_pair_equal(p, '.') <<
		    BLOCK_PAIR_SIZE;
	}
	n = (unsigned)__builtin_ctzll(stops);
	dots &= (UINT64_C(1) << n) - 1;
	/* A dot in front of the first, and one behind the last octet. */
	before = dots | UINT64_C(1) << n;
	if (n - 1 >= PLAIN_NAME_SHORT || (before & (before << 1 | 1)) != 0)
		return 0;
	if (dots != 0) {
		last = 64 - (unsigned)__builtin_clzll(dots);
		before = dots ^ UINT64_C(1) << (last - 1);
		if (before != 0)
			from = 64 - (unsigned)__builtin_clzll(before);
	}
	length = n - from;
	for (size_t i = 0; i < length; i += BLOCK_PAIR_SIZE) {
		if (left < (ptrdiff_t)(from + i + BLOCK_PAIR_SIZE))
			return 0;
		block_pair_store(ret->wire + 1 + i,
		    block_pair_lower(block_pair_load(at + from + i)));
	}
	ret->wire[last - from] = (uint8_t)(n - last);
	ret->wire[0] = (uint8_t)(last == 0 ? n : last - from - 1);
	ret->wire[length + 1] = 0;
	ret->length = length + 2;
	return n;
}

#endif /* !PLAIN_NAME_H */
