/* The verdict of rules on a name or an address. */

#include "match/rules.h"

#include <string.h>

#include "match/conditions.h"
#include "match/rules_data.h"

/* --- what is allowed ------------------------------------------------------- */

/* Ask ${a} about what is left of ${*lists}, and take away what is not to be
 * recorded.  The weakest effect that all the others have at least. */
static enum rules_effect
ask(const struct allow *a, const struct rules_question *q,
    size_t entry_length, uint64_t *lists)
{
	static const enum rules_effect effects[ALLOW_EFFECTS] = {
		[ALLOW_NO_ACTION] = RULES_NO_ACTION,
		[ALLOW_NO_ALERT] = RULES_NO_ALERT,
		[ALLOW_NO_RECORD] = RULES_NO_RECORD,
	};
	enum rules_effect weakest = RULES_NO_RECORD;
	struct allow_hit hit = {
		q->name, entry_length, q->client, *lists, q->time
	};
	struct allow_found found;

	while (hit.lists != 0 && (q->count ? allow_find(a, &hit, &found) :
	    allow_look(a, &hit, &found))) {
		if (found.effect == ALLOW_NO_RECORD)
			*lists &= ~found.held;
		else if (effects[found.effect] < weakest)
			weakest = effects[found.effect];
		hit.lists = found.left;
	}
	return hit.lists != 0 ? RULES_ALERT : weakest;
}

/* --- names ----------------------------------------------------------------- */

/* Raise the severity to that of ${lists}, as their entries say nothing. */
static void
rate(const struct rules *r, uint64_t lists, struct list_detail *detail)
{
	enum list_severity severity = rules_severity(r, lists);

	if (severity > detail->severity)
		detail->severity = severity;
}

/* What those of ${lists} say that hold the entry of ${match}; and, of those of
 * which only the notes tell, whether they do now. */
static void
take_notes(const struct rules_part *p, const struct rules_question *q,
    const struct match *match, uint64_t lists, struct rules_match *ret)
{
	struct matcher_note note;

	ret->mode = match->mode;
	ret->lists = match->lists & lists;
	for (size_t i = 0; matcher_note(p->matcher, match, i, &note); i++) {
		uint64_t bit = UINT64_C(1) << note.list;

		if ((lists & bit) == 0 || !conditions_hold(&note, q, match))
			continue;
		if (note.conditional && (match->noted & bit) != 0) {
			if (match->zone == 0 && note.match == LIST_MATCH_EXACT)
				ret->mode = LIST_MATCH_EXACT;
			ret->lists |= bit;
		}
		if ((ret->lists & bit) == 0)
			continue;
		list_detail_merge(&ret->detail, &note.detail);
		if (note.detail.severity != LIST_SEVERITY_NONE)
			ret->rated |= bit;
	}
}

static void
begin_match(struct rules_match *m)
{
	m->lists = m->rated = 0;
	m->effect = RULES_ALERT;
	m->pattern[0] = '\0';
	m->detail = (struct list_detail){
		.confidence = LIST_CONFIDENCE_NONE
	};
}

/* Take away the lists that except the name themselves. */
static void
except(const struct rules *r, const struct rules_question *q,
    struct rules_match *m)
{
	if (r->exceptions != NULL && !m->detail.important)
		(void)ask(r->exceptions, q, m->entry.length, &m->lists);
}

/* What is left of the entry of ${match}: no lists if it does not hold. */
static void
take_entry(const struct rules *r, const struct rules_part *p,
    const struct rules_question *q, const struct match *match,
    bool *retexcepted, struct rules_match *ret)
{
	uint64_t held;

	begin_match(ret);
	ret->entry = match->entry;
	take_notes(p, q, match, UINT64_MAX, ret);
	held = ret->lists <<= p->base;
	except(r, q, ret);
	if (ret->lists != held) {
		uint64_t left = ret->lists >> p->base;

		*retexcepted |= left == 0;
		begin_match(ret);
		take_notes(p, q, match, left, ret);
		ret->lists <<= p->base;
	}
	ret->rated <<= p->base;
}

/* The longest entry of one part that holds.  One that its lists except may
 * hide a shorter one of others. */
static bool
match_part(const struct rules *r, const struct rules_part *p,
    const struct rules_question *q, bool *retexcepted,
    struct rules_match *ret)
{
	struct match match;
	bool found = matcher_find(p->matcher, q->name, &match);

	for (; found; found = matcher_find_shorter(p->matcher, q->name,
	    &match)) {
		take_entry(r, p, q, &match, retexcepted, ret);
		if (ret->lists != 0)
			return true;
	}
	return false;
}

