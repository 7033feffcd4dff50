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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_log_has_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
