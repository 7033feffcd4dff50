#include "formats/dnsmasq.h"

#include "core/address.h"
#include "core/dns_token.h"
#include "formats/peer.h"
#include "formats/syslog_header.h"

/* What may stand before the message; standard error has no times. */
static bool
take_header(struct cursor *c, struct text *time)
{
	switch (syslog_header_scan(c, "dnsmasq", time)) {
	case SYSLOG_HEADER_OURS:
		return true;
	case SYSLOG_HEADER_NONE:
		return time->length == 0 && text_skip(c, "dnsmasq: ");
	default:
		return false;
	}
}

/* "1 192.0.2.1/53 " of log-queries=extra, if it is there. */
static void
take_extra(struct cursor *c, struct log_fields *f)
{
	struct cursor at = *c;
	struct text client, port;
	size_t n;
	const uint8_t *slash;

	if (text_while(&at, TEXT_DIGIT).length == 0 || !text_skip(&at, " "))
		return;
	slash = memchr(at.at, '/', cursor_left(&at));
	if (slash == NULL)
		return;
	n = (size_t)(slash - at.at);
	client = text_take(&at, n);
	(void)text_skip(&at, "/");
	port = text_while(&at, TEXT_DIGIT);
	if (!peer_is_address(client) || !peer_is_port(port) ||
	    !text_skip(&at, " "))
		return;
	f->client = client;
	f->port = port;
	*c = at;
}

/* "query[A] "; false if the line is about something else. */
static bool
take_verb(struct cursor *c, struct text *type)
{
	if (text_skip(c, "query "))
		return true;
	if (!text_skip(c, "query[") && !text_skip(c, "auth["))
		return false;
	*type = text_while(c, TEXT_MNEMONIC | TEXT_LETTER);
	if (text_is(*type, "type") && text_skip(c, "="))
		type->length += 1 + text_while(c, TEXT_DIGIT).length;
	return type->length > 0 && type->length < DNS_TOKEN_SIZE &&
	    text_skip(c, "] ");
}

/* Split "name from address" at its last " from ". */
static bool
split(struct cursor *c, struct text *name, struct text *client)
{
	static const char mark[] = " from ";
	size_t n = cursor_left(c), m = strlen(mark);
	const char *space = n == 0 ? NULL :
	    memrchr(c->at, ' ', n);

	if (space == NULL)
		return false;
	name->at = (const char *)c->at;
	n = (size_t)(space + 1 - name->at);
	if (n < m || memcmp(name->at + n - m, mark, m) != 0)
		return false;
	name->length = n - m;
	(void)text_take(c, n);
	*client = text_take(c, cursor_left(c));
	return true;
}

static bool
is_name(struct text t)
{
	if (t.length == 0 || text_is(t, "<name unprintable>"))
		return false;
	for (size_t i = 0; i < t.length; i++) {
		if (t.at[i] < ' ' || t.at[i] > '~')
			return false;
	}
	return true;
}

/* Does the client that came before, if one did, say the same? */
static bool
agree(struct text before, struct text last)
{
	struct address a, b;

	if (address_parse(last.at, last.length, &a) != 0)
		return false;
	return before.length == 0 ||
	    (address_parse(before.at, before.length, &b) == 0 &&
	    address_equal(&a, &b));
}

enum log_verdict
dnsmasq_parse(const char *line, size_t length, struct log_fields *ret)
{
	struct cursor c = cursor_over(line, length);
	struct log_fields f = { .name_form = LOG_NAME_LITERAL };
	struct text client;

	if (!take_header(&c, &f.time))
		return LOG_OTHER;
	if (text_skip(&c, "UDP "))
		f.transport = QUERY_TRANSPORT_UDP;
	else if (text_skip(&c, "TCP "))
		f.transport = QUERY_TRANSPORT_TCP;
	take_extra(&c, &f);
	if (!take_verb(&c, &f.type))
		return LOG_OTHER;
	if (!split(&c, &f.name, &client) || !agree(f.client, client))
		return LOG_BROKEN_CLIENT;
	if (!is_name(f.name))
		return LOG_BROKEN_NAME;
	f.client = client;
	*ret = f;
	return LOG_QUERY;
}
