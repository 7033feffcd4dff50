#include "match/pattern_notes.h"

#include <stdbool.h>
#include <stdlib.h>

#include "match/name_hash.h"

struct pattern_notes {
	struct details *details;
	struct pattern_note *notes;
	size_t count, size;
	bool mapped;		/* the notes are somebody else's */
};

struct pattern_notes *
pattern_notes_new(void)
{
	struct pattern_notes *n = calloc(1, sizeof(*n));

	if (n == NULL)
		return NULL;
	if ((n->details = details_new()) == NULL) {
		free(n);
		return NULL;
	}
	return n;
}

int
pattern_notes_add(struct pattern_notes *n, const char *text, size_t length,
    unsigned list, const struct list_detail *detail)
{
	int32_t number = details_add(n->details, detail);

	if (number < 0)
		return -1;
	if (n->count == n->size) {
		size_t size = 2 * n->size + 64;
		struct pattern_note *more = realloc(n->notes,
		    size * sizeof(*more));

		if (more == NULL)
			return -1;
		n->notes = more;
		n->size = size;
	}
	n->notes[n->count++] = (struct pattern_note){
		name_hash(text, length), (uint32_t)number, list
	};
	return 0;
}

static int
by_hash(const void *x, const void *y)
{
	const struct pattern_note *a = x, *b = y;

	return a->hash != b->hash ? (a->hash < b->hash ? -1 : 1) :
	    (int)a->list - (int)b->list;
}

void
pattern_notes_finish(struct pattern_notes *n)
{
	if (n->count > 1)
		qsort(n->notes, n->count, sizeof(*n->notes), by_hash);
}

/* The first note with ${hash} or behind it. */
static size_t
first_note(const struct pattern_notes *n, uint64_t hash)
{
	size_t low = 0, high = n->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (n->notes[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint64_t
pattern_notes_find(const struct pattern_notes *n, const char *text,
    size_t length, uint64_t lists, struct list_detail *ret)
{
	uint64_t hash = name_hash(text, length), rated = 0;
	struct list_condition condition;
	struct list_detail detail;

	for (size_t i = first_note(n, hash);
	    i < n->count && n->notes[i].hash == hash; i++) {
		uint64_t bit = UINT64_C(1) << (n->notes[i].list & 63);

		if ((lists & bit) == 0)
			continue;
		details_get(n->details, n->notes[i].detail, &detail,
		    &condition);
		list_detail_merge(ret, &detail);
		if (detail.severity != LIST_SEVERITY_NONE)
			rated |= bit;
	}
	return rated;
}

const void *
pattern_notes_octets(const struct pattern_notes *n, unsigned part,
    size_t *retlength)
{
	if (part > 0)
		return details_octets(n->details, part - 1, retlength);
	*retlength = n->count * sizeof(*n->notes);
	return n->notes;
}

struct pattern_notes *
pattern_notes_map(const void *const parts[PATTERN_NOTES_PARTS],
    const size_t lengths[PATTERN_NOTES_PARTS])
{
	struct pattern_notes *n;

	if (lengths[0] % sizeof(*n->notes) != 0 ||
	    (n = calloc(1, sizeof(*n))) == NULL)
		return NULL;
	n->mapped = true;
	n->notes = (struct pattern_note *)(uintptr_t)parts[0];
	n->count = lengths[0] / sizeof(*n->notes);
	n->details = details_map(parts + 1, lengths + 1);
	if (n->details == NULL) {
		free(n);
		return NULL;
	}
	return n;
}

void
pattern_notes_free(struct pattern_notes *n)
{
	if (n == NULL)
		return;
	details_free(n->details);
	if (!n->mapped)
		free(n->notes);
	free(n);
}
