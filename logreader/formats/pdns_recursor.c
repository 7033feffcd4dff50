#include "formats/pdns_recursor.h"

#include "core/dns_token.h"
#include "formats/name.h"
#include "formats/peer.h"
#include "formats/syslog_header.h"
#include "json_fields.h"
#include "log_time.h"

/* What may stand before the message. */
static bool
take_header(struct cursor *c, struct text *time)
{
	/* The program, and its unit; config-name goes behind it. */
	static const char *const programs[] = { "pdns_recursor*",
	    "pdns-recursor*" };
	enum syslog_header kind = SYSLOG_HEADER_NONE;
	struct cursor at;

	for (size_t i = 0; i < 2 && kind != SYSLOG_HEADER_OURS; i++) {
		at = *c;
		kind = syslog_header_scan(&at, programs[i], time);
	}
	*c = at;
	return kind == SYSLOG_HEADER_OURS || kind == SYSLOG_HEADER_NONE;
}

static bool
is_type(struct text t)
{
	struct cursor c = cursor_over(t.at, t.length);

	return t.length > 0 && t.length < DNS_TOKEN_SIZE &&
	    text_while(&c, TEXT_MNEMONIC).length == t.length;
}

/* "name|type", where the name can hold more of the bars. */
static enum log_verdict
split(struct text t, struct log_fields *f)
{
	const char *bar = t.length == 0 ? NULL :
	    memrchr(t.at, '|', t.length);

	if (bar == NULL)
		return LOG_BROKEN_TYPE;
	f->name = (struct text){ t.at, (size_t)(bar - t.at) };
	f->type.at = bar + 1;
	f->type.length = (size_t)(t.at + t.length - f->type.at);
	if (!is_type(f->type))
		return LOG_BROKEN_TYPE;
	return name_is_plain(f->name) ? LOG_QUERY : LOG_BROKEN_NAME;
}

/* " (ecs 192.0.2.0/24)" and " (proxied by 192.0.2.1:53)", as many as are
 * there. */
static bool
take_remarks(struct cursor *c)
{
	while (text_skip(c, " (")) {
		if (!text_skip(c, "ecs ") && !text_skip(c, "proxied by "))
			return false;
		while (text_next_is(c, TEXT_VISIBLE) && text_peek(c) != ')')
			cursor_take(c, 1);
		if (!text_skip(c, ")"))
			return false;
	}
	return text_done(c);
}

/* From the thread on. */
static enum log_verdict
take_plain(struct cursor *c, struct log_fields *f)
{
	struct text t;
	enum log_verdict v;

	if (text_while(c, TEXT_DIGIT).length == 0 || !text_skip(c, " [") ||
	    text_while(c, TEXT_DIGIT).length == 0 || !text_skip(c, "/") ||
	    text_while(c, TEXT_DIGIT).length == 0 || !text_skip(c, "] "))
		return LOG_OTHER;
	f->transport = text_skip(c, "TCP ") ? QUERY_TRANSPORT_TCP :
	    QUERY_TRANSPORT_UDP;
	if (!text_skip(c, "question for '"))
		return LOG_OTHER;
	t = text_while(c, TEXT_VISIBLE);	/* a space has an escape */
	if (t.length == 0 || t.at[t.length - 1] != '\'')
		return LOG_BROKEN_NAME;
	t.length--;
	if ((v = split(t, f)) != LOG_QUERY)
		return v;
	if (!text_skip(c, " from ") || !peer_take(c, &f->client, &f->port))
		return LOG_BROKEN_CLIENT;
	return take_remarks(c) ? LOG_QUERY : LOG_BROKEN_TAIL;
}

/* The values that matter. */
enum key { MSG, TS, PROTO, QNAME, QTYPE, RCODE, REMOTE, SOURCE, KEYS };

static const char *const keys[KEYS] = { "msg", "ts", "proto", "qname",
    "qtype", "rcode", "remote", "source" };

