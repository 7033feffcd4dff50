#ifndef FUZZ_LIST_H
#define FUZZ_LIST_H

/*
 * fuzz_list - any octets as a list of one format: names that come out are
 * canonical and fit for their mode, texts end, and the report adds up.
 */

#include "fuzzing.h"
#include "lists/list.h"
#include "lists/list_format.h"

static inline void
fuzz_list_text(const char *text, size_t size)
{
	PROMISE(memchr(text, '\0', size) != NULL);
	for (; *text != '\0'; text++)
		PROMISE(*text >= ' ' && *text <= '~');
}

static inline int
fuzz_list_take(void *ctx, const struct list_entry *e)
{
	uint64_t *entries = ctx;

	++*entries;
	if (e->detail != NULL) {
		fuzz_list_text(e->detail->threat, LIST_THREAT_SIZE);
		fuzz_list_text(e->detail->reference, LIST_REFERENCE_SIZE);
		PROMISE(e->detail->confidence <= 100 ||
		    e->detail->confidence == LIST_CONFIDENCE_NONE);
	}
	if (e->match == LIST_MATCH_SUBSTRING || e->match == LIST_MATCH_REGEX) {
		PROMISE(e->text != NULL && e->text_length > 0);
		return 0;
	}
	fuzzing_name(&e->name);
	PROMISE(e->name.length > 1);
	PROMISE(e->allow || e->match == LIST_MATCH_EXACT ||
	    e->name.wire[0] + 2 < e->name.length);
	return 0;
}

static inline void
fuzz_list_read(enum list_format format, uint8_t *data, size_t size, bool given)
{
	struct list_spec spec = { .path = "fuzz", .label = "fuzz",
	    .format = format, .match = LIST_MATCH_SUFFIX,
	    .match_given = given, .age = given ? INT64_MAX / 8 : 0 };
	struct list_report report;
	uint64_t entries = 0;
	FILE *f = fmemopen(data, size, "r");

	PROMISE(f != NULL);
	if (list_read(f, &spec, fuzz_list_take, NULL, &entries, &report) != 0)
		PROMISE(report.excess == LIST_PACKED);
	PROMISE(report.entries == entries);
	PROMISE(report.examples <= LIST_EXAMPLES);
	for (size_t i = 0; i < report.examples; i++) {
		PROMISE(report.example[i].line <= report.lines);
		PROMISE(memchr(report.example[i].text, '\0',
		    LIST_EXAMPLE_SIZE) != NULL);
	}
	fclose(f);
}

/**
 * fuzz_list(format, data, size):
 * Read ${data} with and without settings, and ask whether it is likely.
 */
static inline void
fuzz_list(enum list_format format, const uint8_t *data, size_t size)
{
	uint8_t *copy;

	if (size == 0)
		return;
	copy = fuzzing_copy(data, size);
	list_formats[format].likely((const char *)copy, size);
	fuzz_list_read(format, copy, size, false);
	fuzz_list_read(format, copy, size, true);
	free(copy);
}

#endif /* !FUZZ_LIST_H */
