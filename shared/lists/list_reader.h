#ifndef LIST_READER_H
#define LIST_READER_H

/*
 * list_reader - a list while it is read: list.c reads it, list_reader.c takes
 * what its format finds (list_format.h).  Nobody else includes it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/block.h"
#include "core/public_suffix.h"
#include "lists/list_format.h"

#define LIST_READER_BLOCK 65536

struct list_reader {
	const struct list_spec *spec;
	const struct list_format_ops *ops;
	struct list_report *report;
	list_take *take;
	list_address *address;
	void *ctx;
	enum list_match match;	/* of entries that say nothing */
	int64_t now;		/* microseconds UTC, of the start */
	struct list_limits limits;
	uint64_t octets;	/* read so far */
	bool stopped;		/* the callback wants no more */
	size_t first, used;	/* of the block: what is still to be read */
	struct list_entry entry;
	_Alignas(max_align_t) char state[LIST_STATE_SIZE];
	char block[LIST_READER_BLOCK + BLOCK_SIZE];	/* its end only read
							   over */
};

/**
 * list_reader_too_wide(name, match), list_reader_is_suffix(r, name, match):
 * Is ${name} a label of the root's own, and so no suffix to look for?  Is it,
 * of several labels, a public suffix, with the names of many owners below it?
 */
static inline bool
list_reader_too_wide(const struct dns_name *name, enum list_match match)
{
	return match != LIST_MATCH_EXACT && name->wire[0] + 2 == name->length;
}

static inline bool
list_reader_is_suffix(const struct list_reader *r, const struct dns_name *name,
    enum list_match match)
{
	return match != LIST_MATCH_EXACT && r->limits.suffixes != NULL &&
	    public_suffix_is(r->limits.suffixes, name);
}

/**
 * list_reader_too_many(r), list_reader_take(r):
 * Is there no room for one more?  Then this is the end.  Give the entry of
 * ${r} to the callback if there is.
 */
static inline bool
list_reader_too_many(struct list_reader *r)
{
	if (r->report->entries < r->limits.entries)
		return false;
	r->report->excess = LIST_TOO_MANY;
	r->stopped = true;
	return true;
}

static inline void
list_reader_take(struct list_reader *r)
{
	if (list_reader_too_many(r))
		return;
	if (r->take(r->ctx, &r->entry) != 0)
		r->stopped = true;
	else
		r->report->entries++;
}

#endif /* !LIST_READER_H */
