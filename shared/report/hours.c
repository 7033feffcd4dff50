#include "report/hours.h"

#include <stdlib.h>
#include <string.h>

#include "core/timestamp.h"
#include "report/distinct.h"

#define HOUR (3600 * TIMESTAMP_SECOND)

struct hour {
	int64_t number;		/* hours since 1970 */
	uint64_t queries;
	struct distinct clients, names;
};

struct hours {
	size_t count, last;	/* ${last}: that of the last query */
	uint64_t beyond;
	bool failed;
	struct hour hour[HOURS_MAX];	/* in order */
};

struct hours *
hours_new(void)
{
	return calloc(1, sizeof(struct hours));
}

/* ${time} in units of ${length}, downwards also before 1970. */
static int64_t
divide(int64_t time, int64_t length)
{
	return time / length - (time % length < 0);
}

/* Where hour ${number} is or belongs. */
static size_t
place(const struct hours *h, int64_t number)
{
	size_t from = 0, to = h->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (h->hour[middle].number < number)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static struct hour *
find(struct hours *h, int64_t number)
{
	size_t i = h->last;

	if (i < h->count && h->hour[i].number == number)
		return &h->hour[i];
	i = place(h, number);
	if (i == h->count || h->hour[i].number != number) {
		if (h->count == HOURS_MAX)
			return NULL;
		memmove(&h->hour[i + 1], &h->hour[i],
		    (h->count++ - i) * sizeof(h->hour[0]));
		h->hour[i] = (struct hour){ .number = number };
	}
	h->last = i;
	return &h->hour[i];
}

void
hours_add(struct hours *h, int64_t time, uint64_t client, uint64_t name)
{
	struct hour *hour = find(h, divide(time, HOUR));

	if (hour == NULL) {
		h->beyond++;
		return;
	}
	hour->queries++;
	if (client != 0 && distinct_add(&hour->clients, client) != 0)
		h->failed = true;
	if (name != 0 && distinct_add(&hour->names, name) != 0)
		h->failed = true;
}

/* --- spans ------------------------------------------------------------------ */

/* Hours that make one span, seen together. */
struct gathering {
	int64_t start;
	uint64_t queries;
	struct distinct clients, names;
};

static struct hours_span
close_span(struct gathering *g)
{
	struct hours_span span = {
		.start = g->start,
		.queries = g->queries,
		.clients = distinct_count(&g->clients),
		.names = distinct_count(&g->names),
		.exact = distinct_exact(&g->clients) &&
		    distinct_exact(&g->names),
	};

	distinct_clear(&g->clients);
	distinct_clear(&g->names);
	g->queries = 0;
	return span;
}

int
hours_spans(const struct hours *h, unsigned length, struct hours_span **ret,
    size_t *retcount)
{
	struct hours_span *spans = calloc(h->count + 1, sizeof(*spans));
	struct gathering g = { .queries = 0 };
	size_t count = 0;
	int failed = spans == NULL ? -1 : 0;

	for (size_t i = 0; i < h->count && failed == 0; i++) {
		const struct hour *hour = &h->hour[i];
		int64_t start = divide(hour->number, length) * length * HOUR;

		if (g.queries > 0 && start != g.start)
			spans[count++] = close_span(&g);
		g.start = start;
		g.queries += hour->queries;
		failed = distinct_merge(&g.clients, &hour->clients) |
		    distinct_merge(&g.names, &hour->names);
	}
	if (g.queries > 0) {
		struct hours_span last = close_span(&g);

		if (failed == 0)
			spans[count++] = last;
	}
	if (failed != 0) {
		free(spans);
		return -1;
	}
	*ret = spans;
	*retcount = count;
	return 0;
}

uint64_t
hours_beyond(const struct hours *h)
{
	return h->beyond;
}

bool
hours_failed(const struct hours *h)
{
	return h->failed;
}

void
hours_clear(struct hours *h)
{
	for (size_t i = 0; i < h->count; i++) {
		distinct_clear(&h->hour[i].clients);
		distinct_clear(&h->hour[i].names);
	}
	h->count = 0;
	h->beyond = 0;
	h->failed = false;
}

void
hours_free(struct hours *h)
{
	if (h == NULL)
		return;
	hours_clear(h);
	free(h);
}
