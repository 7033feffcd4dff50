#include "core/dns_message.h"

#include "guarded.h"
#include "messages.h"
#include "unit.h"

#define BAD "\3Bad\7example"	/* with the literal's own NUL: 13 octets */

/* The questions that a message gave. */
struct seen {
	int count;
	struct query q[8];
};

static void
keep(void *ctx, const struct query *q)
{
	struct seen *s = ctx;

	assert_in_range(s->count, 0, 7);
	s->q[s->count++] = *q;
}

static struct query
frame(enum query_transport transport)
{
	return (struct query){
		.time = 1234567,
		.client = unit_address("192.0.2.66"),
		.server = unit_address("198.51.100.53"),
		.client_port = 50000,
		.server_port = 53,
		.vlan = 12,
		.transport = transport,
	};
}

static int
decode(const struct octets *m, size_t length, struct seen *ret)
{
	struct query f = frame(QUERY_TRANSPORT_UDP);

	memset(ret, 0, sizeof(*ret));
	return dns_message_decode(guarded_copy(m->octets, length), length, &f,
	    keep, ret);
}

static void
a_query_is_completed(void **state)
{
	struct octets m = message_header(4711, 0x0100, 1, 0);
	struct dns_name bad = unit_name("bad.example");
	struct seen seen;
	const struct query *q = &seen.q[0];

	(void)state;
	message_question(&m, BAD, 13, 28, 3);
	assert_int_equal(decode(&m, m.length, &seen), 1);
	assert_int_equal(seen.count, 1);
	assert_true(dns_name_equal(&q->qname, &bad));
	assert_int_equal(q->qtype, 28);
	assert_int_equal(q->qclass, 3);
	assert_int_equal(q->id, 4711);
	assert_true(q->has_id);
	assert_true(q->has_question);
	assert_false(q->response);
	assert_false(q->has_rcode);
	assert_int_equal(q->flags, QUERY_FLAGS_KNOWN | QUERY_FLAG_RD);
	/* What the frame said is still there. */
	assert_int_equal(q->time, 1234567);
	assert_int_equal(q->client_port, 50000);
	assert_int_equal(q->server_port, 53);
	assert_int_equal(q->vlan, 12);
	assert_int_equal(q->client.bytes[0], 192);
}

static void
in_a_response_the_receiver_is_the_client(void **state)
{
	struct octets m = message_header(1, 0x8183, 1, 0);
	struct seen seen;
	const struct query *q = &seen.q[0];

	(void)state;
	message_question(&m, BAD, 13, 1, 1);
	assert_int_equal(decode(&m, m.length, &seen), 1);
	assert_true(q->response);
	assert_true(q->has_rcode);
	assert_int_equal(q->rcode, 3);
	assert_int_equal(q->client.bytes[0], 198);
	assert_int_equal(q->client_port, 53);
	assert_int_equal(q->server.bytes[0], 192);
	assert_int_equal(q->server_port, 50000);
}

/* The additional record of EDNS with ${length} octets of options. */
static void
add_edns(struct octets *m, unsigned flags, const void *options,
    size_t length)
{
	octets_add(m, "\0\0\x29", 3);		/* root, OPT */
	octets_u16(m, 1232);
	octets_u16(m, 0);
	octets_u16(m, flags);
	octets_u16(m, (unsigned)length);
	octets_add(m, options, length);
}

static unsigned
flags_of(const struct octets *m, enum query_transport transport)
{
	struct query f = frame(transport);
	struct seen seen = { .count = 0 };

	assert_int_equal(dns_message_decode(m->octets, m->length, &f, keep,
	    &seen), 1);
	return seen.q[0].flags & ~(unsigned)QUERY_FLAGS_KNOWN;
}

