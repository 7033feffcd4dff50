#include "report/report_print.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/timestamp.h"
#include "report/report_html.h"
#include "report/report_json.h"
#include "report/report_text.h"

#define HOUR (3600 * TIMESTAMP_SECOND)

const struct report_print_kind report_print_kinds[REPORT_KINDS] = {
	[REPORT_CLIENTS] = { "clients", "client", "Clients" },
	[REPORT_NAMES] = { "names", "name", "Names" },
	[REPORT_DOMAINS] = { "domains", "domain", "Registered domains" },
	[REPORT_SERVERS] = { "servers", "server", "Servers" },
	[REPORT_TYPES] = { "types", "type", "Types" },
	[REPORT_CLASSES] = { "classes", "class", "Classes" },
	[REPORT_RCODES] = { "rcodes", "rcode", "Response codes" },
	[REPORT_TRANSPORTS] = { "transports", "transport", "Transports" },
};

static const struct {
	const char *name;
	void (*print)(const struct report_figures *f,
	    const struct report_print_about *about, FILE *out);
} formats[REPORT_PRINT_FORMATS] = {
	[REPORT_PRINT_TEXT] = { "text", report_text },
	[REPORT_PRINT_JSON] = { "json", report_json },
	[REPORT_PRINT_HTML] = { "html", report_html },
};

enum report_print_format
report_print_format(const char *text)
{
	int format = 0;

	while (format < REPORT_PRINT_FORMATS &&
	    strcmp(text, formats[format].name) != 0)
		format++;
	return (enum report_print_format)format;
}

int
report_print(const struct report_figures *f, enum report_print_format format,
    const struct report_print_about *about, FILE *out)
{
	formats[format].print(f, about, out);
	return fflush(out) == 0 && !ferror(out) ? 0 : -1;
}

struct report_print_spans
report_print_spans(const struct report_figures *f)
{
	struct report_print_spans s = { .span = f->hours,
	    .count = f->hour_count };

	if (f->hour_count > REPORT_DAYS_FROM)
		s = (struct report_print_spans){ .span = f->days,
		    .count = f->day_count, .days = true };
	for (size_t i = 0; i < s.count; i++) {
		if (s.queries < s.span[i].queries)
			s.queries = s.span[i].queries;
		if (s.clients < s.span[i].clients)
			s.clients = s.span[i].clients;
		if (s.names < s.span[i].names)
			s.names = s.span[i].names;
	}
	return s;
}

int64_t
report_print_gap(const struct report_print_spans *s, size_t i)
{
	int64_t length = s->days ? 24 * HOUR : HOUR;

	return i == 0 ? 0 :
	    (s->span[i].start - s->span[i - 1].start) / length - 1;
}

const char *
report_print_number(uint64_t number, char buf[REPORT_PRINT_NUMBER_SIZE])
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%" PRIu64, number);
	char *out = buf;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			*out++ = ',';
		*out++ = digits[i];
	}
	*out = '\0';
	return buf;
}

const char *
report_print_time(int64_t time, size_t length,
    char buf[REPORT_PRINT_NUMBER_SIZE])
{
	char text[TIMESTAMP_TEXT_SIZE];

	timestamp_format(time, text);
	text[strcspn(text, "T")] = ' ';
	snprintf(buf, REPORT_PRINT_NUMBER_SIZE, "%.*s", (int)length, text);
	return buf;
}

uint64_t
report_print_missed(const struct report_table *t)
{
	uint64_t most = 0;

	for (size_t i = 0; i < t->count; i++) {
		if (most < t->rows[i].missed)
			most = t->rows[i].missed;
	}
	return most;
}

const char *
report_print_share(uint64_t count, uint64_t total,
    char buf[REPORT_PRINT_NUMBER_SIZE])
{
	double share = total == 0 ? 0 : 100.0 * (double)count / (double)total;

	snprintf(buf, REPORT_PRINT_NUMBER_SIZE, "%.*f", share < 1 ? 2 : 1,
	    share);
	return buf;
}
