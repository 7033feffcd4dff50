#include "core/dns_question.h"

#include "guarded.h"
#include "messages.h"
#include "unit.h"

#define BAD "\3Bad\7example"	/* with the literal's own NUL: 13 octets */

static enum dns_question
look(const struct octets *m, size_t length, struct dns_name *ret)
{
	return dns_question_look(guarded_copy(m->octets, length), length,
	    ret);
}

static void
a_plain_query_gives_its_name(void **state)
{
	struct octets m = message_header(1, 0x0100, 1, 1);
	struct dns_name name, bad = unit_name("bad.example");

	(void)state;
	message_question(&m, BAD, 13, 1, 1);
	assert_int_equal(look(&m, m.length, &name), DNS_QUESTION_PLAIN);
	assert_true(dns_name_equal(&name, &bad));
	/* What follows the question does not matter. */
	octets_add(&m, "junk", 4);
	assert_int_equal(look(&m, m.length, &name), DNS_QUESTION_PLAIN);
}

static void
every_shorter_message_is_cut_or_odd(void **state)
{
	struct octets m = message_header(1, 0x0100, 1, 0);
	struct dns_name name;

	(void)state;
	message_question(&m, BAD, 13, 1, 1);
	for (size_t length = 0; length < m.length; length++)
		assert_int_equal(look(&m, length, &name), length < 12 ?
		    DNS_QUESTION_CUT : DNS_QUESTION_ODD);
}

static void
header_bits_decide_first(void **state)
{
	static const struct {
		unsigned flags, questions;
		enum dns_question kind;
	} headers[] = {
		{ 0x0000, 1, DNS_QUESTION_PLAIN },
		{ 0x87ff, 1, DNS_QUESTION_PLAIN },	/* all but opcode */
		{ 0x8000, 1, DNS_QUESTION_PLAIN },
		{ 0xa800, 1, DNS_QUESTION_NOT_QUERY },
		{ 0x0800, 1, DNS_QUESTION_NOT_QUERY },	/* IQUERY */
		{ 0x2000, 1, DNS_QUESTION_NOT_QUERY },	/* NOTIFY */
		{ 0x2800, 1, DNS_QUESTION_NOT_QUERY },	/* UPDATE */
		{ 0x7800, 1, DNS_QUESTION_NOT_QUERY },
		{ 0x0100, 0, DNS_QUESTION_NONE },
		{ 0x8180, 0, DNS_QUESTION_NONE },
		{ 0x0100, 2, DNS_QUESTION_ODD },
		{ 0x0100, 0x0101, DNS_QUESTION_ODD },
		{ 0x0100, 0xffff, DNS_QUESTION_ODD },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(headers); i++) {
		struct octets m = message_header(7, headers[i].flags,
		    headers[i].questions, 0);
		struct dns_name name;

		message_question(&m, BAD, 13, 1, 1);
		assert_int_equal(look(&m, m.length, &name), headers[i].kind);
	}
}

static void
a_name_that_is_not_plain_is_odd(void **state)
{
	static const struct {
		const char *name;
		size_t length;
	} names[] = {
		{ "\xc0\x0c", 2 }, { "\3bad\xc0\x0c", 6 }, { "\x41x\0", 3 },
		{ "\x80", 2 }, { "\xff", 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct octets m = message_header(7, 0x0100, 1, 0);
		struct dns_name name;

		message_question(&m, names[i].name, names[i].length, 1, 1);
		assert_int_equal(look(&m, m.length, &name), DNS_QUESTION_ODD);
	}
}

static void
the_root_is_a_name(void **state)
{
	struct octets m = message_header(1, 0x0100, 1, 0);
	struct dns_name name;

	(void)state;
	message_question(&m, "", 1, 2, 1);
	assert_int_equal(look(&m, m.length, &name), DNS_QUESTION_PLAIN);
	assert_int_equal(name.length, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_query_gives_its_name),
		cmocka_unit_test(every_shorter_message_is_cut_or_odd),
		cmocka_unit_test(header_bits_decide_first),
		cmocka_unit_test(a_name_that_is_not_plain_is_odd),
		cmocka_unit_test(the_root_is_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
