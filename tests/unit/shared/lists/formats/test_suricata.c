#include "lists.h"

#define NONE LIST_REASONS

static const struct lists_row rows[] = {
	{ "YmFkLmV4YW1wbGU=", "=bad.example ", NONE },
	{ "dGVzdDc0LmV4YW1wbGUuY29t", "=test74.example.com ", NONE },
	{ "QmFkLkV4YW1wbGUu,5\r\n", "=bad.example ", NONE },	/* Bad.Example. */
	{ "LmJhZC5leGFtcGxl", ".bad.example ", NONE },	/* .bad.example */
	{ "bad.example", "=bad.example ", NONE },
	{ ".bad.example", ".bad.example ", NONE },
	{ "bad.example,5", "=bad.example ", NONE },
	{ "bad.example , 5 # why", "=bad.example ", NONE },
	{ "bad-name.example", "=bad-name.example ", NONE },
	{ "wpad", "=wpad ", NONE },
	{ "Y29t", "=com ", NONE },		/* com */
	{ "LmNvbQ==", "", LIST_SINGLE_LABEL },	/* .com */
	{ "MTkyLjAuMi43", "", LIST_ADDRESS },	/* 192.0.2.7 */
	{ "192.0.2.7", "", LIST_ADDRESS },
	{ "TW96aWxsYS81LjA=", "", LIST_NOT_A_NAME },	/* Mozilla/5.0 */
	{ "bad example", "", LIST_NOT_A_NAME },
	{ "YmFkLmV4YW1wbGU", "=ymfklmv4yw1wbgu ", NONE },	/* no padding */
	{ "YmFk=mV4", "", LIST_NOT_TEXT },
	{ "YmFkLmV4YW1wbGX=", "", LIST_NOT_TEXT },	/* stray bits */
	{ "====", "", LIST_NOT_TEXT },
	{ "AAECAw==", "", LIST_NOT_TEXT },	/* no text in it */
	{ "d41d8cd98f00b204e9800998ecf8427e", "", LIST_OTHER_KIND },
	{ "# comment\n; x\n! x\n", "", NONE },
	{ ",5", "", LIST_NOT_A_NAME }, { ".", "", LIST_NOT_A_NAME },
};

static void
names_in_base64_or_as_they_are(void **state)
{
	(void)state;
	lists_rows(rows, COUNT(rows), ",format=suricata");
}

static void
any_length_is_decoded_or_refused(void **state)
{
	char text[1400];

	(void)state;
	for (size_t quads = 1; quads < 340; quads++) {
		for (size_t i = 0; i < quads; i++)	/* "ab." */
			memcpy(text + 4 * i, "YWIu", 5);
		lists_read(text, ",format=suricata");
		assert_int_equal(lists_report.entries, quads <= 84);
	}
}

static void
a_mode_that_is_given_holds(void **state)
{
	(void)state;
	assert_string_equal(lists_read("YmFkLmV4YW1wbGU=\na.b\n",
	    ",format=suricata,match=suffix"), ".bad.example .a.b ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_in_base64_or_as_they_are),
		cmocka_unit_test(any_length_is_decoded_or_refused),
		cmocka_unit_test(a_mode_that_is_given_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
