#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match/rules_data.h"

struct loading {
	struct rules *rules;
	const struct rules_options *options;
	struct matcher_builder *builder;
	struct patterns_builder *patterns;	/* NULL: none so far */
	struct allow_builder *exceptions, *allow;	/* likewise */
	struct rules_list *list;	/* being read, and */
	unsigned number;		/* its number */
};

/* --- entries --------------------------------------------------------------- */

static int
add_exception(struct loading *l, const struct list_entry *e)
{
	const struct list_condition *c = e->detail != NULL ?
	    e->detail->condition : NULL;
	struct allow_rule rule = {
		.name = e->name,
		.reach = e->match == LIST_MATCH_EXACT ? ALLOW_EXACT :
		    e->match == LIST_MATCH_BELOW ? ALLOW_BELOW : ALLOW_SUFFIX,
		.by_length = true,
		.effect = ALLOW_NO_RECORD,
		.lists = UINT64_C(1) << l->number,
		.expires = e->detail != NULL && e->detail->expires != 0 ?
		    e->detail->expires : ALLOW_FOR_GOOD,
		.author = "", .comment = "",
		.file = l->list->spec.label,
		.line = l->list->report.lines,
	};

	/* An exception that cannot be kept whole would except too much. */
	if (c != NULL && (c->types > 0 || c->names > 0 || c->not_clients))
		return 0;
	if (c != NULL) {
		rule.clients = c->client;
		rule.client_count = c->clients;
	}
	if (l->exceptions == NULL &&
	    (l->exceptions = allow_builder_new()) == NULL)
		return -1;
	return allow_builder_add(l->exceptions, &rule);
}

/* Substrings are found in lower case, and so are noted. */
static int
note_pattern(struct loading *l, const struct list_entry *e)
{
	struct rules_part *p = &l->rules->part[0];
	char text[PATTERNS_TEXT_SIZE];

	if (e->text_length >= sizeof(text))
		return 0;
	for (size_t i = 0; i < e->text_length; i++) {
		char c = e->text[i];

		text[i] = e->match == LIST_MATCH_SUBSTRING && c >= 'A' &&
		    c <= 'Z' ? (char)(c + 32) : c;
	}
	if (p->notes == NULL && (p->notes = pattern_notes_new()) == NULL)
		return -1;
	return pattern_notes_add(p->notes, text, e->text_length, l->number,
	    e->detail);
}

/* A pattern that is refused is one entry less of its list. */
static int
add_pattern(struct loading *l, const struct list_entry *e)
{
	struct list_report *report = &l->list->report;
	char error[PATTERNS_ERROR_SIZE];

	if (l->patterns == NULL &&
	    (l->patterns = patterns_builder_new()) == NULL)
		return -1;
	if (patterns_builder_add(l->patterns, e->text, e->text_length,
	    e->match == LIST_MATCH_REGEX ? PATTERNS_REGEX :
	    PATTERNS_SUBSTRING, l->number, error) == 0)
		return e->detail == NULL ? 0 : note_pattern(l, e);
	report->entries--;		/* list_read counts it */
	list_report_refuse(report, LIST_TOO_COMPLEX, e->text,
	    e->text_length);
	return 0;
}

static int
add_entry(void *ctx, const struct list_entry *e)
{
	struct loading *l = ctx;

	if (e->text != NULL)
		return add_pattern(l, e);
	if (e->allow)
		return add_exception(l, e);
	if (l->options->known != NULL && rules_knows(l->options->known, e))
		return 0;
	return matcher_builder_add(l->builder, e, l->number);
}

static int
add_address(void *ctx, const struct netblock *block)
{
	struct loading *l = ctx;

	return address_matcher_add(l->rules->addresses, block, l->number);
}

/* --- lists ----------------------------------------------------------------- */