/* A value, after its first quote; an escape is a backslash and a byte. */
static bool
take_value(struct cursor *c, struct text *ret)
{
	size_t left = cursor_left(c), n = 0;

	while (n < left && c->at[n] != '"')
		n += c->at[n] == '\\' ? 2 : 1;
	if (n >= left)
		return false;
	*ret = text_take(c, n);
	return text_skip(c, "\"");
}

/* All pairs to the end of the line, each key once. */
static bool
take_pairs(struct cursor *c, struct text values[KEYS])
{
	do {
		struct text key = text_while(c, TEXT_WORD), value;

		if (key.length == 0 || !text_skip(c, "=\"") ||
		    !take_value(c, &value))
			return false;
		for (size_t i = 0; i < KEYS; i++) {
			if (!text_is(key, keys[i]))
				continue;
			if (values[i].at != NULL)
				return false;
			values[i] = value;
		}
	} while (text_skip(c, " "));
	return text_done(c);
}

/* What the message says of a query; false: nothing. */
static bool
is_about_query(struct text msg, struct log_fields *f)
{
	f->response = text_is(msg, "Answer");
	return f->response || text_is(msg, "Question") ||
	    text_is(msg, "Question answered from packet cache") ||
	    text_is(msg, "TCP question answered from packet cache");
}

/* The client: behind a proxy, who asked that. */
static bool
take_client(const struct text values[KEYS], struct log_fields *f)
{
	struct text t = values[SOURCE].length > 0 ? values[SOURCE] :
	    values[REMOTE];
	struct cursor c = cursor_over(t.at, t.length);

	return t.length > 0 && peer_take(&c, &f->client, &f->port) &&
	    take_remarks(&c);
}

/* The same from an object.  The escapes of a name are those of a quoted one,
 * as it has no octets that JSON writes in another way. */
static bool
take_members(struct cursor *c, struct text values[KEYS])
{
	struct json_value v[KEYS];

	if (!json_fields_read((const char *)c->at, cursor_left(c), keys, KEYS,
	    v))
		return false;
	for (size_t i = 0; i < KEYS; i++) {
		if (v[i].kind == JSON_ABSENT)
			continue;
		if (v[i].kind != JSON_STRING)
			return false;
		values[i] = v[i].text;
	}
	return true;
}

/* From the first key on, or from the brace before it. */
static enum log_verdict
take_structured(struct cursor *c, struct log_fields *f)
{
	struct text values[KEYS] = { { NULL, 0 } };
	struct text ts;
	struct cursor t;

	if (text_peek(c) == '{' ? !take_members(c, values) :
	    !take_pairs(c, values))
		return LOG_BROKEN_TAIL;
	if (!is_about_query(values[MSG], f))
		return LOG_OTHER;
	if (!take_client(values, f))
		return LOG_BROKEN_CLIENT;
	f->name = values[QNAME];
	f->name_form = LOG_NAME_QUOTED;
	if (!name_is_plain(f->name))
		return LOG_BROKEN_NAME;
	f->type = values[QTYPE];
	if (!is_type(f->type))
		return LOG_BROKEN_TYPE;
	if (text_is(values[PROTO], "udp"))
		f->transport = QUERY_TRANSPORT_UDP;
	else if (text_is(values[PROTO], "tcp"))
		f->transport = QUERY_TRANSPORT_TCP;
	if (f->response)
		f->rcode = values[RCODE];
	ts = values[TS];
	t = cursor_over(ts.at, ts.length);
	if (ts.length > 0 && log_time_scan_epoch(&t, &ts) && text_done(&t))
		f->time = ts;	/* says more than what came before */
	return LOG_QUERY;
}

enum log_verdict
pdns_recursor_parse(const char *line, size_t length, struct log_fields *ret)
{
	struct cursor c = cursor_over(line, length), at;
	struct log_fields f = { .response = false };
	enum log_verdict v;

	if (!take_header(&c, &f.time))
		return LOG_OTHER;
	at = c;
	v = text_skip(&at, "msg=\"") || text_skip(&at, "{") ?
	    take_structured(&c, &f) : take_plain(&c, &f);
	if (v == LOG_QUERY)
		*ret = f;
	return v;
}
