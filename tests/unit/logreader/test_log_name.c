/*
 * Goal: the same name comes out of every form in which logs have it.
 */

#include "guarded.h"
#include "log_name.h"
#include "unit.h"

/* ${expected} is presentation form, or NULL for no name. */
static void
check(enum log_name_form form, const char *text, const char *expected)
{
	size_t n = strlen(text);
	struct text t = { (const char *)guarded_copy(text, n), n };
	struct dns_name name;
	char buf[DNS_NAME_TEXT_SIZE];

	assert_int_equal(log_name_read(form, t, &name),
	    expected == NULL ? -1 : 0);
	if (expected == NULL)
		return;
	dns_name_to_text(&name, buf);
	assert_string_equal(buf, expected);
}

static void
escapes_say_what_they_say(void **state)
{
	(void)state;
	check(LOG_NAME_ESCAPED, "WwW.a\\.b\\032c\\\\d.example.",
	    "www.a\\.b\\032c\\\\d.example");
	check(LOG_NAME_ESCAPED, ".", ".");
	check(LOG_NAME_ESCAPED, "a..b", NULL);
}

static void
quotes_add_a_backslash(void **state)
{
	(void)state;
	check(LOG_NAME_QUOTED, "a\\\\.b\\\\032c\\\\\\\\d\\\"e.example",
	    "a\\.b\\032c\\\\d\"e.example");
	check(LOG_NAME_QUOTED, ".", ".");
	check(LOG_NAME_QUOTED, "a\"b", NULL);
	check(LOG_NAME_QUOTED, "a\\032b", NULL);
	check(LOG_NAME_QUOTED, "a\\", NULL);
	check(LOG_NAME_QUOTED, "", NULL);
}

static void
literal_backslashes_are_no_escapes(void **state)
{
	(void)state;
	check(LOG_NAME_LITERAL, "b\\ad.example", "b\\\\ad.example");
	check(LOG_NAME_LITERAL, "\\098ad.example", "\\\\098ad.example");
	check(LOG_NAME_LITERAL, "a b\".example", "a\\032b\".example");
	check(LOG_NAME_LITERAL, "a.example\\", "a.example\\\\");
	check(LOG_NAME_LITERAL, ".", ".");
	check(LOG_NAME_LITERAL, "", NULL);
	check(LOG_NAME_LITERAL, "a..b", NULL);
}

static void
too_long_is_no_name(void **state)
{
	char long_name[3 * DNS_NAME_TEXT_SIZE];

	(void)state;
	memset(long_name, '\\', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	for (int form = LOG_NAME_ESCAPED; form <= LOG_NAME_LITERAL; form++)
		check((enum log_name_form)form, long_name, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_say_what_they_say),
		cmocka_unit_test(quotes_add_a_backslash),
		cmocka_unit_test(literal_backslashes_are_no_escapes),
		cmocka_unit_test(too_long_is_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
