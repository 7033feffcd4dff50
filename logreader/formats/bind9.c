#include "formats/bind9.h"

#include "core/address.h"
#include "core/dns_token.h"
#include "formats/name.h"
#include "formats/prefix.h"

/* How reading a part of the line ended. */
enum part {
	PART_READ,
	PART_CUT,		/* the line ends inside it */
	PART_BROKEN
};

static const char query_mark[] = ": query: ";
static const char response_mark[] = ": response: ";

/* Does ${mark} end at ${end} of the line from ${line} on? */
static bool
ends_with(const char *line, const char *end, const char *mark)
{
	size_t n = strlen(mark);

	return (size_t)(end - line) >= n && memcmp(end - n, mark, n) == 0;
}

/* The length of the mark that ends at ${end}, 0 if none does. */
static size_t
mark_at(const char *line, const char *end, bool *retresponse)
{
	*retresponse = ends_with(line, end, response_mark);
	if (*retresponse)
		return strlen(response_mark);
	return ends_with(line, end, query_mark) ? strlen(query_mark) : 0;
}

static bool
is_class(struct text t)
{
	return t.length > 0 && t.length < DNS_TOKEN_SIZE &&
	    dns_class_parse(t.at, t.length) >= 0;
}

/*
 * Find the last mark: split ${line} into what is before and after it.  One
 * name can pass for a mark, since it shares a colon with the real one: that
 * is "query:" (": query: query: IN A").  A class right after tells.
 */
static bool
find_mark(const char *line, size_t length, struct cursor *rethead,
    struct cursor *retrest, bool *retresponse)
{
	const char *end = line + length, *after = NULL;
	size_t mark = 0, earlier, left = length;
	struct cursor rest;
	bool response;

	while (mark == 0) {
		after = left == 0 ? NULL : memrchr(line, ' ', left);
		if (after == NULL)
			return false;
		left = (size_t)(after - line);
		mark = mark_at(line, ++after, retresponse);
	}
	*retrest = rest = cursor_over(after, (size_t)(end - after));
	earlier = mark_at(line, after - mark + strlen(": "), &response);
	if (earlier != 0 && is_class(text_while(&rest, TEXT_MNEMONIC))) {
		after -= mark - strlen(": ");
		mark = earlier;
		*retresponse = response;
		*retrest = cursor_over(after, (size_t)(end - after));
	}
	*rethead = cursor_over(line, (size_t)(after - line) - mark);
	return true;
}

/* Digits that make a port. */
static bool
take_port(struct cursor *c, struct text *ret)
{
	unsigned long port;

	*ret = text_while(c, TEXT_DIGIT);
	return ret->length <= 5 && text_number(*ret, 65535, &port) == 0;
}

static bool
take_client(struct cursor *c, struct log_fields *f)
{
	struct address a;

	if (text_skip(c, "@0x") && (text_while(c, TEXT_HEX).length == 0 ||
	    !text_skip(c, " ")))
		return false;
	if (text_skip(c, "(no-peer)"))
		return true;
	f->client = text_while(c, TEXT_ADDRESS);
	return text_skip(c, "#") && take_port(c, &f->port) &&
	    address_parse(f->client.at, f->client.length, &a) == 0;
}

/* The name in parentheses, after the first of them. */
static bool
take_echo(struct cursor *c, struct text *ret)
{
	size_t left = cursor_left(c), n = 0;

	/* A parenthesis inside the name has a backslash in front. */
	while (n < left && c->at[n] != ')')
		n += c->at[n] == '\\' ? 2 : 1;
	if (n >= left)
		return false;
	*ret = text_take(c, n);
	return text_skip(c, ")") && name_is_plain(*ret);
}

/* All between "client " and the mark. */
static enum log_verdict
take_head(struct cursor *c, struct log_fields *f, struct text *echo)
{
	if (!take_client(c, f))
		return LOG_BROKEN_CLIENT;
	if (text_skip(c, "/key ") &&
	    text_while(c, TEXT_VISIBLE).length == 0)
		return LOG_BROKEN_HEAD;
	if (text_skip(c, " (") && !take_echo(c, echo))
		return LOG_BROKEN_NAME;
	if (text_skip(c, ": view "))
		f->view = text_take(c, cursor_left(c));
	return text_done(c) ? LOG_QUERY : LOG_BROKEN_HEAD;
}

