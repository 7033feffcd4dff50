#include "match/address_matcher.h"

#include <stdlib.h>

#include "match/prefixes.h"

struct address_matcher {
	struct prefixes *prefixes;	/* NULL until finished */
	struct address_match *entries;	/* in the same order */
	size_t count, room;
};

struct address_matcher *
address_matcher_new(void)
{
	return calloc(1, sizeof(struct address_matcher));
}

int
address_matcher_add(struct address_matcher *m, const struct netblock *block,
    unsigned list)
{
	if (m->count == m->room) {
		size_t room = m->room > 0 ? 2 * m->room : 64;
		struct address_match *grown = realloc(m->entries,
		    room * sizeof(*grown));

		if (grown == NULL)
			return -1;
		m->entries = grown;
		m->room = room;
	}
	m->entries[m->count++] = (struct address_match){
		*block, UINT64_C(1) << list
	};
	return 0;
}

static int
compare_entries(const void *a, const void *b)
{
	const struct address_match *x = a, *y = b;
	int order = memcmp(x->entry.base.bytes, y->entry.base.bytes,
	    sizeof(x->entry.base.bytes));

	if (x->entry.base.family != y->entry.base.family)
		return x->entry.base.family - y->entry.base.family;
	return order != 0 ? order : x->entry.prefix - y->entry.prefix;
}

/* Make one of entries for the same netblock. */
static void
merge_entries(struct address_matcher *m)
{
	size_t kept = 0;

	qsort(m->entries, m->count, sizeof(*m->entries), compare_entries);
	for (size_t i = 0; i < m->count; i++) {
		if (kept > 0 && compare_entries(&m->entries[kept - 1],
		    &m->entries[i]) == 0)
			m->entries[kept - 1].lists |= m->entries[i].lists;
		else
			m->entries[kept++] = m->entries[i];
	}
	m->count = kept;
}

int
address_matcher_finish(struct address_matcher *m)
{
	struct netblock *blocks;

	if (m->count > 0)
		merge_entries(m);
	if ((blocks = calloc(m->count + 1, sizeof(*blocks))) == NULL)
		return -1;
	for (size_t i = 0; i < m->count; i++)
		blocks[i] = m->entries[i].entry;
	m->prefixes = prefixes_new(blocks, m->count);
	free(blocks);
	return m->prefixes != NULL ? 0 : -1;
}

bool
address_matcher_find(const struct address_matcher *m, const struct address *a,
    struct address_match *ret)
{
	size_t place;

	if (!prefixes_find(m->prefixes, a, &place))
		return false;
	*ret = m->entries[place];
	return true;
}

size_t
address_matcher_count(const struct address_matcher *m)
{
	return m->count;
}

size_t
address_matcher_bytes(const struct address_matcher *m)
{
	return sizeof(*m) + m->room * sizeof(*m->entries) +
	    prefixes_bytes(m->prefixes);
}

void
address_matcher_free(struct address_matcher *m)
{
	if (m == NULL)
		return;
	prefixes_free(m->prefixes);
	free(m->entries);
	free(m);
}
