#include "match/matcher_view.h"

#include "match/matcher.h"
#include "match/matcher_data.h"

/* What the record at ${place} says; false if no list stands by it, or if it is
 * none, as a damaged file may have it. */
static bool
take(const struct matcher *m, uint32_t place, struct matcher_view *ret)
{
	const struct record *r;
	const uint64_t *lists;
	struct matcher_view v;
	uint64_t standing;

	if (place == 0)
		return false;
	r = record_at(m, place);
	if (record_set(r) >= m->set_count || r->length == 0 ||
	    dns_name_from_wire(r->wire, r->length, &v.name) != r->length)
		return false;
	lists = m->sets[record_set(r)].lists;
	standing = ~lists[RULE_WITHDRAWN];
	v.exact = lists[RULE_EXACT] & standing;
	v.suffix = lists[RULE_SUFFIX] & standing;
	v.below = lists[RULE_BELOW] & standing;
	v.search = lists[RULE_SEARCH] & standing;
	v.noted = lists[RULE_NOTED] & standing;
	if (matcher_view_lists(&v) == 0)
		return false;
	*ret = v;
	return true;
}

bool
matcher_view_next(const struct matcher *m, size_t *at,
    struct matcher_view *ret)
{
	while (*at <= m->slot_mask) {
		if (take(m, m->slots[(*at)++].place, ret))
			return true;
	}
	return false;
}

bool
matcher_view_find(const struct matcher *m, const struct dns_name *name,
    struct matcher_view *ret)
{
	uint64_t hash = name_hash(name->wire, name->length);

	return filter_may_hold(&m->wholes, hash) &&
	    take(m, find_slot(m, name->wire, name->length, hash)->place, ret);
}
