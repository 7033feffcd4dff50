#include "core/dns_answers.h"

#include "core/dns_message.h"
#include "core/dns_question.h"
#include "guarded.h"
#include "messages.h"
#include "unit.h"

#define ASKED "\3WWW\3bad\7example"	/* with its NUL: 17 octets */
#define QUESTION (17 + DNS_QUESTION_FIXED)

/* A response to a question for ASKED that announces ${answers} answers. */
static struct octets
response(unsigned answers)
{
	struct octets m = message_header(1, 0x8180, 1, 0);

	m.octets[7] = (uint8_t)answers;
	message_question(&m, ASKED, 17, 1, 1);
	return m;
}

/* Append a record for the name that the question stands for. */
static void
record(struct octets *m, unsigned type, const char *data, size_t length)
{
	octets_u16(m, 0xc00c);
	octets_u16(m, type);
	octets_u16(m, 1);
	octets_u16(m, 0);
	octets_u16(m, 300);
	octets_u16(m, (unsigned)length);
	octets_add(m, data, length);
}

static struct dns_answers
begin(const struct octets *m, size_t length)
{
	return dns_answers_begin(guarded_copy(m->octets, length), length,
	    QUESTION);
}

static void
expect_name(struct dns_answers *a, const char *name)
{
	struct dns_name expected = unit_name(name);
	struct dns_answer answer;

	assert_int_equal(dns_answers_next(a, &answer), DNS_ANSWERS_ONE);
	assert_true(answer.is_name);
	assert_true(dns_name_equal(&answer.name, &expected));
}

static void
expect_address(struct dns_answers *a, const char *address)
{
	struct address expected = unit_address(address);
	struct dns_answer answer;

	assert_int_equal(dns_answers_next(a, &answer), DNS_ANSWERS_ONE);
	assert_false(answer.is_name);
	assert_true(address_equal(&answer.address, &expected));
}

static void
expect(struct dns_answers *a, enum dns_answers_status status)
{
	struct dns_answer answer;

	assert_int_equal(dns_answers_next(a, &answer), status);
}

static void
names_and_addresses_come_in_their_order(void **state)
{
	struct octets m = response(5);
	struct dns_answers a;

	(void)state;
	record(&m, 5, "\3CDN\xc0\x10", 6);		/* cdn.bad.example */
	record(&m, 16, "\4text", 5);			/* stepped over */
	record(&m, 5, "\4evil\4test", 11);
	record(&m, 1, "\xc0\x00\x02\x07", 4);
	record(&m, 28, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07", 16);
	a = begin(&m, m.length);
	expect_name(&a, "cdn.bad.example");
	expect_name(&a, "evil.test");
	expect_address(&a, "192.0.2.7");
	expect_address(&a, "2001:db8::7");
	expect(&a, DNS_ANSWERS_END);
	expect(&a, DNS_ANSWERS_END);
}

static void
a_pointer_may_lead_to_a_pointer(void **state)
{
	struct octets m = response(2);
	struct dns_answers a;

	(void)state;
	record(&m, 5, "\1a\xc0\x10", 4);	/* at 33 + 12 = 45 */
	record(&m, 5, "\1b\xc0\x2d", 4);
	a = begin(&m, m.length);
	expect_name(&a, "a.bad.example");
	expect_name(&a, "b.a.bad.example");
}

static void
no_answers_are_the_end(void **state)
{
	struct octets m = response(0);
	struct dns_answers a = begin(&m, m.length);

	(void)state;
	expect(&a, DNS_ANSWERS_END);
}

static void
what_is_not_sure_is_odd(void **state)
{
	static const struct {
		unsigned type;
		const char *data;
		size_t length;
	} records[] = {
		{ 5, "\xc0\x2d", 2 },		/* a pointer to itself, */
		{ 5, "\xc0\x40", 2 },		/* to what comes later, */
		{ 5, "\1a\xc0\x2d", 4 },	/* in a circle */
		{ 5, "\3cdn", 4 },		/* a name without an end */
		{ 5, "\3cdn\0x", 6 },		/* one more octet */
		{ 5, "\x40" "abc", 5 },		/* a reserved kind of label */
		{ 5, "", 0 },
		{ 1, "\xc0\x00\x02", 3 },
		{ 1, "\xc0\x00\x02\x07\x07", 5 },
		{ 28, "\xc0\x00\x02\x07", 4 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(records); i++) {
		struct octets m = response(1);
		struct dns_answers a;

		record(&m, records[i].type, records[i].data,
		    records[i].length);
		a = begin(&m, m.length);
		expect(&a, DNS_ANSWERS_ODD);
	}
}

static void
every_cut_is_odd(void **state)
{
	struct octets m = response(1);

	(void)state;
	record(&m, 5, "\3cdn\xc0\x10", 6);
	for (size_t length = 12 + QUESTION; length < m.length; length++) {
		struct dns_answers a = begin(&m, length);

		expect(&a, DNS_ANSWERS_ODD);
	}
}

static void
a_name_has_255_octets_at_most(void **state)
{
	char name[256], *at = name;
	struct octets m = response(1), n = response(1);
	struct dns_answers a;
	struct dns_answer answer;

	(void)state;
	/* 119 labels of one octet, and "bad.example", and the root: 251. */
	for (int i = 0; i < 119; i++) {
		*at++ = 1;
		*at++ = 'A';
	}
	memcpy(at, "\xc0\x10", 2);
	record(&m, 5, name, (size_t)(at + 2 - name));
	a = begin(&m, m.length);
	assert_int_equal(dns_answers_next(&a, &answer), DNS_ANSWERS_ONE);
	assert_int_equal(answer.name.length, 251);
	assert_int_equal(answer.name.wire[1], 'a');
	for (int i = 0; i < 3; i++) {
		*at++ = 1;
		*at++ = 'A';
	}
	memcpy(at, "\xc0\x10", 2);		/* 257 */
	record(&n, 5, name, (size_t)(at + 2 - name));
	a = begin(&n, n.length);
	expect(&a, DNS_ANSWERS_ODD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_addresses_come_in_their_order),
		cmocka_unit_test(a_pointer_may_lead_to_a_pointer),
		cmocka_unit_test(no_answers_are_the_end),
		cmocka_unit_test(what_is_not_sure_is_odd),
		cmocka_unit_test(every_cut_is_odd),
		cmocka_unit_test(a_name_has_255_octets_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
