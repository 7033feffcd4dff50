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
 *	sets	the distinct rule sets: { lists that hold the name exactly,
 *		lists that hold it as a suffix }, one bit a list
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

struct matcher;			/* opaque, immutable */
struct matcher_builder;		/* opaque */

/* How a name was found. */
struct match {
	struct dns_name entry;	/* the listed name */
	enum list_match mode;	/* exact wins where both hold */
	uint64_t lists;		/* bit i: list i holds the entry in a way that
				   matches */
};

/**
 * matcher_builder_new():
 * Return an empty builder, or NULL if memory is short.
 */
struct matcher_builder *matcher_builder_new(void);

/**
 * matcher_builder_add(b, name, match, list):
 * Say that list number ${list}, below MATCHER_LISTS_MAX, holds ${name}, which
 * matches nothing if it is the root.
 * Return 0, or -1 if memory is short or the arena's 4 GiB are full.
 * O(length of the name), amortised; nothing is indexed yet.
 */
int matcher_builder_add(struct matcher_builder *b,
    const struct dns_name *name, enum list_match match, unsigned list);

/**
 * matcher_builder_finish(b):
 * Turn ${b} into a matcher, freeing ${b}; NULL (and ${b} freed) if memory is
 * short.
 */
struct matcher *matcher_builder_finish(struct matcher_builder *b);
void matcher_builder_free(struct matcher_builder *b);

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
 * matcher_next(m, name, at, ret):
 * The same for those who want to know of shorter entries too: go on at octet
 * ${*at} of ${name}, 0 at first, and leave in it where to go on next time.
 */
bool matcher_next(const struct matcher *m, const struct dns_name *name,
    size_t *at, struct match *ret);

/**
 * matcher_may_end(m, tail, length):
 * May matcher_find find a name whose last two labels, or all if there are
 * less, are ${tail}, ${length} octets of canonical wire form?  If not, nobody
 * has to know the rest of it.
 */
bool matcher_may_end(const struct matcher *m, const uint8_t *tail,
    size_t length);

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
