#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "failure.h"
#include "fake_reply.h"

static void
knows_what_passes(void **state)
{
	static const char *const passing[] = {
		"LOADING Redis is loading the dataset in memory",
		"OOM command not allowed when used memory > 'maxmemory'.",
		"READONLY You can't write against a read only replica.",
		"MISCONF Redis is configured to save RDB snapshots",
		"NOREPLICAS Not enough good replicas to write.",
		"MASTERDOWN Link with MASTER is down",
		"CLUSTERDOWN The cluster is down", "TRYAGAIN Multiple keys",
		"MOVED 1 192.0.2.1:1", "NOAUTH Authentication required.",
		"NOGROUP incidents", "BUSY Redis is busy running a script.",
		"ERR Function not found", "ERR no such key",
	};
	char error[INCIDENT_STORE_ERROR_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++) {
		const struct redis_reply r = ERROR(passing[i]);

		assert_int_equal(failure_judge(&r, "why", error), STORE_AWAY);
		assert_string_equal(error, passing[i]);
	}
}

static void
knows_what_does_not(void **state)
{
	static const char *const broken[] = { "WRONGTYPE Operation",
	    "ERR user_function:1: made to fail", "OOMPH", "" };
	char error[INCIDENT_STORE_ERROR_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		const struct redis_reply r = ERROR(broken[i]);

		assert_int_equal(failure_judge(&r, "why", error),
		    STORE_BROKEN);
	}
}

static void
waits_for_a_server_that_does_not_answer(void **state)
{
	const struct redis_reply odd = INTEGER(3);
	char error[INCIDENT_STORE_ERROR_SIZE];

	(void)state;
	assert_int_equal(failure_judge(NULL, "no route", error), STORE_AWAY);
	assert_string_equal(error, "no route");
	assert_int_equal(failure_judge(&odd, "no route", error), STORE_AWAY);
	assert_string_equal(error, "unexpected reply");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_what_passes),
		cmocka_unit_test(knows_what_does_not),
		cmocka_unit_test(waits_for_a_server_that_does_not_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
