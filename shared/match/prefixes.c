#include "match/prefixes.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "match/prefixes_data.h"

static inline uint32_t
word_at(const uint8_t *octets)
{
	uint32_t word;

	memcpy(&word, octets, sizeof(word));
	return be32toh(word);
}

/*
 * Each look-up goes elsewhere, so that the processor would foresee most
 * branches wrongly, and begin nothing else while it waits for the memory that
 * decides one.  So what may be counted or chosen without a branch is.
 */

/* ${yes} or ${no}: on its own, it is an instruction and no branch. */
static inline uint32_t
choose(bool which, uint32_t yes, uint32_t no)
{
	return which ? yes : no;
}

/* Four words.  A comparison has all bits set where it holds. */
typedef uint32_t four __attribute__((vector_size(16)));

static inline four
four_at(const void *words)
{
	four f;

	memcpy(&f, words, sizeof(f));
	return f;
}

static inline four
four_of(uint32_t word)
{
	return (four){ word, word, word, word };
}

#define TWO(n, i) { (n) > (i), 0, (n) > (i) + 1, 0 }
#define STARTS(n) { TWO(n, 0), TWO(n, 2), TWO(n, 4), TWO(n, 6) }

/* How many of the first ${count} stretches, IN_LOOK at most, start after
 * ${at}? */
static inline uint32_t
count_after(const struct stretch *stretches, unsigned count, uint32_t at)
{
	/* Ones where the starts of so many are; values stand between. */
	static const four starts[IN_LOOK + 1][4] = {
		STARTS(0), STARTS(1), STARTS(2), STARTS(3), STARTS(4),
		STARTS(5), STARTS(6), STARTS(7), STARTS(8)
	};
	const four *mask = starts[count];
	four limit = four_of(at), after;

	after = (four)(four_at(stretches) > limit) & mask[0];
	after += (four)(four_at(stretches + 2) > limit) & mask[1];
	after += (four)(four_at(stretches + 4) > limit) & mask[2];
	after += (four)(four_at(stretches + 6) > limit) & mask[3];
	return after[0] + after[2];
}

/* The slot of ${d} that ${at} is in. */
static inline slot
find_slot(const struct prefixes *t, const struct division *d, uint32_t at)
{
	uint32_t part = (at - d->start) >> d->shift;

	part = choose(part < d->slots, part, d->slots);
	part = choose(at >= d->start, part, d->slots + 1);
	return t->slots[d->slot + part];
}

/* What the stretch that holds ${at} says, which is one of those of ${s}, or
 * the one before them. */
static inline uint32_t
find_stretch(const struct prefixes *t, slot s, uint32_t at)
{
	const struct stretch *stretches, *end;
	unsigned count;

	while ((s & DIVIDED) == DIVIDED)
		s = find_slot(t, &t->divisions[s >> 4], at);
	count = s & DIVIDED;
	stretches = &t->stretches[s >> 4];
	end = stretches + count - 1;
	if (count > IN_LOOK) {
		end -= count_after(stretches + IN_LOOK, count - IN_LOOK, at);
		count = IN_LOOK;
	}
	return (end - count_after(stretches, count, at))->value;
}

/* The line of ${word} in ${b}, or 0. */
static inline slot
line_in(const struct bucket *b, uint32_t word)
{
	four wanted = four_of(word), line;

	line = (four)(four_at(b->word) == wanted) & four_at(b->line);
	line |= (four)(four_at(b->word + 4) == wanted) & four_at(b->line + 4);
	return line[0] | line[1] | line[2] | line[3];
}

/* The line behind the first word ${word}; 0 if there is none. */
static inline slot
find_line(const struct prefixes *t, uint32_t word)
{
	uint32_t i = bucket_of(t, word);

	for (;;) {
		const struct bucket *b = &t->buckets[i];
		slot line = line_in(b, word);

		if ((line != 0) | (b->line[IN_BUCKET - 1] == 0))
			return line;
		i = i == t->last_bucket ? 0 : i + 1;
	}
}

/* What holds an address whose first 64 bits say ${h} and whose others are at
 * ${octets}. */
static uint32_t
find_half(const struct prefixes *t, const struct half *h,
    const uint8_t *octets)
{
	uint32_t third = word_at(octets), fourth = word_at(octets + 4);
	uint64_t bits = (uint64_t)third << 32 | fourth;
	uint32_t value;

	value = choose(((bits ^ h->bits) & h->mask) == 0, h->inside,
	    h->outside);
	if (value & LONGER)
		value = find_stretch(t, t->lines[value & ~LONGER], third);
	if (value & LONGER)
		value = find_stretch(t, t->lines[value & ~LONGER], fourth);
	return value;
}

/* Whether there is a line behind the first word cannot be foreseen either, so
 * both are looked for. */
static inline uint32_t
find_v6(const struct prefixes *t, const uint8_t *octets)
{
	uint32_t first = word_at(octets), second = word_at(octets + 4), value;
	slot s = find_slot(t, &t->v6, first), line = find_line(t, first);

	value = find_stretch(t, choose(line != 0, line, s),
	    choose(line != 0, second, first));
	if (value & LONGER)
		value = find_half(t, &t->halves[value & ~LONGER], octets + 8);
	return value;
}

static inline uint32_t
find_v4(const struct prefixes *t, const uint8_t *octets)
{
	uint32_t word = word_at(octets);

	return find_stretch(t, find_slot(t, &t->v4, word), word);
}

bool
prefixes_find(const struct prefixes *t, const struct address *a, size_t *ret)
{
	uint32_t value = NOTHING;
	bool found;

	if (a->family == 4)
		value = find_v4(t, a->bytes);
	else if (a->family == 6)
		value = find_v6(t, a->bytes);
	found = value != NOTHING;
	if (ret != NULL)
		*ret ^= (*ret ^ value) & -(size_t)found;
	return found;
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
