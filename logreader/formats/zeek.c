#include "formats/zeek.h"

#include <stdio.h>

#include "core/address.h"
#include "formats/name.h"
#include "json_fields.h"
#include "log_time.h"

/* The columns, or members, that are looked at. */
enum field {
	TS, ORIG_H, ORIG_P, RESP_H, RESP_P, PROTO, QUERY, QCLASS, QTYPE,
	QTYPE_NAME, RCODE, RD, FIELDS,
	/* of an object */
	PATH = FIELDS,
	/* what ORIG_H to RESP_P are called with Log::default_scope_sep = "_" */
	SCOPED, SCOPED_END = SCOPED + 4,
	NAMES = SCOPED_END
};

static const char *const names[NAMES] = { "ts", "id.orig_h", "id.orig_p",
    "id.resp_h", "id.resp_p", "proto", "query", "qclass", "qtype",
    "qtype_name", "rcode", "RD", "_path", "id_orig_h", "id_orig_p",
    "id_resp_h", "id_resp_p" };

_Static_assert(FIELDS <= LOG_MEMORY_COLUMNS, "log_memory has room for all");

/* A field that is unset, which may still be looked into. */
static const struct text absent = { "", 0 };

/* What Zeek writes if nobody tells it otherwise, up to the last column that
 * matters; rtt is not there before 2.5. */
static const uint8_t usual[FIELDS] = { 1, 3, 4, 5, 6, 7, 10, 11, 13, 14, 15,
    19 };
#define USUAL_COLUMNS 24
#define USUAL_RTT 9

/* The value of a hexadecimal digit. */
static unsigned
hex(char digit)
{
	return digit <= '9' ? (unsigned)(digit - '0') :
	    (unsigned)((digit | 0x20) - 'a' + 10);
}

static bool
is_hex(char c)
{
	return (text_classes[(uint8_t)c] & TEXT_HEX) != 0;
}

static char
separator(const struct log_memory *m)
{
	return m->separator == 0 ? '\t' : m->separator;
}

/* Is ${t} the marker of the header, or without one the usual? */
static bool
is_marker(struct text t, const char *told, const char *otherwise)
{
	return text_is(t, told[0] != '\0' ? told : otherwise);
}

static bool
is_unset(const struct log_memory *m, struct text t)
{
	return t.length == 0 || is_marker(t, m->unset, "-");
}

/* The next column, and the separator after it. */
static struct text
take_column(const struct log_memory *m, struct cursor *c)
{
	size_t left = cursor_left(c);
	const uint8_t *end = left == 0 ? NULL :
	    memchr(c->at, separator(m), left);
	struct text t = text_take(c, end == NULL ? left :
	    (size_t)(end - c->at));

	if (end != NULL)
		cursor_take(c, 1);
	return t;
}

/* Bind the columns by their names. */
static void
take_names(struct log_memory *m, struct cursor *c)
{
	size_t n = 0;

	memset(m->column, 0, sizeof(m->column));
	while (!text_done(c) && n < UINT8_MAX) {
		struct text name = take_column(m, c);

		n++;
		for (size_t i = 0; i < FIELDS; i++) {
			if (text_is(name, names[i]))
				m->column[i] = (uint8_t)n;
		}
		for (size_t i = SCOPED; i < SCOPED_END; i++) {
			if (text_is(name, names[i]))
				m->column[i - SCOPED + ORIG_H] = (uint8_t)n;
		}
	}
	m->columns = text_done(c) ? (uint8_t)n : 0;
	if (m->column[ORIG_H] == 0 || m->column[QUERY] == 0)
		m->columns = 0;
}

/* The separator is told as "\x09". */
static bool
take_separator(struct log_memory *m, struct cursor *c)
{
	struct text digits;

	if (!text_skip(c, "\\x"))
		return false;
	digits = text_while(c, TEXT_HEX);
	if (digits.length != 2 || !text_done(c))
		return false;
	m->separator = (char)(hex(digits.at[0]) << 4 | hex(digits.at[1]));
	return true;
}

static void
take_marker(struct cursor *c, char ret[LOG_MEMORY_MARK])
{
	struct text t = text_take(c, cursor_left(c));

	if (t.length < LOG_MEMORY_MARK) {
		memcpy(ret, t.at, t.length);
		ret[t.length] = '\0';
	}
}

/* A line of the header, which begins with the separator; or the last line of
 * a log, or a comment, which tell nothing. */
static void
take_header(struct log_memory *m, struct cursor *c)
{
	struct text key;

	if (text_skip(c, "#separator ")) {
		m->columns = 0;
		m->foreign = !take_separator(m, c);
		return;
	}
	key = take_column(m, c);
	if (text_is(key, "#path"))
		m->foreign |= !text_is(take_column(m, c), "dns");
	else if (text_is(key, "#unset_field"))
		take_marker(c, m->unset);
	else if (text_is(key, "#empty_field"))
		take_marker(c, m->empty);
	else if (text_is(key, "#fields"))
		take_names(m, c);
}

