#include "match/prefixes.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "match/prefixes_data.h"

#define CACHE_LINE 64
#define HUGE_PAGE (2U << 20)
#define FULL 3			/* stretches a slot, at most on average */
#define BUCKET_FULL 4		/* words a bucket, likewise */

/* A prefix, as it is sorted. */
struct item {
	uint64_t high, low;
	uint32_t place;
	uint8_t family, prefix;
};

/* Items that go on behind the same word. */
struct run {
	size_t first, count;	/* of the items */
	unsigned word;		/* the next: 1 to 3 */
	uint32_t around;	/* what holds them all */
	uint32_t to;		/* 2: of the halves; 3: of the lines */
};

/* Elements of ${size} octets. */
struct growing {
	void *octets;
	size_t size, used, room;
};

struct building {
	struct prefixes t;	/* its arrays not yet */
	struct item *items;
	size_t count, run;	/* run: which is to be built next */
	struct growing runs, stretches, slots, divisions, halves, lines,
	    buckets;
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

static uint32_t
item_word(const struct item *item, unsigned word)
{
	uint64_t half = word < 2 ? item->high : item->low;

	return (uint32_t)(word % 2 == 0 ? half >> 32 : half);
}

/* How many items from ${i} on, before ${end}, go on behind ${word}, which is
 * the same in all? */
static size_t
run_length(const struct item *items, size_t i, size_t end, unsigned word)
{
	size_t at = i;

	while (at < end && items[at].prefix > 32 * (word + 1) &&
	    item_word(&items[at], word) == item_word(&items[i], word))
		at++;
	return at - i;
}

/* Make room for ${more} elements; -1, and nothing happened, if memory is
 * short. */
static int
make_room(struct growing *g, size_t more)
{
	size_t wanted = g->used + more;
	void *grown;

	if (wanted <= g->room)
		return 0;
	if (wanted < 2 * g->room)
		wanted = 2 * g->room;
	if ((grown = realloc(g->octets, wanted * g->size)) == NULL)
		return -1;
	g->octets = grown;
	g->room = wanted;
	return 0;
}

static struct stretch *
stretch_at(const struct building *b, size_t i)
{
	return (struct stretch *)b->stretches.octets + i;
}

static slot *
slot_at(const struct building *b, size_t i)
{
	return (slot *)b->slots.octets + i;
}

static slot *
line_at(const struct building *b, size_t i)
{
	return (slot *)b->lines.octets + i;
}

/* --- slots --------------------------------------------------------------- */

static int make_division(struct building *b, size_t first, size_t count,
    struct division *ret);

/* Make a slot of ${count} stretches, divided if they are many. */
static int
make_slot(struct building *b, size_t first, size_t count, slot *ret)
{
	struct division d;

	if (count <= IN_SLOT) {
		*ret = slot_make(first, count);
		return 0;
	}
	if (make_division(b, first, count, &d) != 0 ||
	    make_room(&b->divisions, 1) != 0)
		return -1;
	*ret = slot_make(b->divisions.used, DIVIDED);
	((struct division *)b->divisions.octets)[b->divisions.used++] = d;
	return 0;
}

/* Fill the slots of ${d} with ${count} stretches. */
static int
fill_slots(struct building *b, const struct division *d, size_t first,
    size_t count)
{
	size_t at = first, from;
	slot s;

	for (uint32_t i = 0; i < d->slots; i++) {
		from = at;
		while (at < first + count &&
		    (stretch_at(b, at)->start - d->start) >> d->shift == i)
			at++;
		if (make_slot(b, from, at - from, &s) != 0)
			return -1;
		*slot_at(b, d->slot + i) = s;
	}
	*slot_at(b, d->slot + d->slots) = slot_make(at, 0);
	*slot_at(b, d->slot + d->slots + 1) = slot_make(first, 0);
	return 0;
}

/*
 * Divide ${count} stretches into as many parts as FULL is the mean of, and down
 * to half as many, but at least two.  The first and the last are then in
 * different ones, so this ends.
 */
static int
make_division(struct building *b, size_t first, size_t count,
    struct division *ret)
{
	size_t parts = count > 2 * FULL ? count / FULL : 2;
	struct division d = { .slot = (uint32_t)b->slots.used };
	uint32_t reach;

