#ifndef DETAILS_H
#define DETAILS_H

/*
 * details - what lists say of their entries: threat, reference, severity,
 * confidence, expiry, conditions.
 *
 * Flat octets without pointers, so that they can stand in a file:
 *
 *	texts	each once, with a NUL; the empty one first
 *	records	{ expiry, places of two texts, ... , place of a condition }
 *	conditions	as they are
 *
 * Feeds say the same of many names, so equal details are one record.
 */

#include <stddef.h>
#include <stdint.h>

#include "lists/list.h"

struct details;			/* opaque */

/**
 * details_new():
 * Return an empty store, or NULL if memory is short.
 */
struct details *details_new(void);

/**
 * details_add(d, detail):
 * Store ${detail} (copied, its condition too) and return its number, or -1 if
 * memory is short or 2^31 are stored.  O(1).
 */
int32_t details_add(struct details *d, const struct list_detail *detail);

/**
 * details_get(d, number, ret, retcondition):
 * Fill ${ret} with that detail, ${ret->condition} being ${retcondition} or
 * NULL.  A number that was never given out is one of which nothing is said.
 */
void details_get(const struct details *d, uint32_t number,
    struct list_detail *ret, struct list_condition *retcondition);

/**
 * details_bytes(d):
 * In how many octets of memory.
 */
size_t details_bytes(const struct details *d);

/**
 * details_octets(d, part, retlength), details_map(parts, lengths):
 * The three arrays as they are, for a file, borrowed until ${d} is changed;
 * and a store over such arrays, which must stay as long as it, whatever is in
 * them.  NULL if memory is short or an array can be none of its kind.
 */
#define DETAILS_PARTS 3
const void *details_octets(const struct details *d, unsigned part,
    size_t *retlength);
struct details *details_map(const void *const parts[DETAILS_PARTS],
    const size_t lengths[DETAILS_PARTS]);

/**
 * details_free(d):
 * Free ${d}; NULL is fine.
 */
void details_free(struct details *d);

#endif /* !DETAILS_H */