/* Split a line; the fields that are unset or have no column are empty. */
static bool
split(const struct log_memory *m, struct cursor *c, struct text ret[FIELDS])
{
	struct text columns[UINT8_MAX];
	size_t n = 0, count = m->columns, older = 0;

	while (!text_done(c) && n < UINT8_MAX)
		columns[n++] = take_column(m, c);
	if (!text_done(c))
		return false;
	if (count == 0)
		older = n == USUAL_COLUMNS - 1;
	else if (n != count)
		return false;
	if (count == 0 && n + older != USUAL_COLUMNS)
		return false;
	for (size_t i = 0; i < FIELDS; i++) {
		size_t at = count > 0 ? m->column[i] : usual[i];

		if (count == 0 && older && at > USUAL_RTT)
			at--;
		ret[i] = absent;
		if (at > 0 && !is_unset(m, columns[at - 1]))
			ret[i] = columns[at - 1];
	}
	return true;
}

/* Put the name into presentation form: its octets are raw but for \xHH, and
 * any dot parts labels, since Zeek does not tell them from others. */
static bool
take_name(struct log_memory *m, struct text t, struct text *ret)
{
	size_t length = 0;
	bool fine = true;

	for (size_t i = 0; i < t.length && fine; i++) {
		uint8_t octet = (uint8_t)t.at[i];

		if (octet == '\\' && t.length - i > 3 && t.at[i + 1] == 'x' &&
		    is_hex(t.at[i + 2]) && is_hex(t.at[i + 3])) {
			octet = (uint8_t)(hex(t.at[i + 2]) << 4 |
			    hex(t.at[i + 3]));
			i += 3;
		} else if (octet == '\\' && t.length - i > 1 &&
		    t.at[i + 1] == '\\') {
			i++;
		}
		fine = octet == '.' ? name_add_dot(m->name, &length) :
		    name_add(m->name, &length, octet);
	}
	*ret = (struct text){ m->name, length };
	return fine && length > 0;
}

static bool
is_number(struct text t, unsigned long max, unsigned long *ret)
{
	*ret = 0;
	return t.length == 0 || text_number(t, max, ret) == 0;
}

/* ${word} and a number, in ${buf}. */
static struct text
numbered(char buf[12], const char *word, unsigned long number)
{
	int n = snprintf(buf, 12, "%s%lu", word, number);

	return (struct text){ buf, n > 0 ? (size_t)n : 0 };
}

static bool
take_type(struct log_memory *m, struct text number, struct text name,
    struct log_fields *f)
{
	struct cursor c = cursor_over(name.at, name.length);
	unsigned long n;

	if (!is_number(number, UINT16_MAX, &n))
		return false;
	if (name.length > 0 && name.length < QUERY_TOKEN_SIZE &&
	    text_while(&c, TEXT_MNEMONIC).length == name.length)
		f->type = name;
	else if (text_is(name, "*"))
		f->type = (struct text){ "ANY", 3 };
	else if (number.length > 0)
		f->type = numbered(m->type, "TYPE", n);
	return true;
}

static bool
take_class(struct log_memory *m, struct text number, struct log_fields *f)
{
	unsigned long n;

	if (!is_number(number, UINT16_MAX, &n))
		return false;
	if (number.length == 0)
		return true;
	f->rrclass = n == 1 ? (struct text){ "IN", 2 } :
	    n == 3 ? (struct text){ "CH", 2 } :
	    n == 255 ? (struct text){ "ANY", 3 } :
	    numbered(m->rrclass, "CLASS", n);
	return true;
}

static bool
take_end(struct text host, struct text port, struct text *rethost,
    struct text *retport)
{
	struct address a;
	unsigned long n;

	if (address_parse(host.at, host.length, &a) != 0 ||
	    !is_number(port, UINT16_MAX, &n))
		return false;
	*rethost = host;
	*retport = port;
	return true;
}

/* The fields, from either form, and RD as its sign. */
static enum log_verdict
take_fields(struct log_memory *m, const struct text t[FIELDS],
    struct text sign, struct log_fields *ret)
{
	struct log_fields f = { .time = t[TS], .flags = sign };
	unsigned long rcode;

	/* Seconds, or with LogAscii::json_timestamps words. */
	if (!log_time_is_epoch(t[TS]) && !log_time_is_whole(t[TS]))
		return LOG_BROKEN_PREFIX;
	if (!take_end(t[ORIG_H], t[ORIG_P], &f.client, &f.port))
		return LOG_BROKEN_CLIENT;
	if (t[RESP_H].length > 0 &&
	    !take_end(t[RESP_H], t[RESP_P], &f.server, &f.server_port))
		return LOG_BROKEN_HEAD;
	if (!take_name(m, t[QUERY], &f.name))
		return LOG_BROKEN_NAME;
	if (!take_type(m, t[QTYPE], t[QTYPE_NAME], &f) ||
	    !take_class(m, t[QCLASS], &f))
		return LOG_BROKEN_TYPE;
	if (!is_number(t[RCODE], UINT16_MAX, &rcode))
		return LOG_BROKEN_TAIL;
	if (t[RCODE].length > 0)
		f.rcode = numbered(m->rcode, "RCODE", rcode);
	if (text_is(t[PROTO], "udp"))
		f.transport = QUERY_TRANSPORT_UDP;
	else if (text_is(t[PROTO], "tcp"))
		f.transport = QUERY_TRANSPORT_TCP;
	*ret = f;
	return LOG_QUERY;
}

