#ifndef CURSOR_H
#define CURSOR_H

/*
 * cursor - read bytes from outside without ever leaving their bounds.
 *
 * Every read is preceded by its check.  The first read that does not fit
 * makes the cursor fail, and it stays failed: later reads return 0 or NULL
 * and move nothing, so a parser reads straight down and checks once.
 * Plain data, nothing to free; the bytes are borrowed.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cursor {
	const uint8_t *at;	/* next octet to read */
	const uint8_t *end;	/* one past the last octet */
	bool failed;		/* a read did not fit */
};

/**
 * cursor_over(bytes, length):
 * Return a cursor at the first of the ${length} octets at ${bytes}.
 */
static inline struct cursor
cursor_over(const void *bytes, size_t length)
{
	const uint8_t *first = bytes;

	return (struct cursor){ first, first + length, false };
}

/**
 * cursor_left(c):
 * Return how many octets ${c} can still give; 0 once it has failed.
 */
static inline size_t
cursor_left(const struct cursor *c)
{
	return c->failed ? 0 : (size_t)(c->end - c->at);
}

/**
 * cursor_take(c, length):
 * Step over ${length} octets and return the first of them, or NULL.
 */
static inline const uint8_t *
cursor_take(struct cursor *c, size_t length)
{
	const uint8_t *taken = c->at;

	if (cursor_left(c) < length) {
		c->failed = true;
		return NULL;
	}
	c->at += length;
	return taken;
}

/**
 * cursor_limit(c, length):
 * Let ${c} end ${length} octets from here, if it reaches further.
 */
static inline void
cursor_limit(struct cursor *c, size_t length)
{
	if (cursor_left(c) > length)
		c->end = c->at + length;
}

/* Read an unsigned integer in network byte order; 0 if it does not fit. */
static inline uint8_t
cursor_u8(struct cursor *c)
{
	const uint8_t *b = cursor_take(c, 1);

	return b == NULL ? 0 : b[0];
}

static inline uint16_t
cursor_u16(struct cursor *c)
{
	const uint8_t *b = cursor_take(c, 2);

	return b == NULL ? 0 : (uint16_t)((b[0] << 8) | b[1]);
}

static inline uint32_t
cursor_u32(struct cursor *c)
{
	const uint8_t *b = cursor_take(c, 4);

	return b == NULL ? 0 : (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	    (uint32_t)b[2] << 8 | b[3];
}

#endif /* !CURSOR_H */
