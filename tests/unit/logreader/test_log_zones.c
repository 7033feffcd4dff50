/*
 * Goal: each log has the zone that its argument names.
 */

#include "log_zones.h"
#include "unit.h"

static char error[LOG_ZONE_ERROR_SIZE];

static void
each_log_has_its_own(void **state)
{
	char plain[] = "query.log", zoned[] = "a,b.log,zone=Asia/Tokyo";
	char wrong[] = "c.log,zone=Nowhere", other[] = "d.log,x=y";
	struct log_zones *z = log_zones_new("Europe/Stockholm", error);

	(void)state;
	assert_non_null(z);
	assert_int_equal(log_zones_take(z, plain, error), 0);
	assert_int_equal(log_zones_take(z, zoned, error), 0);
	assert_int_equal(log_zones_take(z, other, error), 0);
	assert_int_equal(log_zones_take(z, wrong, error), -1);
	assert_string_equal(zoned, "a,b.log");
	assert_string_equal(other, "d.log,x=y");
	assert_int_equal(log_zone_offset(log_zones_find(z, "query.log"),
	    1795435200), 3600);
	assert_int_equal(log_zone_offset(log_zones_find(z, "a,b.log"),
	    1795435200), 32400);
	assert_null(log_zones_find(NULL, "query.log"));
	log_zones_free(z);
	log_zones_free(NULL);
	assert_null(log_zones_new("Nowhere", error));
}

/* How far ahead the clocks of ${path} are, in hours. */
static int64_t
hours(const struct log_zones *z, const char *path)
{
	return log_zone_offset(log_zones_find(z, path), 1795435200) / 3600;
}

static void
a_pattern_has_one_for_all_that_it_finds(void **state)
{
	char pattern[] = "logs/*.log,zone=Asia/Tokyo";
	char own[] = "logs/a.log,zone=Europe/Stockholm";
	char odd[] = "logs/[b].log,zone=America/New_York";
	struct log_zones *z = log_zones_new("UTC", error);

	(void)state;
	assert_non_null(z);
	assert_int_equal(log_zones_take(z, own, error), 0);
	assert_int_equal(log_zones_take(z, pattern, error), 0);
	assert_int_equal(log_zones_take(z, odd, error), 0);
	assert_int_equal(hours(z, "logs/x.log"), 9);
	assert_int_equal(hours(z, "logs/a.log"), 1);
	assert_int_equal(hours(z, "logs/[b].log"), -5);
	assert_int_equal(hours(z, "logs/x/y.log"), 0);
	assert_int_equal(hours(z, "logs/.log"), 0);
	assert_int_equal(hours(z, "logs/x.txt"), 0);
	assert_int_equal(hours(z, "x.log"), 0);
	log_zones_free(z);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_log_has_its_own),
		cmocka_unit_test(a_pattern_has_one_for_all_that_it_finds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
