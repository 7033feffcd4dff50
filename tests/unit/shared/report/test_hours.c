#include "report/hours.h"

#include "core/timestamp.h"
#include "unit.h"

#define HOUR (3600 * TIMESTAMP_SECOND)
#define START (20000 * 24 * HOUR)	/* a midnight */

static void
hours_come_in_any_order(void **state)
{
	struct hours *h = hours_new();
	struct hours_span *spans;
	size_t count;

	(void)state;
	hours_add(h, START + 5 * HOUR, 1, 1);
	hours_add(h, START + HOUR + 7, 2, 1);
	hours_add(h, START + 6 * HOUR - 1, 2, 0);
	hours_add(h, START + 5 * HOUR, 1, 2);
	hours_add(h, -1, 0, 0);
	assert_int_equal(hours_spans(h, 1, &spans, &count), 0);
	assert_int_equal(count, 3);
	assert_int_equal(spans[0].start, -HOUR);
	assert_int_equal(spans[0].queries, 1);
	assert_int_equal(spans[0].clients, 0);
	assert_int_equal(spans[1].start, START + HOUR);
	assert_int_equal(spans[1].queries, 1);
	assert_int_equal(spans[2].start, START + 5 * HOUR);
	assert_int_equal(spans[2].queries, 3);
	assert_int_equal(spans[2].clients, 2);
	assert_int_equal(spans[2].names, 2);
	assert_true(spans[2].exact);
	free(spans);
	hours_free(h);
}

static void
a_day_has_each_client_once(void **state)
{
	struct hours *h = hours_new();
	struct hours_span *spans;
	size_t count;

	(void)state;
	for (int i = 0; i < 48; i++) {
		hours_add(h, START + i * HOUR, 17, (uint64_t)i + 1);
		hours_add(h, START + i * HOUR, 18, 99);
	}
	assert_int_equal(hours_spans(h, 24, &spans, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(spans[0].start, START);
	assert_int_equal(spans[1].start, START + 24 * HOUR);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(spans[i].queries, 48);
		assert_int_equal(spans[i].clients, 2);
		assert_int_equal(spans[i].names, 25);
	}
	free(spans);
	hours_free(h);
}

static void
hours_without_room_are_counted(void **state)
{
	struct hours *h = hours_new();
	struct hours_span *spans;
	size_t count;

	(void)state;
	for (int64_t i = HOURS_MAX + 9; i >= 0; i--)
		hours_add(h, START + i * HOUR, 1, 1);
	assert_int_equal(hours_beyond(h), 10);
	assert_int_equal(hours_spans(h, 1, &spans, &count), 0);
	assert_int_equal(count, HOURS_MAX);
	assert_int_equal(spans[0].start, START + 10 * HOUR);
	free(spans);
	hours_clear(h);
	assert_int_equal(hours_spans(h, 1, &spans, &count), 0);
	assert_int_equal(count, 0);
	assert_int_equal(hours_beyond(h), 0);
	free(spans);
	hours_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hours_come_in_any_order),
		cmocka_unit_test(a_day_has_each_client_once),
		cmocka_unit_test(hours_without_room_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
