#include "log_counters.h"

#include "core/counters.h"
#include "unit.h"

static void
counters_have_a_name_each(void **state)
{
	const struct log_counters l = {
		.bytes = 1000, .lines = 40, .responses = 2, .truncated = 3,
		.strange = 4, .clientless = 5, .cut = 6, .too_long = 7,
		.nul = 11, .not_understood = 12, .format_changed = 13,
		.times = { 14, 15, 16, 17 },
		.verdict = { [LOG_OTHER] = 1, [LOG_QUERY] = 10,
		    [LOG_BROKEN_CLIENT] = 8, [LOG_BROKEN_TAIL] = 9 },
	};
	struct counters c = { .count = 0 };
	char line[COUNTERS_LINE];
	size_t next;

	(void)state;
	log_counters_add(&l, &c);
	next = counters_line(&c, 0, line);
	assert_string_equal(line, "lines: 40 total, 8 queries, 2 responses, "
	    "1 other, 6 cut_short, 7 too_long, 3 truncated, 4 strange, "
	    "5 clientless, 11 nul, 1000 bytes");
	next = counters_line(&c, next, line);
	assert_string_equal(line, "times: 15 zoned, 16 local, 17 no_year, "
	    "14 none");
	next = counters_line(&c, next, line);
	assert_string_equal(line, "warnings: 12 not_understood, "
	    "13 format_changed");
	assert_int_equal(counters_line(&c, next, line), c.count);
	assert_string_equal(line, "broken: 8 client, 9 after_type");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_have_a_name_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
