#include "match/prefixes.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "match/stretches.h"

#define IN_SLOT 6		/* stretches looked at one by one */
#define DIVIDED 7		/* as a count: the slot is divided again */
#define CACHE_LINE 64
#define HUGE_PAGE (2U << 20)

/* What a stretch says: the place of a prefix, or one of these. */
#define NOTHING (UINT32_MAX >> 1)
#define LONGER (NOTHING + 1)	/* bit: the rest is the number of a line */

/* The stretches that start in one part of a line.  The one before them, which
 * there always is, reaches into it. */
struct slot {
	uint32_t count : 3;
	uint32_t first : 29;	/* DIVIDED: which division */
};

/* A part of a line, divided into slots of 2^shift each. */
struct division {
	uint64_t start;		/* of the first stretch in it */
	uint32_t slot, slots;
	uint32_t first, last;	/* stretches */
	unsigned shift;
};

/* Its arrays come after it, in the same piece of memory. */
struct prefixes {
	struct slot line[2];	/* IPv4, IPv6 */
	struct division *divisions;
	struct stretch *stretches;
	struct slot *slots;
	struct slot *longer;	/* lines of the last 64 bits */
	size_t bytes;
};

/* --- look-up ------------------------------------------------------------- */

static inline uint64_t
bits_at(const uint8_t *bytes)
{
	uint64_t bits = 0;

	for (int i = 0; i < 8; i++)
		bits = bits << 8 | bytes[i];
	return bits;
}

/* What the stretch that holds ${at} says. */
static inline uint32_t
find_stretch(const struct prefixes *t, struct slot slot, uint64_t at)
{
	const struct stretch *stretches;
	uint32_t found;

	while (slot.count == DIVIDED) {
		const struct division *d = &t->divisions[slot.first];
		uint64_t part = (at - d->start) >> d->shift;

		if (at < d->start)
			return t->stretches[d->first - 1].value;
		if (part >= d->slots)
			return t->stretches[d->last].value;
		slot = t->slots[d->slot + part];
	}
	found = slot.first - 1U;
	stretches = &t->stretches[slot.first];
	for (unsigned i = 0; i < IN_SLOT; i++)
		found += (i < slot.count) & (stretch_start(&stretches[i]) <= at);
	return t->stretches[found].value;
}

bool
prefixes_find(const struct prefixes *t, const struct address *a, size_t *ret)
{
	uint32_t value;

	if (a->family == 0)
		return false;
	value = find_stretch(t, t->line[a->family == 6], bits_at(a->bytes));
	if (value & LONGER)
		value = find_stretch(t, t->longer[value & ~LONGER],
		    bits_at(a->bytes + 8));
	if (value == NOTHING)
		return false;
	if (ret != NULL)
		*ret = value;
	return true;
}

/* --- building ------------------------------------------------------------ */

/* A prefix, as it is sorted. */
struct item {
	uint64_t high, low;
	uint32_t place;
	uint8_t family, prefix;
};

/* Items with the same first 64 bits that say more than those. */
struct run {
	size_t first, count;	/* of the items */
	uint32_t around;	/* what holds them all */
};

struct building {
	struct prefixes t;	/* its arrays still each alone */
	struct item *items;
	struct run *runs;	/* one for each of ${t->longer} */
	size_t count, stretches, slots, divisions, longer;
	size_t slots_room, divisions_room;
};

static int
compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	return x->place < y->place ? -1 : 1;
}

/* The same prefix as the item before it? */
static bool
is_repeated(const struct item *items, size_t i)
{
	return i > 0 && items[i].family == items[i - 1].family &&
	    items[i].high == items[i - 1].high &&
	    items[i].low == items[i - 1].low &&
	    items[i].prefix == items[i - 1].prefix;
}

/* How many items from ${i} on are longer than 64 bits, these all the same? */
static size_t
run_length(const struct building *b, size_t i)
{
	size_t end = i;

	while (end < b->count && b->items[end].prefix > 64 &&
	    b->items[end].family == b->items[i].family &&
	    b->items[end].high == b->items[i].high)
		end++;
	return end - i;
}

/* Make room for ${more} of ${size} octets after ${used}; -1 and ${*array} as
 * it was if there is none. */
