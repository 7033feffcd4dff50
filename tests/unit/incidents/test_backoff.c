#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backoff.h"

static void
doubles_up_to_its_bound(void **state)
{
	static const int waits[] = { 100, 200, 400, 800, 1600, 3200, 5000,
	    5000, 5000 };
	struct backoff b = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++)
		assert_int_equal(backoff_next(&b), waits[i]);
}

static void
begins_anew_after_a_reset(void **state)
{
	struct backoff b = { 0 };

	(void)state;
	for (int i = 0; i < 20; i++)
		backoff_next(&b);
	backoff_reset(&b);
	assert_int_equal(backoff_next(&b), BACKOFF_FIRST);
	assert_int_equal(backoff_next(&b), 2 * BACKOFF_FIRST);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(doubles_up_to_its_bound),
		cmocka_unit_test(begins_anew_after_a_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
