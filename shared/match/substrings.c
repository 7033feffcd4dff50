#include "match/substrings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "match/name_hash.h"

#define STAGES 4		/* beginnings of 1, 2, 4 and 8 octets */
#define BITS_PER_STRING 16

struct item {
	uint64_t lists;
	uint32_t at;		/* in the texts */
	uint16_t length;
};

struct slot {
	uint32_t tag;		/* high half of the hash */
	uint32_t number;	/* of the item, from 1; 0: empty */
};

/* The strings that are looked for by as many first octets. */
struct stage {
	uint64_t *words;	/* a Bloom filter, three bits in one word */
	uint64_t word_mask;	/* words - 1 */
	size_t strings;
	size_t lengths;		/* distinct */
	uint16_t length[SUBSTRINGS_LENGTH_MAX];	/* the longest first */
};

struct substrings {
	struct item *items;
	size_t count, size;
	char *texts;
	size_t used, room;
	struct slot *slots;
	uint64_t slot_mask;	/* slots - 1 */
	struct stage stages[STAGES];
};

/* --- beginnings ---------------------------------------------------------- */

static unsigned
stage_of(size_t length)
{
	return length >= 8 ? 3 : length >= 4 ? 2 : length >= 2 ? 1 : 0;
}

/* The octets by which the stage looks, all at once. */
static inline uint64_t
eight_octets(const char *at)
{
	uint64_t octets;

	memcpy(&octets, at, sizeof(octets));
	return octets;
}

/* A hash of the first 1, 2, 4 or 8 of ${octets}, as they lie in memory. */
static inline uint64_t
beginning(uint64_t octets, unsigned stage)
{
	unsigned unused = 64 - (8u << stage);

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	octets <<= unused;
#else
	octets >>= unused;
#endif
	octets *= UINT64_C(0x9e3779b97f4a7c15);
	octets ^= octets >> 32;
	return octets * UINT64_C(0xd6e8feb86659fd93);
}

/* Three bits; the word is chosen by others, the high ones being the best. */
static inline uint64_t
filter_bits(uint64_t hash)
{
	return UINT64_C(1) << (hash >> 58) | UINT64_C(1) << (hash >> 52 & 63) |
	    UINT64_C(1) << (hash >> 46 & 63);
}

static inline uint64_t *
filter_word(const struct stage *t, uint64_t hash)
{
	return &t->words[hash >> 20 & t->word_mask];
}

static inline bool
may_begin(const struct stage *t, uint64_t hash)
{
	uint64_t bits = filter_bits(hash);

	return (*filter_word(t, hash) & bits) == bits;
}

/* --- building ------------------------------------------------------------ */

struct substrings *
substrings_new(void)
{
	return calloc(1, sizeof(struct substrings));
}

/* Room for ${count} more items of ${item} octets; NULL if memory is short. */
static void *
grow(void *array, size_t used, size_t *size, size_t count, size_t item)
{
	size_t larger = *size + *size / 2 + count + 64;
	void *grown;

	if (used + count <= *size)
		return array;
	if ((grown = realloc(array, larger * item)) != NULL)
		*size = larger;
	return grown;
}

int
substrings_add(struct substrings *s, const char *text, size_t length,
    uint64_t lists)
{
	struct item *items;
	char *texts;

	if (s->count >= SUBSTRINGS_MAX || s->used + length > UINT32_MAX) {
		errno = EOVERFLOW;
		return -1;
	}
	items = grow(s->items, s->count, &s->size, 1, sizeof(*items));
	if (items == NULL)
		return -1;
	s->items = items;
	texts = grow(s->texts, s->used, &s->room, length, 1);
	if (texts == NULL)
		return -1;
	s->texts = texts;
	memcpy(texts + s->used, text, length);
	items[s->count++] = (struct item){
		lists, (uint32_t)s->used, (uint16_t)length
	};
	s->used += length;
	return 0;
}

static uint64_t
power_of_two(uint64_t wanted)
{
	uint64_t power = 1;

	while (power < wanted)
		power *= 2;
	return power;
}

/* Find the slot of a string, or the empty one where it would go. */
static struct slot *
find_slot(const struct substrings *s, const char *text, size_t length,
    uint64_t hash)
{
	uint32_t tag = (uint32_t)(hash >> 32);

	for (uint64_t i = hash & s->slot_mask;; i = (i + 1) & s->slot_mask) {
		struct slot *slot = &s->slots[i];
		const struct item *item;

		if (slot->number == 0)
			return slot;
		if (slot->tag != tag)
			continue;
		item = &s->items[slot->number - 1];
		if (item->length == length &&
		    memcmp(s->texts + item->at, text, length) == 0)
			return slot;
	}
}

