#include "core/dns_message.h"

#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"
#include "core/dns_question.h"
#include "core/dns_token.h"

#define EDNS_OPTION_COOKIE 10		/* RFC 7873, 4 */
#define EDNS_DO 0x8000			/* of an OPT's time to live, RFC 6891 */

/* Take one decoded record; false ends the decoding. */
typedef bool take_record(void *ctx, const ldns_rr *rr);

/* Where the questions end; 0 if one is broken. */
static size_t
skip_questions(const uint8_t *wire, size_t length)
{
	size_t pos = DNS_MESSAGE_HEADER;

	for (int left = LDNS_QDCOUNT(wire); left > 0; left--) {
		ldns_rdf *owner = NULL;

		if (pos >= length || ldns_wire2dname(&owner, wire, length,
		    &pos) != LDNS_STATUS_OK)
			return 0;
		ldns_rdf_deep_free(owner);
		pos += DNS_QUESTION_FIXED;
	}
	return pos;
}

/*
 * Decode the records from ${pos} on, step over ${skip} of them, and give
 * ${count} more to ${fn}; up to the first that is broken.
 *
 * One by one, for ldns_wire2pkt loses (for good) the first of two TSIGs, and
 * so anybody could make us grow.
 */
static void
decode_records(const uint8_t *wire, size_t length, size_t pos, unsigned skip,
    unsigned count, take_record *fn, void *ctx)
{
	bool more = true;

	for (unsigned i = 0; i < skip + count && more; i++) {
		size_t end = dns_answers_record_end(wire, length, pos);
		ldns_rr *rr = NULL;

		if (end == 0 || ldns_wire2rr(&rr, wire, length, &pos,
		    LDNS_SECTION_ANSWER) != LDNS_STATUS_OK)
			return;
		/* ldns goes on behind the data that it understands, and would
		 * read what a record has more as the next one. */
		more = pos == end && (i < skip || fn(ctx, rr));
		ldns_rr_free(rr);
	}
}

/* Decode the records of the additional section. */
static void
decode_additional(const uint8_t *wire, size_t length, take_record *fn,
    void *ctx)
{
	size_t pos = skip_questions(wire, length);

	if (pos > 0)
		decode_records(wire, length, pos,
		    (unsigned)LDNS_ANCOUNT(wire) + LDNS_NSCOUNT(wire),
		    LDNS_ARCOUNT(wire), fn, ctx);
}

/* --- EDNS and signatures --------------------------------------------------- */

/* Give each EDNS option of the OPT record ${rr} to ${fn}. (RFC 6891, 6.1.2) */
static void
take_options(const ldns_rr *rr, dns_message_option *fn, void *ctx)
{
	const ldns_rdf *options = ldns_rr_rdf(rr, 0);
	struct cursor c;

	if (options == NULL)
		return;
	c = cursor_over(ldns_rdf_data(options), ldns_rdf_size(options));
	while (cursor_left(&c) > 0) {
		uint16_t code = cursor_u16(&c);
		uint16_t length = cursor_u16(&c);
		const uint8_t *data = cursor_take(&c, length);

		if (data == NULL)
			return;
		fn(ctx, code, data, length);
	}
}

/* Who takes the options. */
struct option_taker {
	dns_message_option *fn;
	void *ctx;
};

static bool
take_opt(void *ctx, const ldns_rr *rr)
{
	const struct option_taker *taker = ctx;

	if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_OPT)
		take_options(rr, taker->fn, taker->ctx);
	return true;
}

void
dns_message_options(const uint8_t *wire, size_t length,
    dns_message_option *fn, void *ctx)
{
	struct option_taker taker = { fn, ctx };

	if (length >= DNS_MESSAGE_HEADER)
		decode_additional(wire, length, take_opt, &taker);
}

static void
note_cookie(void *ctx, uint16_t code, const uint8_t *data, size_t length)
{
	unsigned *flags = ctx;

	(void)data;
	(void)length;
	if (code == EDNS_OPTION_COOKIE)
		*flags |= QUERY_FLAG_COOKIE;
}

/* What only the additional section tells. */
static bool
note_flags(void *ctx, const ldns_rr *rr)
{
	unsigned *flags = ctx;

	switch (ldns_rr_get_type(rr)) {
	case LDNS_RR_TYPE_TSIG:
		*flags |= QUERY_FLAG_SIGNED;
		break;
	case LDNS_RR_TYPE_OPT:
		*flags |= QUERY_FLAG_EDNS;
		if (ldns_rr_ttl(rr) & EDNS_DO)
			*flags |= QUERY_FLAG_DO;
		take_options(rr, note_cookie, flags);
		break;
	default:
		break;
	}
	return true;
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
	if (q->transport >= QUERY_TRANSPORT_TCP)
		q->flags |= QUERY_FLAG_TCP;
	if (LDNS_ARCOUNT(wire) > 0)
		decode_additional(wire, length, note_flags, &q->flags);
	if (q->response)
		swap_sides(q);
}

