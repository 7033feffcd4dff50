#include "formats/coredns.h"

#include <stdio.h>

#include "core/address.h"
#include "formats/syslog_header.h"
#include "log_time.h"

/* ${count} digits. */
static bool
take_digits(struct cursor *c, size_t count, struct text *ret)
{
	struct cursor start = *c;

	*ret = text_while(c, TEXT_DIGIT);
	if (ret->length == count)
		return true;
	*c = start;
	return false;
}

/* Step over what stands before the client. */
static bool
take_prefix(struct cursor *c, struct text *time)
{
	struct text inner;
	bool fine;

	switch (syslog_header_scan(c, "coredns", time)) {
	case SYSLOG_HEADER_OURS:
		if (!log_time_scan(c, &inner, &fine))
			break;
		*time = inner;
		if (!text_skip(c, " "))
			return false;
		break;
	case SYSLOG_HEADER_NONE:
		/* Only syslog writes times without zone or fractions. */
		if (time->length == strlen("Nov 23 07:39:21"))
			return false;
		break;
	default:
		return false;
	}
	(void)text_skip(c, "[INFO] ");
	return true;
}

static bool
is_address(struct text t)
{
	struct address a;

	return address_parse(t.at, t.length, &a) == 0;
}

static bool
take_port(struct cursor *c, struct text *ret)
{
	unsigned long n;

	*ret = text_while(c, TEXT_DIGIT);
	return ret->length <= 5 && text_number(*ret, UINT16_MAX, &n) == 0;
}

/* Split "address:port" at the last colon. */
static bool
split_client(struct text t, struct log_fields *f)
{
	const char *colon = t.length == 0 ? NULL :
	    memrchr(t.at, ':', t.length);
	struct cursor port;

	if (colon == NULL)
		return false;
	f->client = (struct text){ t.at, (size_t)(colon - t.at) };
	port = cursor_over(colon + 1, t.length - f->client.length - 1);
	return is_address(f->client) && take_port(&port, &f->port) &&
	    text_done(&port);
}

/* The client, up to the dash.  An address alone is only told from one with a
 * port by what follows, so ${bare} keeps it whole. */
static bool
take_client(struct cursor *c, struct log_fields *f, struct text *bare)
{
	*bare = (struct text){ NULL, 0 };
	if (text_skip(c, "[")) {
		f->client = text_while(c, TEXT_ADDRESS);
		return text_skip(c, "]:") && take_port(c, &f->port) &&
		    is_address(f->client);
	}
	*bare = text_while(c, TEXT_ADDRESS);
	return split_client(*bare, f) || is_address(*bare);
}

/* "02/Jan/2006:15:04:05 -0700", rewritten as log_time reads it. */
static bool
take_when(struct log_memory *m, struct cursor *c, struct text *ret)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct text day, month, year, clock[3], zone;
	const char *sign;
	int n, number = 0;

	if (!take_digits(c, 2, &day) || !text_skip(c, "/"))
		return false;
	month = text_while(c, TEXT_LETTER);
	for (int i = 0; i < 12 && month.length == 3; i++) {
		if (memcmp(month.at, months + 3 * i, 3) == 0)
			number = i + 1;
	}
	if (number == 0 || !text_skip(c, "/") || !take_digits(c, 4, &year))
		return false;
	for (int i = 0; i < 3; i++) {
		if (!text_skip(c, ":") || !take_digits(c, 2, &clock[i]))
			return false;
	}
	sign = text_skip(c, " +") ? "+" : text_skip(c, " -") ? "-" : NULL;
	if (sign == NULL || !take_digits(c, 4, &zone))
		return false;
	n = snprintf(m->time, sizeof(m->time),
	    "%.4s-%02d-%.2sT%.2s:%.2s:%.2s%s%.2s:%.2s", year.at, number,
	    day.at, clock[0].at, clock[1].at, clock[2].at, sign, zone.at,
	    zone.at + 2);
	*ret = (struct text){ m->time, n > 0 ? (size_t)n : 0 };
	return n > 0 && n < (int)sizeof(m->time);
}

/* " - ", when and id. */
static bool
take_head(struct log_memory *m, struct cursor *c, struct log_fields *f,
    bool *retid)
{
	if (text_skip(c, "[") && (!take_when(m, c, &f->time) ||
	    !text_skip(c, "] ")))
		return false;
	*retid = text_while(c, TEXT_DIGIT).length > 0;
	return (!*retid || text_skip(c, " ")) && text_skip(c, "\"");
}

/* The name, to the space after it. */
static bool
take_name(struct cursor *c, struct text *ret)
{
	size_t left = cursor_left(c), n = 0;

	while (n < left && c->at[n] != ' ' && c->at[n] != '"') {
		n += c->at[n] == '\\' ? 2 : 1;
		if (n <= left && (c->at[n - 1] < 0x20 || c->at[n - 1] > 0x7E))
			return false;
	}
	if (n == 0 || n >= left || c->at[n] != ' ')
		return false;
	*ret = text_take(c, n);
	return text_skip(c, " ");
}

