#ifndef PREFIXES_DATA_H
#define PREFIXES_DATA_H

/*
 * What prefixes.c looks up and prefixes_build.c builds.
 *
 * An address is read 32 bits at a time; the prefixes that end within such a
 * word cut the line of its values into stretches.  The few stretches that
 * start in one even part of a line are a slot, which is looked at as a whole.
 * Where more do, the part is divided again, as closely as they lie.
 *
 *	10.0.0.0/8 and 10.1.0.0/16:  0 -  |  10.0 /8  |  10.1 /16  |
 *				     10.2 /8  |  11.0 -
 */

#include <stddef.h>
#include <stdint.h>

#include "match/stretches.h"

#define IN_LOOK 8		/* stretches looked at at once */
#define IN_SLOT 14		/* stretches that need not be divided */
#define DIVIDED 15		/* as a count: the slot is divided again */
#define IN_BUCKET 8

/* What a stretch says: the place of a prefix, or one of these. */
#define NOTHING (UINT32_MAX >> 1)
#define LONGER (NOTHING + 1)	/* bit: go on with the next word, at ... */

/* The stretches that start in one part of a line, first << 4 | count.  The one
 * before them, which there always is, reaches into it.  DIVIDED: first is
 * which division. */
typedef uint32_t slot;

static inline slot
slot_make(size_t first, size_t count)
{
	return (slot)(first << 4 | count);
}

/* A part of a line, divided into slots of 2^shift each.  Behind them are two
 * more: for what is after the part, and before it. */
struct division {
	uint32_t start;		/* of the first stretch in it */
	uint32_t slot, slots;
	uint32_t shift;
};

/* The first words of IPv6 prefixes that are longer than those, found by their
 * hash: the line of the second word.  A line of 0: none. */
struct bucket {
	uint32_t word[IN_BUCKET];
	slot line[IN_BUCKET];
};

/* What is behind 64 bits: what holds addresses whose other 64 are ${bits}
 * where ${mask} says, and others. */
struct half {
	uint64_t bits, mask;
	uint32_t inside;	/* may be LONGER: a line of the third word */
	uint32_t outside;
};

/* Its arrays come after it, in the same piece of memory. */
struct prefixes {
	struct division v4, v6;	/* lines of first words */
	unsigned bucket_shift;
	uint32_t last_bucket;
	struct bucket *buckets;
	struct half *halves;
	struct division *divisions;
	struct stretch *stretches;
	slot *slots;
	slot *lines;		/* of third and fourth words */
	size_t bytes;
};

static inline uint32_t
bucket_of(const struct prefixes *t, uint32_t word)
{
	return (uint32_t)(word * UINT32_C(0x9e3779b1)) >> t->bucket_shift;
}

#endif /* !PREFIXES_DATA_H */