/* Say why a list cannot be read. */
static void
explain(const struct rules_list *list, char *reterr, size_t size)
{
	const struct list_limits *limits = list->spec.limits;

	switch (list->report.excess) {
	case LIST_TOO_LARGE:
		snprintf(reterr, size, "list %s: over %llu octets: is it "
		    "a list?  If so, raise list_size", list->spec.path,
		    (unsigned long long)limits->octets);
		return;
	case LIST_TOO_MANY:
		snprintf(reterr, size, "list %s: over %llu entries: if that "
		    "is meant, raise list_entries", list->spec.path,
		    (unsigned long long)limits->entries);
		return;
	case LIST_PACKED:
		snprintf(reterr, size, "list %s: is compressed: unpack it "
		    "first", list->spec.path);
		return;
	case LIST_FITS:
		snprintf(reterr, size, "list %s: %s", list->spec.path,
		    strerror(errno));
	}
}

/* Is a file of compiled lists at ${file}, which is at its start? */
static bool
is_compiled(FILE *file)
{
	char head[COMPILED_HEAD];
	size_t got = fread(head, 1, sizeof(head), file);
	bool compiled = compiled_is(head, got);

	/* A pipe cannot be sought, and holds no compiled lists. */
	while (got > 0 && !compiled)
		ungetc((unsigned char)head[--got], file);
	return compiled;
}

/* How many names and patterns are in ${p}? */
static uint64_t
count_entries(const struct rules_part *p)
{
	uint64_t count = matcher_names(p->matcher);

	if (p->patterns != NULL)
		count += patterns_count(p->patterns, PATTERNS_SUBSTRING) +
		    patterns_count(p->patterns, PATTERNS_REGEX);
	return count;
}

static int
load_compiled(struct loading *l, struct rules_list *list, char *reterr,
    size_t size)
{
	char error[256];

	if (l->exceptions == NULL &&
	    (l->exceptions = allow_builder_new()) == NULL)
		return -1;
	list->compiled = true;
	if (rules_file_load(l->rules, fileno(list->file), l->exceptions,
	    error, sizeof(error)) == 0) {
		list->report.entries = count_entries(&l->rules->part[
		    l->rules->parts - 1]);
		return 0;
	}
	snprintf(reterr, size, "list %s: %s", list->spec.path, error);
	return -1;
}

/* Read one list into the builder; -1 and a sentence if that fails. */
static int
load_list(struct loading *l, struct rules_list *list, char *reterr,
    size_t size)
{
	l->list = list;
	if (is_compiled(list->file))
		return load_compiled(l, list, reterr, size);
	if (list_read(list->file, &list->spec, add_entry, add_address, l,
	    &list->report) == 0)
		return 0;
	explain(list, reterr, size);
	return -1;
}

static int
load_lists(struct loading *l, char *reterr, size_t size)
{
	const struct rules_options *o = l->options;
	struct rules *r = l->rules;

	for (size_t i = 0; i < o->count; i++) {
		struct list_spec *spec = &o->lists[i].spec;

		l->number = (unsigned)i;
		memcpy(r->label[i].text, spec->label, LIST_LABEL_SIZE);
		r->label[i].severity = (uint8_t)spec->severity;
		if (load_list(l, &o->lists[i], reterr, size) != 0)
			return -1;
	}
	return 0;
}

/* --- the site's allow rules ------------------------------------------------ */

/* Which lists have the labels of ${rule}? */
static uint64_t
lists_of(const struct rules *r, const struct allow_rule *rule)
{
	uint64_t lists = 0;

	for (size_t i = 0; i < r->lists; i++) {
		for (size_t k = 0; k < rule->label_count; k++) {
			if (strcmp(r->label[i].text, rule->labels[k]) == 0)
				lists |= UINT64_C(1) << i;
		}
	}
	return lists;
}

static int
add_allow(void *ctx, struct allow_rule *rule)
{
	struct loading *l = ctx;

	if (rule->label_count > 0 &&
	    (rule->lists = lists_of(l->rules, rule)) == 0)
		return ALLOW_LIST_UNKNOWN;
	return allow_builder_add(l->allow, rule) == 0 ? ALLOW_LIST_TAKEN : -1;
}

