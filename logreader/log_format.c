#include "log_format.h"

#include <stdio.h>

#include "formats/adguard.h"
#include "formats/bind8.h"
#include "formats/bind9.h"
#include "formats/coredns.h"
#include "formats/dnsdist.h"
#include "formats/dnsmasq.h"
#include "formats/pdns_recursor.h"
#include "formats/unbound.h"
#include "formats/windows.h"
#include "formats/zeek.h"
#include "log_wrapper.h"

const struct log_format log_format_table[] = {
	{ .name = "bind9", .parse = bind9_parse, .glance = true },
	{ .name = "bind8", .parse = bind8_parse },
	{ .name = "coredns", .parse_with = coredns_parse },
	{ .name = "windows", .parse_with = windows_parse },
	{ .name = "adguard", .parse_with = adguard_parse },
	{ .name = "zeek", .parse_with = zeek_parse },
	{ .name = "unbound", .parse = unbound_parse, .replies = true },
	{ .name = "dnsmasq", .parse = dnsmasq_parse },
	{ .name = "pdns-recursor", .parse = pdns_recursor_parse },
	{ .name = "dnsdist", .parse = dnsdist_parse },
	{ .name = NULL },
};

const struct log_format *
log_format_find(const char *name)
{
	for (const struct log_format *f = log_format_table; f->name != NULL; f++) {
		if (strcmp(f->name, name) == 0)
			return f;
	}
	return NULL;
}

const char *
log_format_names(char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (const struct log_format *f = log_format_table;
	    f->name != NULL && used < size; f++)
		used += (size_t)snprintf(buf + used, size - used, "%s%s",
		    used > 0 ? ", " : "", f->name);
	return buf;
}

static enum log_verdict
parse(const struct log_format *f, struct log_memory *m, const char *line,
    size_t length, struct log_fields *ret)
{
	return f->parse_with != NULL ? f->parse_with(m, line, length, ret) :
	    f->parse(line, length, ret);
}

enum log_verdict
log_format_parse(const struct log_format *f, struct log_memory *m,
    const char *line, size_t length, struct log_fields *ret)
{
	struct text inner, time;
	enum log_verdict v = LOG_OTHER;

	switch (log_wrapper_open(m, line, length, &inner, &time)) {
	case LOG_WRAPPER_NONE:
		return parse(f, m, line, length, ret);
	case LOG_WRAPPER_WHOLE:
		v = parse(f, m, inner.at, inner.length, ret);
		if (v == LOG_QUERY && ret->time.length == 0)
			ret->time = time;
		break;
	case LOG_WRAPPER_PART:
		break;
	case LOG_WRAPPER_BROKEN:
		v = LOG_BROKEN_PREFIX;
		break;
	}
	return v;
}

const struct log_format *
log_format_recognise(struct log_memory *m, const char *line, size_t length,
    struct log_fields *ret, enum log_verdict *retverdict)
{
	enum log_verdict v;

	*retverdict = LOG_OTHER;
	for (const struct log_format *f = log_format_table; f->name != NULL; f++) {
		v = log_format_parse(f, m, line, length, ret);
		if (v == LOG_QUERY) {
			*retverdict = v;
			return f;
		}
		if (*retverdict == LOG_OTHER)
			*retverdict = v;
	}
	return NULL;
}

const char *
log_format_verdict_text(enum log_verdict v)
{
	static const char *const texts[LOG_VERDICTS] = {
		[LOG_OTHER] = "other",
		[LOG_QUERY] = "query",
		[LOG_BROKEN_PREFIX] = "prefix",
		[LOG_BROKEN_CLIENT] = "client",
		[LOG_BROKEN_HEAD] = "before_query",
		[LOG_BROKEN_NAME] = "name",
		[LOG_BROKEN_TYPE] = "type",
		[LOG_BROKEN_TAIL] = "after_type",
	};

	return texts[v];
}
