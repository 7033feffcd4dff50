#include "match/matcher.h"

#include <stdlib.h>
#include <string.h>

#include "match/name_hash.h"

#define FIRST_SLOTS 1024	/* a power of two */
#define GATE_BITS_PER_NAME 16
#define SETS_MAX 65536

struct slot {
	uint32_t tag;		/* high half of the hash */
	uint32_t place;		/* in the arena; 0: empty */
};

struct rule_set {
	uint64_t exact, suffix;	/* lists, one bit each */
};

/* What one name looks like in the arena. */
struct record {
	uint8_t set[2];		/* number of its rule set, low octet first */
	uint8_t length;
	uint8_t wire[DNS_NAME_MAX];
};

#define RECORD_HEAD offsetof(struct record, wire)

struct matcher {
	uint64_t *gate;
	uint64_t gate_mask;	/* words - 1 */
	struct slot *slots;
	uint64_t slot_mask;	/* slots - 1 */
	uint8_t *arena;
	size_t arena_used, arena_size;
	struct rule_set *sets;
	size_t set_count, set_size;
	size_t names;
};

/* A builder is a matcher that may still change and has no gate yet. */
struct matcher_builder {
	struct matcher m;
};

/* The record at ${place}; it may be read to its length only. */
static const struct record *
record_at(const struct matcher *m, uint32_t place)
{
	return (const struct record *)(m->arena + place);
}

static unsigned
record_set(const struct record *r)
{
	return r->set[0] | (unsigned)r->set[1] << 8;
}

/* Find the slot of a name, or the empty one where it would go. */
static struct slot *
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

/* --- building ----------------------------------------------------------- */

struct matcher_builder *
matcher_builder_new(void)
{
	struct matcher_builder *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->m.slots = calloc(FIRST_SLOTS, sizeof(*b->m.slots));
	b->m.slot_mask = FIRST_SLOTS - 1;
	b->m.arena_used = 1;	/* place 0 means none */
	if (b->m.slots == NULL) {
		free(b);
		return NULL;
	}
	return b;
}

/* Make room for ${count} more items of ${item} octets; NULL if it fails. */
static void *
grow(void *array, size_t used, size_t *size, size_t count, size_t item)
{
	size_t larger = *size;
	void *grown;

	if (used + count <= *size)
		return array;
	larger = larger + larger / 2 + count + 64;
	if ((grown = realloc(array, larger * item)) != NULL)
		*size = larger;
	return grown;
}

/* The number of the rule set ${wanted}, made if need be; -1 on failure. */
static long
number_of_set(struct matcher *m, struct rule_set wanted)
{
	struct rule_set *sets;

	for (size_t i = m->set_count; i-- > 0;) {
		if (m->sets[i].exact == wanted.exact &&
		    m->sets[i].suffix == wanted.suffix)
			return (long)i;
	}
	sets = grow(m->sets, m->set_count, &m->set_size, 1, sizeof(*sets));
	if (sets == NULL || m->set_count == SETS_MAX)
		return -1;
	m->sets = sets;
	m->sets[m->set_count] = wanted;
	return (long)m->set_count++;
}

/* Twice the slots, once three quarters are in use. */
static int
grow_slots(struct matcher *m)
{
	uint64_t mask = m->slot_mask * 2 + 1;
	struct slot *old = m->slots;

	if (m->names * 4 < (m->slot_mask + 1) * 3)
		return 0;
	if ((m->slots = calloc(mask + 1, sizeof(*m->slots))) == NULL) {
		m->slots = old;
		return -1;
	}
	for (uint64_t i = 0; i <= m->slot_mask; i++) {
		const struct record *r;
		uint64_t at;

		if (old[i].place == 0)
			continue;
		r = record_at(m, old[i].place);
		at = name_hash(r->wire, r->length) & mask;
		while (m->slots[at].place != 0)
			at = (at + 1) & mask;
		m->slots[at] = old[i];
	}
	m->slot_mask = mask;
	free(old);
	return 0;
}

static int
append_record(struct matcher *m, const struct dns_name *name, size_t set,
    uint32_t *retplace)
{
	size_t length = RECORD_HEAD + name->length;
	uint8_t *arena = grow(m->arena, m->arena_used, &m->arena_size, length,
	    1);
	uint8_t *at;

	if (arena == NULL || m->arena_used + length > UINT32_MAX)
		return -1;
	m->arena = arena;
	at = arena + m->arena_used;
	at[0] = (uint8_t)set;
	at[1] = (uint8_t)(set >> 8);
	at[2] = name->length;
	memcpy(at + RECORD_HEAD, name->wire, name->length);
	*retplace = (uint32_t)m->arena_used;
	m->arena_used += length;
	return 0;
}

int
matcher_builder_add(struct matcher_builder *b, const struct dns_name *name,
    enum list_match match, unsigned list)
{
	struct matcher *m = &b->m;
	uint64_t hash = name_hash(name->wire, name->length);
	struct rule_set wanted = { 0, 0 };
	struct slot *slot;
	uint32_t place;
	long set;

