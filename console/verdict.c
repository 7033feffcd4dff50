#include "verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/netblocks.h"

/* Room for one more of ${count} items of ${size} octets; NULL if memory is
 * short. */
static void *
grow(void *items, size_t count, size_t *room, size_t size)
{
	void *grown = items;

	if (count < *room)
		return items;
	grown = realloc(items, (2 * *room + 16) * size);
	if (grown != NULL)
		*room = 2 * *room + 16;
	return grown;
}

static struct verdict_entry *
add_entry(struct verdict *v)
{
	struct verdict_entry *grown = grow(v->entry, v->entries,
	    &v->entry_room, sizeof(*grown));

	if (grown == NULL) {
		v->failed = true;
		return NULL;
	}
	v->entry = grown;
	memset(&grown[v->entries], 0, sizeof(*grown));
	return &grown[v->entries++];
}

static void
take_entry(void *ctx, const struct rules_view_entry *e)
{
	struct verdict_entry *added = add_entry(ctx);

	if (added == NULL)
		return;
	added->entry = *e;
	if (e->detail.condition != NULL)
		added->condition = *e->detail.condition;
}

static void
take_hold(void *ctx, const struct rules_view_hold *h)
{
	struct verdict *v = ctx;
	struct rules_view_hold *grown = grow(v->hold, v->holds,
	    &v->hold_room, sizeof(*grown));

	if (grown == NULL) {
		v->failed = true;
		return;
	}
	v->hold = grown;
	grown[v->holds++] = *h;
}

/* --- entries ---------------------------------------------------------------- */

/* The longest first, patterns last, then by the number of the list. */
static int
compare(const void *a, const void *b)
{
	const struct rules_view_entry *x =
	    &((const struct verdict_entry *)a)->entry;
	const struct rules_view_entry *y =
	    &((const struct verdict_entry *)b)->entry;

	if (x->entry.length != y->entry.length)
		return x->entry.length > y->entry.length ? -1 : 1;
	if (x->list != y->list)
		return x->list < y->list ? -1 : 1;
	return 0;
}

/* The entries from ${first} on are as long up to which one? */
static size_t
same_length(const struct verdict *v, size_t first)
{
	size_t end = first;

	while (end < v->entries && v->entry[end].entry.entry.length ==
	    v->entry[first].entry.entry.length)
		end++;
	return end;
}

/* Mark those entries from ${first} to before ${end} that count, and note what
 * holds them back.  Does one count? */
static bool
mark(const struct verdict_question *q, struct verdict *v, size_t first,
    size_t end)
{
	uint64_t lists = 0, left;
	bool important = false;

	for (size_t i = first; i < end; i++) {
		const struct rules_view_entry *e = &v->entry[i].entry;

		if (!e->holds)
			continue;
		important |= e->detail.important;
		lists |= UINT64_C(1) << (e->list & 63);
	}
	left = rules_view_held(q->rules, &q->about,
	    v->entry[first].entry.entry.length, lists, important, take_hold, v);
	for (size_t i = first; i < end; i++) {
		struct verdict_entry *e = &v->entry[i];

		e->counts = e->entry.holds &&
		    (left >> (e->entry.list & 63) & 1) != 0;
		e->excepted = e->entry.holds && !e->counts;
	}
	return left != 0;
}

/* Mark all, the longest first: one that its lists except hides no other. */
static void
mark_all(const struct verdict_question *q, struct verdict *v)
{
	size_t first, end;

	for (size_t i = 0; i < v->entries; i++) {
		struct verdict_entry *e = &v->entry[i];

		if (e->entry.detail.condition != NULL)
			e->entry.detail.condition = &e->condition;
	}
	for (first = 0; first < v->entries; first = end) {
		end = same_length(v, first);
		if (mark(q, v, first, end))
			return;
	}
}

/* --- the verdict ----------------------------------------------------------- */

static int
find_name(const struct verdict_question *q, struct verdict *v)
{
	const enum verdict_word words[] = {
		[RULES_CLEAN] = VERDICT_CLEAN,
		[RULES_ALLOWED] = VERDICT_ALLOWED,
		[RULES_BAD] = VERDICT_HIT,
	};
	struct rules_scratch *scratch = rules_scratch(q->rules, 0);
	struct rules_match match = { .effect = RULES_ALERT };

	v->word = words[rules_match(q->rules, scratch, &q->about, &match)];
	v->effect = match.effect;
	v->severity = match.detail.severity;
	rules_view_name(q->rules, scratch, &q->about, take_entry, v);
	if (v->entries > 0)
		qsort(v->entry, v->entries, sizeof(v->entry[0]), compare);
	mark_all(q, v);
	return v->failed ? -1 : 0;
}

