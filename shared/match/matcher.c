#include "match/matcher.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "match/name_hash.h"

#define TAIL_BITS_PER_NAME 7
#define WHOLE_BITS_PER_NAME 16
#define SETS_MAX 65536
#define HUGE_PAGE ((size_t)2 << 20)
#define AHEAD 16		/* names whose slots are fetched ahead */

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
	uint8_t *arena;
	size_t arena_used, arena_size;
	struct rule_set *sets;
	size_t set_count, set_size;
	size_t records;		/* in the arena, repeated names included */
	size_t names;		/* distinct */
};

/* A builder is a matcher of which only arena and sets exist yet. */
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

/* --- filters ------------------------------------------------------------- */

/* A zeroed array, on huge pages where it is large enough to gain by them: it
 * is read at random, and each look would also miss the TLB.  Fresh pages are
 * zero already.  Freed by free_array. */
static void *
new_array(size_t count, size_t item)
{
	size_t size = count * item;
	void *array = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (array == MAP_FAILED)
		return NULL;
	if (size >= HUGE_PAGE)
		madvise(array, size, MADV_HUGEPAGE);
	return array;
}

static void
free_array(void *array, size_t count, size_t item)
{
	if (array != NULL)
		munmap(array, count * item);
}

/* The smallest power of two that is at least ${wanted}. */
static uint64_t
power_of_two(uint64_t wanted)
{
	uint64_t power = 1;

	while (power < wanted)
		power *= 2;
	return power;
}

