#include "match/matcher.h"

#include "match/matcher_data.h"

/* The lists by which the record at ${place} matches the whole name, or, if
 * ${below}, names below it.  Those of which only the notes tell are apart. */
static bool
take_match(const struct matcher *m, uint32_t place, bool below,
    struct match *ret)
{
	const struct record *r;
	const struct rule_set *set;
	uint64_t exact, other, standing;

	if (place == 0)
		return false;
	r = record_at(m, place);
	if (record_set(r) >= m->set_count)
		return false;		/* only out of a file */
	set = &m->sets[record_set(r)];
	standing = ~set->lists[RULE_WITHDRAWN];
	exact = below ? 0 : set->lists[RULE_EXACT] & standing;
	other = (set->lists[RULE_SUFFIX] | set->lists[RULE_SEARCH] |
	    (below ? set->lists[RULE_BELOW] : 0)) & standing;
	ret->noted = set->lists[RULE_NOTED] & standing;
	if ((exact | other | ret->noted) == 0)
		return false;
	ret->mode = exact != 0 ? LIST_MATCH_EXACT : LIST_MATCH_SUFFIX;
	ret->lists = exact | other;
	ret->place = place;
	ret->entry.length = r->length;
	memcpy(ret->entry.wire, r->wire, r->length);
	return true;
}

/* Look for what stands at ${at} of ${name}, and then for its parents. */
static bool
find_from(const struct matcher *m, const struct dns_name *name, size_t at,
    struct match *ret)
{
	const size_t first = at;

	while (name->wire[at] != 0) {
		const uint8_t *rest = name->wire + at;
		size_t length = name->length - at;
		uint64_t hash;

		/* Below a single label, any name passes the filter of tails. */
		if (rest[0] + 2u == length && at > first &&
		    m->tails.words[0] != UINT64_MAX)
			return false;
		hash = name_hash(rest, length);
		if (filter_may_hold(&m->wholes, hash) && take_match(m,
		    find_slot(m, rest, length, hash)->place, at > 0, ret)) {
			ret->cut = at;
			return true;
		}
		at += name->wire[at] + 1;
	}
	return false;
}

/* --- search zones ---------------------------------------------------------- */

/* The lists that search for the entry of ${ret}. */
static bool
is_searched(const struct matcher *m, struct match *ret)
{
	const struct rule_set *set = &m->sets[record_set(record_at(m,
	    ret->place))];

	ret->lists = set->lists[RULE_SEARCH] & ~set->lists[RULE_WITHDRAWN];
	ret->mode = LIST_MATCH_SEARCH;
	return (ret->lists | ret->noted) != 0;
}

/* ${name} without ${zone} at its end; false if it does not end so. */
static bool
strip(const struct dns_name *name, const struct dns_name *zone,
    struct dns_name *ret)
{
	size_t rest = (size_t)(name->length - zone->length);

	if (name->length <= zone->length || !dns_name_ends_in(name, zone))
		return false;
	memcpy(ret->wire, name->wire, rest);
	ret->wire[rest] = 0;
	ret->length = (uint8_t)(rest + 1);
	return true;
}

/* Look at ${at}, and then behind, of ${name} without zone number ${i}. */
static bool
find_in_zone(const struct matcher *m, const struct dns_name *name, size_t i,
    size_t at, struct match *ret)
{
	struct dns_name stripped;
	struct match match;

	if (!strip(name, &m->zone[i], &stripped))
		return false;
	while (find_from(m, &stripped, at, &match)) {
		if (is_searched(m, &match)) {
			match.zone = (unsigned)i + 1;
			*ret = match;
			return true;
		}
		at = match.cut + stripped.wire[match.cut] + 1u;
	}
	return false;
}

/* The same in zone ${i}, and then in those that come after it. */
static bool
find_in_zones(const struct matcher *m, const struct dns_name *name, size_t i,
    size_t at, struct match *ret)
{
	for (; i < m->zones; i++, at = 0) {
		if (find_in_zone(m, name, i, at, ret))
			return true;
	}
	return false;
}

/* Is anything searched for? */
static bool
any_searched(const struct matcher *m)
{
	for (size_t i = 0; i < m->set_count; i++) {
		if (m->sets[i].lists[RULE_SEARCH] != 0)
			return true;
	}
	for (size_t i = 0; i < m->note_count; i++) {
		if (m->notes[i].match == LIST_MATCH_SEARCH)
			return true;
	}
	return false;
}

