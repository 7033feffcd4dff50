#ifndef MATCHER_H
#define MATCHER_H

/*
 * matcher - is this queried name on a bad-name list, or below one that is?
 *
 * Names are added to a builder, which becomes a matcher once and never
 * changes after that.  Flat arrays, no pointers between them:
 *
 *	tails	a filter of the last two labels of all listed names.  A name
 *		that misses here (nearly all do) costs one hash and one word
 *		of a megabyte that stays in the cache.
 *	wholes	a filter of the listed names themselves, asked for the name
 *		and each of its parents: popular zones with some bad name
 *		below them (com.br) end here.
 *	slots	open addressing by the hash of a listed name:
 *		{ 32 bits of the hash, place of the name in the arena }
 *	arena	per listed name: number of its rule set, length, wire form
 *	sets	the distinct rule sets: for each way to hold a name, the lists
 *		that do, one bit a list
 *	notes	what lists say of a name, if anything; read after a match
 *
 *	query  www.bad.example     last two labels: bad.example
 *	tails  bad.example         -> maybe
 *	wholes www.bad.example     -> no;  bad.example -> maybe
 *	slots  bad.example         -> arena -> equal: match
 *
 * Longest match wins.  A slot only says where to look; a match is one when
 * the octets are equal.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/dns_name.h"
#include "lists/list.h"

#define MATCHER_LISTS_MAX 64
#define MATCHER_ZONES_MAX 64

struct matcher;			/* opaque, immutable */
struct matcher_builder;		/* opaque */

/* How a name was found. */
struct match {
	struct dns_name entry;	/* the listed name */
	enum list_match mode;	/* of ${lists}: exact wins where both hold */
	uint64_t lists;		/* bit i: list i holds the entry in a way that
				   matches */
	uint64_t noted;		/* and the notes tell of these whether */
	uint32_t place;		/* for matcher_note */
	size_t cut;		/* octets of the name before the entry */
	unsigned zone;		/* the search zone that was stripped, from 1;
				   0: none was */
};

/* What a list says of an entry. */
struct matcher_note {
	unsigned list;
	enum list_match match;
	bool conditional;	/* the list holds the entry only as this says */
	struct list_detail detail;
	struct list_condition condition;	/* what detail points to */
};

/**
 * matcher_builder_new():
 * Return an empty builder, or NULL if memory is short.
 */
struct matcher_builder *matcher_builder_new(void);

/**
 * matcher_builder_add(b, e, list):
 * Say that list number ${list}, below MATCHER_LISTS_MAX, has the entry ${e}
 * (copied): a name, bad or withdrawn; the root matches nothing.
 * Return 0, or -1 if memory is short or the arena's 4 GiB are full.
 * O(length of the name), amortised; nothing is indexed yet.
 */
int matcher_builder_add(struct matcher_builder *b, const struct list_entry *e,
    unsigned list);

/**
 * matcher_builder_finish(b):
 * Turn ${b} into a matcher, freeing ${b}; NULL (and ${b} freed) if memory is
 * short.
 */
struct matcher *matcher_builder_finish(struct matcher_builder *b);
void matcher_builder_free(struct matcher_builder *b);

/**
 * matcher_search(m, zones, count):
 * Before the first question: names that are searched for may have one of the
 * first MATCHER_ZONES_MAX of these zones (copied) behind them.
 */
void matcher_search(struct matcher *m, const struct dns_name *zones,
    size_t count);

/**
 * matcher_zone(m, number):
 * The search zone that a match has as ${zone}; borrowed from ${m}.
 */
const struct dns_name *matcher_zone(const struct matcher *m, unsigned number);

/**
 * matcher_parts(m, ret), matcher_map(parts):
 * The arrays that ${m} consists of, for a file; borrowed until it is freed.
 * And a matcher over such arrays, wherever they come from: aligned for
 * anything, and to stay, unchanged, as long as it.  NULL if memory is short,
 * or if they can make none: whatever is in them, no question reads anything
 * else.  O(slots), about 1 ns each.
 */
#define MATCHER_PARTS 9
struct matcher_part {
	void *octets;
	size_t length;
};
void matcher_parts(const struct matcher *m,
    struct matcher_part ret[MATCHER_PARTS]);
struct matcher *matcher_map(const struct matcher_part parts[MATCHER_PARTS]);

/**
 * matcher_find(m, name, ret):
 * Look for ${name} and then for each parent of it; stop at the longest one
 * that matches.  On a hit return true and fill ${ret}, else leave it alone.
 * O(length of the name) whatever the number of names; cannot fail; never
 * allocates; safe from several threads at once.
 */
bool matcher_find(const struct matcher *m, const struct dns_name *name,
    struct match *ret);

/**
 * matcher_find_shorter(m, name, match):
 * ${match}, found of ${name}, does not hold after all: look for the next
 * shorter one; then for the longest with a search zone stripped, zone by zone.
 */
bool matcher_find_shorter(const struct matcher *m,
    const struct dns_name *name, struct match *match);

/**
 * matcher_note(m, match, i, ret):
 * Fill ${ret} with the ${i}th thing, from 0, that a list says of the entry of
 * ${match}; false if there are less.  O(log of all notes).
 */
bool matcher_note(const struct matcher *m, const struct match *match,
    size_t i, struct matcher_note *ret);

/**
 * matcher_may_end(m, tail, length):
 * May matcher_find find a name whose last two labels, or all if there are
 * less, are ${tail}, ${length} octets of canonical wire form?  If not, nobody
 * has to know the rest of it.
 */
bool matcher_may_end(const struct matcher *m, const uint8_t *tail,
    size_t length);

/**
 * matcher_covers(m, e):
 * Would ${m} find every name that the entry ${e} matches, by entries that hold
 * without conditions?
 */
bool matcher_covers(const struct matcher *m, const struct list_entry *e);

/**
 * matcher_names(m), matcher_bytes(m):
 * How many distinct names it holds, and in how many octets of memory.
 */
size_t matcher_names(const struct matcher *m);
size_t matcher_bytes(const struct matcher *m);

/**
 * matcher_free(m):
 * Free ${m}; NULL is fine.
 */
void matcher_free(struct matcher *m);

#endif /* !MATCHER_H */