static int
filter_init(struct filter *f, size_t keys, unsigned bits_per_key)
{
	uint64_t words = power_of_two((keys * bits_per_key + 63) / 64);

	f->words = new_array(words, sizeof(*f->words));
	f->mask = words - 1;
	return f->words != NULL ? 0 : -1;
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

/* --- building ------------------------------------------------------------ */

struct matcher_builder *
matcher_builder_new(void)
{
	struct matcher_builder *b = calloc(1, sizeof(*b));

	if (b != NULL)
		b->m.arena_used = 1;	/* place 0 means none */
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

/* ${n}, and the compiler may not know that it is small: gcc would copy so few
 * octets by an instruction that takes longer to start than the copy. */
static inline size_t
unbounded(size_t n)
{
	__asm__("" : "+r"(n));
	return n;
}

int
matcher_builder_add(struct matcher_builder *b, const struct dns_name *name,
    enum list_match match, unsigned list)
{
	struct matcher *m = &b->m;
	uint64_t bit = UINT64_C(1) << list;
	long set = number_of_set(m, match == LIST_MATCH_EXACT ?
	    (struct rule_set){ bit, 0 } : (struct rule_set){ 0, bit });
	size_t length = RECORD_HEAD + name->length;
	uint8_t *arena = grow(m->arena, m->arena_used, &m->arena_size, length,
	    1);
	uint8_t *at;

	if (arena != NULL)
		m->arena = arena;
	if (set < 0 || arena == NULL || m->arena_used + length > UINT32_MAX)
		return -1;
	at = arena + m->arena_used;
	at[0] = (uint8_t)set;
	at[1] = (uint8_t)(set >> 8);
	at[2] = name->length;
	memcpy(at + RECORD_HEAD, name->wire, unbounded(name->length));
	m->arena_used += length;
	m->records++;
	return 0;
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

/* The same name again: its first record gets the rules of both. */
static int
merge_records(struct matcher *m, uint32_t first, const struct record *again)
{
	struct rule_set a = m->sets[record_set(record_at(m, first))];
	struct rule_set b = m->sets[record_set(again)];
	long set = number_of_set(m, (struct rule_set){
		a.exact | b.exact, a.suffix | b.suffix
	});

	if (set < 0)
		return -1;
	m->arena[first] = (uint8_t)set;
	m->arena[first + 1] = (uint8_t)(set >> 8);
	return 0;
}

/* Let the filter of tails pass what ${r} may match: names that end in its last
 * two labels, or, below a single label, any. */
static void
add_tail(struct matcher *m, const struct record *r)
{
	if (r->wire[0] + 2 == r->length && m->sets[record_set(r)].suffix != 0)
		memset(m->tails.words, 0xff,
		    (m->tails.mask + 1) * sizeof(*m->tails.words));
	else
		filter_add(&m->tails, tail_hash(r->wire, r->length));
}

/* Put the record at ${place} into the slots and the filters. */
static int
index_record(struct matcher *m, uint32_t place, uint64_t hash)
{
	const struct record *r = record_at(m, place);
	struct slot *slot = find_slot(m, r->wire, r->length, hash);

	add_tail(m, r);
	if (slot->place != 0)
		return merge_records(m, slot->place, r);
	slot->tag = (uint32_t)(hash >> 32);
	slot->place = place;
	filter_add(&m->wholes, hash);
	m->names++;
	return 0;
}

/* Index the whole arena, fetching the slots of names some way ahead: each
 * lies somewhere else, and waiting for them one by one took longest. */
static int
index_arena(struct matcher *m)
{
	struct { uint32_t place; uint64_t hash; } ahead[AHEAD];
	size_t fetched = 0, done = 0;
	size_t place = 1;

	while (done < m->records) {
		while (fetched < m->records && fetched - done < AHEAD) {
			const struct record *r = record_at(m,
			    (uint32_t)place);
			uint64_t hash = name_hash(r->wire, r->length);

			__builtin_prefetch(&m->slots[hash & m->slot_mask], 1);
			__builtin_prefetch(
			    &m->wholes.words[hash & m->wholes.mask], 1);
			ahead[fetched % AHEAD].place = (uint32_t)place;
			ahead[fetched++ % AHEAD].hash = hash;
			place += RECORD_HEAD + r->length;
		}
		if (index_record(m, ahead[done % AHEAD].place,
		    ahead[done % AHEAD].hash) != 0)
			return -1;
		done++;
	}
	return 0;
}

static int
build(struct matcher *m)
{
	uint64_t slots = power_of_two(m->records + m->records / 3 + 1);

	m->slots = new_array(slots, sizeof(*m->slots));
	m->slot_mask = slots - 1;
	if (m->slots == NULL ||
	    filter_init(&m->tails, m->records, TAIL_BITS_PER_NAME) != 0 ||
	    filter_init(&m->wholes, m->records, WHOLE_BITS_PER_NAME) != 0)
		return -1;
	return index_arena(m);
}

/* --- the matcher --------------------------------------------------------- */

struct matcher *
matcher_builder_finish(struct matcher_builder *b)
{
	struct matcher *m = malloc(sizeof(*m));
	uint8_t *arena;

	if (m == NULL || build(&b->m) != 0) {
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
	free_array(m->tails.words, m->tails.mask + 1, sizeof(uint64_t));
	free_array(m->wholes.words, m->wholes.mask + 1, sizeof(uint64_t));
	free_array(m->slots, m->slot_mask + 1, sizeof(*m->slots));
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

/* Look for what is left of ${name} from octet ${*at} on, then for each parent,
 * up to one that matches; leave ${*at} behind its first label. */
static inline bool
find_from(const struct matcher *m, const struct dns_name *name, size_t *at,
    struct match *ret)
{
	while (name->wire[*at] != 0) {
		const uint8_t *rest = name->wire + *at;
		size_t length = name->length - *at;
		uint64_t hash = name_hash(rest, length);
		bool whole = *at == 0;

		*at += name->wire[*at] + 1u;
		if (filter_may_hold(&m->wholes, hash) && take_match(m,
		    find_slot(m, rest, length, hash), whole, ret))
			return true;
	}
	return false;
}

bool
matcher_find(const struct matcher *m, const struct dns_name *name,
    struct match *ret)
{
	size_t at = 0;

	return filter_may_hold(&m->tails, tail_hash(name->wire,
	    name->length)) && find_from(m, name, &at, ret);
}

bool
matcher_next(const struct matcher *m, const struct dns_name *name,
    size_t *at, struct match *ret)
{
	return find_from(m, name, at, ret);
}

bool
matcher_may_end(const struct matcher *m, const uint8_t *tail, size_t length)
{
	return filter_may_hold(&m->tails, name_hash(tail, length));
}

size_t
matcher_names(const struct matcher *m)
{
	return m->names;
}

size_t
matcher_bytes(const struct matcher *m)
{
	return sizeof(*m) + (m->tails.mask + 1) * sizeof(*m->tails.words) +
	    (m->wholes.mask + 1) * sizeof(*m->wholes.words) +
	    (m->slot_mask + 1) * sizeof(*m->slots) + m->arena_size +
	    m->set_size * sizeof(*m->sets);
}
