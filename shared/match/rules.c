#include "match/rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match/prefixes.h"

struct rules {
	struct matcher *matcher;
	struct address_matcher *addresses;	/* NULL: no such list */
	const struct prefixes *monitored, *excluded;
	size_t lists;
	char labels[MATCHER_LISTS_MAX][LIST_LABEL_SIZE];
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

	return matcher_builder_add(l->builder, &e->name, e->match, l->list);
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

struct rules *
rules_load(struct rules_list *lists, size_t count,
    const struct prefixes *monitored, const struct prefixes *excluded,
    char *reterr, size_t size)
{
	struct loading l = { matcher_builder_new(), NULL, 0 };
	struct rules *r = calloc(1, sizeof(*r));

	if (l.builder == NULL || r == NULL)
		goto err1;
	if (any_addresses(lists, count)) {
		r->addresses = l.addresses = address_matcher_new();
		if (r->addresses == NULL)
			goto err1;
	}
	r->monitored = monitored;
	r->excluded = excluded;
	r->lists = count;
	for (size_t i = 0; i < count; i++) {
		l.list = (unsigned)i;
		memcpy(r->labels[i], lists[i].spec.label, LIST_LABEL_SIZE);
		if (load_list(&l, &lists[i], reterr, size) != 0)
			goto err0;
	}
	r->matcher = matcher_builder_finish(l.builder);
	l.builder = NULL;
	if (r->matcher == NULL || (r->addresses != NULL &&
	    address_matcher_finish(r->addresses) != 0))
		goto err1;
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
