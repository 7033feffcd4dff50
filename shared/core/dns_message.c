#include "core/dns_message.h"

#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/cursor.h"

#define EDNS_OPTION_COOKIE 10		/* RFC 7873, 4 */

/* Is there a cookie among the EDNS options at ${c}? (RFC 6891, 6.1.2) */
static bool
has_cookie(struct cursor c)
{
	while (cursor_left(&c) > 0) {
		uint16_t code = cursor_u16(&c);
		uint16_t length = cursor_u16(&c);

		if (cursor_take(&c, length) == NULL)
			return false;
		if (code == EDNS_OPTION_COOKIE)
			return true;
	}
	return false;
}

/* What only the additional section tells: EDNS and signatures. */
static unsigned
additional_flags(const uint8_t *wire, size_t length)
{
	ldns_pkt *pkt = NULL;
	const ldns_rdf *options;
	unsigned flags = 0;

	if (ldns_wire2pkt(&pkt, wire, length) != LDNS_STATUS_OK)
		return 0;
	if (ldns_pkt_tsig(pkt) != NULL)
		flags |= QUERY_FLAG_SIGNED;
	if (ldns_pkt_edns(pkt)) {
		flags |= QUERY_FLAG_EDNS;
		if (ldns_pkt_edns_do(pkt))
			flags |= QUERY_FLAG_DO;
		options = ldns_pkt_edns_data(pkt);
		if (options != NULL && has_cookie(cursor_over(
		    ldns_rdf_data(options), ldns_rdf_size(options))))
			flags |= QUERY_FLAG_COOKIE;
	}
	ldns_pkt_free(pkt);
	return flags;
}

/* In a response the client is the one who receives. */
static void
swap_sides(struct query *q)
{
	struct address address = q->client;
	uint16_t port = q->client_port;

	q->client = q->server;
	q->client_port = q->server_port;
	q->server = address;
	q->server_port = port;
}

/* Complete ${q} by what the header (RFC 1035, 4.1.1) says. */
static void
decode_header(const uint8_t *wire, size_t length, struct query *q)
{
	q->id = ldns_read_uint16(wire);
	q->has_id = true;
	q->response = LDNS_QR_WIRE(wire) != 0;
	q->has_rcode = q->response;
	q->rcode = q->response ? LDNS_RCODE_WIRE(wire) : 0;
	q->flags = QUERY_FLAGS_KNOWN;
	if (LDNS_RD_WIRE(wire))
		q->flags |= QUERY_FLAG_RD;
	if (LDNS_CD_WIRE(wire))
		q->flags |= QUERY_FLAG_CD;
	if (q->transport == QUERY_TRANSPORT_TCP)
		q->flags |= QUERY_FLAG_TCP;
	if (LDNS_ARCOUNT(wire) > 0)
		q->flags |= additional_flags(wire, length);
	if (q->response)
		swap_sides(q);
}

/* Decode the question at ${pos} of the message; -1 if it is broken. */
static int
decode_question(const uint8_t *wire, size_t length, size_t *pos,
    struct query *q)
{
	ldns_rdf *owner = NULL;
	struct cursor c;
	int status = -1;

	if (*pos >= length ||
	    ldns_wire2dname(&owner, wire, length, pos) != LDNS_STATUS_OK)
		return -1;
	c = cursor_over(wire + *pos, length - *pos);
	q->qtype = cursor_u16(&c);
	q->qclass = cursor_u16(&c);
	if (!c.failed && dns_name_from_wire(ldns_rdf_data(owner),
	    ldns_rdf_size(owner), &q->qname) > 0) {
		*pos += 4;
		status = 0;
	}
	ldns_rdf_deep_free(owner);
	return status;
}

int
dns_message_decode(const uint8_t *wire, size_t length,
    const struct query *frame, dns_message_question *fn, void *ctx)
{
	struct query q = *frame;
	size_t pos = DNS_MESSAGE_HEADER;
	int questions;

	if (length < DNS_MESSAGE_HEADER)
		return -1;
	decode_header(wire, length, &q);
	questions = LDNS_QDCOUNT(wire);
	q.has_question = questions > 0;
	if (!q.has_question)
		fn(ctx, &q);
	for (int i = 0; i < questions; i++) {
		if (decode_question(wire, length, &pos, &q) != 0) {
			q.has_question = false;
			if (i == 0)
				fn(ctx, &q);
			return -1;
		}
		fn(ctx, &q);
	}
	return questions;
}

int
dns_message_opcode(const uint8_t *wire, size_t length)
{
	return length < DNS_MESSAGE_HEADER ? -1 : (int)LDNS_OPCODE_WIRE(wire);
}

