#include <stdlib.h>
#include <sys/mman.h>

#include "match/matcher.h"
#include "match/matcher_data.h"

#define TAIL_BITS_PER_NAME 7
#define WHOLE_BITS_PER_NAME 16
#define SETS_MAX 65536
#define HUGE_PAGE ((size_t)2 << 20)
#define AHEAD 16		/* names whose slots are fetched ahead */

/* A builder is a matcher of which only arena, sets, and notes exist yet. */
struct matcher_builder {
	struct matcher m;
};

/* --- memory ---------------------------------------------------------------- */

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

/* ${n}, and the compiler may not know that it is small: gcc would copy so few
 * octets by an instruction that takes longer to start than the copy. */
static inline size_t
unbounded(size_t n)
{
	__asm__("" : "+r"(n));
	return n;
}

/* --- adding ---------------------------------------------------------------- */

struct matcher_builder *
matcher_builder_new(void)
{
	struct matcher_builder *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->m.arena_used = 1;	/* place 0 means none */
	if ((b->m.details = details_new()) == NULL) {
		free(b);
		return NULL;
	}
	return b;
}

/* The number of the rule set ${wanted}, made if need be; -1 on failure. */
static long
number_of_set(struct matcher *m, const struct rule_set *wanted)
{
	struct rule_set *sets;

	for (size_t i = m->set_count; i-- > 0;) {
		if (memcmp(&m->sets[i], wanted, sizeof(*wanted)) == 0)
			return (long)i;
	}
	sets = grow(m->sets, m->set_count, &m->set_size, 1, sizeof(*sets));
	if (sets == NULL || m->set_count == SETS_MAX)
		return -1;
	m->sets = sets;
	m->sets[m->set_count] = *wanted;
	return (long)m->set_count++;
}

/* May ${e} not hold, or not for long? */
static bool
is_conditional(const struct list_entry *e)
{
	return e->detail != NULL && (e->detail->condition != NULL ||
	    e->detail->expires != 0);
}

static enum rule_kind
kind_of(const struct list_entry *e)
{
	static const enum rule_kind kinds[] = {
		[LIST_MATCH_EXACT] = RULE_EXACT,
		[LIST_MATCH_SUFFIX] = RULE_SUFFIX,
		[LIST_MATCH_BELOW] = RULE_BELOW,
		[LIST_MATCH_SEARCH] = RULE_SEARCH,
	};

	if (e->withdrawn)
		return RULE_WITHDRAWN;
	return is_conditional(e) ? RULE_NOTED : kinds[e->match];
}

static int
add_note(struct matcher *m, const struct list_entry *e, unsigned list)
{
	int32_t detail = details_add(m->details, e->detail);
	struct note *notes = grow(m->notes, m->note_count, &m->note_size, 1,
	    sizeof(*notes));

	if (notes != NULL)
		m->notes = notes;
	if (detail < 0 || notes == NULL)
		return -1;
	m->notes[m->note_count++] = (struct note){
		.place = (uint32_t)m->arena_used,
		.detail = (uint32_t)detail,
		.list = (uint8_t)list,
		.match = (uint8_t)e->match,
		.condition = is_conditional(e),
	};
	return 0;
}

int
matcher_builder_add(struct matcher_builder *b, const struct list_entry *e,
    unsigned list)
{
	struct matcher *m = &b->m;
	size_t length = RECORD_HEAD + e->name.length;
	struct rule_set wanted = { 0 };
	uint8_t *arena, *at;
	long set;

	wanted.lists[kind_of(e)] = UINT64_C(1) << list;
	set = number_of_set(m, &wanted);
	arena = grow(m->arena, m->arena_used, &m->arena_size,
	    length + sizeof(struct record), 1);
	if (arena != NULL)
		m->arena = arena;
	if (set < 0 || arena == NULL || m->arena_used + length > UINT32_MAX)
		return -1;
	if (e->detail != NULL && !e->withdrawn && add_note(m, e, list) != 0)
		return -1;
	at = arena + m->arena_used;
	at[0] = (uint8_t)set;
	at[1] = (uint8_t)(set >> 8);
	at[2] = e->name.length;
	memcpy(at + RECORD_HEAD, e->name.wire, unbounded(e->name.length));
	m->arena_used += length;
	m->records++;
	return 0;
}

/* --- indexing -------------------------------------------------------------- */

/* The same name again: its first record gets the rules of both. */
static int
merge_records(struct matcher *m, uint32_t first, const struct record *again)
{
	struct rule_set both = m->sets[record_set(record_at(m, first))];
	const struct rule_set *more = &m->sets[record_set(again)];
	long set;

	for (int i = 0; i < RULE_KINDS; i++)
		both.lists[i] |= more->lists[i];
	set = number_of_set(m, &both);
	if (set < 0)
		return -1;
	m->arena[first] = (uint8_t)set;
	m->arena[first + 1] = (uint8_t)(set >> 8);
	return 0;
}

/* Does ${set} hold names below, too? */
static bool
is_wide(const struct rule_set *set)
{
	return (set->lists[RULE_SUFFIX] | set->lists[RULE_BELOW] |
	    set->lists[RULE_SEARCH] | set->lists[RULE_NOTED]) != 0;
}

/* Let the filter of tails pass what ${r} may match: names that end in its last
 * two labels, or, below a single label, any. */
static void
add_tail(struct matcher *m, const struct record *r)
{
	if (r->wire[0] + 2 == r->length && is_wide(&m->sets[record_set(r)]))
		filter_pass_all(&m->tails);
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
by_place(const void *x, const void *y)
{
	const struct note *a = x, *b = y;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	if (a->list != b->list)
		return (int)a->list - (int)b->list;
	return a->detail < b->detail ? -1 : a->detail > b->detail;
}

/* Notes are on the first record of each name. */
static void
sort_notes(struct matcher *m)
{
	for (size_t i = 0; i < m->note_count; i++) {
		struct note *n = &m->notes[i];
		const struct record *r = record_at(m, n->place);

		n->place = find_slot(m, r->wire, r->length, name_hash(r->wire,
		    r->length))->place;
	}
	if (m->note_count > 1)
		qsort(m->notes, m->note_count, sizeof(*m->notes), by_place);
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
	if (index_arena(m) != 0)
		return -1;
	sort_notes(m);
	return 0;
}

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
	arena = realloc(m->arena, m->arena_used + sizeof(struct record));
	if (arena != NULL) {
		m->arena = arena;
		m->arena_size = m->arena_used + sizeof(struct record);
	}
	/* What is read there, and stored, is to be the same each time. */
	if (m->arena != NULL)
		memset(m->arena + m->arena_used, 0, sizeof(struct record));
	return m;
}

static void
free_arrays(struct matcher *m)
{
	details_free(m->details);
	if (m->mapped)
		return;
	free_array(m->tails.words, m->tails.mask + 1, sizeof(uint64_t));
	free_array(m->wholes.words, m->wholes.mask + 1, sizeof(uint64_t));
	free_array(m->slots, m->slot_mask + 1, sizeof(*m->slots));
	free(m->arena);
	free(m->sets);
	free(m->notes);
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

