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

#endif /* !PLAIN_NAME_H */