	if (count > 0) {
		d.start = stretch_at(b, first)->start;
		reach = stretch_at(b, first + count - 1)->start - d.start;
		while (reach >> d.shift >= parts)
			d.shift++;
		d.slots = (reach >> d.shift) + 1;
	}
	if (make_room(&b->slots, d.slots + 2) != 0)
		return -1;
	b->slots.used += d.slots + 2;
	*ret = d;
	return fill_slots(b, &d, first, count);
}

/* --- lines --------------------------------------------------------------- */

/* Note ${run} for later, and what its stretch is to say, if it has one: those
 * behind a first word are found by their hash. */
static int
note_run(struct building *b, struct run run, uint32_t *retvalue)
{
	struct growing *to = run.word == 2 ? &b->halves : &b->lines;

	if (run.word > 1) {
		if (make_room(to, 1) != 0)
			return -1;
		run.to = (uint32_t)to->used++;
	}
	if (make_room(&b->runs, 1) != 0)
		return -1;
	((struct run *)b->runs.octets)[b->runs.used++] = run;
	*retvalue = LONGER | run.to;
	return 0;
}

/* Lay the items of ${r} along the line of their word.  Each takes a stretch and
 * ends one, or a run of them does. */
static int
lay_items(struct building *b, struct stretches *l, const struct run *r)
{
	size_t end = r->first + r->count, length;

	for (size_t i = r->first; i < end; i += length > 0 ? length : 1) {
		const struct item *item = &b->items[i];
		uint32_t word = item_word(item, r->word), value;
		struct run run = { i, 0, r->word + 1, 0, 0 };

		run.count = length = run_length(b->items, i, end, r->word);
		if (length == 0) {
			if (!is_repeated(b->items, i))
				stretches_lay(l, word,
				    item->prefix - 32 * r->word, item->place);
			continue;
		}
		stretches_close(l, word);
		run.around = stretches_around(l);
		if (note_run(b, run, &value) != 0)
			return -1;
		if (r->word > 0)
			stretches_lay(l, word, 32, value);
	}
	return 0;
}

/* Cut the line of ${r}; the first of its stretches starts at 0. */
static int
cut_line(struct building *b, const struct run *r, size_t *retfirst,
    size_t *retcount)
{
	size_t first = b->stretches.used;
	struct stretches l;

	if (make_room(&b->stretches, 2 * r->count + 1) != 0)
		return -1;
	stretches_begin(&l, stretch_at(b, first), r->around);
	if (lay_items(b, &l, r) != 0)
		return -1;
	stretches_close(&l, UINT32_MAX);
	b->stretches.used += l.count;
	*retfirst = first;
	*retcount = l.count;
	return 0;
}

static int
build_line(struct building *b, const struct run *r, slot *ret)
{
	size_t first, count;

	if (cut_line(b, r, &first, &count) != 0)
		return -1;
	return make_slot(b, first + 1, count - 1, ret);
}

/* The line of the first words of all ${count} items from ${i} on. */
static int
build_top(struct building *b, size_t i, size_t count, struct division *ret)
{
	struct run r = { .first = i, .count = count, .around = NOTHING };
	size_t first;

	if (cut_line(b, &r, &first, &count) != 0)
		return -1;
	return make_division(b, first + 1, count - 1, ret);
}

/* What is behind 64 bits: one prefix, or a line. */
static int
build_half(struct building *b, const struct run *r)
{
	const struct item *first = &b->items[r->first],
	    *last = first + r->count - 1;
	struct half half = { .outside = r->around };
	size_t line;
	slot s;

	if (first->low == last->low && first->prefix == last->prefix) {
		half.bits = first->low;
		half.mask = UINT64_MAX << (128 - first->prefix);
		half.inside = first->place;
	} else {
		if (make_room(&b->lines, 1) != 0)
			return -1;
		line = b->lines.used++;
		if (build_line(b, r, &s) != 0)
			return -1;
		*line_at(b, line) = s;
		half.inside = LONGER | (uint32_t)line;
	}
	((struct half *)b->halves.octets)[r->to] = half;
	return 0;
}

static void
add_to_bucket(struct building *b, uint32_t word, slot line)
{
	struct bucket *buckets = b->buckets.octets;
	size_t i = bucket_of(&b->t, word), k = 0;

	while (buckets[i].line[k] != 0) {
		if (++k == IN_BUCKET) {
			i = i == b->t.last_bucket ? 0 : i + 1;
			k = 0;
		}
	}
	buckets[i].word[k] = word;
	buckets[i].line[k] = line;
}

/* Buckets for ${count} words, never only one, as its number would have no
 * bits. */
static int
make_buckets(struct building *b, size_t count)
{
	size_t buckets = 2;

	b->t.bucket_shift = 31;
	for (; buckets < count / BUCKET_FULL; buckets *= 2)
		b->t.bucket_shift--;
	if (make_room(&b->buckets, buckets) != 0)
		return -1;
	memset(b->buckets.octets, 0, buckets * sizeof(struct bucket));
	b->buckets.used = buckets;
	b->t.last_bucket = (uint32_t)buckets - 1;
	return 0;
}

static int
build_run(struct building *b, const struct run *r)
{
	slot line;

	if (r->word == 2)
		return build_half(b, r);
	if (build_line(b, r, &line) != 0)
		return -1;
	if (r->word == 1)
		add_to_bucket(b, item_word(&b->items[r->first], 0), line);
	else
		*line_at(b, r->to) = line;
	return 0;
}

/* --- the table ----------------------------------------------------------- */

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

static size_t
octets_of(const struct growing *g)
{
	return g->used * g->size;
}

/* Copy ${g} to ${*at}, after which it stands behind them. */
static void *
append(uint8_t **at, const struct growing *g)
{
	void *copy = *at;

	if (g->used > 0)
		memcpy(copy, g->octets, octets_of(g));
	*at += octets_of(g);
	return copy;
}

/* The table itself.  Buckets and halves come first, so that none lies across
 * two cache lines. */
static struct prefixes *
pack(const struct building *b)
{
	size_t head = (sizeof(struct prefixes) + CACHE_LINE - 1) /
	    CACHE_LINE * CACHE_LINE;
	size_t bytes = head + octets_of(&b->buckets) + octets_of(&b->halves) +
	    octets_of(&b->divisions) + octets_of(&b->stretches) +
	    octets_of(&b->slots) + octets_of(&b->lines);
	struct prefixes *t = aligned(bytes);
	uint8_t *at;

	if (t == NULL)
		return NULL;
	at = (uint8_t *)t + head;
	*t = b->t;
	t->bytes = bytes;
	t->buckets = append(&at, &b->buckets);
	t->halves = append(&at, &b->halves);
	t->divisions = append(&at, &b->divisions);
	t->stretches = append(&at, &b->stretches);
	t->slots = append(&at, &b->slots);
	t->lines = append(&at, &b->lines);
	return t;
}

/* All lines: those of first words, then what is found on the way. */
static int
build(struct building *b)
{
	size_t v4 = 0;

	qsort(b->items, b->count, sizeof(*b->items), compare_items);
	while (v4 < b->count && b->items[v4].family == 4)
		v4++;
	if (build_top(b, 0, v4, &b->t.v4) != 0 ||
	    build_top(b, v4, b->count - v4, &b->t.v6) != 0 ||
	    make_buckets(b, b->runs.used) != 0)
		return -1;
	for (; b->run < b->runs.used; b->run++) {
		struct run r = ((struct run *)b->runs.octets)[b->run];

		if (build_run(b, &r) != 0)
			return -1;
	}
	if (make_room(&b->stretches, IN_LOOK) != 0)
		return -1;
	memset(stretch_at(b, b->stretches.used), 0,
	    IN_LOOK * sizeof(struct stretch));	/* read over, never used */
	b->stretches.used += IN_LOOK;
	return 0;
}

static struct item *
items_of(const struct netblock *blocks, size_t count)
{
	struct item *items = malloc((count + 1) * sizeof(*items));
	uint64_t half;

	for (size_t i = 0; items != NULL && i < count; i++) {
		memcpy(&half, blocks[i].base.bytes, sizeof(half));
		items[i].high = be64toh(half);
		memcpy(&half, blocks[i].base.bytes + 8, sizeof(half));
		items[i].low = be64toh(half);
		items[i].place = (uint32_t)i;
		items[i].family = blocks[i].base.family;
		items[i].prefix = blocks[i].prefix;
	}
	return items;
}

struct prefixes *
prefixes_new(const struct netblock *blocks, size_t count)
{
	struct building b = {
		.count = count,
		.runs.size = sizeof(struct run),
		.stretches.size = sizeof(struct stretch),
		.slots.size = sizeof(slot),
		.divisions.size = sizeof(struct division),
		.halves.size = sizeof(struct half),
		.lines.size = sizeof(slot),
		.buckets.size = sizeof(struct bucket)
	};
	struct prefixes *t = NULL;

	if (count > PREFIXES_MAX)
		return NULL;
	b.items = items_of(blocks, count);
	if (b.items != NULL && build(&b) == 0)
		t = pack(&b);
	free(b.items);
	free(b.runs.octets);
	free(b.stretches.octets);
	free(b.slots.octets);
	free(b.divisions.octets);
	free(b.halves.octets);
	free(b.lines.octets);
	free(b.buckets.octets);
	return t;
}
