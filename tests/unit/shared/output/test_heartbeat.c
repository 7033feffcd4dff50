#include "output/heartbeat.h"

#include "unit.h"

static void
field_is(const struct heartbeat *b, size_t i, const char *key,
    const char *value)
{
	assert_in_range(i, 0, b->count - 1);
	assert_string_equal(heartbeat_key(b, i), key);
	assert_string_equal(heartbeat_value(b, i), value);
}

static void
fields_keep_their_order(void **state)
{
	struct heartbeat b = { .count = 0 };

	(void)state;
	heartbeat_text(&b, "state", "running");
	heartbeat_number(&b, "lag", -5);
	heartbeat_number(&b, "time", INT64_MAX);
	heartbeat_text(&b, "input", "");
	assert_int_equal(b.count, 4);
	field_is(&b, 0, "state", "running");
	field_is(&b, 1, "lag", "-5");
	field_is(&b, 2, "time", "9223372036854775807");
	field_is(&b, 3, "input", "");
}

static void
a_copy_stands_by_itself(void **state)
{
	struct heartbeat b = { .count = 0 }, copy;

	(void)state;
	heartbeat_text(&b, "host", "span1");
	copy = b;
	memset(&b, 'x', sizeof(b));
	field_is(&copy, 0, "host", "span1");
}

static void
text_from_outside_is_escaped(void **state)
{
	struct heartbeat b = { .count = 0 };

	(void)state;
	heartbeat_text(&b, "input", "a\n\x1b[2J\\\xff~ .log");
	field_is(&b, 0, "input", "a\\010\\027[2J\\092\\255~ .log");
}

static void
every_counter_is_a_field(void **state)
{
	struct heartbeat b = { .count = 0 };
	struct counters c = { .count = 0 };

	(void)state;
	counters_add(&c, "frames", "total", UINT64_MAX);
	counters_add(&c, "tcp", "gaps", 0);
	heartbeat_counters(&b, &c);
	assert_int_equal(b.count, 2);
	field_is(&b, 0, "frames_total", "18446744073709551615");
	field_is(&b, 1, "tcp_gaps", "0");
}

static void
what_does_not_fit_is_left_out_whole(void **state)
{
	static char big[HEARTBEAT_TEXT_SIZE];
	struct heartbeat b = { .count = 0 };

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	heartbeat_text(&b, "input", big);
	assert_int_equal(b.count, 0);
	assert_int_equal(b.used, 0);
	heartbeat_text(&b, big, "value");
	assert_int_equal(b.count, 0);
	heartbeat_text(&b, "state", "running");
	field_is(&b, 0, "state", "running");
	for (size_t i = 0; i < HEARTBEAT_FIELDS_MAX + 2; i++)
		heartbeat_number(&b, "n", (int64_t)i);
	assert_int_equal(b.count, HEARTBEAT_FIELDS_MAX);
}

/* The longest set of counters that there can be, with names as ours are. */
static void
a_full_set_of_counters_fits(void **state)
{
	static char names[COUNTERS_MAX][32];
	struct heartbeat b = { .count = 0 };
	struct counters c = { .count = 0 };

	(void)state;
	for (size_t i = 0; i < COUNTERS_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "interface_drops_%03zu",
		    i);
		counters_add(&c, "fragments", names[i], UINT64_MAX);
	}
	heartbeat_counters(&b, &c);
	assert_int_equal(b.count, COUNTERS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_keep_their_order),
		cmocka_unit_test(a_copy_stands_by_itself),
		cmocka_unit_test(text_from_outside_is_escaped),
		cmocka_unit_test(every_counter_is_a_field),
		cmocka_unit_test(what_does_not_fit_is_left_out_whole),
		cmocka_unit_test(a_full_set_of_counters_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
