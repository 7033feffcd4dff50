#include "match/rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match/conditions.h"
#include "match/prefixes.h"

struct rules {
	struct matcher *matcher;
	struct address_matcher *addresses;	/* NULL: no such list */
	const struct prefixes *monitored, *excluded;
	uint64_t generation;
	size_t lists;
	char labels[MATCHER_LISTS_MAX][LIST_LABEL_SIZE];
	enum list_severity severity[MATCHER_LISTS_MAX];	/* of entries that
							   have none */
};

struct loading {
	struct matcher_builder *builder;
	struct address_matcher *addresses;
	unsigned list;
};

static int
add_entry(void *ctx, const struct list_entry *e)
{
	struct loading *l = ctx;

	return matcher_builder_add(l->builder, e, l->list);
}

static int
add_address(void *ctx, const struct netblock *block)
{
	struct loading *l = ctx;

	return address_matcher_add(l->addresses, block, l->list);
}

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
	case LIST_FITS:
		snprintf(reterr, size, "list %s: %s", list->spec.path,
		    strerror(errno));
	}
}

/* Read one list into the builder; -1 and a sentence if that fails. */
static int
load_list(struct loading *l, struct rules_list *list, char *reterr,
    size_t size)
{
	if (list_read(list->file, &list->spec, add_entry, add_address, l,
	    &list->report) == 0)
		return 0;
	explain(list, reterr, size);
	return -1;
}

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
begin(struct loading *l, struct rules *r, const struct rules_options *o)
{
	if (l->builder == NULL || r == NULL)
		return -1;
	if (any_addresses(o->lists, o->count)) {
		r->addresses = l->addresses = address_matcher_new();
		if (r->addresses == NULL)
			return -1;
	}
	r->monitored = o->monitored;
	r->excluded = o->excluded;
	r->generation = o->generation;
	r->lists = o->count;
	return 0;
}

struct rules *
rules_load(const struct rules_options *o, char *reterr, size_t size)
{
	struct loading l = { matcher_builder_new(), NULL, 0 };
	struct rules *r = calloc(1, sizeof(*r));

	if (begin(&l, r, o) != 0)
		goto err1;
	for (size_t i = 0; i < o->count; i++) {
		l.list = (unsigned)i;
		memcpy(r->labels[i], o->lists[i].spec.label, LIST_LABEL_SIZE);
		r->severity[i] = o->lists[i].spec.severity;
		if (load_list(&l, &o->lists[i], reterr, size) != 0)
			goto err0;
	}
	r->matcher = matcher_builder_finish(l.builder);
	l.builder = NULL;
	if (r->matcher == NULL || (r->addresses != NULL &&
	    address_matcher_finish(r->addresses) != 0))
		goto err1;
	matcher_search(r->matcher, o->zones, o->zone_count);
	return r;

err1:
	snprintf(reterr, size, "out of memory");
err0:
	matcher_builder_free(l.builder);
	rules_free(r);
	return NULL;
}

enum rules_client
rules_client(const struct rules *r, const struct address *client)
{
	if (r->excluded != NULL && prefixes_find(r->excluded, client, NULL))
		return RULES_EXCLUDED;
	if (r->monitored != NULL && !prefixes_find(r->monitored, client, NULL))
		return RULES_UNMONITORED;
	return RULES_COUNTS;
}

bool
rules_screen(const struct rules *r)
{
	return r->monitored != NULL || r->excluded != NULL;
}

uint64_t
rules_generation(const struct rules *r)
{
	return r->generation;
}

bool
rules_may_end(const struct rules *r, const uint8_t *tail, size_t length)
{
	return matcher_may_end(r->matcher, tail, length);
}

bool
rules_may_match(const struct rules *r, const struct dns_name *name)
{
	struct match match;

	return matcher_find(r->matcher, name, &match);
}

/* Raise the severity to that of ${lists}, as their entries say nothing. */
static void
rate(const struct rules *r, uint64_t lists, struct list_detail *detail)
{
	for (size_t i = 0; i < r->lists; i++) {
		if ((lists >> i & 1) != 0 &&
		    r->severity[i] > detail->severity)
			detail->severity = r->severity[i];
	}
}

/* What lists say that hold the entry of ${match}; and, of those of which only
 * the notes tell, whether they do now. */
static void
take_notes(const struct rules *r, const struct rules_question *q,
    const struct match *match, struct rules_match *ret)
{
	struct matcher_note note;
	uint64_t rated = 0;

	ret->detail = (struct list_detail){
		.confidence = LIST_CONFIDENCE_NONE
	};
	for (size_t i = 0; matcher_note(r->matcher, match, i, &note); i++) {
		uint64_t bit = UINT64_C(1) << note.list;

		if (note.conditional) {
			if ((match->noted & bit) == 0 ||
			    !conditions_hold(&note, q, match))
				continue;
			if (ret->lists == 0)
				ret->mode = note.match;
			ret->lists |= bit;
		}
		if ((ret->lists & bit) == 0)
			continue;
		list_detail_merge(&ret->detail, &note.detail);
		if (note.detail.severity != LIST_SEVERITY_NONE)
			rated |= bit;
	}
	rate(r, ret->lists & ~rated, &ret->detail);
}

bool
rules_match(const struct rules *r, const struct rules_question *q,
    struct rules_match *ret)
{
	struct match match;
	struct rules_match m;
	bool found = matcher_find(r->matcher, q->name, &match);

	for (; found; found = matcher_find_shorter(r->matcher, q->name,
	    &match)) {
		m.mode = match.mode;
		m.lists = match.lists;
		take_notes(r, q, &match, &m);
		if (m.lists != 0) {
			m.entry = match.entry;
			*ret = m;
			return true;
		}
	}
	return false;
}

const struct matcher *
rules_matcher(const struct rules *r)
{
	return r->matcher;
}

bool
rules_has_addresses(const struct rules *r)
{
	return r->addresses != NULL;
}

enum list_severity
rules_severity(const struct rules *r, uint64_t lists)
{
	struct list_detail detail = { .severity = LIST_SEVERITY_NONE };

	rate(r, lists, &detail);
	return detail.severity;
}

bool
rules_address(const struct rules *r, const struct address *a,
    struct address_match *ret)
{
	return r->addresses != NULL &&
	    address_matcher_find(r->addresses, a, ret);
}

const struct address_matcher *
rules_addresses(const struct rules *r)
{
	return r->addresses;
}

void
rules_labels(const struct rules *r, uint64_t lists, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < r->lists; i++) {
		size_t length = strlen(r->labels[i]);

		if ((lists >> i & 1) == 0 || used + length + 2 > size)
			continue;
		if (used > 0)
			buf[used++] = ',';
		memcpy(buf + used, r->labels[i], length + 1);
		used += length;
	}
}

void
rules_free(struct rules *r)
{
	if (r == NULL)
		return;
	matcher_free(r->matcher);
	address_matcher_free(r->addresses);
	free(r);
}
