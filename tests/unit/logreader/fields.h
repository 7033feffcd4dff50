#ifndef FIELDS_H
#define FIELDS_H

/*
 * fields - what a parser found in a line, as one line of text for tests:
 *
 *	query time=... client=... name=... truncated
 */

#include <stdio.h>

#include "guarded.h"
#include "log_format.h"

static inline void
fields_add(char *buf, size_t size, const char *key, struct text t)
{
	size_t used = strlen(buf);

	if (t.length > 0)
		snprintf(buf + used, size - used, " %s=%.*s", key,
		    (int)t.length, t.at);
}

/* Describe ${v} and, for a query, ${f} in ${buf}. */
static inline const char *
fields_text(enum log_verdict v, const struct log_fields *f, char *buf,
    size_t size)
{
	size_t used;

	if (v != LOG_QUERY) {
		snprintf(buf, size, v == LOG_OTHER ? "%s" : "broken: %s",
		    log_format_verdict_text(v));
		return buf;
	}
	snprintf(buf, size, "%s", f->response ? "response" : "query");
	fields_add(buf, size, "time", f->time);
	fields_add(buf, size, "client", f->client);
	fields_add(buf, size, "port", f->port);
	fields_add(buf, size, "view", f->view);
	fields_add(buf, size, "name", f->name);
	fields_add(buf, size, "class", f->rrclass);
	fields_add(buf, size, "type", f->type);
	fields_add(buf, size, "rcode", f->rcode);
	fields_add(buf, size, "flags", f->flags);
	fields_add(buf, size, "server", f->server);
	fields_add(buf, size, "server_port", f->server_port);
	used = strlen(buf);
	snprintf(buf + used, size - used, "%s%s%s",
	    f->transport == QUERY_TRANSPORT_UDP ? " udp" :
	    f->transport == QUERY_TRANSPORT_TCP ? " tcp" : "",
	    f->truncated ? " truncated" : "", f->strange ? " strange" : "");
	return buf;
}

/* Parse a copy of the ${n} octets at ${line} that ends at a guarded page, and
 * describe the result in ${buf}. */
static inline const char *
fields_parse(log_parse_with *parse, struct log_memory *m, const char *line,
    size_t n, char *buf, size_t size)
{
	struct log_fields f;
	enum log_verdict v = parse(m, (const char *)guarded_copy(line, n), n,
	    &f);

	return fields_text(v, &f, buf, size);
}

/* Every beginning of the ${n} octets at ${line} is parsed, and none of them
 * may be a query. */
static inline bool
fields_cut_are_none(log_parse_with *parse, struct log_memory *m,
    const char *line, size_t n)
{
	struct log_fields f;

	while (n-- > 0) {
		if (parse(m, (const char *)guarded_copy(line, n), n, &f) ==
		    LOG_QUERY)
			return false;
	}
	return true;
}

#endif /* !FIELDS_H */
