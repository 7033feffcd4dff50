#include "report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/address.h"
#include "core/dns_name.h"
#include "core/dns_token.h"
#include "core/public_suffix.h"
#include "core/query.h"
#include "match/name_hash.h"
#include "report/frequent.h"

#define CAPACITY 65536		/* of each table of strangers' things */
#define NUMBERS 65536		/* of types and classes */
#define RCODES 256
#define TRANSPORTS 3
#define RANKED (REPORT_SERVERS + 1)	/* kinds with a table of CAPACITY */

/* Counters for numbers, and for what has none that is known. */
struct numbers {
	uint64_t other;
	uint64_t of[NUMBERS];
};

struct report {
	struct public_suffix *suffixes;
	uint64_t queries, responses, duplicates;
	uint64_t rcodes[RCODES];
	/* Of queries or, as long as there are none, of responses. */
	int64_t first, last;
	uint64_t counted;
	struct hours *hours;
	struct frequent *ranked[RANKED];
	struct numbers types, classes;
	uint64_t transports[TRANSPORTS];
};

struct report *
report_new(void)
{
	static const size_t sizes[RANKED] = { sizeof(struct address),
	    DNS_NAME_MAX, DNS_NAME_MAX, sizeof(struct address) };
	struct report *r = calloc(1, sizeof(*r));
	uint64_t secret;

	if (r == NULL)
		return NULL;
	if (getrandom(&secret, sizeof(secret), 0) != sizeof(secret) ||
	    (r->suffixes = public_suffix_open()) == NULL ||
	    (r->hours = hours_new()) == NULL)
		goto err0;
	for (int kind = 0; kind < RANKED; kind++) {
		r->ranked[kind] = frequent_new(CAPACITY, sizes[kind], secret);
		if (r->ranked[kind] == NULL)
			goto err0;
	}
	return r;
err0:
	report_free(r);
	return NULL;
}

/* --- counting --------------------------------------------------------------- */

/* The first query after responses: they are not what counts. */
static void
begin_anew(struct report *r)
{
	r->counted = 0;
	hours_clear(r->hours);
	for (int kind = 0; kind < RANKED; kind++)
		frequent_clear(r->ranked[kind]);
	memset(&r->types, 0, sizeof(r->types));
	memset(&r->classes, 0, sizeof(r->classes));
	memset(r->transports, 0, sizeof(r->transports));
}

static void
count_time(struct report *r, int64_t time)
{
	if (r->counted == 0 || time < r->first)
		r->first = time;
	if (r->counted == 0 || time > r->last)
		r->last = time;
}

static void
count_number(struct numbers *n, int32_t number, const char *token)
{
	if (number >= 0 && number < NUMBERS)
		n->of[number]++;
	else
		n->other += token[0] != '\0';
}

/* The name's entry remembers its domain, so that the list of suffixes is asked
 * only for names that are new. */
static void
count_name(struct report *r, const struct dns_name *name)
{
	struct frequent_entry *e = frequent_add(r->ranked[REPORT_NAMES],
	    name->wire, name->length);

	if (e->note == 0)
		e->note = 1 + (uint32_t)public_suffix_registered(r->suffixes,
		    name);
	if (e->note > 1)
		frequent_add(r->ranked[REPORT_DOMAINS], name->wire +
		    name->length - (e->note - 1), e->note - 1);
}

static void
count(struct report *r, const struct query *q)
{
	uint64_t client = 0, name = 0;

	count_time(r, q->time);
	r->counted++;
	r->transports[q->transport]++;
	if (q->client.family != 0) {
		frequent_add(r->ranked[REPORT_CLIENTS], &q->client,
		    sizeof(q->client));
		client = name_hash(&q->client, sizeof(q->client));
	}
	if (q->server.family != 0)
		frequent_add(r->ranked[REPORT_SERVERS], &q->server,
		    sizeof(q->server));
	if (q->has_question) {
		count_name(r, &q->qname);
		name = name_hash(q->qname.wire, q->qname.length);
		count_number(&r->types, q->qtype, q->qtype_token);
		count_number(&r->classes, q->qclass, q->qclass_token);
	}
	hours_add(r->hours, q->time, client, name);
}

void
report_add(struct report *r, const struct query *q)
{
	if (q->duplicate) {
		r->duplicates++;
		return;
	}
	if (q->has_rcode)
		r->rcodes[q->rcode]++;
	if (!q->response) {
		if (r->queries++ == 0 && r->responses > 0)
			begin_anew(r);
		count(r, q);
	} else {
		r->responses++;
		if (r->queries == 0)
			count(r, q);
	}
}

/* --- the figures -------------------------------------------------------------- */

static int
add_row(struct report_table *t, const char *label, uint64_t number,
    uint64_t missed)
{
	struct report_row *row = &t->rows[t->count];

	row->label = strdup(label);
	row->count = number;
	row->missed = missed;
	if (row->label == NULL)
		return -1;
	t->count++;
	return 0;
}

