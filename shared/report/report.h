#ifndef REPORT_H
#define REPORT_H

/*
 * report - what was asked, by whom, when: one pass over queries, in bounded
 * memory.
 *
 *	query -> hours		queries, different clients and names
 *	      -> frequent	clients, names, registered domains, servers
 *	      -> plain counters types, classes, transports, response codes
 *
 * Queries are what counts; of responses, the response codes.  As long as an
 * input has shown responses only, they are counted instead.  What was seen a
 * moment before (query.h: duplicate) is left out.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/hours.h"

#define REPORT_DAYS_FROM 72	/* more hours than this are shown as days */

struct query;
struct report;

enum report_kind {
	REPORT_CLIENTS, REPORT_NAMES, REPORT_DOMAINS, REPORT_SERVERS,
	REPORT_TYPES, REPORT_CLASSES, REPORT_RCODES, REPORT_TRANSPORTS,
	REPORT_KINDS
};

struct report_row {
	char *label;		/* printable ASCII */
	uint64_t count;
	uint64_t missed;	/* so many more at the most */
};

/* What there was of one kind, the most frequent first. */
struct report_table {
	struct report_row *rows;
	size_t count;
	uint64_t distinct;	/* how many different ones there were */
	bool distinct_exact;
	uint64_t total;		/* all that was counted */
};

/* The figures, to be printed.  Plain data; free with report_clear. */
struct report_figures {
	bool of_responses;	/* there were no queries */
	uint64_t queries, responses, duplicates;
	int64_t first, last;	/* event times, if anything was counted */
	uint64_t beyond;	/* counted in no hour: too many of them */
	bool failed;		/* memory was short: some figures are low */
	struct hours_span *hours, *days;
	size_t hour_count, day_count;
	struct report_table tables[REPORT_KINDS];
};

/**
 * report_new():
 * Return an empty report, or NULL if memory is short or there is no list of
 * public suffixes.  Opens files.
 */
struct report *report_new(void);

/**
 * report_add(r, q):
 * Take ${q}.  Allocates nothing, but to count different ones (distinct.h).
 */
void report_add(struct report *r, const struct query *q);

/**
 * report_figures(r, top, ret):
 * Fill ${ret} with the figures so far, ${top} rows at most in each table.
 * Return 0, or -1 if memory is short; ${ret} is to be cleared in any case.
 */
int report_figures(const struct report *r, size_t top,
    struct report_figures *ret);

/**
 * report_clear(f):
 * Free what ${f} points to.
 */
void report_clear(struct report_figures *f);

/**
 * report_free(r):
 * Free ${r}; NULL is fine.
 */
void report_free(struct report *r);

#endif /* !REPORT_H */
