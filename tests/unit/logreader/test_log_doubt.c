/*
 * Goal: a log is of another format only where a hundred lines are no query of
 * its own, and ten meanwhile are one of the same other.
 */

#include "log_doubt.h"

#include "unit.h"

#define QUERY9 "client @0x1 10.1.2.3#5 (a.b): query: a.b IN A + (10.0.0.53)"
#define QUERY8 "XX+/10.0.0.1/a.b/A/IN"

static struct log_doubt doubt;

/* ${line} over and over: of which line on, at the most ${most}, is the log of
 * another format?  0: of none. */
static unsigned
lines_until(const char *line, unsigned most, const struct log_format **ret)
{
	const struct log_format *bind9 = log_format_find("bind9");
	struct log_fields f;
	enum log_verdict v;

	for (unsigned i = 1; i <= most; i++) {
		*ret = log_doubt_line(&doubt, bind9, line, strlen(line), &f,
		    &v);
		if (*ret == NULL)
			continue;
		assert_int_equal(v, LOG_QUERY);
		assert_int_equal(f.name.length, 3);
		return i;
	}
	return 0;
}

static int
begin(void **state)
{
	(void)state;
	memset(&doubt, 0, sizeof(doubt));
	return 0;
}

static void
another_finds_queries(void **state)
{
	const struct log_format *format;

	(void)state;
	assert_in_range(lines_until(QUERY8, 300, &format), 110, 200);
	assert_ptr_equal(format, log_format_find("bind8"));
	assert_int_equal(lines_until(QUERY8, 300, &format), 0);	/* once */
}

static void
a_query_ends_the_doubt(void **state)
{
	const struct log_format *format;

	(void)state;
	for (int i = 0; i < 10; i++) {
		assert_int_equal(lines_until(QUERY8, 170, &format), 0);
		log_doubt_settle(&doubt);
	}
}

static void
nobody_finds_any(void **state)
{
	const struct log_format *format;

	(void)state;
	assert_int_equal(lines_until("general: notice: running", 1000,
	    &format), 0);
	assert_int_equal(lines_until(QUERY9, 1000, &format), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(another_finds_queries, begin),
		cmocka_unit_test_setup(a_query_ends_the_doubt, begin),
		cmocka_unit_test_setup(nobody_finds_any, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
