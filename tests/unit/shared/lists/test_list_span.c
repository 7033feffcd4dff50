#include "lists/list_span.h"

#include "unit.h"

static struct list_span
of(const char *text)
{
	return list_span(text, strlen(text));
}

static void
expect(struct list_span s, const char *text)
{
	if (s.length != strlen(text) || memcmp(s.at, text, s.length) != 0)
		fail_msg("'%.*s', not '%s'", (int)s.length, s.at, text);
}

static void
starts_and_ends_whatever_the_case(void **state)
{
	(void)state;
	assert_true(list_span_is(of("Zone"), "zone"));
	assert_false(list_span_is(of("zones"), "zone"));
	assert_true(list_span_starts(of("zones"), "ZONE"));
	assert_false(list_span_starts(of("zon"), "zone"));
	assert_true(list_span_ends(of("a^"), "^"));
	assert_false(list_span_ends(of(""), "^"));
	assert_true(list_span_is(list_span(NULL, 0), ""));
	assert_false(list_span_has(list_span(NULL, 0), 'a'));
	assert_int_equal(list_span_find(of("a://b"), "://"), 1);
	assert_int_equal(list_span_find(of("a:/"), "://"), 3);
}

/* Each piece in brackets. */
static const char *
pieces(const char *text, bool csv)
{
	static char all[200];
	struct list_span rest = of(text), piece;

	all[0] = '\0';
	while (csv ? list_span_csv(&rest, &piece) :
	    list_span_cut(&rest, ',', &piece)) {
		size_t used = strlen(all);

		snprintf(all + used, sizeof(all) - used, "[%.*s]",
		    (int)piece.length, piece.at);
	}
	return all;
}

static void
pieces_between_separators(void **state)
{
	(void)state;
	assert_string_equal(pieces("a,b", false), "[a][b]");
	assert_string_equal(pieces("a,", false), "[a][]");
	assert_string_equal(pieces(",", false), "[][]");
	assert_string_equal(pieces("", false), "[]");
}

static void
fields_may_be_quoted(void **state)
{
	static const char *const rows[][2] = {
		{ "a, b ,c", "[a][b][c]" }, { "\"a,b\",c", "[a,b][c]" },
		{ "\"a\" , \"b\"", "[a][b]" }, { "\"\",", "[][]" },
		{ "\"a\"\"b\",c", "[a\"\"b][c]" }, { "\"", "[]" },
		{ "\"a", "[a]" }, { "a\"b", "[a\"b]" }, { "", "[]" },
		{ "\"a\"x,b", "[a][b]" }, { "\"\"", "[]" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(pieces(rows[i][0], true), rows[i][1]);
}

static void
words_may_be_quoted(void **state)
{
	struct list_span rest = of(" a \"b c\"'d'e \t\"f");

	(void)state;
	expect(list_span_word(&rest), "a");
	expect(list_span_word(&rest), "b c");
	expect(list_span_word(&rest), "d");
	expect(list_span_word(&rest), "e");
	expect(list_span_word(&rest), "f");
	assert_null(list_span_word(&rest).at);
	rest = of(" ");
	assert_null(list_span_word(&rest).at);
}

static void
names_have_dots_between_labels(void **state)
{
	(void)state;
	assert_true(list_span_is_dotted(of("a.b")));
	assert_true(list_span_is_dotted(of("a_1-x.b.")));
	assert_true(list_span_is_dotted(of("\xc3\xa9.b")));
	assert_false(list_span_is_dotted(of("a.")));
	assert_false(list_span_is_dotted(of(".a")));
	assert_false(list_span_is_dotted(of("a")));
	assert_false(list_span_is_dotted(of("a.b/c")));
	assert_false(list_span_is_dotted(of("")));
}

static void
lines_without_comments_and_without_a_cut_one(void **state)
{
	const char text[] = "\xef\xbb\xbf# x\n\n! x\r\n a.b \r\n; x\n// x\n"
	    "c.d\ne.";
	struct list_head head = { text, text + sizeof(text) - 1, false };
	struct list_span line;

	(void)state;
	assert_true(list_span_line(&head, &line));
	expect(line, "a.b");
	assert_true(list_span_line(&head, &line));
	expect(line, "c.d");
	assert_false(list_span_line(&head, &line));
	assert_false(list_span_line(&head, &line));
	head = (struct list_head){ text + sizeof(text) - 3,
	    text + sizeof(text) - 1, false };
	assert_true(list_span_line(&head, &line));
	expect(line, "e.");
	head = (struct list_head){ text, text, false };
	assert_false(list_span_line(&head, &line));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_and_ends_whatever_the_case),
		cmocka_unit_test(pieces_between_separators),
		cmocka_unit_test(fields_may_be_quoted),
		cmocka_unit_test(words_may_be_quoted),
		cmocka_unit_test(names_have_dots_between_labels),
		cmocka_unit_test(lines_without_comments_and_without_a_cut_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