/* --- answers ------------------------------------------------------------- */

/* Write what ${rdf} holds: names as everywhere, the rest as ldns has it. */
static size_t
rdf_text(const ldns_rdf *rdf, char *buf, size_t size)
{
	char name_text[DNS_NAME_TEXT_SIZE];
	struct dns_name name;
	char *made = NULL;
	const char *text = name_text;
	int length;

	if (ldns_rdf_get_type(rdf) != LDNS_RDF_TYPE_DNAME ||
	    dns_name_from_wire(ldns_rdf_data(rdf), ldns_rdf_size(rdf),
	    &name) == 0)
		text = made = ldns_rdf2str(rdf);
	else
		dns_name_to_text(&name, name_text);
	length = snprintf(buf, size, " %s", text != NULL ? text : "?");
	free(made);
	return length > 0 ? (size_t)length : 0;
}

/* Add "A 192.0.2.7" for ${rr}; false if there is no room for it. */
static bool
add_text(void *ctx, const ldns_rr *rr)
{
	struct query_answers *a = ctx;
	char *text = a->text + a->used;
	size_t size = sizeof(a->text) - a->used, used;

	if (size <= DNS_TOKEN_SIZE)
		return false;
	used = dns_type_text((uint16_t)ldns_rr_get_type(rr), text);
	for (size_t i = 0; i < ldns_rr_rd_count(rr) && used < size; i++)
		used += rdf_text(ldns_rr_rdf(rr, i), text + used,
		    size - used);
	if (used >= size)
		return false;
	for (size_t i = 0; i < used; i++) {
		if (text[i] < ' ' || text[i] > '~')
			text[i] = '?';
	}
	a->used = (uint16_t)(a->used + used + 1);
	a->count++;
	return true;
}

/* Fill the answers of ${q}, whose records begin at ${pos}. */
static void
decode_answers(const uint8_t *wire, size_t length, size_t pos,
    struct query *q)
{
	struct query_answers *a = &q->answers;

	decode_records(wire, length, pos, 0, LDNS_ANCOUNT(wire), add_text, a);
	a->more = (uint16_t)(LDNS_ANCOUNT(wire) - a->count);
}

/* --- messages ------------------------------------------------------------ */

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
	if (!q.has_question) {
		if (q.response)
			decode_answers(wire, length, pos, &q);
		fn(ctx, &q);
	}
	for (int i = 0; i < questions; i++) {
		if (decode_question(wire, length, &pos, &q) != 0) {
			q.has_question = false;
			if (i == 0)
				fn(ctx, &q);
			return -1;
		}
		if (q.response && i == questions - 1)
			decode_answers(wire, length, pos, &q);
		fn(ctx, &q);
	}
	return questions;
}

/* Who takes the answers that matter. */
struct taker {
	dns_message_answer *fn;
	void *ctx;
};

static bool
take_answer(void *ctx, const ldns_rr *rr)
{
	const struct taker *taker = ctx;
	const ldns_rdf *rdf = ldns_rr_rd_count(rr) == 1 ?
	    ldns_rr_rdf(rr, 0) : NULL;
	struct dns_answer a = { .is_name = false };

	if (rdf == NULL)
		return true;
	switch (ldns_rr_get_type(rr)) {
	case LDNS_RR_TYPE_CNAME:
		a.is_name = true;
		if (dns_name_from_wire(ldns_rdf_data(rdf),
		    ldns_rdf_size(rdf), &a.name) > 0)
			taker->fn(taker->ctx, &a);
		break;
	case LDNS_RR_TYPE_A:
		a.address = address_v4(ldns_rdf_data(rdf));
		taker->fn(taker->ctx, &a);
		break;
	case LDNS_RR_TYPE_AAAA:
		a.address = address_v6(ldns_rdf_data(rdf));
		taker->fn(taker->ctx, &a);
		break;
	default:
		break;
	}
	return true;
}

void
dns_message_answers(const uint8_t *wire, size_t length,
    dns_message_answer *fn, void *ctx)
{
	struct taker taker = { fn, ctx };
	size_t pos = length < DNS_MESSAGE_HEADER ? 0 :
	    skip_questions(wire, length);

	if (pos > 0)
		decode_records(wire, length, pos, 0, LDNS_ANCOUNT(wire),
		    take_answer, &taker);
}

int
dns_message_opcode(const uint8_t *wire, size_t length)
{
	return length < DNS_MESSAGE_HEADER ? -1 : (int)LDNS_OPCODE_WIRE(wire);
}