/* One of the words after the name, and what has to follow it. */
static bool
take_word(struct cursor *c, const char *after, struct text *ret)
{
	*ret = text_while(c, TEXT_WORD);
	return ret->length > 0 && text_skip(c, after);
}

static bool
is_number(struct text t)
{
	unsigned long n;

	return text_number(t, UINT32_MAX, &n) == 0;
}

/* All from the protocol to the second quote. */
static bool
take_request(struct cursor *c, struct log_fields *f, bool *retdo)
{
	struct text proto, size, dnssec, bufsize;

	if (!take_word(c, " ", &proto) || !take_word(c, " ", &size) ||
	    !take_word(c, " ", &dnssec) || !take_word(c, "\" ", &bufsize))
		return false;
	if (text_is(proto, "udp"))
		f->transport = QUERY_TRANSPORT_UDP;
	else if (text_is(proto, "tcp"))
		f->transport = QUERY_TRANSPORT_TCP;
	*retdo = text_is(dnssec, "true");
	return is_number(size) && is_number(bufsize) &&
	    (*retdo || text_is(dnssec, "false"));
}

/* The flags of the response, which repeats RD and CD: "qr,aa,rd". */
static bool
take_flags(struct cursor *c, bool dnssec, struct log_fields *f)
{
	bool any = false, rd = false, cd = false;

	if (text_skip(c, "- "))
		return true;
	do {
		struct text t = text_while(c, TEXT_LETTER);

		if (t.length == 0)
			return false;
		any = true;
		rd |= text_is(t, "rd");
		cd |= text_is(t, "cd");
	} while (text_skip(c, ","));
	f->flags.at = rd ? (dnssec ? "+EDC" : "+C") : dnssec ? "-EDC" : "-C";
	f->flags.length = 1u + 2 * dnssec + cd;
	return any && text_skip(c, " ");
}

/* "0.037990251s", "116.92\u00B5s", "1m2.5s" */
static bool
take_duration(struct cursor *c)
{
	size_t digits = 0, n;

	while ((n = text_while(c, TEXT_DIGIT).length) > 0 ||
	    text_skip(c, ".")) {
		digits += n;
		if (text_skip(c, "h") || text_skip(c, "ms") ||
		    text_skip(c, "m") || text_skip(c, "ns") ||
		    text_skip(c, "us") || text_skip(c, "\xC2\xB5s") ||
		    text_skip(c, "\xCE\xBCs"))
			continue;
		(void)text_skip(c, "s");
	}
	return digits > 0 && c->at[-1] == 's';
}

/* All after the second quote. */
static bool
take_reply(struct cursor *c, bool dnssec, struct log_fields *f)
{
	struct text rcode, size;

	if (!take_word(c, " ", &rcode) || !take_flags(c, dnssec, f) ||
	    !take_word(c, " ", &size) || !is_number(size) ||
	    !take_duration(c))
		return false;
	if (!text_is(rcode, "-"))
		f->rcode = rcode;
	if (text_skip(c, " \"") && (text_while(c, TEXT_DIGIT).length == 0 ||
	    !text_skip(c, "\"")))
		return false;
	return text_done(c);
}

/* From the client on. */
static enum log_verdict
take_message(struct log_memory *m, struct cursor *c, struct log_fields *f)
{
	struct text bare;
	bool id = false, dnssec;

	if (!take_client(c, f, &bare) || !text_skip(c, " - "))
		return LOG_OTHER;
	if (!take_head(m, c, f, &id))
		return LOG_BROKEN_HEAD;
	if (!id && is_address(bare)) {	/* no port either, then */
		f->client = bare;
		f->port = (struct text){ NULL, 0 };
	} else if (bare.length > 0 && f->port.length == 0) {
		return LOG_BROKEN_CLIENT;
	}
	if (text_skip(c, "- - "))
		return LOG_OTHER;	/* a message without a question */
	if (!take_word(c, " ", &f->type) || !take_word(c, " ", &f->rrclass) ||
	    f->type.length >= QUERY_TOKEN_SIZE ||
	    f->rrclass.length >= QUERY_TOKEN_SIZE)
		return LOG_BROKEN_TYPE;
	if (!take_name(c, &f->name))
		return LOG_BROKEN_NAME;
	return take_request(c, f, &dnssec) && take_reply(c, dnssec, f) ?
	    LOG_QUERY : LOG_BROKEN_TAIL;
}

enum log_verdict
coredns_parse(struct log_memory *m, const char *line, size_t length,
    struct log_fields *ret)
{
	struct cursor c = cursor_over(line, length);
	struct log_fields f = { .truncated = false };
	enum log_verdict v;

	if (!take_prefix(&c, &f.time))
		return LOG_OTHER;
	v = take_message(m, &c, &f);
	if (v == LOG_QUERY)
		*ret = f;
	return v;
}