/* Take ${m} of another part as well, if it is as long or longer. */
static void
merge(struct rules_match *into, const struct rules_match *m)
{
	if (m->entry.length < into->entry.length)
		return;
	if (m->entry.length > into->entry.length) {
		*into = *m;
		return;
	}
	if (m->mode == LIST_MATCH_EXACT)
		into->mode = m->mode;
	into->lists |= m->lists;
	into->rated |= m->rated;
	list_detail_merge(&into->detail, &m->detail);
}

static bool
match_names(const struct rules *r, const struct rules_question *q,
    bool *retexcepted, struct rules_match *ret)
{
	struct rules_match m;
	bool found = false;

	for (size_t i = r->first; i < r->parts; i++) {
		if (!match_part(r, &r->part[i], q, retexcepted, &m))
			continue;
		if (found)
			merge(ret, &m);
		else
			*ret = m;
		found = true;
	}
	return found;
}

/* --- patterns -------------------------------------------------------------- */

static bool
match_part_patterns(const struct rules *r, struct rules_scratch *scratch,
    size_t part, const struct dns_name *name, struct rules_match *ret)
{
	struct patterns_match found;

	if (scratch == NULL || scratch->part[part] == NULL ||
	    !patterns_find(scratch->part[part], name, &found))
		return false;
	begin_match(ret);
	ret->mode = found.kind == PATTERNS_REGEX ? LIST_MATCH_REGEX :
	    LIST_MATCH_SUBSTRING;
	ret->lists = found.lists << r->part[part].base;
	ret->entry.length = 0;
	list_text_copy(ret->pattern, sizeof(ret->pattern), found.text,
	    found.length);
	if (r->part[part].notes != NULL)
		ret->rated = pattern_notes_find(r->part[part].notes,
		    found.text, found.length, found.lists, &ret->detail);
	return true;
}

static bool
match_patterns(const struct rules *r, struct rules_scratch *scratch,
    const struct dns_name *name, struct rules_match *ret)
{
	for (size_t i = 0; i < r->parts; i++) {
		if (match_part_patterns(r, scratch, i, name, ret))
			return true;
	}
	return false;
}

/* --- all entries ----------------------------------------------------------- */

/* The next name of the part that ${w} is in. */
static bool
walk_names(const struct rules_part *p, const struct dns_name *name,
    struct rules_walk *w, struct rules_match *ret)
{
	if (!(w->begun ? matcher_find_shorter(p->matcher, name, &w->match) :
	    matcher_find(p->matcher, name, &w->match)))
		return false;
	w->begun = true;
	begin_match(ret);
	ret->mode = w->match.mode;
	ret->entry = w->match.entry;
	ret->lists = (w->match.lists | w->match.noted) << p->base;
	return true;
}

bool
rules_walk(const struct rules *r, const struct dns_name *name,
    struct rules_walk *w, struct rules_match *ret)
{
	for (; w->part < r->parts; w->part++) {
		if (!w->named && walk_names(&r->part[w->part], name, w, ret))
			return true;
		if (!w->named) {
			w->named = true;
			if (match_part_patterns(r, rules_scratch(r, 0),
			    w->part, name, ret))
				return true;
		}
		w->begun = w->named = false;
	}
	return false;
}

/* --- names and patterns ---------------------------------------------------- */

bool
rules_allows(const struct rules *r, const struct dns_name *name, int64_t now)
{
	static const struct address nobody;
	struct allow_hit hit = {
		name, name->length, &nobody, ALLOW_ALL_LISTS, now
	};
	struct allow_found found;

	return r->allow != NULL && allow_look(r->allow, &hit, &found) &&
	    found.effect == ALLOW_NO_RECORD && found.left == 0;
}

enum rules_verdict
rules_match(const struct rules *r, struct rules_scratch *scratch,
    const struct rules_question *q, struct rules_match *ret)
{
	struct rules_match m;
	bool excepted = false;

	if (!match_names(r, q, &excepted, &m)) {
		if (!r->patterns ||
		    !match_patterns(r, scratch, q->name, &m))
			return excepted ? RULES_ALLOWED : RULES_CLEAN;
		except(r, q, &m);
	}
	if (r->allow != NULL && m.lists != 0)
		m.effect = ask(r->allow, q, m.entry.length, &m.lists);
	if (m.lists == 0)
		return RULES_ALLOWED;
	rate(r, m.lists & ~m.rated, &m.detail);
	*ret = m;
	return RULES_BAD;
}

/* --- addresses ------------------------------------------------------------- */

enum rules_verdict
rules_match_address(const struct rules *r, const struct rules_question *q,
    const struct address *a, struct address_match *ret)
{
	struct address_match m;

	if (!rules_address(r, a, &m))
		return RULES_CLEAN;
	if (r->allow != NULL && ask(r->allow, q, 0, &m.lists) ==
	    RULES_NO_RECORD && m.lists == 0)
		return RULES_ALLOWED;
	*ret = m;
	return RULES_BAD;
}