static int
load_allow(struct loading *l, char *reterr, size_t size)
{
	const struct rules_options *o = l->options;

	if (o->allow_count > 0 && (l->allow = allow_builder_new()) == NULL)
		return -1;
	for (size_t i = 0; i < o->allow_count; i++) {
		struct rules_allow *a = &o->allow[i];

		if (allow_list_read(a->file, a->label, add_allow, l,
		    &a->report) == 0)
			continue;
		snprintf(reterr, size, "allow %s: %s", a->path,
		    errno == EINVAL ? "its header names a column that is not "
		    "known, or one twice" : strerror(errno));
		return -1;
	}
	return 0;
}

/* --- all together ---------------------------------------------------------- */

static bool
any_addresses(const struct rules_list *lists, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (lists[i].spec.match == LIST_MATCH_ADDRESS)
			return true;
	}
	return false;
}

/* Begin to load what ${o} says; -1 if memory is short. */
static int
begin(struct loading *l)
{
	const struct rules_options *o = l->options;
	struct rules *r = l->rules;

	l->builder = matcher_builder_new();
	if (l->builder == NULL || r == NULL)
		return -1;
	if (any_addresses(o->lists, o->count) &&
	    (r->addresses = address_matcher_new()) == NULL)
		return -1;
	r->monitored = o->monitored;
	r->excluded = o->excluded;
	r->generation = o->generation;
	r->retro = o->known != NULL;
	r->lists = o->count;
	r->threads = o->threads > 0 ? o->threads : 1;
	r->parts = 1;
	return 0;
}

/* What each thread needs, so that none has to ask for memory later. */
static int
make_scratch(struct rules *r)
{
	if (!r->patterns)
		return 0;
	if ((r->scratch = calloc(r->threads, sizeof(*r->scratch))) == NULL)
		return -1;
	for (unsigned t = 0; t < r->threads; t++) {
		for (size_t i = 0; i < r->parts; i++) {
			if (r->part[i].patterns != NULL &&
			    (r->scratch[t].part[i] = patterns_scratch_new(
			    r->part[i].patterns)) == NULL)
				return -1;
		}
	}
	return 0;
}

/* Turn all builders into what they build; -1 if one fails. */
static int
finish(struct loading *l, char *reterr, size_t size)
{
	const struct rules_options *o = l->options;
	struct rules *r = l->rules;

	r->part[0].matcher = matcher_builder_finish(l->builder);
	l->builder = NULL;
	if (r->part[0].matcher == NULL || (r->addresses != NULL &&
	    address_matcher_finish(r->addresses) != 0))
		return -1;
	if (r->part[0].notes != NULL)
		pattern_notes_finish(r->part[0].notes);
	if (l->patterns != NULL) {
		char error[PATTERNS_ERROR_SIZE];

		r->part[0].patterns = patterns_builder_finish(l->patterns,
		    error);
		l->patterns = NULL;
		snprintf(reterr, size, "%s", error);
		if (r->part[0].patterns == NULL)
			return -1;
	}
	if (l->exceptions != NULL) {
		r->exceptions = allow_builder_finish(l->exceptions);
		l->exceptions = NULL;
		if (r->exceptions == NULL)
			return -1;
	}
	if (l->allow != NULL) {
		r->allow = allow_builder_finish(l->allow);
		l->allow = NULL;
		if (r->allow == NULL)
			return -1;
	}
	for (size_t i = 0; i < r->parts; i++) {
		matcher_search(r->part[i].matcher, o->zones, o->zone_count);
		r->patterns |= r->part[i].patterns != NULL;
	}
	r->first = r->parts > 1 && r->part[0].patterns == NULL &&
	    matcher_names(r->part[0].matcher) == 0;
	return make_scratch(r);
}

struct rules *
rules_load(const struct rules_options *o, char *reterr, size_t size)
{
	struct loading l = {
		.rules = calloc(1, sizeof(struct rules)), .options = o
	};

	snprintf(reterr, size, "out of memory");
	if (begin(&l) == 0 && load_lists(&l, reterr, size) == 0 &&
	    load_allow(&l, reterr, size) == 0 &&
	    finish(&l, reterr, size) == 0) {
		reterr[0] = '\0';
		return l.rules;
	}
	matcher_builder_free(l.builder);
	patterns_builder_free(l.patterns);
	allow_builder_free(l.exceptions);
	allow_builder_free(l.allow);
	rules_free(l.rules);
	return NULL;
}