static void
flags_are_those_of_header_edns_and_signature(void **state)
{
	struct octets plain = message_header(1, 0, 1, 0);
	struct octets checking = message_header(1, 0x0110, 1, 0);
	struct octets edns = message_header(1, 0x0100, 1, 1);
	struct octets dnssec, cookie, late, cut, tsig;

	(void)state;
	message_question(&plain, BAD, 13, 1, 1);
	message_question(&checking, BAD, 13, 1, 1);
	message_question(&edns, BAD, 13, 1, 1);
	dnssec = cookie = late = cut = tsig = edns;
	add_edns(&edns, 0, "", 0);
	add_edns(&dnssec, 0x8000, "", 0);
	add_edns(&cookie, 0, "\0\x0a\0\x08" "12345678", 12);
	add_edns(&late, 0, "\0\3\0\0\0\x0a\0\x08" "12345678", 16);
	add_edns(&cut, 0, "\0\x0a\0\x09" "12345678", 12);
	octets_add(&tsig, "\3key\0\0\xfa\0\xff\0\0\0\0", 13);
	octets_u16(&tsig, 33);
	octets_add(&tsig, "\x0bhmac-sha256", 13);	/* 13 of 33 octets */
	octets_add(&tsig, "\0\0\0\0\0\1\1\x2c\0\4abcd\0\1\0\0\0\0", 20);

	assert_int_equal(flags_of(&plain, QUERY_TRANSPORT_UDP), 0);
	assert_int_equal(flags_of(&plain, QUERY_TRANSPORT_TCP),
	    QUERY_FLAG_TCP);
	assert_int_equal(flags_of(&checking, QUERY_TRANSPORT_UDP),
	    QUERY_FLAG_RD | QUERY_FLAG_CD);
	assert_int_equal(flags_of(&edns, QUERY_TRANSPORT_UDP),
	    QUERY_FLAG_RD | QUERY_FLAG_EDNS);
	assert_int_equal(flags_of(&dnssec, QUERY_TRANSPORT_UDP),
	    QUERY_FLAG_RD | QUERY_FLAG_EDNS | QUERY_FLAG_DO);
	assert_int_equal(flags_of(&cookie, QUERY_TRANSPORT_UDP),
	    QUERY_FLAG_RD | QUERY_FLAG_EDNS | QUERY_FLAG_COOKIE);
	assert_int_equal(flags_of(&late, QUERY_TRANSPORT_UDP),
	    QUERY_FLAG_RD | QUERY_FLAG_EDNS | QUERY_FLAG_COOKIE);
	assert_int_equal(flags_of(&cut, QUERY_TRANSPORT_UDP),
	    QUERY_FLAG_RD | QUERY_FLAG_EDNS);
	assert_int_equal(flags_of(&tsig, QUERY_TRANSPORT_UDP),
	    QUERY_FLAG_RD | QUERY_FLAG_SIGNED);
}

static void
every_question_is_given(void **state)
{
	struct octets m = message_header(1, 0, 3, 0);
	struct dns_name bad = unit_name("bad.example");
	struct dns_name www = unit_name("www.bad.example");
	struct dns_name root = unit_name(".");
	struct seen seen;

	(void)state;
	message_question(&m, BAD, 13, 1, 1);
	message_question(&m, "\3www\xc0\x0c", 6, 1, 1);	/* compressed */
	message_question(&m, "", 1, 2, 1);
	assert_int_equal(decode(&m, m.length, &seen), 3);
	assert_int_equal(seen.count, 3);
	assert_true(dns_name_equal(&seen.q[0].qname, &bad));
	assert_true(dns_name_equal(&seen.q[1].qname, &www));
	assert_true(dns_name_equal(&seen.q[2].qname, &root));
}

static void
a_message_without_a_question_gives_one_call(void **state)
{
	struct octets m = message_header(1, 0, 0, 0);
	struct seen seen;

	(void)state;
	assert_int_equal(decode(&m, m.length, &seen), 0);
	assert_int_equal(seen.count, 1);
	assert_false(seen.q[0].has_question);
}

static void
a_broken_first_question_gives_one_call_without_it(void **state)
{
	static const char *const broken[] = {
		"", "\3ba", "\xc0\x0c", "\xc0\xff", "\x80x", "\x40x",
	};
	struct seen seen;

	(void)state;
	for (size_t i = 0; i < COUNT(broken); i++) {
		struct octets m = message_header(1, 0, 1, 0);

		octets_add(&m, broken[i], strlen(broken[i]));
		assert_int_equal(decode(&m, m.length, &seen), -1);
		assert_int_equal(seen.count, 1);
		assert_false(seen.q[0].has_question);
	}
}

static void
what_was_read_before_a_broken_question_counts(void **state)
{
	struct octets m = message_header(1, 0, 0xffff, 0);
	struct seen seen;

	(void)state;
	message_question(&m, BAD, 13, 1, 1);
	assert_int_equal(decode(&m, m.length, &seen), -1);
	assert_int_equal(seen.count, 1);
	assert_true(seen.q[0].has_question);
}

static void
a_message_cut_anywhere_stays_inside(void **state)
{
	struct octets m = message_header(1, 0x0100, 1, 1);
	struct seen seen;
	size_t question;

	(void)state;
	message_question(&m, BAD, 13, 1, 1);
	question = m.length;
	add_edns(&m, 0x8000, "\0\x0a\0\x08" "12345678", 12);
	for (size_t length = 0; length <= m.length; length++) {
		int questions = decode(&m, length, &seen);

		assert_int_equal(questions, length < question ? -1 : 1);
		assert_int_equal(seen.count, length < 12 ? 0 : 1);
	}
}

