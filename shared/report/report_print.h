#ifndef REPORT_PRINT_H
#define REPORT_PRINT_H

/*
 * report_print - figures for people (text), programs (JSON), or browsers (one
 * HTML page that needs nothing else, not even scripts).
 *
 * Names in queries are chosen by strangers: labels are printable ASCII, and
 * escaped for the format.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "report/report.h"

#define REPORT_PRINT_NUMBER_SIZE 32

enum report_print_format {
	REPORT_PRINT_TEXT, REPORT_PRINT_JSON, REPORT_PRINT_HTML,
	REPORT_PRINT_FORMATS
};

/* What it is about.  Borrowed. */
struct report_print_about {
	const char *program, *version;
	const char *input;	/* names of what was read */
	bool colour;		/* text: the terminal can show it */
};

/**
 * report_print_format(text):
 * Return the format of that name, or REPORT_PRINT_FORMATS.
 */
enum report_print_format report_print_format(const char *text);

/**
 * report_print(f, format, about, out):
 * Print ${f}.  Return 0, or -1 if ${out} cannot be written.
 */
int report_print(const struct report_figures *f,
    enum report_print_format format, const struct report_print_about *about,
    FILE *out);

/* --- for the formats ---------------------------------------------------------- */

/* How a kind of figure is called. */
struct report_print_kind {
	const char *key;	/* "clients" */
	const char *label;	/* "client" */
	const char *title;
};

extern const struct report_print_kind report_print_kinds[REPORT_KINDS];

/* What the by-hour part shows: hours or, if they are many, days. */
struct report_print_spans {
	const struct hours_span *span;
	size_t count;
	bool days;
	uint64_t queries, clients, names;	/* the most in one span */
};

struct report_print_spans report_print_spans(const struct report_figures *f);

/**
 * report_print_gap(s, i):
 * How many hours, or days, without a query came before span ${i}?
 */
int64_t report_print_gap(const struct report_print_spans *s, size_t i);

/**
 * report_print_number(number, buf), report_print_time(time, length, buf):
 * Write 1,234,567; write the first ${length} characters of
 * 2026-11-23 07:00:00.  Both return ${buf}.
 */
const char *report_print_number(uint64_t number,
    char buf[REPORT_PRINT_NUMBER_SIZE]);
const char *report_print_time(int64_t time, size_t length,
    char buf[REPORT_PRINT_NUMBER_SIZE]);

/**
 * report_print_missed(t):
 * How many more may each row of ${t} have, at the most?  0: all are exact.
 */
uint64_t report_print_missed(const struct report_table *t);

/**
 * report_print_share(count, total, buf):
 * Write the share in percent, 12.3 or 0.12; return ${buf}.
 */
const char *report_print_share(uint64_t count, uint64_t total,
    char buf[REPORT_PRINT_NUMBER_SIZE]);

#endif /* !REPORT_PRINT_H */
