#ifndef TEXT_H
#define TEXT_H

/*
 * text - read the text of a log line through a cursor.
 *
 * A text is a run of bytes borrowed from the line.  Nothing here reads past
 * the cursor's end, and what does not match moves nothing.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/cursor.h"

struct text {
	const char *at;
	size_t length;		/* 0: absent */
};

/* Classes of bytes, to be combined with |. */
enum text_class {
	TEXT_DIGIT = 1 << 0,	/* 0-9 */
	TEXT_HEX = 1 << 1,	/* 0-9 a-f A-F */
	TEXT_ADDRESS = 1 << 2,	/* hex . : % */
	TEXT_MNEMONIC = 1 << 3,	/* A-Z 0-9 -: types, classes, rcodes */
	TEXT_WORD = 1 << 4,	/* a-z A-Z 0-9 - _ . /: categories, modules */
	TEXT_LETTER = 1 << 5,	/* a-z A-Z */
	TEXT_VISIBLE = 1 << 6	/* 0x21-0x7E: all that a name can hold */
};

extern const uint8_t text_classes[256];

/**
 * text_peek(c):
 * Return the next byte, or 0 (which is in no class) at the end.
 */
static inline uint8_t
text_peek(const struct cursor *c)
{
	return cursor_left(c) > 0 ? *c->at : 0;
}

/**
 * text_next_is(c, classes):
 * Is the next byte in one of ${classes}?
 */
static inline bool
text_next_is(const struct cursor *c, unsigned classes)
{
	return (text_classes[text_peek(c)] & classes) != 0;
}

/**
 * text_take(c, length):
 * Step over ${length} bytes, which are known to be left, and return them.
 */
static inline struct text
text_take(struct cursor *c, size_t length)
{
	return (struct text){ (const char *)cursor_take(c, length), length };
}

/**
 * text_while(c, classes):
 * Step over the longest run of bytes in ${classes} and return it.
 */
static inline struct text
text_while(struct cursor *c, unsigned classes)
{
	size_t left = cursor_left(c), n = 0;

	while (n < left && (text_classes[c->at[n]] & classes) != 0)
		n++;
	return text_take(c, n);
}

/**
 * text_skip(c, literal):
 * If ${literal} comes next, step over it and return true.
 */
static inline bool
text_skip(struct cursor *c, const char *literal)
{
	size_t n = strlen(literal);

	if (cursor_left(c) < n || memcmp(c->at, literal, n) != 0)
		return false;
	cursor_take(c, n);
	return true;
}

/**
 * text_done(c):
 * Is nothing left?
 */
static inline bool
text_done(const struct cursor *c)
{
	return cursor_left(c) == 0;
}

/**
 * text_is(t, literal), text_equal(a, b):
 * Are both the same bytes?
 */
static inline bool
text_is(struct text t, const char *literal)
{
	size_t n = strlen(literal);

	return t.length == n && (n == 0 || memcmp(t.at, literal, n) == 0);
}

static inline bool
text_equal(struct text a, struct text b)
{
	return a.length == b.length &&
	    (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

/**
 * text_number(t, max, ret):
 * Read ${t}, one to nine digits and nothing else, into ${ret}.  Return 0, or
 * -1 if it is no such number or over ${max}.
 */
int text_number(struct text t, unsigned long max, unsigned long *ret);

/**
 * text_find(t, literal):
 * Return where ${literal} first stands in ${t}, or NULL.
 */
const char *text_find(struct text t, const char *literal);

#endif /* !TEXT_H */
