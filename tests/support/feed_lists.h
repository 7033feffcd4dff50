#ifndef FEED_LISTS_H
#define FEED_LISTS_H

/*
 * feed_lists - reading a list for unit tests: what it gives, as text.
 */

#include <errno.h>
#include <sys/stat.h>

#include "core/timestamp.h"
#include "lists/list.h"
#include "lists/list_format.h"
#include "unit.h"

#define FEED_LISTS_TEXT ((size_t)4 << 20)

static char feed_lists_text[FEED_LISTS_TEXT];
static size_t feed_lists_used;
static struct list_report feed_lists_report;

#define FEED_LISTS_SAY(...) \
	(feed_lists_used += (size_t)snprintf(feed_lists_text + \
	    feed_lists_used, FEED_LISTS_TEXT - feed_lists_used, __VA_ARGS__))

static inline void
feed_lists_detail(const struct list_detail *d)
{
	char text[TIMESTAMP_TEXT_SIZE] = "";

	if (d->expires != 0)
		timestamp_format(d->expires, text);
	text[10] = '\0';
	FEED_LISTS_SAY("{%s;%s;%s;", d->threat, d->reference,
	    d->severity != LIST_SEVERITY_NONE ?
	    list_severity_text(d->severity) : "");
	if (d->confidence != LIST_CONFIDENCE_NONE)
		FEED_LISTS_SAY("%d", d->confidence);
	FEED_LISTS_SAY(";%s}", text);
}

/* '=' exact, '.' suffix, '*' below, '~' search, '%' substring, '/' regex,
 * behind '!' if it is allowed; what is said in braces. */
static inline int
feed_lists_take(void *ctx, const struct list_entry *e)
{
	char name[DNS_NAME_TEXT_SIZE];

	(void)ctx;
	if (feed_lists_used + 4096 > FEED_LISTS_TEXT)
		return -1;
	FEED_LISTS_SAY("%s%c", e->allow ? "!" : "", "=.*~%/"[e->match]);
	if (e->text != NULL) {
		FEED_LISTS_SAY("%.*s", (int)e->text_length, e->text);
	} else {
		dns_name_to_text(&e->name, name);
		FEED_LISTS_SAY("%s", name);
	}
	if (e->detail != NULL)
		feed_lists_detail(e->detail);
	FEED_LISTS_SAY("\n");
	return 0;
}

/**
 * feed_lists_file(file, spec):
 * Read ${file}, and close it: a line for each entry, as above, good until the
 * next call.  The report is in feed_lists_report.
 */
static inline const char *
feed_lists_file(FILE *file, const char *spec_text)
{
	struct list_spec spec;
	char error[256];

	assert_non_null(file);
	if (list_spec_parse(spec_text, &spec, error, sizeof(error)) != 0)
		fail_msg("%s", error);
	feed_lists_used = 0;
	feed_lists_text[0] = '\0';
	assert_int_equal(list_read(file, &spec, feed_lists_take, NULL, NULL,
	    &feed_lists_report), 0);
	fclose(file);
	return feed_lists_text;
}

/**
 * feed_lists_octets(text, length, spec), feed_lists_read(text, spec):
 * The same for ${length} octets, or for a text.
 */
static inline const char *
feed_lists_octets(const char *text, size_t length, const char *spec)
{
	return feed_lists_file(length > 0 ? fmemopen((void *)(uintptr_t)text,
	    length, "r") : fopen("/dev/null", "re"), spec);
}

static inline const char *
feed_lists_read(const char *text, const char *spec)
{
	return feed_lists_octets(text, strlen(text), spec);
}

/* A list, what to read it as, and what it gives and refuses. */
struct feed_lists_case {
	const char *text, *gives;
	enum list_reason reason;	/* with refused > 0 */
	unsigned refused;
};

/**
 * feed_lists_check(cases, count, before, spec):
 * Read each, behind the text ${before}, as ${spec}, and compare.
 */
static inline void
feed_lists_check(const struct feed_lists_case *cases, size_t count,
    const char *before, const char *spec)
{
	static char text[65536];

	for (size_t i = 0; i < count; i++) {
		const struct feed_lists_case *c = &cases[i];
		uint64_t refused = 0;
		const char *gives;

		snprintf(text, sizeof(text), "%s%s", before, c->text);
		gives = feed_lists_read(text, spec);
		for (int j = 0; j < LIST_REASONS; j++)
			refused += feed_lists_report.refused[j];
		if (strcmp(gives, c->gives) != 0)
			fail_msg("'%s' gives '%s'", c->text, gives);
		if (refused != c->refused || (refused > 0 &&
		    feed_lists_report.refused[c->reason] == 0))
			fail_msg("'%s': %d refused, the first as %s", c->text,
			    (int)refused, feed_lists_report.examples > 0 ?
			    list_reason_text(
			    feed_lists_report.example[0].reason) : "nothing");
	}
}

/**
 * feed_lists_found(text):
 * Which format is ${text} taken for?
 */
static inline const char *
feed_lists_found(const char *text)
{
	return list_format_text(list_format_find(text, strlen(text)));
}

#endif /* !FEED_LISTS_H */
