#include "core/counters.h"

#include "unit.h"

/* Every line of the set, each with a newline. */
static const char *
lines(const struct counters *c)
{
	static char text[COUNTERS_MAX * 64];
	char line[COUNTERS_LINE];
	size_t used = 0;

	text[0] = '\0';
	for (size_t next = 0; next < c->count;) {
		next = counters_line(c, next, line);
		if (line[0] != '\0')
			used += (size_t)snprintf(text + used,
			    sizeof(text) - used, "%s\n", line);
	}
	return text;
}

static void
counters_stand_in_the_order_in_which_they_came(void **state)
{
	struct counters c = { .count = 0 };

	(void)state;
	counters_add(&c, "frames", "total", 120);
	counters_add(&c, "dns", "queries", 7);
	counters_add(&c, "frames", "udp", 80);
	counters_add(&c, "dns", "responses", 1);
	assert_string_equal(lines(&c), "frames: 120 total, 80 udp\n"
	    "dns: 7 queries, 1 responses\n");
}

static void
an_empty_set_has_no_line(void **state)
{
	struct counters c = { .count = 0 };

	(void)state;
	assert_string_equal(lines(&c), "");
	assert_int_equal(counters_find(&c, "frames", "total"), 0);
}

static void
zero_is_said_only_where_that_was_asked_for(void **state)
{
	struct counters c = { .count = 0 };

	(void)state;
	counters_always(&c, "frames", "total", 0);
	counters_add(&c, "frames", "udp", 0);
	counters_add(&c, "tcp", "gaps", 0);
	assert_string_equal(lines(&c), "frames: 0 total\n");
	/* But all of them are there for the heartbeat. */
	assert_int_equal(c.count, 3);
	counters_add(&c, "tcp", "gaps", 1);
	assert_string_equal(lines(&c), "frames: 0 total\ntcp: 1 gaps\n");
}

static void
the_same_counter_is_added_up(void **state)
{
	struct counters c = { .count = 0 };

	(void)state;
	counters_add(&c, "frames", "udp", UINT64_C(1) << 40);
	counters_add(&c, "frames", "udp", 2);
	assert_int_equal(c.count, 1);
	assert_int_equal(counters_find(&c, "frames", "udp"),
	    (UINT64_C(1) << 40) + 2);
	/* Neither half alone makes it the same. */
	assert_int_equal(counters_find(&c, "frames", "tcp"), 0);
	assert_int_equal(counters_find(&c, "dns", "udp"), 0);
}

static void
the_sets_of_workers_are_summed(void **state)
{
	struct counters sum = { .count = 0 }, one = { .count = 0 },
	    other = { .count = 0 };

	(void)state;
	counters_always(&one, "frames", "total", 5);
	counters_add(&one, "tcp", "gaps", 1);
	counters_always(&other, "frames", "total", 7);
	counters_add(&other, "frames", "malformed", 2);	/* the first has none */
	counters_sum(&sum, &one);
	counters_sum(&sum, &other);
	assert_string_equal(lines(&sum),
	    "frames: 12 total, 2 malformed\ntcp: 1 gaps\n");
	assert_true(sum.at[0].always);
}

static void
a_full_set_says_so(void **state)
{
	static char names[COUNTERS_MAX + 2][8];
	struct counters c = { .count = 0 }, sum = { .count = 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(names[i], sizeof(names[i]), "n%zu", i);
		counters_add(&c, "many", names[i], 1);
	}
	assert_int_equal(c.count, COUNTERS_MAX);
	assert_int_equal(c.refused, 2);
	counters_add(&c, "many", names[0], 1);	/* that one is there */
	assert_int_equal(counters_find(&c, "many", names[0]), 2);
	assert_int_equal(c.refused, 2);
	counters_sum(&sum, &c);
	assert_int_equal(sum.refused, 2);
}

static void
a_line_that_is_too_long_is_cut(void **state)
{
	static char names[COUNTERS_MAX][8];
	struct counters c = { .count = 0 };
	char line[COUNTERS_LINE];

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(names[i], sizeof(names[i]), "n%zu", i);
		counters_add(&c, "many", names[i], UINT64_MAX);
	}
	assert_int_equal(counters_line(&c, 0, line), COUNTERS_MAX);
	assert_int_equal(strlen(line), COUNTERS_LINE - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_stand_in_the_order_in_which_they_came),
		cmocka_unit_test(an_empty_set_has_no_line),
		cmocka_unit_test(zero_is_said_only_where_that_was_asked_for),
		cmocka_unit_test(the_same_counter_is_added_up),
		cmocka_unit_test(the_sets_of_workers_are_summed),
		cmocka_unit_test(a_full_set_says_so),
		cmocka_unit_test(a_line_that_is_too_long_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
