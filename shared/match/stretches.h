#ifndef STRETCHES_H
#define STRETCHES_H

/*
 * stretches - a line of 2^64 places, cut by prefixes that nest or are apart
 * into stretches, each with the value of the longest prefix there.
 *
 *	[          a          ]
 *	      [   b   ]			a | b | a | none
 *
 * stretches_begin; then for each prefix, sorted by its start and of one start
 * the shorter first, stretches_lay; then stretches_close with UINT64_MAX.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* From its start to the start of the next.  Twelve octets, as tables of them
 * are to stay in the cache: a number of 64 bits would make them sixteen. */
struct stretch {
	uint32_t start[2];	/* stretch_start */
	uint32_t value;
};

/**
 * stretch_start(s), stretch_make(start, value):
 * Where ${s} starts; one that starts there.
 */
static inline uint64_t
stretch_start(const struct stretch *s)
{
	uint64_t start;

	memcpy(&start, s->start, sizeof(start));
	return start;
}

static inline struct stretch
stretch_make(uint64_t start, uint32_t value)
{
	struct stretch s = { .value = value };

	memcpy(s.start, &start, sizeof(start));
	return s;
}

#define STRETCHES_NESTED 67	/* none, 0 to 64 bits, 64 again */

/* Plain data; ${count} is for all to read. */
struct stretches {
	struct stretch *stretches;	/* the caller's */
	size_t count;			/* in use */
	unsigned depth;
	struct {
		uint64_t last;
		uint32_t value;
	} open[STRETCHES_NESTED];	/* those that hold where we are */
};

/**
 * stretches_begin(s, room, value):
 * Start a line on which ${value} holds wherever no prefix does, in ${room},
 * which takes one stretch for that, and two a prefix.
 */
void stretches_begin(struct stretches *s, struct stretch *room,
    uint32_t value);

/**
 * stretches_lay(s, first, bits, value):
 * Lay the prefix of ${bits} that starts at ${first} along the line.  One of 64
 * may be laid on another: the second one holds.
 */
void stretches_lay(struct stretches *s, uint64_t first, unsigned bits,
    uint32_t value);

/**
 * stretches_close(s, at), stretches_around(s):
 * Close the prefixes that end before ${at}; return the value of the one that
 * holds now.
 */
void stretches_close(struct stretches *s, uint64_t at);
uint32_t stretches_around(const struct stretches *s);

#endif /* !STRETCHES_H */
