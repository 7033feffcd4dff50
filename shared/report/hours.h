#ifndef HOURS_H
#define HOURS_H

/*
 * hours - how many queries each hour saw, of how many different clients, for
 * how many different names.  Hours may come in any order.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOURS_MAX (24 * 366)

struct hours;

/* One hour, or one day. */
struct hours_span {
	int64_t start;		/* microseconds UTC */
	uint64_t queries, clients, names;
	bool exact;		/* are clients and names exact? */
};

/**
 * hours_new():
 * Return an empty set, or NULL if memory is short.
 */
struct hours *hours_new(void);

/**
 * hours_add(h, time, client, name):
 * Count one query at ${time}, microseconds UTC, by the hashes of its client
 * and its name; 0 stands for none.
 */
void hours_add(struct hours *h, int64_t time, uint64_t client, uint64_t name);

/**
 * hours_spans(h, length, ret, retcount):
 * Fill ${ret} with a span for each ${length} hours, 1 or 24 (days of UTC),
 * that saw a query, in order; the caller frees it.  0, or -1 if memory is
 * short.
 */
int hours_spans(const struct hours *h, unsigned length,
    struct hours_span **ret, size_t *retcount);

/**
 * hours_beyond(h), hours_failed(h):
 * How many queries are in no span, because HOURS_MAX hours were taken?  Was
 * memory short, so that clients and names are too few?
 */
uint64_t hours_beyond(const struct hours *h);
bool hours_failed(const struct hours *h);

/**
 * hours_clear(h), hours_free(h):
 * Forget everything; free ${h}, NULL being fine.
 */
void hours_clear(struct hours *h);
void hours_free(struct hours *h);

#endif /* !HOURS_H */