/* The entries are of the one netblock that holds it most closely. */
static int
find_address(const struct verdict_question *q, struct verdict *v)
{
	struct address_match match, recorded;

	v->word = VERDICT_CLEAN;
	if (!rules_address(q->rules, q->address, &match))
		return 0;
	v->word = rules_match_address(q->rules, &q->about, q->address,
	    &recorded) == RULES_BAD ? VERDICT_HIT : VERDICT_ALLOWED;
	if (v->word == VERDICT_HIT)
		v->severity = rules_severity(q->rules, recorded.lists);
	for (unsigned i = 0; i < MATCHER_LISTS_MAX; i++) {
		struct verdict_entry *e;

		if ((match.lists >> i & 1) == 0)
			continue;
		if ((e = add_entry(v)) == NULL)
			return -1;
		e->entry.list = i;
		e->entry.mode = LIST_MATCH_ADDRESS;
		e->entry.holds = e->counts = true;
		e->entry.detail.confidence = LIST_CONFIDENCE_NONE;
		e->entry.detail.severity = rules_severity(q->rules,
		    UINT64_C(1) << i);
		e->netblock = match.entry;
	}
	(void)rules_view_held(q->rules, &q->about, 0, match.lists, true,
	    take_hold, v);
	return v->failed ? -1 : 0;
}

int
verdict_find(const struct verdict_question *q, struct verdict *ret)
{
	int status;

	memset(ret, 0, sizeof(*ret));
	status = q->address != NULL ? find_address(q, ret) :
	    find_name(q, ret);
	if (status != 0 || q->about.client->family == 0)
		return status;
	ret->client = rules_client(q->rules, q->about.client);
	if (ret->client != RULES_COUNTS)
		ret->word = VERDICT_IGNORED;
	if (ret->client == RULES_EXCLUDED)
		(void)netblocks_find(q->config, "excluded", q->about.client,
		    &ret->excluded);
	return 0;
}

void
verdict_free(struct verdict *v)
{
	free(v->entry);
	free(v->hold);
}

/* --- words ----------------------------------------------------------------- */

void
verdict_cut(const struct verdict_question *q, const struct verdict_entry *e,
    char buf[VERDICT_CUT_SIZE])
{
	const struct dns_name *name = q->about.name;
	struct dns_name before = { .length = (uint8_t)(e->entry.cut + 1) };
	char text[3][DNS_NAME_TEXT_SIZE] = { "", "", "" };
	const char *open = e->entry.cut > 0 ? "(" : "";

	if (e->netblock.base.family != 0) {
		netblock_format(&e->netblock, buf);
		return;
	}
	if (e->entry.entry.length == 0) {
		snprintf(buf, VERDICT_CUT_SIZE, "'%s'", e->entry.pattern);
		return;
	}
	/* The part before the entry, as a name of its own. */
	memcpy(before.wire, name->wire, e->entry.cut);
	before.wire[e->entry.cut] = 0;
	if (e->entry.cut > 0)
		dns_name_to_text(&before, text[0]);
	dns_name_to_text(&e->entry.entry, text[1]);
	if (e->entry.zone != NULL)
		dns_name_to_text(e->entry.zone, text[2]);
	snprintf(buf, VERDICT_CUT_SIZE, "%s%s%s%s%s%s%s", open, text[0],
	    open[0] != '\0' ? ")." : "", text[1], e->entry.zone != NULL ?
	    ".(" : "", text[2], e->entry.zone != NULL ? ")" : "");
}

const char *
verdict_word_text(enum verdict_word word)
{
	static const char *const words[] = {
		[VERDICT_HIT] = "hit", [VERDICT_ALLOWED] = "allowed",
		[VERDICT_IGNORED] = "ignored", [VERDICT_CLEAN] = "clean",
	};

	return words[word];
}

const char *
verdict_effect_text(enum rules_effect effect)
{
	static const char *const words[] = {
		[RULES_ALERT] = "alert", [RULES_NO_ACTION] = "no-action",
		[RULES_NO_ALERT] = "no-alert",
		[RULES_NO_RECORD] = "no-record",
	};

	return words[effect];
}