/* Class and type, or the type alone (9.0).  A type that we do not know is
 * fine where more of the line follows: servers learn types before we do. */
static enum part
take_class_and_type(struct cursor *c, bool echoed, struct log_fields *f)
{
	struct text t = text_while(c, TEXT_MNEMONIC);

	if (text_done(c) && echoed)
		return PART_CUT;
	if (!text_done(c) && is_class(t) && text_skip(c, " ")) {
		f->rrclass = t;
		t = text_while(c, TEXT_MNEMONIC);
		if (text_done(c) && echoed)
			return PART_CUT;
	} else if (!text_done(c)) {
		return PART_BROKEN;
	}
	if (t.length == 0 || t.length >= DNS_TOKEN_SIZE)
		return PART_BROKEN;
	if (!text_done(c) ? text_peek(c) != ' ' :
	    dns_type_parse(t.at, t.length) < 0)
		return PART_BROKEN;
	f->type = t;
	return PART_READ;
}

/* The rcode and three counts of a response, each after a space. */
static enum part
take_outcome(struct cursor *c, struct log_fields *f)
{
	if (!text_skip(c, " "))
		return text_done(c) ? PART_CUT : PART_BROKEN;
	f->rcode = text_while(c, TEXT_MNEMONIC);
	if (f->rcode.length == 0)
		return text_done(c) ? PART_CUT : PART_BROKEN;
	for (int i = 0; i < 3; i++) {
		if (text_done(c))
			return PART_CUT;
		if (!text_skip(c, " ") ||
		    (text_while(c, TEXT_DIGIT).length == 0 && !text_done(c)))
			return PART_BROKEN;
	}
	return PART_READ;
}

/* A sign and letters, some with a number in parentheses. */
static enum part
take_flags(struct cursor *c, struct log_fields *f)
{
	const uint8_t *first = c->at;

	if (!text_skip(c, "+") && !text_skip(c, "-"))
		return PART_READ;
	while (text_next_is(c, TEXT_LETTER)) {
		if (memchr("SETDCVK", text_peek(c), 7) == NULL)
			f->strange = true;
		cursor_take(c, 1);
		if (text_skip(c, "(")) {
			text_while(c, TEXT_DIGIT);
			if (!text_skip(c, ")"))
				return text_done(c) ? PART_CUT : PART_BROKEN;
		}
	}
	f->flags.at = (const char *)first;
	f->flags.length = (size_t)(c->at - first);
	return text_done(c) || text_peek(c) == ' ' ? PART_READ : PART_BROKEN;
}

/* The server's address after its parenthesis; or a text in <> where the
 * kernel had not said. */
static enum part
take_server(struct cursor *c, struct log_fields *f)
{
	struct text server = { NULL, 0 }, port = { NULL, 0 };
	struct address a;
	const char *end;

	if (text_peek(c) == '<') {
		end = memchr(c->at, '>', cursor_left(c));
		if (end == NULL)
			return PART_CUT;
		cursor_take(c, (size_t)(end + 1 - (const char *)c->at));
		if (!text_skip(c, ")"))
			return text_done(c) ? PART_CUT : PART_BROKEN;
		return PART_READ;
	}
	server = text_while(c, TEXT_ADDRESS);
	if (text_skip(c, "#") && !take_port(c, &port))
		return text_done(c) ? PART_CUT : PART_BROKEN;
	if (!text_skip(c, ")"))
		return text_done(c) ? PART_CUT : PART_BROKEN;
	if (address_parse(server.at, server.length, &a) != 0)
		return PART_BROKEN;
	f->server = server;
	f->server_port = port;
	return PART_READ;
}

/* What follows the type: flags, server and blocks, each after a space.
 * ${retserver} tells if there was a server. */
static enum part
take_tail(struct cursor *c, struct log_fields *f, bool *retserver)
{
	enum part part = PART_READ;
	const uint8_t *end;
	bool server = false, blocks = false;

	*retserver = false;
	while (part == PART_READ && text_skip(c, " ")) {
		uint8_t b = text_peek(c);

		if ((b == '+' || b == '-') && f->flags.length == 0 &&
		    !server && !blocks) {
			part = take_flags(c, f);
		} else if (b == '(' && !server && !blocks) {
			*retserver = server = true;
			cursor_take(c, 1);
			part = take_server(c, f);
		} else if (b == '[') {
			blocks = true;
			f->strange |= !text_skip(c, "[ECS ");
			end = memchr(c->at, ']', cursor_left(c));
			if (end == NULL)
				return PART_CUT;
			cursor_take(c, (size_t)(end + 1 - c->at));
		} else {
			return text_done(c) ? PART_CUT : PART_BROKEN;
		}
	}
	return part == PART_READ && !text_done(c) ? PART_BROKEN : part;
}

