#include "core/timestamp.h"

#include "unit.h"

static void
prints_utc_with_microseconds(void **state)
{
	static const struct {
		int64_t time;
		const char *text;
	} times[] = {
		{ 0, "1970-01-01T00:00:00.000000Z" },
		{ 1, "1970-01-01T00:00:00.000001Z" },
		{ -1, "1969-12-31T23:59:59.999999Z" },
		{ INT64_C(951782400000000), "2000-02-29T00:00:00.000000Z" },
		{ INT64_C(1795417200123456), "2026-11-23T07:00:00.123456Z" },
		{ INT64_C(4294967295999999), "2106-02-07T06:28:15.999999Z" },
		{ INT64_MAX, "9999-12-31T23:59:59.999999Z" },
		{ INT64_MIN, "0000-01-01T00:00:00.000000Z" },
	};
	char text[TIMESTAMP_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(times); i++) {
		assert_int_equal(timestamp_format(times[i].time, text), 27);
		assert_string_equal(text, times[i].text);
	}
}

static void
now_is_now(void **state)
{
	int64_t before = (int64_t)time(NULL) * TIMESTAMP_SECOND;
	int64_t now = timestamp_now();

	(void)state;
	assert_true(now >= before - TIMESTAMP_SECOND);
	assert_true(now < before + 60 * TIMESTAMP_SECOND);
}

static void
reads_days_and_seconds(void **state)
{
	static const char *const wrong[] = { "", "yesterday", "2026-13-01",
	    "2026-11-24T07:00", "2026-11-24T07:00:00+0100", "2026-11-24 ",
	    "2026-02-29", "2026-11-31", "2026-00-01", "2026-1-01",
	    "2026-11-24T24:00:00", "2026-11-24T07:60:00",
	    "2026-11-24T07:00:61", "2026-11-24T07:00:00.",
	    "2026-11-24T07:00:00.5x", "2026-11-24T07:00:00+24:00",
	    "2026-11-24T07:00:00+01:60", "2026-11-24T07:00:00ZZ",
	    "2026-11-24T07:00:00 CET", " 2026-11-24", "2026-11-24T-7:00:00" };
	int64_t time = 5;

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(timestamp_parse(wrong[i], &time), -1);
	assert_int_equal(time, 5);
	assert_int_equal(timestamp_parse("2026-11-23T07:00:00", &time), 0);
	assert_int_equal(time, INT64_C(1795417200000000));
	assert_int_equal(timestamp_parse("2026-11-23T07:00:00Z", &time), 0);
	assert_int_equal(time, INT64_C(1795417200000000));
	assert_int_equal(timestamp_parse("2026-11-23", &time), 0);
	assert_int_equal(time, INT64_C(1795392000000000));
}

static void
reads_fractions_and_zones(void **state)
{
	static const struct {
		const char *text;
		int64_t after;		/* 2026-11-23T07:00:00Z */
	} times[] = {
		{ "2026-11-23 07:00:00", 0 },
		{ "2026-11-23 07:00:00 UTC", 0 },
		{ "2026-11-23T07:00:00.5Z", 500000 },
		{ "2026-11-23T07:00:00.000001", 1 },
		{ "2026-11-23T07:00:00.1234567899+00:00", 123456 },
		{ "2026-11-23T08:30:00+01:30", 0 },
		{ "2026-11-22T23:00:00.25-08:00", 250000 },
		{ "2026-11-23T07:00:60Z", 60000000 },
	};
	int64_t time;

	(void)state;
	for (size_t i = 0; i < COUNT(times); i++) {
		if (timestamp_parse(times[i].text, &time) != 0)
			fail_msg("'%s' is not read", times[i].text);
		assert_int_equal(time - INT64_C(1795417200000000),
		    times[i].after);
	}
	assert_int_equal(timestamp_parse("2024-02-29", &time), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_days_and_seconds),
		cmocka_unit_test(reads_fractions_and_zones),
		cmocka_unit_test(prints_utc_with_microseconds),
		cmocka_unit_test(now_is_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