/* Copy what ldns made (and free it), or what printf makes of ${number}. */
static size_t
copy_token(char *made, const char *otherwise, unsigned number,
    char buf[DNS_TOKEN_SIZE])
{
	if (made != NULL && strlen(made) < DNS_TOKEN_SIZE)
		snprintf(buf, DNS_TOKEN_SIZE, "%s", made);
	else
		snprintf(buf, DNS_TOKEN_SIZE, "%.8s%u", otherwise, number);
	free(made);
	return strlen(buf);
}

size_t
dns_type_text(uint16_t type, char buf[DNS_TOKEN_SIZE])
{
	return copy_token(ldns_rr_type2str((ldns_rr_type)type), "TYPE", type,
	    buf);
}

size_t
dns_class_text(uint16_t rrclass, char buf[DNS_TOKEN_SIZE])
{
	return copy_token(ldns_rr_class2str((ldns_rr_class)rrclass), "CLASS",
	    rrclass, buf);
}

size_t
dns_rcode_text(uint8_t rcode, char buf[DNS_TOKEN_SIZE])
{
	const ldns_lookup_table *known = ldns_lookup_by_id(ldns_rcodes, rcode);

	return copy_token(known != NULL ? strdup(known->name) : NULL, "RCODE",
	    rcode, buf);
}

/* Names that BIND prints and ldns 1.8 does not know. */
static const struct {
	const char *token;
	uint16_t number;
} bind_types[] = {
	{ "RESERVED0", 0 }, { "NXT", 30 }, { "NSAP_PTR", 23 },
	{ "AMTRELAY", 260 }, { "RESINFO", 261 }, { "DOA", 259 },
	{ "KEYDATA", 65533 },
}, bind_classes[] = {
	{ "RESERVED0", 0 }, { "CHAOS", 3 }, { "HESIOD", 4 }, { "CH", 3 },
	{ "HS", 4 }, { "IN", 1 }, { "NONE", 254 }, { "ANY", 255 },
};

/* The number in ${text}, when it is ${prefix} and a number to ${max}. */
static int32_t
numbered(const char *text, const char *prefix, int32_t max)
{
	size_t length = strlen(prefix);
	char *end;
	unsigned long number;

	if (strncasecmp(text, prefix, length) != 0 || text[length] < '0' ||
	    text[length] > '9')
		return -1;
	number = strtoul(text + length, &end, 10);
	return *end == '\0' && number <= (unsigned long)max ?
	    (int32_t)number : -1;
}

/* Copy a token of ${length} octets as a string; -1 if it cannot be one. */
static int
token_string(const char *text, size_t length, char buf[DNS_TOKEN_SIZE])
{
	if (length == 0 || length >= DNS_TOKEN_SIZE ||
	    memchr(text, '\0', length) != NULL)
		return -1;
	memcpy(buf, text, length);
	buf[length] = '\0';
	return 0;
}

int32_t
dns_type_parse(const char *text, size_t length)
{
	char token[DNS_TOKEN_SIZE];
	int32_t number;

	if (token_string(text, length, token) != 0)
		return -1;
	if ((number = numbered(token, "TYPE", 65535)) >= 0 ||
	    (number = numbered(token, "RRTYPE", 65535)) >= 0)
		return number;
	for (size_t i = 0; i < sizeof(bind_types) / sizeof(*bind_types); i++) {
		if (strcasecmp(token, bind_types[i].token) == 0)
			return bind_types[i].number;
	}
	if (strncasecmp(token, "TYPE", 4) == 0)
		return -1;
	number = (int32_t)ldns_get_rr_type_by_name(token);
	return number == 0 ? -1 : number;
}

int32_t
dns_class_parse(const char *text, size_t length)
{
	char token[DNS_TOKEN_SIZE];
	int32_t number;

	if (token_string(text, length, token) != 0)
		return -1;
	if ((number = numbered(token, "CLASS", 65535)) >= 0 ||
	    (number = numbered(token, "RDCLASS", 65535)) >= 0)
		return number;
	for (size_t i = 0; i < sizeof(bind_classes) / sizeof(*bind_classes);
	    i++) {
		if (strcasecmp(token, bind_classes[i].token) == 0)
			return bind_classes[i].number;
	}
	return -1;
}

int
dns_rcode_parse(const char *text, size_t length)
{
	char token[DNS_TOKEN_SIZE];
	const ldns_lookup_table *known;

	if (token_string(text, length, token) != 0)
		return -1;
	known = ldns_lookup_by_name(ldns_rcodes, token);
	return known != NULL ? known->id : numbered(token, "RCODE", 255);
}
