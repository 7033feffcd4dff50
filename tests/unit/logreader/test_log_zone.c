/*
 * Goal: a zone's table says what the system's functions say, and each log
 * has the zone that its argument names.
 */

#include <time.h>

#include "log_zone.h"
#include "unit.h"

static char error[LOG_ZONE_ERROR_SIZE];

/* Every hour of two years, and both ways. */
static void
agrees_with_the_system(void **state)
{
	static const char *const names[] = { "UTC", "Europe/Stockholm",
	    "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca",
	    "Pacific/Apia", "Asia/Tokyo" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct log_zone *z = log_zone_new(names[i], error);

		assert_non_null(z);
		setenv("TZ", names[i], 1);
		tzset();
		for (int64_t t = 1735689600; t < 1798761600; t += 1800) {
			time_t at = (time_t)t;
			struct tm tm;
			int64_t local;

			assert_non_null(localtime_r(&at, &tm));
			assert_int_equal(log_zone_offset(z, t), tm.tm_gmtoff);
			local = t + tm.tm_gmtoff;
			/* with what came before, even a repeated hour */
			assert_int_equal(log_zone_time(z, local, t), t);
		}
		log_zone_free(z);
	}
	unsetenv("TZ");
}

static void
leaves_the_process_its_zone(void **state)
{
	struct log_zone *z, *own;

	(void)state;
	setenv("TZ", "America/St_Johns", 1);
	z = log_zone_new("Europe/Stockholm", error);
	own = log_zone_new(NULL, error);
	assert_string_equal(getenv("TZ"), "America/St_Johns");
	assert_int_equal(log_zone_offset(z, 1795435200), 3600);
	assert_int_equal(log_zone_offset(own, 1795435200), -12600);
	assert_int_equal(log_zone_offset(NULL, 1795435200), 0);
	unsetenv("TZ");
	log_zone_free(z);
	log_zone_free(own);
}

static void
hours_that_are_left_out(void **state)
{
	struct log_zone *z = log_zone_new("Europe/Stockholm", error);

	(void)state;
	/* 2026-03-29: 01:59:59, 02:30:00 and 03:30:00 */
	assert_int_equal(log_zone_time(z, 1774749599, 0), 1774745999);
	assert_int_equal(log_zone_time(z, 1774751400, 0), 1774747800);
	assert_int_equal(log_zone_time(z, 1774755000, 0), 1774747800);
	log_zone_free(z);
}

static void
no_such_zone(void **state)
{
	static const char *const names[] = { "Europe/Stokholm", "/etc/passwd",
	    "../../../etc/passwd", "Europe/" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		error[0] = '\0';
		assert_null(log_zone_new(names[i], error));
		assert_non_null(strstr(error, names[i]));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_system),
		cmocka_unit_test(leaves_the_process_its_zone),
		cmocka_unit_test(hours_that_are_left_out),
		cmocka_unit_test(no_such_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
