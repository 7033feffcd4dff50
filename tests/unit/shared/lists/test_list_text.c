/* Goal: what formats see of a line is what stands in it. */

#include "lists/list_format.h"
#include "unit.h"

static void
expect(const char *text, size_t length, const char *expected)
{
	assert_int_equal(length, strlen(expected));
	assert_memory_equal(text, expected, length);
}

static void
outer_white_space_and_the_byte_order_mark_go(void **state)
{
	static const char *const rows[][2] = {
		{ "a.b", "a.b" }, { " \ta b\r\f\v ", "a b" },
		{ "\xef\xbb\xbf a", "a" }, { "\xef\xbb", "\xef\xbb" },
		{ "\t\r", "" }, { "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t length = strlen(rows[i][0]);
		const char *text = list_text_trim(rows[i][0], &length);

		expect(text, length, rows[i][1]);
	}
}

static void
a_comment_begins_the_line_or_follows_white_space(void **state)
{
	static const char *const rows[][2] = {
		{ "a.b # why", "a.b" }, { "#a", "" }, { "a#b", "a#b" },
		{ "a \t#", "a" }, { "a  ", "a" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		expect(rows[i][0], list_text_uncomment(rows[i][0],
		    strlen(rows[i][0])), rows[i][1]);
}

static void
lines_come_one_by_one(void **state)
{
	static const char text[] = " a\r\n\n\tb \nc";
	static const char *const lines[] = { "a", "", "b", "c" };
	const char *head = text, *end = text + sizeof(text) - 1, *line;
	size_t length;

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		line = list_text_next(&head, end, &length);
		assert_non_null(line);
		expect(line, length, lines[i]);
	}
	assert_null(list_text_next(&head, end, &length));
}

static void
copies_are_printable_and_cut(void **state)
{
	char copy[6];

	(void)state;
	list_text_copy(copy, sizeof(copy), "a\n\xe4~ bc", 7);
	assert_string_equal(copy, "a??~ ");
	list_text_copy(copy, sizeof(copy), "", 0);
	assert_string_equal(copy, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outer_white_space_and_the_byte_order_mark_go),
		cmocka_unit_test(
		    a_comment_begins_the_line_or_follows_white_space),
		cmocka_unit_test(lines_come_one_by_one),
		cmocka_unit_test(copies_are_printable_and_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
