#include "report/report_json.h"

#include <inttypes.h>

#include "core/timestamp.h"
#include "report/report_print.h"

#define VERSION_OF_KEYS 1

/* Labels are ASCII; the names of files are what they are. */
static void
put_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else if (*text < ' ' || *text > '~')
			fprintf(out, "\\u%04x", (unsigned char)*text);
		else
			fputc(*text, out);
	}
	fputc('"', out);
}

static const char *
word(bool value)
{
	return value ? "true" : "false";
}

static void
put_head(FILE *out, const struct report_figures *f,
    const struct report_print_about *about)
{
	char time[TIMESTAMP_TEXT_SIZE];

	fprintf(out, "{\"v\":%d,\n\"program\":\"%s\",\n\"version\":\"%s\",\n"
	    "\"input\":", VERSION_OF_KEYS, about->program, about->version);
	put_string(out, about->input);
	if (f->queries + f->responses > 0) {
		timestamp_format(f->first, time);
		fprintf(out, ",\n\"first\":\"%s\"", time);
		timestamp_format(f->last, time);
		fprintf(out, ",\n\"last\":\"%s\"", time);
	}
	fprintf(out, ",\n\"queries\":%" PRIu64 ",\n\"responses\":%" PRIu64
	    ",\n\"duplicates\":%" PRIu64 ",\n\"counted\":\"%s\",\n"
	    "\"complete\":%s", f->queries, f->responses, f->duplicates,
	    f->of_responses ? "responses" : "queries", word(!f->failed));
}

static void
put_hours(FILE *out, const struct report_figures *f)
{
	char time[TIMESTAMP_TEXT_SIZE];

	fputs(",\n\"hours\":[", out);
	for (size_t i = 0; i < f->hour_count; i++) {
		const struct hours_span *span = &f->hours[i];

		timestamp_format(span->start, time);
		fprintf(out, "%s\n{\"hour\":\"%s\",\"count\":%" PRIu64
		    ",\"clients\":%" PRIu64 ",\"names\":%" PRIu64
		    ",\"exact\":%s}", i > 0 ? "," : "", time, span->queries,
		    span->clients, span->names, word(span->exact));
	}
	fprintf(out, "],\n\"hours_beyond\":%" PRIu64, f->beyond);
}

static void
put_table(FILE *out, const struct report_table *t,
    const struct report_print_kind *kind)
{
	fprintf(out, ",\n\"%s\":{\"distinct\":%" PRIu64 ",\"exact\":%s,"
	    "\"total\":%" PRIu64 ",\"top\":[", kind->key, t->distinct,
	    word(t->distinct_exact), t->total);
	for (size_t i = 0; i < t->count; i++) {
		fprintf(out, "%s\n{\"%s\":", i > 0 ? "," : "", kind->label);
		put_string(out, t->rows[i].label);
		fprintf(out, ",\"count\":%" PRIu64 ",\"missed\":%" PRIu64 "}",
		    t->rows[i].count, t->rows[i].missed);
	}
	fputs("]}", out);
}

void
report_json(const struct report_figures *f,
    const struct report_print_about *about, FILE *out)
{
	put_head(out, f, about);
	put_hours(out, f);
	for (int kind = 0; kind < REPORT_KINDS; kind++)
		put_table(out, &f->tables[kind], &report_print_kinds[kind]);
	fputs("}\n", out);
}
