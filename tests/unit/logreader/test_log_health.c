/*
 * Goal: a log of which more than one line in a hundred is broken is told so,
 * once, and when that is over.
 */

#include "log_health.h"
#include "unit.h"

static void
says_it_once_and_when_it_is_over(void **state)
{
	struct log_health h = { .lines = 0 };

	(void)state;
	assert_int_equal(log_health_take(&h, 9999, 9999, false),
	    LOG_HEALTH_SAME);
	assert_int_equal(log_health_take(&h, 1, 0, false), LOG_HEALTH_WORSE);
	assert_int_equal(h.lines, 10000);
	assert_int_equal(h.broken, 9999);
	assert_int_equal(log_health_take(&h, 10000, 101, false),
	    LOG_HEALTH_STILL);
	assert_int_equal(log_health_take(&h, 10000, 100, false),
	    LOG_HEALTH_BETTER);
	assert_int_equal(log_health_take(&h, 10000, 100, false),
	    LOG_HEALTH_SAME);
}

static void
short_logs_are_judged_at_their_end(void **state)
{
	struct log_health h = { .lines = 0 };

	(void)state;
	assert_int_equal(log_health_take(&h, 99, 99, true), LOG_HEALTH_SAME);
	assert_int_equal(log_health_take(&h, 1, 0, false), LOG_HEALTH_SAME);
	assert_int_equal(log_health_take(&h, 0, 0, true), LOG_HEALTH_WORSE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_it_once_and_when_it_is_over),
		cmocka_unit_test(short_logs_are_judged_at_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
