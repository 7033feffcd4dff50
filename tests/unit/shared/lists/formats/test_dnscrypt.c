#include "lists.h"

#define NONE LIST_REASONS

static const struct lists_row rules[] = {
	{ "bad.example", ".bad.example ", NONE },
	{ "Bad.Example.\r\n", ".bad.example ", NONE },
	{ "*.bad.example", ".bad.example ", NONE },
	{ ".bad.example", ".bad.example ", NONE },
	{ "*bad.example", ".bad.example ", NONE },
	{ "=bad.example", "=bad.example ", NONE },
	{ "=com", "=com ", NONE },
	{ "bad.example # why", ".bad.example ", NONE },
	{ "bad.example\t#why", ".bad.example ", NONE },
	{ "*sex*", "*sex* ", NONE }, { "*.ads.*", "*.ads.* ", NONE },
	{ "ads.*", "/^ads\\./ ", NONE }, { "ads*", "/^ads/ ", NONE },
	{ "ads[0-9]*", "/^ads[0-9]/ ", NONE },
	{ "ads[^a-z].example", "/^ads[^a-z]\\.example$/ ", NONE },
	{ "ads*.example*", "/^ads.*\\.example/ ", NONE },
	{ "ad?.example", "/^ad.\\.example$/ ", NONE },
	{ "*[0-9].bad.example", "/^.*[0-9]\\.bad\\.example$/ ", NONE },
	{ "bad.example @work-hours", "", LIST_MODIFIER },
	{ "ads.*@work", "", LIST_MODIFIER },
	{ "@work", "", LIST_MODIFIER },
	{ "# comment\n## comment\n; x\n! x\n", "", NONE },
	{ "com", "", LIST_SINGLE_LABEL },
	{ "192.0.2.7", "", LIST_ADDRESS },
	{ "bad example", "", LIST_NOT_A_NAME },
	{ "*bad example*", "", LIST_NOT_A_NAME },
	{ "ads[0-9", "", LIST_NOT_A_NAME },
	{ "ads[].example", "", LIST_NOT_A_NAME },
	{ "ads[$(x)].example", "", LIST_NOT_A_NAME },
	{ "ads(x)*", "", LIST_NOT_A_NAME },
	{ "*", "", LIST_NOT_A_NAME }, { "**", "", LIST_NOT_A_NAME },
	{ "=", "", LIST_NOT_A_NAME },
	{ "*.", "", LIST_NOT_A_NAME },
};

static void
rules_are_names_texts_or_patterns(void **state)
{
	(void)state;
	lists_rows(rules, COUNT(rules), ",format=dnscrypt");
}

static void
a_long_pattern_is_too_complex(void **state)
{
	char text[1024];

	(void)state;
	for (size_t length = 480; length < 540; length++) {
		const char *given;

		memset(text, 'a', length);
		memcpy(text + length, "?*", 3);
		given = lists_read(text, ",format=dnscrypt");
		assert_int_equal(given[0] == '\0', length + 2 > 512);
		assert_int_equal(lists_report.refused[LIST_TOO_COMPLEX],
		    length + 2 > 512);
	}
}

static void
a_mode_that_is_given_is_for_names(void **state)
{
	(void)state;
	assert_string_equal(lists_read("a.b\n=c.d\n*x*\nads.*\n",
	    ",format=dnscrypt,match=exact"), "=a.b =c.d *x* /^ads\\./ ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_names_texts_or_patterns),
		cmocka_unit_test(a_long_pattern_is_too_complex),
		cmocka_unit_test(a_mode_that_is_given_is_for_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
