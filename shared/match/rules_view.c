#include "match/rules_view.h"

#include <string.h>

#include "match/conditions.h"
#include "match/matcher_view.h"
#include "match/rules_data.h"

/* What one look at one part is about. */
struct look {
	const struct rules *rules;
	const struct rules_part *part;
	const struct rules_question *question;
	rules_view_take *take;
	void *ctx;
};

/* --- names ----------------------------------------------------------------- */

/* By which of its ways to hold the name does a list match? */
static enum list_match
mode_of(const struct matcher_view *v, const struct match *match, uint64_t bit)
{
	if (match->zone != 0)
		return LIST_MATCH_SEARCH;
	if (match->cut == 0 && (v->exact & bit) != 0)
		return LIST_MATCH_EXACT;
	if ((v->suffix & bit) != 0)
		return LIST_MATCH_SUFFIX;
	return (v->search & bit) != 0 ? LIST_MATCH_SEARCH : LIST_MATCH_BELOW;
}

static void
give(const struct look *l, const struct match *match, unsigned list,
    struct rules_view_entry *e)
{
	e->list = l->part->base + list;
	e->entry = match->entry;
	e->pattern[0] = '\0';
	e->cut = match->cut;
	e->zone = match->zone != 0 ? matcher_zone(l->part->matcher,
	    match->zone) : NULL;
	if (e->detail.severity == LIST_SEVERITY_NONE)
		e->detail.severity = rules_severity(l->rules,
		    UINT64_C(1) << (e->list & 63));
	l->take(l->ctx, e);
}

/* What ${list} says of its entries: each under its condition. */
static void
give_noted(const struct look *l, const struct match *match, unsigned list)
{
	struct matcher_note note;

	for (size_t i = 0; matcher_note(l->part->matcher, match, i, &note);
	    i++) {
		struct rules_view_entry e = { .mode = note.match };

		if (note.list != list || !note.conditional)
			continue;
		e.holds = conditions_hold(&note, l->question, match);
		e.detail = note.detail;
		give(l, match, list, &e);
	}
}

/* What it says without one. */
static void
give_plain(const struct look *l, const struct match *match, unsigned list,
    enum list_match mode)
{
	struct rules_view_entry e = { .mode = mode, .holds = true };
	struct matcher_note note;

	e.detail.confidence = LIST_CONFIDENCE_NONE;
	for (size_t i = 0; matcher_note(l->part->matcher, match, i, &note);
	    i++) {
		if (note.list == list && !note.conditional &&
		    conditions_hold(&note, l->question, match))
			list_detail_merge(&e.detail, &note.detail);
	}
	give(l, match, list, &e);
}

static void
give_match(const struct look *l, const struct match *match)
{
	struct matcher_view v = { .exact = 0 };

	(void)matcher_view_find(l->part->matcher, &match->entry, &v);
	for (unsigned i = 0; i < MATCHER_LISTS_MAX; i++) {
		uint64_t bit = UINT64_C(1) << i;

		if ((match->lists & bit) != 0)
			give_plain(l, match, i, mode_of(&v, match, bit));
		if ((match->noted & bit) != 0)
			give_noted(l, match, i);
	}
}

static void
give_names(const struct look *l)
{
	const struct matcher *m = l->part->matcher;
	const struct dns_name *name = l->question->name;
	struct match match;

	for (bool found = matcher_find(m, name, &match); found;
	    found = matcher_find_shorter(m, name, &match))
		give_match(l, &match);
}

/* --- patterns -------------------------------------------------------------- */

static void
give_pattern(const struct look *l, struct patterns_scratch *scratch)
{
	struct patterns_match found;

	if (scratch == NULL ||
	    !patterns_find(scratch, l->question->name, &found))
		return;
	for (unsigned i = 0; i < MATCHER_LISTS_MAX; i++) {
		struct rules_view_entry e = {
			.mode = found.kind == PATTERNS_REGEX ?
			    LIST_MATCH_REGEX : LIST_MATCH_SUBSTRING,
			.holds = true,
			.detail = { .confidence = LIST_CONFIDENCE_NONE },
		};

		if ((found.lists >> i & 1) == 0)
			continue;
		e.list = l->part->base + i;
		list_text_copy(e.pattern, sizeof(e.pattern), found.text,
		    found.length);
		if (l->part->notes != NULL)
			(void)pattern_notes_find(l->part->notes, found.text,
			    found.length, UINT64_C(1) << i, &e.detail);
		if (e.detail.severity == LIST_SEVERITY_NONE)
			e.detail.severity = rules_severity(l->rules,
			    UINT64_C(1) << (e.list & 63));
		l->take(l->ctx, &e);
	}
}

void
rules_view_name(const struct rules *r, struct rules_scratch *scratch,
    const struct rules_question *q, rules_view_take *take, void *ctx)
{
	for (size_t i = 0; i < r->parts; i++) {
		const struct look l = { r, &r->part[i], q, take, ctx };

		give_names(&l);
		if (scratch != NULL)
			give_pattern(&l, scratch->part[i]);
	}
}

/* --- what is allowed ------------------------------------------------------- */

/* Give what ${a} holds back of ${lists}, and return what is to be recorded
 * still. */
static uint64_t
give_held(const struct allow *a, const struct rules_question *q,
    size_t entry_length, uint64_t lists, bool own, rules_view_take_hold *take,
    void *ctx)
{
	struct allow_hit hit = {
		q->name, entry_length, q->client, lists, q->time
	};
	struct allow_found found;

	while (hit.lists != 0 && allow_look(a, &hit, &found)) {
		struct rules_view_hold h = { .lists = found.held, .own = own };

		allow_rule(a, found.rule, &h.rule);
		take(ctx, &h);
		if (found.effect == ALLOW_NO_RECORD)
			lists &= ~found.held;
		hit.lists = found.left;
	}
	return lists;
}

uint64_t
rules_view_held(const struct rules *r, const struct rules_question *q,
    size_t entry_length, uint64_t lists, bool important,
    rules_view_take_hold *take, void *ctx)
{
	if (r->exceptions != NULL && !important)
		lists = give_held(r->exceptions, q, entry_length, lists, true,
		    take, ctx);
	if (r->allow != NULL)
		(void)give_held(r->allow, q, entry_length, lists, false, take,
		    ctx);
	return lists;
}