static void
opcodes(void **state)
{
	struct octets update = message_header(1, 0x2800, 0, 0);
	struct octets last = message_header(1, 0xf800, 0, 0);

	(void)state;
	assert_int_equal(dns_message_opcode(update.octets, 12), 5);
	assert_int_equal(dns_message_opcode(last.octets, 12), 15);
	assert_int_equal(dns_message_opcode(last.octets, 11), -1);
}

static void
types_and_classes_by_name(void **state)
{
	static const struct {
		const char *text;
		int32_t number;
	} types[] = {
		{ "A", 1 }, { "aaaa", 28 }, { "HTTPS", 65 }, { "ANY", 255 },
		{ "TYPE65", 65 }, { "type65535", 65535 }, { "TYPE0", 0 },
		{ "RRTYPE7", 7 }, { "RESERVED0", 0 }, { "AXFR", 252 },
		{ "TYPE65536", -1 }, { "TYPE", -1 }, { "TYPE-1", -1 },
		{ "TYPE1x", -1 }, { "TYPE99999999999999", -1 },
		{ "BADTYPE", -1 }, { "", -1 }, { "A ", -1 },
		{ "ATYPENAMETHATISFARTOOLONG", -1 },
	}, classes[] = {
		{ "IN", 1 }, { "ch", 3 }, { "CHAOS", 3 }, { "HS", 4 },
		{ "HESIOD", 4 }, { "ANY", 255 }, { "NONE", 254 },
		{ "CLASS1", 1 }, { "CLASS65535", 65535 }, { "RESERVED0", 0 },
		{ "RDCLASS9", 9 },
		{ "CLASS65536", -1 }, { "XX", -1 }, { "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		int32_t got = dns_type_parse(types[i].text,
		    strlen(types[i].text));

		if (got != types[i].number)
			fail_msg("type '%s': %d", types[i].text, (int)got);
	}
	for (size_t i = 0; i < COUNT(classes); i++) {
		int32_t got = dns_class_parse(classes[i].text,
		    strlen(classes[i].text));

		if (got != classes[i].number)
			fail_msg("class '%s': %d", classes[i].text, (int)got);
	}
	assert_int_equal(dns_type_parse("A\0B", 3), -1);
}

/* Every number prints as something that is read as that number. */
static void
types_and_classes_round_trip(void **state)
{
	char text[DNS_TOKEN_SIZE];
	size_t length;

	(void)state;
	for (unsigned i = 0; i <= 65535; i++) {
		length = dns_type_text((uint16_t)i, text);
		assert_int_equal(length, strlen(text));
		if (dns_type_parse(text, length) != (int32_t)i)
			fail_msg("type %u prints as %s", i, text);
		length = dns_class_text((uint16_t)i, text);
		assert_int_equal(length, strlen(text));
		if (dns_class_parse(text, length) != (int32_t)i)
			fail_msg("class %u prints as %s", i, text);
	}
	dns_type_text(65535, text);
	assert_string_equal(text, "TYPE65535");
	dns_class_text(4347, text);
	assert_string_equal(text, "CLASS4347");
}

static void
response_codes_round_trip(void **state)
{
	char text[DNS_TOKEN_SIZE];

	(void)state;
	for (unsigned i = 0; i < 16; i++) {
		size_t length = dns_rcode_text((uint8_t)i, text);

		assert_int_equal(dns_rcode_parse(text, length), (int)i);
	}
	dns_rcode_text(3, text);
	assert_string_equal(text, "NXDOMAIN");
	dns_rcode_text(14, text);
	assert_string_equal(text, "RCODE14");
	assert_int_equal(dns_rcode_parse("NOSUCH", 6), -1);
	assert_int_equal(dns_rcode_parse("RCODE256", 8), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_query_is_completed),
		cmocka_unit_test(in_a_response_the_receiver_is_the_client),
		cmocka_unit_test(flags_are_those_of_header_edns_and_signature),
		cmocka_unit_test(every_question_is_given),
		cmocka_unit_test(a_message_without_a_question_gives_one_call),
		cmocka_unit_test(
		    a_broken_first_question_gives_one_call_without_it),
		cmocka_unit_test(
		    what_was_read_before_a_broken_question_counts),
		cmocka_unit_test(a_message_cut_anywhere_stays_inside),
		cmocka_unit_test(opcodes),
		cmocka_unit_test(types_and_classes_by_name),
		cmocka_unit_test(types_and_classes_round_trip),
		cmocka_unit_test(response_codes_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
