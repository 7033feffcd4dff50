#ifndef MATCHER_DATA_H
#define MATCHER_DATA_H

/*
 * matcher_data - what a matcher is made of: matcher_build.c makes it,
 * matcher.c asks it, matcher_file.c stores it, matcher_view.c shows it.  Nobody
 * else includes it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/dns_name.h"
#include "lists/list.h"
#include "match/details.h"
#include "match/name_hash.h"

struct slot {
	uint32_t tag;		/* high half of the hash */
	uint32_t place;		/* in the arena; 0: empty */
};

/* How lists hold a name; one bit a list each. */
enum rule_kind {
	RULE_EXACT, RULE_SUFFIX, RULE_BELOW, RULE_SEARCH,
	RULE_NOTED,		/* what holds, and when, is in the notes */
	RULE_WITHDRAWN,		/* the list takes back what else it says */
	RULE_KINDS
};

struct rule_set {
	uint64_t lists[RULE_KINDS];
};

/* What one name looks like in the arena. */
struct record {
	uint8_t set[2];		/* number of its rule set, low octet first */
	uint8_t length;
	uint8_t wire[DNS_NAME_MAX];
};

#define ZONE_WORDS 64
#define RECORD_HEAD offsetof(struct record, wire)

/* What a list says of a name. */
struct note {
	uint32_t place;		/* of the name's record */
	uint32_t detail;	/* number in details */
	uint8_t list, match;
	uint8_t condition;	/* 1: the detail says when it holds */
	uint8_t unused;
};

/* A Bloom filter whose bits for one key all lie in one word. */
struct filter {
	uint64_t *words;
	uint64_t mask;		/* words - 1 */
};

struct matcher {
	struct filter tails;	/* the last two labels of listed names */
	struct filter wholes;	/* listed names */
	struct slot *slots;
	uint64_t slot_mask;	/* slots - 1 */
	uint8_t *arena;		/* sizeof(struct record) octets more can
				   be read */
	size_t arena_used, arena_size;
	struct rule_set *sets;
	size_t set_count, set_size;
	struct note *notes;	/* by place, then list */
	size_t note_count, note_size;
	struct details *details;
	size_t records;		/* in the arena, repeated names included */
	size_t names;		/* distinct */
	bool mapped;		/* the arrays are a file's */
	size_t zones;		/* the site's search zones, and */
	struct filter zone_tails;	/* the last two labels of names in
					   them: ${tails} may be a file's */
	uint64_t zone_words[ZONE_WORDS];
	struct dns_name zone[MATCHER_ZONES_MAX];
};

/* The record at ${place}; it may be read to its length only. */
static inline const struct record *
record_at(const struct matcher *m, uint32_t place)
{
	return (const struct record *)(m->arena + place);
}

static inline unsigned
record_set(const struct record *r)
{
	return r->set[0] | (unsigned)r->set[1] << 8;
}

/* Three bits of the word that the low end of the hash chooses. */
static inline uint64_t
filter_bits(uint64_t hash)
{
	return UINT64_C(1) << (hash >> 58) |
	    UINT64_C(1) << (hash >> 52 & 63) |
	    UINT64_C(1) << (hash >> 46 & 63);
}

static inline void
filter_add(struct filter *f, uint64_t hash)
{
	f->words[hash & f->mask] |= filter_bits(hash);
}

static inline bool
filter_may_hold(const struct filter *f, uint64_t hash)
{
	uint64_t bits = filter_bits(hash);

	return (f->words[hash & f->mask] & bits) == bits;
}

static inline void
filter_pass_all(struct filter *f)
{
	memset(f->words, 0xff, (f->mask + 1) * sizeof(*f->words));
}

/* Where the last two labels of ${wire} start (or all, if there are less). */
static inline const uint8_t *
last_two_labels(const uint8_t *wire)
{
	const uint8_t *before = wire, *last = wire, *at = wire;

	while (*at != 0) {
		before = last;
		last = at;
		at += *at + 1;
	}
	return before;
}

/* The hash of the last two labels of a name of ${length} octets. */
static inline uint64_t
tail_hash(const uint8_t *wire, size_t length)
{
	const uint8_t *tail = last_two_labels(wire);

	return name_hash(tail, length - (size_t)(tail - wire));
}

/* Find the slot of a name, or the empty one where it would go. */
static inline struct slot *
find_slot(const struct matcher *m, const uint8_t *wire, size_t length,
    uint64_t hash)
{
	uint32_t tag = (uint32_t)(hash >> 32);

	for (uint64_t i = hash & m->slot_mask;; i = (i + 1) & m->slot_mask) {
		struct slot *slot = &m->slots[i];
		const struct record *r;

		if (slot->place == 0)
			return slot;
		if (slot->tag != tag)
			continue;
		r = record_at(m, slot->place);
		if (r->length == length && memcmp(r->wire, wire, length) == 0)
			return slot;
	}
}

#endif /* !MATCHER_DATA_H */