/* Say by stage how many strings there are, and of which lengths. */
static void
count_lengths(struct substrings *s)
{
	bool there[SUBSTRINGS_LENGTH_MAX + 1] = { false };

	for (size_t i = 0; i < s->count; i++) {
		there[s->items[i].length] = true;
		s->stages[stage_of(s->items[i].length)].strings++;
	}
	for (size_t length = SUBSTRINGS_LENGTH_MAX; length > 0; length--) {
		struct stage *t = &s->stages[stage_of(length)];

		if (there[length])
			t->length[t->lengths++] = (uint16_t)length;
	}
}

static int
make_filters(struct substrings *s)
{
	for (unsigned i = 0; i < STAGES; i++) {
		struct stage *t = &s->stages[i];
		uint64_t words = power_of_two(
		    (t->strings * BITS_PER_STRING + 63) / 64);

		if (t->strings == 0)
			continue;
		t->words = calloc(words, sizeof(*t->words));
		t->word_mask = words - 1;
		if (t->words == NULL)
			return -1;
	}
	return 0;
}

/* Let the stage of a string know how it begins. */
static void
add_beginning(struct substrings *s, const struct item *item)
{
	unsigned i = stage_of(item->length);
	char octets[8] = "";
	uint64_t hash;

	memcpy(octets, s->texts + item->at, (size_t)1 << i);
	hash = beginning(eight_octets(octets), i);
	*filter_word(&s->stages[i], hash) |= filter_bits(hash);
}

/* Index the strings; those that are there already give up their place. */
static void
index_items(struct substrings *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++) {
		struct item item = s->items[i];
		const char *text = s->texts + item.at;
		uint64_t hash = name_hash(text, item.length);
		struct slot *slot = find_slot(s, text, item.length, hash);

		if (slot->number != 0) {
			s->items[slot->number - 1].lists |= item.lists;
			continue;
		}
		s->items[kept++] = item;
		slot->tag = (uint32_t)(hash >> 32);
		slot->number = (uint32_t)kept;
		add_beginning(s, &item);
	}
	s->count = kept;
}

int
substrings_finish(struct substrings *s)
{
	uint64_t slots = power_of_two(s->count + s->count / 2 + 1);

	count_lengths(s);
	s->slots = calloc(slots, sizeof(*s->slots));
	s->slot_mask = slots - 1;
	if (s->slots == NULL || make_filters(s) != 0)
		return -1;
	index_items(s);
	return 0;
}

/* --- looking ------------------------------------------------------------- */

/* The longest string of a stage at the start of ${text}, if it is longer than
 * ${length}, which is then its length; its number, or 0. */
static uint32_t
longest_here(const struct substrings *s, const struct stage *t,
    const char *text, size_t left, size_t *length)
{
	for (size_t i = 0; i < t->lengths && t->length[i] > *length; i++) {
		size_t here = t->length[i];
		uint32_t number;

		if (here > left)
			continue;
		number = find_slot(s, text, here, name_hash(text, here))->
		    number;
		if (number != 0) {
			*length = here;
			return number;
		}
	}
	return 0;
}

bool
substrings_find(const struct substrings *s, const char *text, size_t length,
    struct substring *ret)
{
	size_t best = 0;
	uint32_t number = 0;

	for (size_t at = 0; length - at > best; at++) {
		uint64_t octets = eight_octets(text + at);

		for (unsigned i = STAGES; i-- > 0;) {
			const struct stage *t = &s->stages[i];
			uint32_t here;

			if (t->lengths == 0 || t->length[0] <= best ||
			    !may_begin(t, beginning(octets, i)))
				continue;
			here = longest_here(s, t, text + at, length - at,
			    &best);
			number = here != 0 ? here : number;
		}
	}
	if (number == 0)
		return false;
	*ret = substrings_get(s, number - 1);
	return true;
}

size_t
substrings_count(const struct substrings *s)
{
	return s->count;
}

struct substring
substrings_get(const struct substrings *s, size_t number)
{
	const struct item *item = &s->items[number];

	return (struct substring){
		s->texts + item->at, item->length, item->lists
	};
}

size_t
substrings_bytes(const struct substrings *s)
{
	size_t bytes = sizeof(*s) + s->size * sizeof(*s->items) + s->room;

	if (s->slots != NULL)
		bytes += (s->slot_mask + 1) * sizeof(*s->slots);
	for (unsigned i = 0; i < STAGES; i++) {
		if (s->stages[i].words != NULL)
			bytes += (s->stages[i].word_mask + 1) *
			    sizeof(*s->stages[i].words);
	}
	return bytes;
}

void
substrings_free(struct substrings *s)
{
	if (s == NULL)
		return;
	for (unsigned i = 0; i < STAGES; i++)
		free(s->stages[i].words);
	free(s->slots);
	free(s->texts);
	free(s->items);
	free(s);
}
