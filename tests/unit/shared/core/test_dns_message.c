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

/* The strings of ${a}, one after another with a bar between. */
static const char *
texts(const struct query_answers *a)
{
	static char all[sizeof(a->text)];

	memcpy(all, a->text, sizeof(all));
	for (size_t i = 0; i + 1 < a->used; i++) {
		if (all[i] == '\0')
			all[i] = '|';
	}
	return all;
}

/* Append a record for the name that the question stands for. */
static void
add_answer(struct octets *m, unsigned type, const char *data, size_t length)
{
	m->octets[7]++;
	octets_u16(m, 0xc00c);
	octets_u16(m, type);
	octets_u16(m, 1);
	octets_u32(m, 300);
	octets_u16(m, (unsigned)length);
	octets_add(m, data, length);
}

static void
a_response_has_its_answers(void **state)
{
	struct octets m = message_header(4711, 0x8183, 1, 0);
	struct seen seen;
	const struct query_answers *a = &seen.q[0].answers;

	(void)state;
	message_question(&m, BAD, 13, 1, 1);
	add_answer(&m, 5, "\4Sink\xc0\x0c", 7);
	add_answer(&m, 1, "\xc0\x00\x02\x07", 4);
	add_answer(&m, 28, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07", 16);
	add_answer(&m, 15, "\0\x0a\xc0\x0c", 4);
	add_answer(&m, 16, "\7say \"x\x01", 8);
	assert_int_equal(decode(&m, m.length, &seen), 1);
	assert_int_equal(seen.q[0].rcode, 3);
	assert_int_equal(a->count, 5);
	assert_int_equal(a->more, 0);
	assert_string_equal(texts(a), "CNAME sink.bad.example|A 192.0.2.7|"
	    "AAAA 2001:db8::7|MX 10 bad.example|TXT \"say \\\"x\\001\"");
	/* A query with records where answers stand has none. */
	m.octets[2] &= 0x7f;
	assert_int_equal(decode(&m, m.length, &seen), 1);
	assert_int_equal(a->count, 0);
}

static void
a_broken_answer_ends_the_answers(void **state)
{
	struct octets m = message_header(4711, 0x8180, 1, 0);
	struct seen seen;
	size_t whole;

	(void)state;
	message_question(&m, BAD, 13, 1, 1);
	add_answer(&m, 1, "\xc0\x00\x02\x07", 4);
	whole = m.length;
	add_answer(&m, 1, "\xc0\x00\x02\x08", 4);
	for (size_t length = whole; length < m.length; length++) {
		assert_int_equal(decode(&m, length, &seen), 1);
		assert_int_equal(seen.q[0].answers.count, 1);
		assert_string_equal(seen.q[0].answers.text, "A 192.0.2.7");
	}
}

static void
answers_beyond_the_room_are_counted(void **state)
{
	struct octets m = message_header(4711, 0x8180, 1, 0);
	struct seen seen;
	const struct query_answers *a = &seen.q[0].answers;

	(void)state;
	message_question(&m, BAD, 13, 1, 1);
	for (int i = 0; i < 60; i++)
		add_answer(&m, 1, "\xc0\x00\x02\x07", 4);
	assert_int_equal(decode(&m, m.length, &seen), 1);
	assert_in_range(a->count, 30, 59);
	assert_int_equal(a->count + a->more, 60);
	assert_in_range(a->used, 1, sizeof(a->text));
}

/* The last of several questions has the answers; none at all has, too. */
static void
answers_go_with_the_last_question(void **state)
{
	struct octets two = message_header(1, 0x8180, 2, 0);
	struct octets none = message_header(1, 0x8180, 0, 0);
	struct seen seen;

	(void)state;
	message_question(&two, BAD, 13, 1, 1);
	message_question(&two, BAD, 13, 28, 1);
	add_answer(&two, 1, "\xc0\x00\x02\x07", 4);
	assert_int_equal(decode(&two, two.length, &seen), 2);
	assert_int_equal(seen.q[0].answers.count, 0);
	assert_int_equal(seen.q[1].answers.count, 1);
	none.octets[7] = 1;
	octets_add(&none, BAD, 13);
	octets_u16(&none, 1);
	octets_u16(&none, 1);
	octets_u32(&none, 300);
	octets_u16(&none, 4);
	octets_add(&none, "\xc0\x00\x02\x07", 4);
	assert_int_equal(decode(&none, none.length, &seen), 0);
	assert_int_equal(seen.q[0].answers.count, 1);
}

struct answers {
	int count;
	struct dns_answer answer[8];
};

static void
keep_answer(void *ctx, const struct dns_answer *a)
{
	struct answers *s = ctx;

	assert_in_range(s->count, 0, 7);
	s->answer[s->count++] = *a;
}

static void
names_and_addresses_of_answers_are_given(void **state)
{
	struct octets m = message_header(1, 0x8180, 1, 0);
	struct dns_name sink = unit_name("sink.bad.example");
	struct answers s = { 0 };

	(void)state;
	message_question(&m, BAD, 13, 1, 1);
	add_answer(&m, 5, "\4Sink\xc0\x0c", 7);
	add_answer(&m, 16, "\4text", 5);
	add_answer(&m, 1, "\xc0\x00\x02\x07", 4);
	dns_message_answers(guarded_copy(m.octets, m.length), m.length,
	    keep_answer, &s);
	assert_int_equal(s.count, 2);
	assert_true(s.answer[0].is_name);
	assert_true(dns_name_equal(&s.answer[0].name, &sink));
	assert_false(s.answer[1].is_name);
	assert_int_equal(s.answer[1].address.bytes[3], 7);
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
		cmocka_unit_test(a_response_has_its_answers),
		cmocka_unit_test(a_broken_answer_ends_the_answers),
		cmocka_unit_test(answers_beyond_the_room_are_counted),
		cmocka_unit_test(answers_go_with_the_last_question),
		cmocka_unit_test(names_and_addresses_of_answers_are_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