static int
make_room(void **array, size_t used, size_t more, size_t *room, size_t size)
{
	size_t wanted = used + more > 2 * *room ? used + more : 2 * *room;
	void *grown;

	if (used + more <= *room)
		return 0;
	if ((grown = realloc(*array, wanted * size)) == NULL)
		return -1;
	*array = grown;
	*room = wanted;
	return 0;
}

static int divide(struct building *b, uint32_t first, uint32_t count,
    struct slot *ret);

/* Fill the slots of ${d}.  Nothing that ${b} has grows is pointed to, as it
 * may grow on the way. */
static int
fill_slots(struct building *b, struct division d)
{
	uint32_t at = d.first;

	for (uint32_t i = 0; i < d.slots; i++) {
		uint32_t first = at;
		struct slot slot;

		while (at <= d.last && (stretch_start(&b->t.stretches[at]) -
		    d.start) >> d.shift == i)
			at++;
		if (divide(b, first, at - first, &slot) != 0)
			return -1;
		b->t.slots[d.slot + i] = slot;
	}
	return 0;
}

/*
 * Make a slot of ${count} stretches, divided if they are many: into as many
 * parts as there are stretches at most, and more than half of that.  The first
 * and the last are then in different ones, so this ends.
 */
static int
divide(struct building *b, uint32_t first, uint32_t count, struct slot *ret)
{
	const struct stretch *stretches = b->t.stretches;
	void *divisions = b->t.divisions, *slots = b->t.slots;
	struct division d = { .first = first };
	uint64_t reach;
	int status;

	ret->first = first & ((1U << 29) - 1);
	ret->count = count & 7;
	if (count <= IN_SLOT)
		return 0;
	d.last = first + count - 1;
	d.start = stretch_start(&stretches[first]);
	reach = stretch_start(&stretches[d.last]) - d.start;
	while (reach >> d.shift >= (uint64_t)count)
		d.shift++;
	d.slots = (uint32_t)(reach >> d.shift) + 1;
	d.slot = (uint32_t)b->slots;
	status = make_room(&divisions, b->divisions, 1, &b->divisions_room,
	    sizeof(d));
	b->t.divisions = divisions;
	if (status == 0)
		status = make_room(&slots, b->slots, d.slots, &b->slots_room,
		    sizeof(*b->t.slots));
	b->t.slots = slots;
	if (status != 0)
		return -1;
	ret->first = b->divisions & ((1U << 29) - 1);
	ret->count = DIVIDED;
	b->t.divisions[b->divisions++] = d;
	b->slots += d.slots;
	return fill_slots(b, d);
}

/* End ${l}, the last of all lines up to now, and make its slots. */
static int
finish_line(struct building *b, struct stretches *l, struct slot *ret)
{
	size_t first = b->stretches + 1;

	stretches_close(l, UINT64_MAX);
	b->stretches += l->count;
	return divide(b, (uint32_t)first, (uint32_t)l->count - 1, ret);
}

/* The line of the first 64 bits of ${family}, whose items start at ${*i}. */
static int
build_line(struct building *b, uint8_t family, size_t *i, struct slot *ret)
{
	struct stretches l;
	size_t length;

	stretches_begin(&l, b->t.stretches + b->stretches, NOTHING);
	for (; *i < b->count && b->items[*i].family == family; *i += length) {
		const struct item *item = &b->items[*i];

		length = run_length(b, *i);
		if (length > 0) {
			stretches_close(&l, item->high);
			b->runs[b->longer] = (struct run){
				*i, length, stretches_around(&l)
			};
			stretches_lay(&l, item->high, 64,
			    LONGER | (uint32_t)b->longer++);
			continue;
		}
		length = 1;
		if (!is_repeated(b->items, *i))
			stretches_lay(&l, item->high, item->prefix, item->place);
	}
	return finish_line(b, &l, ret);
}

/* The lines of the last 64 bits. */
static int
build_longer(struct building *b)
{
	for (size_t k = 0; k < b->longer; k++) {
		const struct run *run = &b->runs[k];
		struct stretches l;

		stretches_begin(&l, b->t.stretches + b->stretches, run->around);
		for (size_t i = run->first; i < run->first + run->count; i++) {
			const struct item *item = &b->items[i];

			if (!is_repeated(b->items, i))
				stretches_lay(&l, item->low, item->prefix - 64U,
				    item->place);
		}
		if (finish_line(b, &l, &b->t.longer[k]) != 0)
			return -1;
	}
	return 0;
}

