#include "match/rules_count.h"

#include <string.h>

#include "match/matcher_view.h"
#include "match/rules_data.h"

/* The lists in part ${i} of what is in ${v}, by their numbers in the rules. */
static uint64_t
numbered(const struct rules *r, size_t i, uint64_t lists)
{
	uint64_t all = r->lists >= 64 ? UINT64_MAX :
	    (UINT64_C(1) << r->lists) - 1;

	return lists << (r->part[i].base & 63) & all;
}

/* --- names ----------------------------------------------------------------- */

static void
count_kinds(const struct rules *r, size_t part, const struct matcher_view *v,
    struct rules_count *ret)
{
	for (size_t i = 0; i < ret->count; i++) {
		struct rules_count_list *l = &ret->list[i];
		uint64_t bit = UINT64_C(1) << i;

		l->exact += (numbered(r, part, v->exact) & bit) != 0;
		l->suffix += (numbered(r, part, v->suffix) & bit) != 0;
		l->below += (numbered(r, part, v->below) & bit) != 0;
		l->search += (numbered(r, part, v->search) & bit) != 0;
		l->conditional += (numbered(r, part, v->noted) & bit) != 0;
	}
}

/* All lists that hold the name of ${v}, out of ${part}; 0 if an earlier part
 * has it, too, and so has counted it. */
static uint64_t
all_lists(const struct rules *r, size_t part, const struct matcher_view *v)
{
	uint64_t lists = numbered(r, part, matcher_view_lists(v));
	struct matcher_view other;

	for (size_t i = 0; i < r->parts; i++) {
		if (i == part || !matcher_view_find(r->part[i].matcher,
		    &v->name, &other))
			continue;
		if (i < part)
			return 0;
		lists |= numbered(r, i, matcher_view_lists(&other));
	}
	return lists;
}

static void
count_common(uint64_t lists, struct rules_count *ret)
{
	for (size_t i = 0; i < ret->count; i++) {
		if ((lists >> i & 1) == 0)
			continue;
		ret->list[i].names++;
		for (size_t k = 0; k < ret->count; k++)
			ret->list[i].common[k] += k != i && (lists >> k & 1) !=
			    0;
	}
}

static void
count_names(const struct rules *r, size_t part, struct rules_count *ret)
{
	struct matcher_view v;
	size_t at = 0;

	while (matcher_view_next(r->part[part].matcher, &at, &v)) {
		count_kinds(r, part, &v, ret);
		count_common(all_lists(r, part, &v), ret);
	}
}

/* --- patterns -------------------------------------------------------------- */

static void
count_patterns(const struct rules *r, size_t part, struct rules_count *ret)
{
	const struct patterns *p = r->part[part].patterns;

	for (int kind = PATTERNS_SUBSTRING; p != NULL &&
	    kind <= PATTERNS_REGEX; kind++) {
		size_t count = patterns_count(p, (enum patterns_kind)kind);

		for (size_t i = 0; i < count; i++) {
			uint64_t lists = numbered(r, part, patterns_lists(p,
			    (enum patterns_kind)kind, i));

			for (size_t k = 0; k < ret->count; k++) {
				struct rules_count_list *l = &ret->list[k];

				*(kind == PATTERNS_REGEX ? &l->regexes :
				    &l->substrings) += lists >> k & 1;
			}
		}
	}
}

void
rules_count_all(const struct rules *r, struct rules_count *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->count = r->lists;
	for (size_t i = 0; i < r->lists; i++) {
		memcpy(ret->list[i].label, r->label[i].text, LIST_LABEL_SIZE);
		for (size_t p = 1; p < r->parts; p++) {
			if (i >= r->part[p].base)
				ret->list[i].file = p;
		}
	}
	for (size_t p = 0; p < r->parts; p++) {
		count_names(r, p, ret);
		count_patterns(r, p, ret);
	}
}
