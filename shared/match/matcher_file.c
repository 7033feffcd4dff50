#include <stdlib.h>

#include "match/matcher.h"
#include "match/matcher_data.h"

enum {
	TAILS, WHOLES, SLOTS, ARENA, SETS, NOTES,
	DETAILS			/* and the DETAILS_PARTS - 1 after it */
};

_Static_assert(DETAILS + DETAILS_PARTS == MATCHER_PARTS, "all parts counted");

static struct matcher_part
part(const void *octets, size_t length)
{
	return (struct matcher_part){ (void *)(uintptr_t)octets, length };
}

void
matcher_parts(const struct matcher *m, struct matcher_part ret[MATCHER_PARTS])
{
	ret[TAILS] = part(m->tails.words, (m->tails.mask + 1) *
	    sizeof(uint64_t));
	ret[WHOLES] = part(m->wholes.words, (m->wholes.mask + 1) *
	    sizeof(uint64_t));
	ret[SLOTS] = part(m->slots, (m->slot_mask + 1) * sizeof(*m->slots));
	ret[ARENA] = part(m->arena, m->arena_used +
	    sizeof(struct record));
	ret[SETS] = part(m->sets, m->set_count * sizeof(*m->sets));
	ret[NOTES] = part(m->notes, m->note_count * sizeof(*m->notes));
	for (unsigned i = 0; i < DETAILS_PARTS; i++) {
		size_t length;
		const void *octets = details_octets(m->details, i, &length);

		ret[DETAILS + i] = part(octets, length);
	}
}

/* Is ${p} an array of 2^n items of ${item} octets? */
static bool
is_table(const struct matcher_part *p, size_t item)
{
	size_t count = p->length / item;

	return count > 0 && p->length % item == 0 &&
	    (count & (count - 1)) == 0;
}

/* Do all slots lead into the arena, and is there an empty one to end at? */
static bool
check_slots(struct matcher *m)
{
	size_t empty = 0, astray = 0;

	for (uint64_t i = 0; i <= m->slot_mask; i++) {
		uint32_t place = m->slots[i].place;

		empty += place == 0;
		astray += place >= m->arena_used;
	}
	m->names = m->slot_mask + 1 - empty;
	return empty > 0 && astray == 0;
}

static struct details *
map_details(const struct matcher_part *parts)
{
	const void *octets[DETAILS_PARTS];
	size_t lengths[DETAILS_PARTS];

	for (int i = 0; i < DETAILS_PARTS; i++) {
		octets[i] = parts[i].octets;
		lengths[i] = parts[i].length;
	}
	return details_map(octets, lengths);
}

struct matcher *
matcher_map(const struct matcher_part parts[MATCHER_PARTS])
{
	struct matcher *m;

	if (!is_table(&parts[TAILS], sizeof(uint64_t)) ||
	    !is_table(&parts[WHOLES], sizeof(uint64_t)) ||
	    !is_table(&parts[SLOTS], sizeof(struct slot)) ||
	    parts[ARENA].length < sizeof(struct record) ||
	    parts[ARENA].length > UINT32_MAX ||
	    parts[SETS].length % sizeof(struct rule_set) != 0 ||
	    parts[NOTES].length % sizeof(struct note) != 0 ||
	    (m = calloc(1, sizeof(*m))) == NULL)
		return NULL;
	m->mapped = true;
	m->tails.words = parts[TAILS].octets;
	m->tails.mask = parts[TAILS].length / sizeof(uint64_t) - 1;
	m->wholes.words = parts[WHOLES].octets;
	m->wholes.mask = parts[WHOLES].length / sizeof(uint64_t) - 1;
	m->slots = parts[SLOTS].octets;
	m->slot_mask = parts[SLOTS].length / sizeof(struct slot) - 1;
	m->arena = parts[ARENA].octets;
	m->arena_size = parts[ARENA].length;
	m->arena_used = parts[ARENA].length - sizeof(struct record);
	m->sets = parts[SETS].octets;
	m->set_count = m->set_size = parts[SETS].length /
	    sizeof(struct rule_set);
	m->notes = parts[NOTES].octets;
	m->note_count = m->note_size = parts[NOTES].length /
	    sizeof(struct note);
	m->details = map_details(&parts[DETAILS]);
	if (m->details == NULL || !check_slots(m)) {
		matcher_free(m);
		return NULL;
	}
	return m;
}