static void
write_label(const struct frequent_entry *e, enum report_kind kind,
    char label[DNS_NAME_TEXT_SIZE])
{
	struct dns_name name = { .length = e->length };
	struct address address;

	if (kind == REPORT_NAMES || kind == REPORT_DOMAINS) {
		memcpy(name.wire, e->key, e->length);
		dns_name_to_text(&name, label);
	} else {
		memcpy(&address, e->key, sizeof(address));
		address_format(&address, label);
	}
}

static int
fill_ranked(const struct report *r, enum report_kind kind, size_t top,
    struct report_table *t)
{
	const struct frequent *f = r->ranked[kind];
	const struct frequent_entry **found;
	char label[DNS_NAME_TEXT_SIZE];
	long count = -1;
	int failed = 0;

	if (top > CAPACITY)
		top = CAPACITY;
	t->total = r->counted;
	t->distinct = frequent_distinct(f, &t->distinct_exact);
	t->rows = calloc(top, sizeof(*t->rows));
	found = calloc(top, sizeof(*found));
	if (t->rows != NULL && found != NULL)
		count = frequent_top(f, top, found);
	for (long i = 0; i < count && failed == 0; i++) {
		write_label(found[i], kind, label);
		failed = add_row(t, label, found[i]->count, found[i]->missed);
	}
	free(found);
	return count < 0 ? -1 : failed;
}

static int
compare_rows(const void *a, const void *b)
{
	const struct report_row *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return strcmp(x->label, y->label);
}

typedef size_t number_text(uint16_t number, char buf[DNS_TOKEN_SIZE]);

static size_t
rcode_text(uint16_t number, char buf[DNS_TOKEN_SIZE])
{
	return dns_rcode_text((uint8_t)number, buf);
}

static size_t
transport_text(uint16_t number, char buf[DNS_TOKEN_SIZE])
{
	static const char *const texts[TRANSPORTS] = { "unknown", "udp",
	    "tcp" };

	return (size_t)snprintf(buf, DNS_TOKEN_SIZE, "%s", texts[number]);
}

/* Counters of few kinds: all are rows, until the order is known. */
static int
fill_numbers(const uint64_t *counts, size_t numbers, uint64_t other,
    number_text *text, size_t top, struct report_table *t)
{
	char label[DNS_TOKEN_SIZE];
	int failed = 0;

	t->distinct_exact = true;
	for (size_t i = 0; i < numbers; i++)
		t->distinct += counts[i] > 0;
	t->rows = calloc(t->distinct + 1, sizeof(*t->rows));
	if (t->rows == NULL)
		return -1;
	for (size_t i = 0; i < numbers && failed == 0; i++) {
		if (counts[i] == 0)
			continue;
		text((uint16_t)i, label);
		t->total += counts[i];
		failed = add_row(t, label, counts[i], 0);
	}
	if (other > 0 && failed == 0) {
		t->total += other;
		failed = add_row(t, "other", other, 0);
	}
	qsort(t->rows, t->count, sizeof(*t->rows), compare_rows);
	while (t->count > top)
		free(t->rows[--t->count].label);
	return failed;
}

int
report_figures(const struct report *r, size_t top, struct report_figures *ret)
{
	struct report_table *t = ret->tables;
	int failed = 0;

	*ret = (struct report_figures){
		.of_responses = r->queries == 0 && r->responses > 0,
		.queries = r->queries,
		.responses = r->responses,
		.duplicates = r->duplicates,
		.first = r->first,
		.last = r->last,
		.beyond = hours_beyond(r->hours),
		.failed = hours_failed(r->hours),
	};
	for (int kind = 0; kind < RANKED; kind++) {
		failed |= fill_ranked(r, (enum report_kind)kind, top, &t[kind]);
		ret->failed |= frequent_failed(r->ranked[kind]);
	}
	failed |= fill_numbers(r->types.of, NUMBERS, r->types.other,
	    dns_type_text, top, &t[REPORT_TYPES]);
	failed |= fill_numbers(r->classes.of, NUMBERS, r->classes.other,
	    dns_class_text, top, &t[REPORT_CLASSES]);
	failed |= fill_numbers(r->rcodes, RCODES, 0, rcode_text, top,
	    &t[REPORT_RCODES]);
	failed |= fill_numbers(r->transports, TRANSPORTS, 0, transport_text,
	    top, &t[REPORT_TRANSPORTS]);
	failed |= hours_spans(r->hours, 1, &ret->hours, &ret->hour_count);
	failed |= hours_spans(r->hours, 24, &ret->days, &ret->day_count);
	return failed;
}

void
report_clear(struct report_figures *f)
{
	for (int kind = 0; kind < REPORT_KINDS; kind++) {
		struct report_table *t = &f->tables[kind];

		while (t->count > 0)
			free(t->rows[--t->count].label);
		free(t->rows);
		t->rows = NULL;
	}
	free(f->hours);
	free(f->days);
	f->hours = f->days = NULL;
}

void
report_free(struct report *r)
{
	if (r == NULL)
		return;
	for (int kind = 0; kind < RANKED; kind++)
		frequent_free(r->ranked[kind]);
	hours_free(r->hours);
	public_suffix_close(r->suffixes);
	free(r);
}
