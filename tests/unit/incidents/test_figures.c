#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_servers.h"
#include "figures.h"

static const struct incident_settings settings = { .group = "g" };
static const struct redis_reply numbers[] = { INTEGER(1), INTEGER(2),
	INTEGER(3), INTEGER(4), INTEGER(5), INTEGER(6), INTEGER(7), INTEGER(8),
	INTEGER(9), INTEGER(10), INTEGER(11) };

static void
reads_the_numbers_in_order(void **state)
{
	const struct redis_reply reply = ARRAY(numbers);
	char error[INCIDENT_STORE_ERROR_SIZE];
	struct figures f;

	(void)state;
	fake_expect("FCALL qw_upkeep_state 2 qw:{7}:hits qw:{7}:moving g", &reply);
	assert_int_equal(figures_read(NULL, &settings, 7, &f, error),
	    STORE_DONE);
	assert_int_equal(f.length, 1);
	assert_int_equal(f.oldest, 4);
	assert_int_equal(f.expired, 11);
	fake_expect("FCALL", NULL);
	assert_int_equal(figures_read(NULL, &settings, 7, &f, error),
	    STORE_AWAY);
	assert_int_equal(f.length, 1);
	fake_end();
}

static void
adds_numbers_and_keeps_the_oldest_time(void **state)
{
	struct figures sum = { .length = 3, .oldest = 0 };
	const struct figures first = { .length = 2, .waiting = 1,
	    .oldest = 50 }, second = { .waiting = -1, .oldest = 40 },
	    third = { .waiting = 2, .oldest = 0 };

	(void)state;
	figures_add(&sum, &first);
	assert_int_equal(sum.length, 5);
	assert_int_equal(sum.waiting, 1);
	assert_int_equal(sum.oldest, 50);
	figures_add(&sum, &second);
	figures_add(&sum, &third);
	assert_int_equal(sum.waiting, -1);
	assert_int_equal(sum.oldest, 40);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_numbers_in_order),
		cmocka_unit_test(adds_numbers_and_keeps_the_oldest_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
