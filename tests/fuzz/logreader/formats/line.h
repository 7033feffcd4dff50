#ifndef LINE_H
#define LINE_H

/*
 * line - what holds for every line that any parser calls a query.
 */

#include <assert.h>
#include <stdint.h>

#include "core/dns_token.h"
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
	struct log_clock clock = { 0, 0 };
	struct log_fields f;
	struct query q;
	enum log_verdict v = parse(line, size, &f);

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
	line_holds(f.rcode, line, size);
	assert(f.name.length > 0);
	for (size_t i = 0; i < f.name.length; i++)
		assert(f.name.at[i] > 0x20 && f.name.at[i] < 0x7F);
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

#endif /* !LINE_H */
