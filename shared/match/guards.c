#include "match/guards.h"

#include <stdio.h>
#include <string.h>

#include "lists/known_names.h"
#include "match/rules.h"

#define SHARE_OF 10000

/* Popular names that one list matches, and the first of them. */
struct found {
	size_t names;
	struct dns_name first;
};

bool
guards_shrunk(uint64_t former, uint64_t now)
{
	return now < former - former / 2;
}

/* --- by the number of entries ---------------------------------------------- */

static void
check_count(const struct rules_list *list, uint64_t former,
    struct guards_verdict *ret)
{
	uint64_t now = list->report.entries;

	if (list->compiled)
		return;		/* they were looked at when that was made */
	if (now == 0) {
		ret->reason = GUARDS_EMPTY;
		snprintf(ret->text, sizeof(ret->text), "no usable %s in %llu "
		    "lines", list->spec.match == LIST_MATCH_ADDRESS ?
		    "address" : "name",
		    (unsigned long long)list->report.lines);
	} else if (guards_shrunk(former, now)) {
		ret->reason = GUARDS_SHRUNK;
		snprintf(ret->text, sizeof(ret->text), "%llu entries are less "
		    "than half of the %llu it had", (unsigned long long)now,
		    (unsigned long long)former);
	}
}

/* --- by names that are known ------------------------------------------------ */

/* Which of the lists are still good? */
static uint64_t
good_lists(const struct guards_verdict *verdicts, size_t count)
{
	uint64_t good = 0;

	for (size_t i = 0; i < count; i++) {
		if (verdicts[i].reason == GUARDS_GOOD)
			good |= UINT64_C(1) << i;
	}
	return good;
}

static bool
is_allowed(const struct guards *g, const struct dns_name *name)
{
	return g->allowed != NULL && g->allowed(g->ctx, name);
}

/* Refuse the lists of ${match}, which hits the canary ${name}. */
static void
refuse_for_canary(const struct rules_match *match, uint64_t lists,
    const struct dns_name *name, struct guards_verdict *ret)
{
	char entry[DNS_NAME_TEXT_SIZE], canary[DNS_NAME_TEXT_SIZE];

	if (match->entry.length > 0)
		dns_name_to_text(&match->entry, entry);
	else
		snprintf(entry, sizeof(entry), "%s", match->pattern);
	dns_name_to_text(name, canary);
	for (size_t i = 0; i < MATCHER_LISTS_MAX; i++) {
		if ((lists >> i & 1) == 0)
			continue;
		ret[i].reason = GUARDS_CANARY;
		snprintf(ret[i].text, sizeof(ret[i].text), "its entry "
		    "'%.255s' matches '%.255s', which everybody asks for",
		    entry, canary);
	}
}

static void
check_canaries(const struct guards *g, const struct rules *r, size_t count,
    struct guards_verdict *ret)
{
	uint64_t good = good_lists(ret, count);
	struct dns_name name;
	struct rules_match match;
	struct rules_walk walk;
	size_t at = 0;

	while (good != 0 && known_names_next(g->canaries, &at, &name)) {
		if (is_allowed(g, &name))
			continue;
		walk = (struct rules_walk){ .part = 0 };
		while (rules_walk(r, &name, &walk, &match)) {
			refuse_for_canary(&match, match.lists & good, &name,
			    ret);
			good &= ~match.lists;
		}
	}
}

/* Count, for each list, the popular names that it matches. */
static void
count_popular(const struct guards *g, const struct rules *r,
    struct found found[MATCHER_LISTS_MAX])
{
	struct dns_name name;
	struct rules_match match;
	struct rules_walk walk;
	size_t at = 0;
	uint64_t lists;

	while (known_names_next(g->popular, &at, &name)) {
		lists = 0;
		walk = (struct rules_walk){ .part = 0 };
		while (rules_walk(r, &name, &walk, &match))
			lists |= match.lists;
		if (lists == 0 || is_allowed(g, &name))
			continue;
		for (size_t i = 0; i < MATCHER_LISTS_MAX; i++) {
			if ((lists >> i & 1) == 0)
				continue;
			if (found[i].names++ == 0)
				found[i].first = name;
		}
	}
}

static void
refuse_for_popular(const struct guards *g, const struct found *found,
    struct guards_verdict *ret)
{
	size_t all = known_names_count(g->popular);
	char first[DNS_NAME_TEXT_SIZE];

	dns_name_to_text(&found->first, first);
	ret->reason = GUARDS_POPULAR;
	snprintf(ret->text, sizeof(ret->text), "it matches %zu of %zu popular "
	    "names (%.2f %%), '%.255s' for one; popular_share allows %.2f %%",
	    found->names, all, (double)found->names * 100 / (double)all,
	    first, (double)g->share * 100 / SHARE_OF);
}

static void
check_popular(const struct guards *g, const struct rules *r, size_t count,
    struct guards_verdict *ret)
{
	struct found found[MATCHER_LISTS_MAX];
	uint64_t all = known_names_count(g->popular);

	for (size_t i = 0; i < MATCHER_LISTS_MAX; i++)
		found[i].names = 0;
	count_popular(g, r, found);
	for (size_t i = 0; i < count; i++) {
		if (ret[i].reason == GUARDS_GOOD &&
		    (uint64_t)found[i].names * SHARE_OF > all * g->share)
			refuse_for_popular(g, &found[i], &ret[i]);
	}
}

size_t
guards_check(const struct guards *g, const struct rules *r,
    const struct rules_list *lists, size_t count, const uint64_t *former,
    struct guards_verdict *ret)
{
	size_t refused = 0;

	for (size_t i = 0; i < count; i++) {
		ret[i].reason = GUARDS_GOOD;
		ret[i].text[0] = '\0';
		check_count(&lists[i], former != NULL ? former[i] : 0,
		    &ret[i]);
	}
	if (g->canaries != NULL)
		check_canaries(g, r, count, ret);
	if (g->popular != NULL)
		check_popular(g, r, count, ret);
	for (size_t i = 0; i < count; i++)
		refused += ret[i].reason != GUARDS_GOOD;
	return refused;
}