void
matcher_search(struct matcher *m, const struct dns_name *zones, size_t count)
{
	if (!any_searched(m))
		return;
	m->zone_tails = (struct filter){ m->zone_words, ZONE_WORDS - 1 };
	for (size_t i = 0; i < count && m->zones < MATCHER_ZONES_MAX; i++) {
		const struct dns_name *zone = &zones[i];

		m->zone[m->zones++] = *zone;
		if (zone->length < 2 || zone->wire[0] + 2 == zone->length)
			filter_pass_all(&m->zone_tails);
		else
			filter_add(&m->zone_tails, tail_hash(zone->wire,
			    zone->length));
	}
}

const struct dns_name *
matcher_zone(const struct matcher *m, unsigned number)
{
	return &m->zone[number - 1];
}

/* --- asking ---------------------------------------------------------------- */

static inline bool
may_end(const struct matcher *m, uint64_t hash)
{
	return filter_may_hold(&m->tails, hash) ||
	    (m->zones > 0 && filter_may_hold(&m->zone_tails, hash));
}

bool
matcher_find(const struct matcher *m, const struct dns_name *name,
    struct match *ret)
{
	struct match match;

	if (!may_end(m, tail_hash(name->wire, name->length)))
		return false;
	match.zone = 0;
	if (!find_from(m, name, 0, &match) &&
	    !find_in_zones(m, name, 0, 0, &match))
		return false;
	*ret = match;
	return true;
}

bool
matcher_find_shorter(const struct matcher *m, const struct dns_name *name,
    struct match *match)
{
	size_t at = match->cut + name->wire[match->cut] + 1u;

	if (match->zone != 0)
		return find_in_zones(m, name, match->zone - 1, at, match);
	return find_from(m, name, at, match) ||
	    find_in_zones(m, name, 0, 0, match);
}

bool
matcher_may_end(const struct matcher *m, const uint8_t *tail, size_t length)
{
	return may_end(m, name_hash(tail, length));
}

/* Does a list that holds an entry as ${set} says find all that ${e} does,
 * which is, if ${below}, a name below it? */
static bool
is_covered(const struct rule_set *set, const struct list_entry *e, bool below)
{
	uint64_t lists = set->lists[RULE_SEARCH];

	if (e->match != LIST_MATCH_SEARCH) {
		lists |= set->lists[RULE_SUFFIX];
		if (below || e->match == LIST_MATCH_BELOW)
			lists |= set->lists[RULE_BELOW];
		if (!below && e->match == LIST_MATCH_EXACT)
			lists |= set->lists[RULE_EXACT];
	}
	return (lists & ~set->lists[RULE_WITHDRAWN]) != 0;
}

bool
matcher_covers(const struct matcher *m, const struct list_entry *e)
{
	const struct dns_name *name = &e->name;
	struct match match;
	bool found = matcher_find(m, name, &match);

	for (; found; found = matcher_find_shorter(m, name, &match)) {
		size_t set = record_set(record_at(m, match.place));

		if (match.zone == 0 ? is_covered(&m->sets[set], e,
		    match.cut > 0) : match.lists != 0 &&
		    e->match != LIST_MATCH_SEARCH)
			return true;
	}
	/* Of what holds below a name only, that name is not found. */
	if (e->match == LIST_MATCH_BELOW) {
		uint32_t place = find_slot(m, name->wire, name->length,
		    name_hash(name->wire, name->length))->place;

		return place != 0 && take_match(m, place, true, &match) &&
		    is_covered(&m->sets[record_set(record_at(m, place))], e,
		    false);
	}
	return false;
}

/* The first note at or behind ${place}. */
static size_t
first_note(const struct matcher *m, uint32_t place)
{
	size_t low = 0, high = m->note_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (m->notes[middle].place < place)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
matcher_note(const struct matcher *m, const struct match *match, size_t i,
    struct matcher_note *ret)
{
	size_t at = first_note(m, match->place) + i;
	const struct note *n;

	if (at >= m->note_count || m->notes[at].place != match->place)
		return false;
	n = &m->notes[at];
	ret->list = n->list & 63;
	ret->match = n->match <= LIST_MATCH_SEARCH ?
	    (enum list_match)n->match : LIST_MATCH_EXACT;
	ret->conditional = n->condition != 0;
	details_get(m->details, n->detail, &ret->detail, &ret->condition);
	return true;
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
	    m->set_size * sizeof(*m->sets) +
	    m->note_size * sizeof(*m->notes) + details_bytes(m->details);
}
