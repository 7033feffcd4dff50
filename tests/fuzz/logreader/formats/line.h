#ifndef LINE_H
#define LINE_H

/*
 * line - what holds for every line that any parser calls a query.
 */

#include <assert.h>
#include <stdint.h>

#include "core/dns_token.h"
#include "fuzzing.h"
#include "log_query.h"

/* Is ${t} absent or inside the line? */
static inline void
line_holds(struct text t, const char *line, size_t length)
{
	if (t.length == 0)
		return;
	assert(t.at >= line && t.length <= length &&
	    (size_t)(t.at - line) <= length - t.length);
}

static inline void
line_check(log_parse *parse, const uint8_t *data, size_t size)
{
	const char *line = (const char *)data;
	struct log_clock clock = { .zone = NULL };
	struct log_fields f;
	struct query q;
	enum log_verdict v = parse(line, size, &f);
	char least;

	assert(v < LOG_VERDICTS);
	if (v != LOG_QUERY)
		return;
	line_holds(f.time, line, size);
	line_holds(f.client, line, size);
	line_holds(f.port, line, size);
	line_holds(f.view, line, size);
	line_holds(f.name, line, size);
	line_holds(f.type, line, size);
	line_holds(f.rrclass, line, size);
	line_holds(f.flags, line, size);
	line_holds(f.server, line, size);
	line_holds(f.server_port, line, size);
	assert(f.name.length > 0);
	least = f.name_form == LOG_NAME_LITERAL ? ' ' : '!';
	for (size_t i = 0; i < f.name.length; i++)
		assert(f.name.at[i] >= least && f.name.at[i] < 0x7F);
	(void)log_query_time(&f, &clock, INT64_C(1795435200000000));
	if (log_query_from(&f, &q) != 0)
		return;
	assert(f.client.length == 0 || q.client.family != 0);
	assert(f.server.length == 0 || q.server.family != 0);
	assert(f.type.length < QUERY_TOKEN_SIZE);
	assert(f.rrclass.length < QUERY_TOKEN_SIZE);
	assert(f.rrclass.length == 0 || q.qclass >= 0);
	assert(f.response || !q.has_rcode);
}

/* Can all of ${t} be read?  ASan says no. */
static inline void
line_touch(struct text t)
{
	volatile char octet;

	for (size_t i = 0; i < t.length; i++)
		octet = t.at[i];
	(void)octet;
}

/* What one line of an input of memory ${m} is. */
static inline void
line_check_next(log_parse_with *parse, struct log_memory *m, const char *line,
    size_t length)
{
	struct log_clock clock = { .zone = NULL };
	struct log_fields f;
	struct query q;
	enum log_verdict v = parse(m, line, length, &f);

	assert(v < LOG_VERDICTS);
	if (v != LOG_QUERY)
		return;
	line_touch(f.time);
	line_touch(f.port);
	line_touch(f.server_port);
	line_touch(f.flags);
	line_touch(f.rcode);
	assert(f.client.length > 0 && f.name.length > 0);
	for (size_t i = 0; i < f.name.length; i++)
		assert(f.name.at[i] >= 0x20 && f.name.at[i] < 0x7F);
	(void)log_query_time(&f, &clock, INT64_C(1795435200000000));
	if (log_query_from(&f, &q) != 0)
		return;
	assert(q.client.family != 0);
	assert(f.server.length == 0 || q.server.family != 0);
	assert(f.type.length < QUERY_TOKEN_SIZE);
	assert(f.rrclass.length < QUERY_TOKEN_SIZE);
}

/* The lines of a log, each in memory of its own size. */
static inline void
line_check_all(log_parse_with *parse, const uint8_t *data, size_t size)
{
	struct log_memory m = { .columns = 0 };

	for (;;) {
		const uint8_t *lf = size == 0 ? NULL : memchr(data, '\n', size);
		size_t n = lf == NULL ? size : (size_t)(lf - data);
		uint8_t *line = fuzzing_copy(data, n);

		line_check_next(parse, &m, (const char *)line, n);
		free(line);
		if (lf == NULL)
			break;
		data += n + 1;
		size -= n + 1;
	}
}

#endif /* !LINE_H */