/* Memory that begins with a cache line; a large piece is on huge pages, as each
 * step of a look-up would also miss the TLB. */
static void *
aligned(size_t size)
{
	size_t unit = size >= HUGE_PAGE / 2 ? HUGE_PAGE : CACHE_LINE;
	void *memory;

	size = (size + unit - 1) / unit * unit;
	memory = aligned_alloc(unit, size);
	if (memory != NULL && unit == HUGE_PAGE)
		madvise(memory, size, MADV_HUGEPAGE);
	return memory;
}

/* Copy ${size} octets to ${*at}, after which it stands behind them. */
static void *
append(uint8_t **at, const void *array, size_t size)
{
	void *copy = *at;

	if (size > 0)
		memcpy(copy, array, size);
	*at += size;
	return copy;
}

/* The table itself.  Divisions come first, so that none lies across two
 * lines. */
static struct prefixes *
pack(const struct building *b)
{
	size_t head = (sizeof(struct prefixes) + CACHE_LINE - 1) /
	    CACHE_LINE * CACHE_LINE;
	size_t divisions = b->divisions * sizeof(*b->t.divisions);
	size_t stretches = b->stretches * sizeof(*b->t.stretches);
	size_t slots = b->slots * sizeof(*b->t.slots);
	size_t longer = b->longer * sizeof(*b->t.longer);
	size_t bytes = head + divisions + stretches + slots + longer;
	struct prefixes *t = aligned(bytes);
	uint8_t *at;

	if (t == NULL)
		return NULL;
	at = (uint8_t *)t + head;
	*t = b->t;
	t->bytes = bytes;
	t->divisions = append(&at, b->t.divisions, divisions);
	t->stretches = append(&at, b->t.stretches, stretches);
	t->slots = append(&at, b->t.slots, slots);
	t->longer = append(&at, b->t.longer, longer);
	return t;
}

/* Each run is one more line, and one more prefix on the line of its first
 * bits; a prefix starts a stretch and ends one. */
static int
build(struct building *b)
{
	struct prefixes *t = &b->t;
	size_t runs = 0, length, most, i = 0;

	qsort(b->items, b->count, sizeof(*b->items), compare_items);
	for (size_t k = 0; k < b->count; k += length > 0 ? length : 1) {
		length = run_length(b, k);
		runs += length > 0;
	}
	most = 2 * (b->count + runs) + runs + 2 + IN_SLOT;
	b->runs = calloc(runs + 1, sizeof(*b->runs));
	t->longer = calloc(runs + 1, sizeof(*t->longer));
	t->stretches = malloc(most * sizeof(*t->stretches));
	if (b->runs == NULL || t->longer == NULL || t->stretches == NULL)
		return -1;
	if (build_line(b, 4, &i, &t->line[0]) != 0 ||
	    build_line(b, 6, &i, &t->line[1]) != 0 || build_longer(b) != 0)
		return -1;
	for (i = 0; i < IN_SLOT; i++)	/* read over, never used */
		t->stretches[b->stretches++] = stretch_make(0, NOTHING);
	return 0;
}

static struct item *
items_of(const struct netblock *blocks, size_t count)
{
	struct item *items = malloc((count + 1) * sizeof(*items));

	for (size_t i = 0; items != NULL && i < count; i++) {
		items[i].high = bits_at(blocks[i].base.bytes);
		items[i].low = bits_at(blocks[i].base.bytes + 8);
		items[i].place = (uint32_t)i;
		items[i].family = blocks[i].base.family;
		items[i].prefix = blocks[i].prefix;
	}
	return items;
}

struct prefixes *
prefixes_new(const struct netblock *blocks, size_t count)
{
	struct building b = { .count = count };
	struct prefixes *t = NULL;

	if (count > PREFIXES_MAX)
		return NULL;
	b.items = items_of(blocks, count);
	if (b.items != NULL && build(&b) == 0)
		t = pack(&b);
	free(b.items);
	free(b.runs);
	free(b.t.divisions);
	free(b.t.stretches);
	free(b.t.slots);
	free(b.t.longer);
	return t;
}

size_t
prefixes_bytes(const struct prefixes *t)
{
	return t->bytes;
}

void
prefixes_free(struct prefixes *t)
{
	free(t);
}
