#include "formats/unbound.h"

#include "core/dns_token.h"
#include "formats/peer.h"
#include "formats/syslog_header.h"
#include "log_time.h"

/* "[1234:0] ", the thread in hexadecimal. */
static bool
take_thread(struct cursor *c)
{
	return text_skip(c, "[") && text_while(c, TEXT_DIGIT).length > 0 &&
	    text_skip(c, ":") && text_while(c, TEXT_HEX).length > 0 &&
	    text_skip(c, "] ");
}

/* What it calls itself, spaces and all.  In a file of syslog's, another
 * program's name would have a colon or bracket behind it. */
static bool
take_identity(struct cursor *c)
{
	size_t n = 0, left = cursor_left(c);

	while (n < left && c->at[n] >= ' ' && c->at[n] <= '~' &&
	    c->at[n] != '[' && c->at[n] != ':')
		n++;
	return text_take(c, n).length > 0;
}

/* All before the tag. */
static bool
take_header(struct cursor *c, struct text *time)
{
	struct cursor at = *c;

	if (log_time_scan_epoch(&at, time) && *time->at == '[' &&
	    text_skip(&at, " ")) {
		*c = at;
		return take_identity(c) && take_thread(c);
	}
	switch (syslog_header_scan(c, "unbound*", time)) {
	case SYSLOG_HEADER_OURS:
		return take_thread(c);
	case SYSLOG_HEADER_NONE:
		return time->length > 0 && take_identity(c) && take_thread(c);
	default:
		return false;
	}
}

/* A field and the space after it, if more follows. */
static struct text
take_field(struct cursor *c)
{
	struct text t = text_while(c, TEXT_VISIBLE);

	(void)text_skip(c, " ");
	return t;
}

static bool
is_name(struct text t)
{
	if (t.length == 0 || t.at[t.length - 1] != '.')
		return false;
	for (size_t i = 0; i < t.length; i++) {
		uint8_t b = (uint8_t)t.at[i];

		if (!(text_classes[b] & (TEXT_LETTER | TEXT_DIGIT)) &&
		    memchr("*-_?.", b, 5) == NULL)
			return false;
	}
	return true;
}

static bool
is_class(struct text t)
{
	return t.length < DNS_TOKEN_SIZE &&
	    dns_class_parse(t.at, t.length) >= 0;
}

/* Capitals and digits.  Unbound learns types before we do. */
static bool
is_token(struct text t)
{
	struct cursor c = cursor_over(t.at, t.length);

	return t.length > 0 && t.length < DNS_TOKEN_SIZE &&
	    text_while(&c, TEXT_MNEMONIC).length == t.length;
}

static bool
take_number(struct cursor *c)
{
	return text_while(c, TEXT_DIGIT).length > 0;
}

/* Where the query had come to: log-destaddr. */
static bool
take_destination(struct cursor *c, struct log_fields *f)
{
	struct text transport = take_field(c);

	f->server = take_field(c);
	f->server_port = text_while(c, TEXT_VISIBLE);
	if (text_is(transport, "udp"))
		f->transport = QUERY_TRANSPORT_UDP;
	else if (text_is(transport, "tcp") || text_is(transport, "dot") ||
	    text_is(transport, "doh"))
		f->transport = QUERY_TRANSPORT_TCP;
	return transport.length > 0 && peer_is_address(f->server) &&
	    peer_is_port(f->server_port);
}

/* What a reply has after the class. */
static bool
take_outcome(struct cursor *c, struct log_fields *f)
{
	f->rcode = take_field(c);
	return is_token(f->rcode) && take_number(c) && text_skip(c, ".") &&
	    take_number(c) && text_skip(c, " ") && take_number(c) &&
	    text_skip(c, " ") && take_number(c) &&
	    (!text_skip(c, " on ") || take_destination(c, f)) && text_done(c);
}

/* The tag of a line that may be about a query; or nothing. */
static struct text
take_tag(struct cursor *c)
{
	struct text tag = text_while(c, TEXT_LETTER);

	if (!text_skip(c, ": ") || (!text_is(tag, "info") &&
	    !text_is(tag, "query") && !text_is(tag, "reply")))
		tag.length = 0;
	return tag;
}

enum log_verdict
unbound_parse(const char *line, size_t length, struct log_fields *ret)
{
	struct cursor c = cursor_over(line, length);
	struct log_fields f = { .response = false };
	struct text tag;

	if (!take_header(&c, &f.time))
		return LOG_OTHER;
	tag = take_tag(&c);
	if (tag.length == 0)
		return LOG_OTHER;
	f.client = take_field(&c);
	if (!peer_is_address(f.client))
		return text_is(tag, "info") ? LOG_OTHER : LOG_BROKEN_CLIENT;
	if (text_skip(&c, "- - - "))	/* the answer to a malformed query */
		return LOG_OTHER;
	f.name = take_field(&c);
	if (!is_name(f.name))
		return LOG_BROKEN_NAME;
	f.type = take_field(&c);
	f.rrclass = text_while(&c, TEXT_VISIBLE);
	if (!is_token(f.type) || !is_class(f.rrclass))
		return LOG_BROKEN_TYPE;
	f.response = text_skip(&c, " ");
	if (f.response ? text_is(tag, "query") || !take_outcome(&c, &f) :
	    text_is(tag, "reply") || !text_done(&c))
		return LOG_BROKEN_TAIL;
	*ret = f;
	return LOG_QUERY;
}
