#ifndef SUBSTRINGS_H
#define SUBSTRINGS_H

/*
 * substrings - which of many strings occurs in a text, wherever that may be?
 *
 * Strings are added, then indexed once, and nothing changes after that.  A
 * string is looked for by its first 8, 4, 2 or 1 octets, the most of these
 * that it has:
 *
 *	stages	for each of these four: a filter of the beginnings, and the
 *		lengths of the strings that begin so.  Asked at each place of
 *		the text; nearly all end here.
 *	slots	open addressing by the hash of a whole string, asked for each
 *		such length, the longest first: { 32 bits of the hash, number
 *		of the string }
 *
 *	text   www.freebadware.example      string: badware, of 7 octets
 *	           ^^^^ stage of 4: "free"    -> no
 *	               ^^^^         "badw"    -> maybe; of 7 octets?
 *	               ^^^^^^^      slots     -> octets are equal: found
 *
 * So a text costs the same whether there are ten strings or a million, but
 * for the cache.  Only equal octets count.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SUBSTRINGS_LENGTH_MAX 1023
#define SUBSTRINGS_MAX (1u << 22)	/* strings: some 250 MiB */
#define SUBSTRINGS_PAD 8		/* octets behind a text */

struct substrings;		/* opaque */

/* One string: borrowed, no NUL, valid until the next is added or all freed. */
struct substring {
	const char *text;
	size_t length;
	uint64_t lists;		/* bit i: list i holds it */
};

/**
 * substrings_new():
 * Return an empty set, or NULL if memory is short.
 */
struct substrings *substrings_new(void);

/**
 * substrings_add(s, text, length, lists):
 * Add the ${length} octets at ${text}, 1 to SUBSTRINGS_LENGTH_MAX, for
 * ${lists}.  Not after substrings_finish.  Return 0, or -1 with errno ENOMEM,
 * or EOVERFLOW if there are SUBSTRINGS_MAX already.  O(length), amortised.
 */
int substrings_add(struct substrings *s, const char *text, size_t length,
    uint64_t lists);

/**
 * substrings_finish(s):
 * Index what was added, once: a string added again becomes one with the lists
 * of both.  Return 0, or -1 if memory is short, after which ${s} can only be
 * freed.  A million strings of 17 octets take half a second.
 */
int substrings_finish(struct substrings *s);

/**
 * substrings_find(s, text, length, ret):
 * Find the longest string that occurs in ${text}, and of those the one that
 * stands first in it; fill ${ret} and return true, else leave it alone.
 * SUBSTRINGS_PAD octets behind the text may be read, whatever they are.
 * Never allocates; safe from several threads at once.
 */
bool substrings_find(const struct substrings *s, const char *text,
    size_t length, struct substring *ret);

/**
 * substrings_count(s), substrings_get(s, number), substrings_bytes(s):
 * How many strings there are, in how many octets of memory; one of them,
 * distinct and in the order they were added in once ${s} is finished.
 */
size_t substrings_count(const struct substrings *s);
struct substring substrings_get(const struct substrings *s, size_t number);
size_t substrings_bytes(const struct substrings *s);

/**
 * substrings_free(s):
 * Free ${s}; NULL is fine.
 */
void substrings_free(struct substrings *s);

#endif /* !SUBSTRINGS_H */
