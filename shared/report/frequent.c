#include "report/frequent.h"

#include <stdlib.h>
#include <string.h>

#include "match/name_hash.h"
#include "report/distinct.h"

#define NONE UINT32_MAX

struct frequent {
	size_t capacity, stride;
	uint64_t secret;
	uint64_t floor;
	size_t used;		/* entries that ever held one */
	uint32_t free;		/* the first of a list, by their notes */
	uint8_t *entries;	/* free ones have a count of 0 */
	/* By hash: its upper half, and in the lower the entry's number + 1; 0
	 * is an empty slot.  Half full at the most. */
	uint64_t *slots;
	size_t mask;
	uint64_t *scratch;	/* of halve */
	struct distinct distinct;	/* once the entries do not tell */
	bool failed;
};

static struct frequent_entry *
entry(const struct frequent *f, size_t i)
{
	return (struct frequent_entry *)(void *)(f->entries + i * f->stride);
}

struct frequent *
frequent_new(size_t capacity, size_t key_size, uint64_t secret)
{
	struct frequent *f = calloc(1, sizeof(*f));
	size_t slots = 4;

	if (f == NULL)
		return NULL;
	while (slots < 2 * capacity)
		slots *= 2;
	f->capacity = capacity;
	f->secret = secret;
	f->stride = (sizeof(struct frequent_entry) + key_size + 7) & ~7u;
	f->mask = slots - 1;
	f->free = NONE;
	f->entries = calloc(capacity, f->stride);
	f->slots = calloc(slots, sizeof(*f->slots));
	f->scratch = calloc(capacity, sizeof(*f->scratch));
	if (f->entries != NULL && f->slots != NULL && f->scratch != NULL)
		return f;
	frequent_free(f);
	return NULL;
}

/* --- the rarer half goes ---------------------------------------------------- */

/* The ${k}-th smallest of ${count} values, counted from 0; reorders them. */
static uint64_t
select_value(uint64_t *values, size_t count, size_t k)
{
	ptrdiff_t from = 0, to = (ptrdiff_t)count - 1, wanted = (ptrdiff_t)k;

	while (from < to) {
		uint64_t pivot = values[wanted];
		ptrdiff_t i = from, j = to;

		while (i <= j) {
			while (values[i] < pivot)
				i++;
			while (values[j] > pivot)
				j--;
			if (i <= j) {
				uint64_t kept = values[i];

				values[i++] = values[j];
				values[j--] = kept;
			}
		}
		if (j < wanted)
			from = i;
		if (wanted < i)
			to = j;
	}
	return values[wanted];
}

static void
link_entry(struct frequent *f, size_t i)
{
	uint64_t hash = entry(f, i)->hash;
	size_t slot = hash & f->mask;

	while (f->slots[slot] != 0)
		slot = (slot + 1) & f->mask;
	f->slots[slot] = (hash >> 32) << 32 | (i + 1);
}

/* The table is full: raise the floor to the median. */
static void
halve(struct frequent *f)
{
	for (size_t i = 0; i < f->capacity; i++)
		f->scratch[i] = entry(f, i)->count + entry(f, i)->missed;
	f->floor = select_value(f->scratch, f->capacity, f->capacity / 2);
	memset(f->slots, 0, (f->mask + 1) * sizeof(*f->slots));
	for (size_t i = 0; i < f->capacity; i++) {
		struct frequent_entry *e = entry(f, i);

		if (e->count + e->missed > f->floor) {
			link_entry(f, i);
			continue;
		}
		e->count = 0;
		e->note = f->free;
		f->free = (uint32_t)i;
	}
}

/* --- counting --------------------------------------------------------------- */

/* An entry for a key that is not in the table. */
static struct frequent_entry *
enter(struct frequent *f, const void *key, size_t length, uint64_t hash)
{
	struct frequent_entry *e;
	size_t i;

	if (f->free == NONE && f->used == f->capacity)
		halve(f);
	if (f->free != NONE) {
		i = f->free;
		f->free = entry(f, i)->note;
	} else {
		i = f->used++;
	}
	e = entry(f, i);
	e->count = 0;
	e->missed = f->floor;
	e->hash = hash;
	e->note = 0;
	e->length = (uint8_t)length;
	memcpy(e->key, key, length);
	link_entry(f, i);
	/* With the hash that is no secret: the same input has to give the same
	 * number. */
	if (distinct_add(&f->distinct, name_hash(key, length)) != 0)
		f->failed = true;
	return e;
}

static struct frequent_entry *
find(const struct frequent *f, const void *key, size_t length, uint64_t hash)
{
	size_t slot = hash & f->mask;

	for (; f->slots[slot] != 0; slot = (slot + 1) & f->mask) {
		struct frequent_entry *e;

		if (f->slots[slot] >> 32 != hash >> 32)
			continue;
		e = entry(f, (uint32_t)f->slots[slot] - 1);
		if (e->length == length && memcmp(e->key, key, length) == 0)
			return e;
	}
	return NULL;
}

struct frequent_entry *
frequent_add(struct frequent *f, const void *key, size_t length)
{
	uint64_t hash = name_hash_keyed(key, length, f->secret);
	struct frequent_entry *e = find(f, key, length, hash);

	if (e == NULL)
		e = enter(f, key, length, hash);
	e->count++;
	return e;
}

/* --- the figures -------------------------------------------------------------- */

uint64_t
frequent_floor(const struct frequent *f)
{
	return f->floor;
}

uint64_t
frequent_distinct(const struct frequent *f, bool *retexact)
{
	*retexact = f->floor == 0 || distinct_exact(&f->distinct);
	return f->floor == 0 ? f->used : distinct_count(&f->distinct);
}

bool
frequent_failed(const struct frequent *f)
{
	return f->failed;
}

static int
compare(const void *a, const void *b)
{
	const struct frequent_entry *x =
	    *(const struct frequent_entry *const *)a;
	const struct frequent_entry *y =
	    *(const struct frequent_entry *const *)b;
	size_t common = x->length < y->length ? x->length : y->length;
	int order;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	order = memcmp(x->key, y->key, common);
	return order != 0 ? order : x->length - y->length;
}

long
frequent_top(const struct frequent *f, size_t count,
    const struct frequent_entry **ret)
{
	const struct frequent_entry **all = calloc(f->used + 1, sizeof(*all));
	size_t found = 0;

	if (all == NULL)
		return -1;
	for (size_t i = 0; i < f->used; i++) {
		if (entry(f, i)->count > 0)
			all[found++] = entry(f, i);
	}
	qsort(all, found, sizeof(*all), compare);
	if (count > found)
		count = found;
	memcpy(ret, all, count * sizeof(*all));
	free(all);
	return (long)count;
}

void
frequent_clear(struct frequent *f)
{
	f->floor = 0;
	f->used = 0;
	f->free = NONE;
	f->failed = false;
	memset(f->slots, 0, (f->mask + 1) * sizeof(*f->slots));
	distinct_clear(&f->distinct);
}

void
frequent_free(struct frequent *f)
{
	if (f == NULL)
		return;
	distinct_clear(&f->distinct);
	free(f->scratch);
	free(f->slots);
	free(f->entries);
	free(f);
}