	if (grow_slots(m) != 0)
		return -1;
	slot = find_slot(m, name->wire, name->length, hash);
	if (slot->place != 0)
		wanted = m->sets[record_set(record_at(m, slot->place))];
	if (match == LIST_MATCH_EXACT)
		wanted.exact |= UINT64_C(1) << list;
	else
		wanted.suffix |= UINT64_C(1) << list;
	if ((set = number_of_set(m, wanted)) < 0)
		return -1;
	if (slot->place != 0) {
		m->arena[slot->place] = (uint8_t)set;
		m->arena[slot->place + 1] = (uint8_t)(set >> 8);
		return 0;
	}
	if (append_record(m, name, (size_t)set, &place) != 0)
		return -1;
	slot->tag = (uint32_t)(hash >> 32);
	slot->place = place;
	m->names++;
	return 0;
}

/* --- the gate ----------------------------------------------------------- */

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

/* Word of the gate and the two bits in it for the tail of a name. */
static inline uint64_t
gate_bits(const uint8_t *wire, size_t length, uint64_t *rethash)
{
	const uint8_t *tail = last_two_labels(wire);

	*rethash = name_hash(tail, length - (size_t)(tail - wire));
	return UINT64_C(1) << (*rethash >> 58) |
	    UINT64_C(1) << (*rethash >> 52 & 63);
}

static int
build_gate(struct matcher *m)
{
	uint64_t words = 1, hash, bits;

	while (words * 64 < m->names * GATE_BITS_PER_NAME)
		words *= 2;
	if ((m->gate = calloc(words, sizeof(*m->gate))) == NULL)
		return -1;
	m->gate_mask = words - 1;
	for (uint64_t i = 0; i <= m->slot_mask; i++) {
		const struct record *r;

		if (m->slots[i].place == 0)
			continue;
		r = record_at(m, m->slots[i].place);
		bits = gate_bits(r->wire, r->length, &hash);
		m->gate[hash & m->gate_mask] |= bits;
	}
	return 0;
}

/* --- the matcher -------------------------------------------------------- */

struct matcher *
matcher_builder_finish(struct matcher_builder *b)
{
	struct matcher *m = malloc(sizeof(*m));
	uint8_t *arena;

	if (m == NULL || build_gate(&b->m) != 0) {
		free(m);
		matcher_builder_free(b);
		return NULL;
	}
	*m = b->m;
	free(b);
	arena = realloc(m->arena, m->arena_used);
	if (arena != NULL) {
		m->arena = arena;
		m->arena_size = m->arena_used;
	}
	return m;
}

static void
free_arrays(struct matcher *m)
{
	free(m->gate);
	free(m->slots);
	free(m->arena);
	free(m->sets);
}

void
matcher_builder_free(struct matcher_builder *b)
{
	if (b == NULL)
		return;
	free_arrays(&b->m);
	free(b);
}

void
matcher_free(struct matcher *m)
{
	if (m == NULL)
		return;
	free_arrays(m);
	free(m);
}

bool
matcher_may_match(const struct matcher *m, const struct dns_name *name)
{
	uint64_t hash;
	uint64_t bits = gate_bits(name->wire, name->length, &hash);

	return (m->gate[hash & m->gate_mask] & bits) == bits;
}

/* Does the record in ${slot} match, as the whole name or as a parent? */
static bool
take_match(const struct matcher *m, const struct slot *slot, bool whole,
    struct match *ret)
{
	const struct record *r;
	struct rule_set set;

	if (slot->place == 0)
		return false;
	r = record_at(m, slot->place);
	set = m->sets[record_set(r)];
	if (!whole)
		set.exact = 0;
	if ((set.exact | set.suffix) == 0)
		return false;
	ret->mode = set.exact != 0 ? LIST_MATCH_EXACT : LIST_MATCH_SUFFIX;
	ret->lists = set.exact | set.suffix;
	ret->entry.length = r->length;
	memcpy(ret->entry.wire, r->wire, r->length);
	return true;
}

bool
matcher_find(const struct matcher *m, const struct dns_name *name,
    struct match *ret)
{
	size_t at = 0;

	if (!matcher_may_match(m, name))
		return false;
	while (name->wire[at] != 0) {
		const uint8_t *tail = name->wire + at;
		size_t length = name->length - at;
		const struct slot *slot = find_slot(m, tail, length,
		    name_hash(tail, length));

		if (take_match(m, slot, at == 0, ret))
			return true;
		at += name->wire[at] + 1;
	}
	return false;
}

size_t
matcher_names(const struct matcher *m)
{
	return m->names;
}

size_t
matcher_bytes(const struct matcher *m)
{
	return sizeof(*m) + (m->gate_mask + 1) * sizeof(*m->gate) +
	    (m->slot_mask + 1) * sizeof(*m->slots) + m->arena_size +
	    m->set_size * sizeof(*m->sets);
}
