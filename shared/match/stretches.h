#ifndef STRETCHES_H
#define STRETCHES_H

/*
 * stretches - a line of 2^32 places, cut by prefixes that nest or are apart
 * into stretches, each with the value of the longest prefix there.
 *
 *	[          a          ]
 *	      [   b   ]			a | b | a | none
 *
 * stretches_begin; then for each prefix, sorted by its start and of one start
 * the shorter first, stretches_lay; then stretches_close with UINT32_MAX.
 */

#include <stddef.h>
#include <stdint.h>

/* From its start to the start of the next. */
struct stretch {
	uint32_t start, value;
};

#define STRETCHES_NESTED 35	/* none, 0 to 32 bits, 32 again */

/* Plain data; ${count} is for all to read. */
struct stretches {
	struct stretch *stretches;	/* the caller's */
	size_t count;			/* in use */
	unsigned depth;
	struct {
		uint32_t last, value;
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
 * Lay the prefix of ${bits} that starts at ${first} along the line.  One of 32
 * may be laid on another: the second one holds.
 */
void stretches_lay(struct stretches *s, uint32_t first, unsigned bits,
    uint32_t value);

/**
 * stretches_close(s, at), stretches_around(s):
 * Close the prefixes that end before ${at}; return the value of the one that
 * holds now.
 */
void stretches_close(struct stretches *s, uint32_t at);
uint32_t stretches_around(const struct stretches *s);

#endif /* !STRETCHES_H */