static enum log_verdict
parse_columns(struct log_memory *m, struct cursor *c, struct log_fields *ret)
{
	struct text t[FIELDS], sign = absent;

	if (!split(m, c, t))
		return m->columns == 0 ? LOG_OTHER : LOG_BROKEN_TAIL;
	if (m->columns == 0 && !log_time_is_epoch(t[TS]))
		return LOG_OTHER;
	if (t[QUERY].length == 0)
		return LOG_OTHER;
	if (is_marker(t[QUERY], m->empty, "(empty)"))
		t[QUERY] = (struct text){ ".", 1 };
	if (text_is(t[RD], "T"))
		sign = (struct text){ "+", 1 };
	else if (text_is(t[RD], "F"))
		sign = (struct text){ "-", 1 };
	else if (t[RD].length > 0)
		return LOG_BROKEN_TAIL;
	return take_fields(m, t, sign, ret);
}

/* Is ${v} of the kind that Zeek writes there? */
static bool
is_right(const struct json_value *v, enum field i)
{
	switch (i) {
	case ORIG_P:
	case RESP_P:
	case QCLASS:
	case QTYPE:
	case RCODE:
		return v->kind == JSON_NUMBER;
	case RD:
		return v->kind == JSON_TRUE || v->kind == JSON_FALSE;
	case TS:
		return v->kind == JSON_NUMBER ||
		    (v->kind == JSON_STRING && !v->escaped);
	default:
		return v->kind == JSON_STRING && (i == QUERY || !v->escaped);
	}
}

/* Read an object's members, the ends of the connection by either name; not
 * by both. */
static bool
read_members(const char *line, size_t length, struct json_value v[NAMES])
{
	if (!json_fields_read(line, length, names, NAMES, v))
		return false;
	for (size_t i = SCOPED; i < SCOPED_END; i++) {
		struct json_value *to = &v[i - SCOPED + ORIG_H];

		if (v[i].kind == JSON_ABSENT)
			continue;
		if (to->kind != JSON_ABSENT)
			return false;
		*to = v[i];
	}
	return true;
}

/* Milliseconds since 1970 (JSON::TS_MILLIS), as seconds; else leave ${t}. */
static struct text
in_seconds(struct log_memory *m, struct text t)
{
	struct cursor c = cursor_over(t.at, t.length);
	int n;

	if (t.length < 12 || t.length > 14 ||
	    text_while(&c, TEXT_DIGIT).length != t.length)
		return t;
	n = snprintf(m->time, sizeof(m->time), "%.*s.%.3s",
	    (int)t.length - 3, t.at, t.at + t.length - 3);
	return (struct text){ m->time, n > 0 ? (size_t)n : 0 };
}

static enum log_verdict
parse_object(struct log_memory *m, const char *line, size_t length,
    struct log_fields *ret)
{
	struct json_value v[NAMES];
	struct text t[FIELDS], sign = absent;

	if (!read_members(line, length, v))
		return LOG_BROKEN_PREFIX;
	if (v[QUERY].kind == JSON_ABSENT || v[ORIG_H].kind == JSON_ABSENT ||
	    (v[PATH].kind != JSON_ABSENT && !text_is(v[PATH].text, "dns")))
		return LOG_OTHER;
	for (size_t i = 0; i < FIELDS; i++) {
		t[i] = absent;
		if (v[i].kind == JSON_ABSENT)
			continue;
		if (!is_right(&v[i], (enum field)i))
			return LOG_BROKEN_TAIL;
		t[i] = v[i].text;
	}
	if (v[RD].kind != JSON_ABSENT)
		sign = (struct text){ v[RD].kind == JSON_TRUE ? "+" : "-", 1 };
	if (!json_fields_decode(&v[QUERY], m->line, sizeof(m->line),
	    &t[QUERY]))
		return LOG_BROKEN_NAME;
	if (t[QUERY].length == 0)
		t[QUERY] = (struct text){ ".", 1 };
	t[TS] = in_seconds(m, t[TS]);
	return take_fields(m, t, sign, ret);
}

enum log_verdict
zeek_parse(struct log_memory *m, const char *line, size_t length,
    struct log_fields *ret)
{
	struct cursor c = cursor_over(line, length);

	if (text_peek(&c) == '#') {
		take_header(m, &c);
		return LOG_OTHER;
	}
	if (text_peek(&c) == '{')
		return parse_object(m, line, length, ret);
	return m->foreign ? LOG_OTHER : parse_columns(m, &c, ret);
}
