#ifndef LISTS_H
#define LISTS_H

/*
 * lists - what a list gives, as text that tests can compare.
 *
 * An entry is written "=name" (exact), ".name" (suffix), "<name" (below),
 * "*text*" or "/expression/", with '+' before it where it allows, '-' where it
 * takes back, '!' where it is important; then, each in brackets, its threat
 * and reference, and its conditions: "[types 1 28]", "[clients not 192.0.2.7]",
 * "[but ok.example]".
 */

#include <stdarg.h>

#include "lists/list.h"
#include "unit.h"

static struct list_report lists_report;
static char lists_text[1 << 16];

static inline void
lists_put(const char *format, ...) __attribute__((format(printf, 1, 2)));

static inline void
lists_put(const char *format, ...)
{
	size_t used = strlen(lists_text);
	va_list args;

	va_start(args, format);
	vsnprintf(lists_text + used, sizeof(lists_text) - used, format, args);
	va_end(args);
}

static inline void
lists_put_condition(const struct list_condition *c)
{
	char text[DNS_NAME_TEXT_SIZE];

	if (c->types > 0)
		lists_put("[types%s", c->not_types ? " not" : "");
	for (size_t i = 0; i < c->types; i++)
		lists_put(" %u%s", c->type[i], i + 1 == c->types ? "]" : "");
	if (c->clients > 0)
		lists_put("[clients%s", c->not_clients ? " not" : "");
	for (size_t i = 0; i < c->clients; i++) {
		netblock_format(&c->client[i], text);
		lists_put(" %s%s", text, i + 1 == c->clients ? "]" : "");
	}
	for (size_t i = 0; i < c->names; i++) {
		dns_name_to_text(&c->not_name[i], text);
		lists_put("%s%s%s", i == 0 ? "[but " : " ", text,
		    i + 1 == c->names ? "]" : "");
	}
}

static inline int
lists_take(void *ctx, const struct list_entry *e)
{
	static const char *const before[] = {
		"=", ".", "<", ".", "*", "/",
	};
	char text[DNS_NAME_TEXT_SIZE];

	(void)ctx;
	lists_put("%s%s%s%s", e->withdrawn ? "-" : "", e->allow ? "+" : "",
	    e->detail != NULL && e->detail->important ? "!" : "",
	    before[e->match]);
	if (e->text != NULL) {
		lists_put("%.*s%s", (int)e->text_length, e->text,
		    before[e->match]);
	} else {
		dns_name_to_text(&e->name, text);
		lists_put("%s", text);
	}
	if (e->detail != NULL && e->detail->threat[0] != '\0')
		lists_put("[%s]", e->detail->threat);
	if (e->detail != NULL && e->detail->reference[0] != '\0')
		lists_put("[%s]", e->detail->reference);
	if (e->detail != NULL && e->detail->condition != NULL)
		lists_put_condition(e->detail->condition);
	lists_put(" ");
	return 0;
}

/**
 * lists_read(text, settings):
 * Return what the list ${text} gives, each entry with a blank after it, and
 * fill lists_report; ${settings} as behind a path of -b.
 */
static inline const char *
lists_read(const char *text, const char *settings)
{
	size_t length = strlen(text);
	FILE *f = length > 0 ? fmemopen((void *)(uintptr_t)text, length,
	    "r") : fopen("/dev/null", "re");
	char argument[128], error[512];
	struct list_spec spec;

	assert_non_null(f);
	snprintf(argument, sizeof(argument), "x%s", settings);
	if (list_spec_parse(argument, &spec, error, sizeof(error)) != 0)
		fail_msg("%s", error);
	lists_text[0] = '\0';
	assert_int_equal(list_read(f, &spec, lists_take, NULL, NULL,
	    &lists_report), 0);
	fclose(f);
	return lists_text;
}

/**
 * lists_file(path):
 * Return the file ${path} of the shared data (QW_DATA, or beside the
 * checkout), or NULL if there is none.
 */
static inline FILE *
lists_file(const char *path)
{
	const char *folder = getenv("QW_DATA");
	char text[512];

	snprintf(text, sizeof(text), "%s/%s", folder != NULL ? folder :
	    "../shared/data", path);
	return fopen(text, "re");
}

/* A list of a few lines, what it gives, and why one of its lines is refused;
 * LIST_REASONS: none is. */
struct lists_row {
	const char *text, *entries;
	enum list_reason reason;
};

/**
 * lists_rows(row, count, settings):
 * Fail unless each of ${row} gives what it says.
 */
static inline void
lists_rows(const struct lists_row *row, size_t count, const char *settings)
{
	for (size_t i = 0; i < count; i++) {
		const char *entries = lists_read(row[i].text, settings);

		if (strcmp(entries, row[i].entries) != 0)
			fail_msg("'%s' gives '%s', not '%s'", row[i].text,
			    entries, row[i].entries);
		for (int k = 0; k < LIST_REASONS; k++) {
			if (lists_report.refused[k] !=
			    ((int)row[i].reason == k))
				fail_msg("'%s': %llu times %s", row[i].text,
				    (unsigned long long)
				    lists_report.refused[k], list_reason_text(
				    (enum list_reason)k));
		}
	}
}

#endif /* !LISTS_H */