/* The line ends too early, or its name is not that of the echo.  9.9 and
 * later, which echo, print all up to the server, so a relay has cut the
 * line, and the echo is the name.  Class and type stay if they are whole and
 * stand beside that name.  Without an echo, what lacks may be what an older
 * version does not print, and this is not called. */
static enum log_verdict
cut(struct text echo, struct log_fields *f, enum log_verdict otherwise)
{
	if (echo.length == 0)
		return otherwise;
	if (!text_equal(echo, f->name))
		f->rrclass.length = f->type.length = 0;
	f->name = echo;
	f->truncated = true;
	return LOG_QUERY;
}

/* All after the mark. */
static enum log_verdict
take_rest(struct cursor *c, struct text echo, struct log_fields *f)
{
	enum part part;
	bool server = true;

	f->name = text_while(c, TEXT_VISIBLE);
	if (!text_skip(c, " "))
		return text_done(c) ? cut(echo, f, LOG_BROKEN_NAME) :
		    LOG_BROKEN_NAME;
	if (!name_is_plain(f->name))
		return LOG_BROKEN_NAME;
	part = take_class_and_type(c, echo.length > 0, f);
	if (part == PART_BROKEN)
		return LOG_BROKEN_TYPE;
	if (part == PART_READ && f->response)
		part = take_outcome(c, f);
	if (part == PART_READ)
		part = take_tail(c, f, &server);
	if (part == PART_BROKEN)
		return LOG_BROKEN_TAIL;
	if (part == PART_CUT || (echo.length > 0 && !server))
		return cut(echo, f, LOG_BROKEN_TAIL);
	if (echo.length > 0 && !text_equal(echo, f->name))
		return cut(echo, f, LOG_BROKEN_NAME);
	return LOG_QUERY;
}

/* T came in 9.7 together with the server's address: before, its absence
 * tells nothing. */
static enum query_transport
transport(const struct log_fields *f)
{
	if (f->flags.length > 0 &&
	    memchr(f->flags.at, 'T', f->flags.length) != NULL)
		return QUERY_TRANSPORT_TCP;
	return f->flags.length > 0 && f->server.length > 0 ?
	    QUERY_TRANSPORT_UDP : QUERY_TRANSPORT_UNKNOWN;
}

/* What a line is whose prefix does not end where "client " begins. */
static enum log_verdict
no_client(const struct cursor *head)
{
	struct text left = { (const char *)head->at, cursor_left(head) };

	return text_find(left, "client ") != NULL ? LOG_BROKEN_PREFIX :
	    LOG_OTHER;
}

enum log_verdict
bind9_parse_layout(const char *line, size_t length, struct log_fields *ret,
    struct bind9_layout *retlayout)
{
	struct cursor head, rest;
	struct log_fields f = { .truncated = false };
	struct bind9_layout l = { .client = 0 };
	enum log_verdict v;

	if (!find_mark(line, length, &head, &rest, &f.response))
		return LOG_OTHER;
	switch (prefix_scan(&head, &f.time)) {
	case PREFIX_NAMED:
		break;
	case PREFIX_FOREIGN:
		return LOG_OTHER;
	case PREFIX_UNKNOWN:
		return no_client(&head);
	}
	l.client = (size_t)(head.at - (const uint8_t *)line);
	if (!text_skip(&head, "client "))
		return no_client(&head);
	if ((v = take_head(&head, &f, &l.echo)) != LOG_QUERY ||
	    (v = take_rest(&rest, l.echo, &f)) != LOG_QUERY)
		return v;
	f.transport = transport(&f);
	l.tail = (size_t)(f.name.at + f.name.length - line);
	*ret = f;
	*retlayout = l;
	return LOG_QUERY;
}

enum log_verdict
bind9_parse(const char *line, size_t length, struct log_fields *ret)
{
	struct bind9_layout ignored;

	return bind9_parse_layout(line, length, ret, &ignored);
}
