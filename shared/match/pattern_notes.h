#ifndef PATTERN_NOTES_H
#define PATTERN_NOTES_H

/*
 * pattern_notes - what lists say of substrings and regular expressions.
 *
 * By the hash of a pattern's text, sorted: a note may be of another text with
 * the same 64 bits, once in a long life.  Read after a match only.
 */

#include <stddef.h>
#include <stdint.h>

#include "lists/list.h"
#include "match/details.h"

struct pattern_notes;		/* opaque */

/* One note, as it stands in a file too. */
struct pattern_note {
	uint64_t hash;		/* of the text */
	uint32_t detail;	/* number in details */
	uint32_t list;
};

/**
 * pattern_notes_new():
 * Return an empty set, or NULL if memory is short.
 */
struct pattern_notes *pattern_notes_new(void);

/**
 * pattern_notes_add(n, text, length, list, detail):
 * Note what list number ${list} says of a pattern; before pattern_notes_finish.
 * Return 0, or -1 if memory is short.
 */
int pattern_notes_add(struct pattern_notes *n, const char *text,
    size_t length, unsigned list, const struct list_detail *detail);

/**
 * pattern_notes_finish(n):
 * Make ${n} ready to be asked.
 */
void pattern_notes_finish(struct pattern_notes *n);

/**
 * pattern_notes_find(n, text, length, lists, ret):
 * Merge into ${ret} what ${lists} say of the pattern; return those of them that
 * gave it a severity.
 */
uint64_t pattern_notes_find(const struct pattern_notes *n, const char *text,
    size_t length, uint64_t lists, struct list_detail *ret);

/**
 * pattern_notes_octets(n, part, retlength), pattern_notes_map(parts, lengths):
 * As details_octets and details_map: the notes, then the parts of details.
 */
#define PATTERN_NOTES_PARTS (1 + DETAILS_PARTS)
const void *pattern_notes_octets(const struct pattern_notes *n, unsigned part,
    size_t *retlength);
struct pattern_notes *pattern_notes_map(
    const void *const parts[PATTERN_NOTES_PARTS],
    const size_t lengths[PATTERN_NOTES_PARTS]);

/**
 * pattern_notes_free(n):
 * Free ${n}; NULL is fine.
 */
void pattern_notes_free(struct pattern_notes *n);

#endif /* !PATTERN_NOTES_H */
