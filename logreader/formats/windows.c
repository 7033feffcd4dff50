#include "formats/windows.h"

#include <stdio.h>

#include "core/address.h"
#include "core/dns_name.h"
#include "formats/name.h"
#include "formats/windows_date.h"

/* Hexadecimal digits, from ${least} to ${most}, and a space. */
static bool
skip_hex(struct cursor *c, size_t least, size_t most)
{
	size_t n = text_while(c, TEXT_HEX).length;

	return n >= least && n <= most && text_skip(c, " ");
}

/* Spaces up to the place ${width} after ${from}, and at least one. */
static bool
skip_padding(struct cursor *c, const uint8_t *from, size_t width)
{
	if (!text_skip(c, " "))
		return false;
	while ((size_t)(c->at - from) <= width) {
		if (!text_skip(c, " "))
			return false;
	}
	return true;
}

/* One of ${letters}, or a space; NUL if it is neither. */
static char
letter(struct cursor *c, const char *letters)
{
	uint8_t b = cursor_u8(c);

	return b != '\0' && (b == ' ' || strchr(letters, b) != NULL) ?
	    (char)b : '\0';
}

/* "(3)www(7)example(3)com(0)", and nothing after it. */
static bool
take_name(struct log_memory *m, struct cursor *c, struct text *ret)
{
	size_t length = 0;
	unsigned long octets;

	for (;;) {
		if (!text_skip(c, "(") ||
		    text_number(text_while(c, TEXT_DIGIT), DNS_LABEL_MAX,
		    &octets) != 0 || !text_skip(c, ")"))
			return false;
		if (octets == 0)
			break;
		if (octets > cursor_left(c) ||
		    (length > 0 && !name_add_dot(m->name, &length)))
			return false;
		for (; octets > 0; octets--) {
			if (!name_add(m->name, &length, cursor_u8(c)))
				return false;
		}
	}
	if (length == 0)
		m->name[length++] = '.';
	*ret = (struct text){ m->name, length };
	return text_done(c);
}

/* Flags and rcode, in their brackets. */
static bool
take_flags(struct cursor *c, struct log_fields *f)
{
	const uint8_t *from;
	struct text rcode;
	char desired;

	if (!text_skip(c, "[") || !skip_hex(c, 4, 4) ||
	    letter(c, "A") == '\0' || letter(c, "T") == '\0')
		return false;
	desired = letter(c, "D");
	if (desired == '\0' || letter(c, "R") == '\0' || !text_skip(c, " "))
		return false;
	f->flags = (struct text){ desired == 'D' ? "+" : "-", 1 };
	from = c->at;
	while (text_skip(c, " "))
		continue;
	rcode = text_while(c, TEXT_MNEMONIC);
	if (f->response)		/* a query's says nothing */
		f->rcode = rcode;
	return rcode.length > 0 && (size_t)(c->at - from) >= 8 &&
	    text_skip(c, "] ");
}

/* The type's name, or its number, or nothing. */
static bool
take_type(struct log_memory *m, struct cursor *c, struct log_fields *f)
{
	const uint8_t *from = c->at;
	unsigned long number;
	int n;

	if (text_peek(c) == '(')
		return true;
	f->type = text_while(c, TEXT_MNEMONIC);
	if (f->type.length == 0 || f->type.length >= QUERY_TOKEN_SIZE ||
	    !skip_padding(c, from, 6))
		return false;
	if (text_is(f->type, "ALL"))
		f->type = (struct text){ "ANY", 3 };
	if (text_number(f->type, UINT16_MAX, &number) == 0) {
		n = snprintf(m->type, sizeof(m->type), "TYPE%lu", number);
		f->type = (struct text){ m->type, n > 0 ? (size_t)n : 0 };
	}
	return true;
}

/* From the transport to the opcode.  Return what is of no client as
 * LOG_OTHER. */
static enum log_verdict
take_packet(struct cursor *c, struct log_fields *f)
{
	const uint8_t *from;
	struct address a;
	bool received;
	char response, opcode;

	if (text_skip(c, "UDP "))
		f->transport = QUERY_TRANSPORT_UDP;
	else if (text_skip(c, "TCP "))
		f->transport = QUERY_TRANSPORT_TCP;
	else
		return LOG_BROKEN_PREFIX;
	received = text_skip(c, "Rcv ");
	if (!received && !text_skip(c, "Snd "))
		return LOG_BROKEN_PREFIX;
	from = c->at;
	f->client = text_while(c, TEXT_ADDRESS);
	if (address_parse(f->client.at, f->client.length, &a) != 0 ||
	    !skip_padding(c, from, 15))
		return LOG_BROKEN_CLIENT;
	if (!skip_hex(c, 4, 4) || (response = letter(c, "R")) == '\0' ||
	    !text_skip(c, " ") || (opcode = letter(c, "QNU?")) == '\0' ||
	    !text_skip(c, " "))
		return LOG_BROKEN_HEAD;
	f->response = response == 'R';
	return opcode == 'Q' && received != f->response ? LOG_QUERY :
	    LOG_OTHER;
}

/* All of a line, in ASCII but for its name. */
static enum log_verdict
parse(struct log_memory *m, const char *line, size_t length,
    struct log_fields *ret)
{
	struct cursor c = cursor_over(line, length);
	struct log_fields f = { .truncated = false };
	enum log_verdict v;

	(void)text_skip(&c, "\xEF\xBB\xBF");	/* UTF-8, says the file */
	if (!text_next_is(&c, TEXT_DIGIT) ||
	    !windows_date_take(m, &c, &f.time) || !text_skip(&c, " ") ||
	    !skip_hex(&c, 1, 8) || !text_skip(&c, "PACKET  "))
		return LOG_OTHER;
	if (text_next_is(&c, TEXT_HEX) && !skip_hex(&c, 8, 16))
		return LOG_BROKEN_PREFIX;
	if ((v = take_packet(&c, &f)) != LOG_QUERY)
		return v;
	if (!take_flags(&c, &f))
		return LOG_BROKEN_TAIL;
	if (!take_type(m, &c, &f))
		return LOG_BROKEN_TYPE;
	if (!take_name(m, &c, &f.name))
		return LOG_BROKEN_NAME;
	*ret = f;
	return LOG_QUERY;
}

/* Is it a line of UTF-16, little-endian?  What ends it is cut in two: its
 * high octet begins the next line. */
static bool
is_wide(const char *line, size_t length)
{
	return length >= 4 && ((line[0] == '\xFF' && line[1] == '\xFE') ||
	    (line[0] == '\0' && line[2] == '\0'));
}

/* Take every second octet of a line of UTF-16 into ${m}. */
static bool
narrow(struct log_memory *m, const char *line, size_t length, size_t *ret)
{
	size_t at = line[0] == '\0' ? 1 : 2, n = 0;

	for (; length - at >= 2 && n < sizeof(m->line); at += 2) {
		if (line[at + 1] != '\0')
			return false;
		m->line[n++] = line[at];
	}
	if (at != length)
		return false;
	*ret = n - (n > 0 && m->line[n - 1] == '\r');
	return true;
}

enum log_verdict
windows_parse(struct log_memory *m, const char *line, size_t length,
    struct log_fields *ret)
{
	size_t n;

	if (!is_wide(line, length))
		return parse(m, line, length, ret);
	return narrow(m, line, length, &n) ? parse(m, m->line, n, ret) :
	    LOG_BROKEN_NAME;
}
