#include "core/timestamp.h"

#include "guarded.h"
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
reads_what_rfc_3339_allows(void **state)
{
	static const struct {
		const char *text;
		int64_t time;
	} times[] = {
		{ "1970-01-01", 0 },
		{ "2000-02-29", INT64_C(951782400000000) },
		{ "2026-11-23T07:00:00", INT64_C(1795417200000000) },
		{ "2026-11-23 07:00:00Z", INT64_C(1795417200000000) },
		{ "2026-11-23t07:00:00z", INT64_C(1795417200000000) },
		{ "2026-11-23T08:30:00+01:30", INT64_C(1795417200000000) },
		{ "2026-11-22T21:00:00-10:00", INT64_C(1795417200000000) },
		{ "2026-11-23T07:00:00.5Z", INT64_C(1795417200500000) },
		{ "2026-11-23T07:00:00.123456", INT64_C(1795417200123456) },
		{ "2026-11-23T07:00:00.1234569999+00:00",
		    INT64_C(1795417200123456) },
		{ "2026-11-23T06:59:60Z", INT64_C(1795417200000000) },
		{ "1969-12-31T23:59:59.999999Z", -1 },
		{ "9999-12-31T23:59:59.999999Z",
		    INT64_C(253402300799999999) },
		{ "0000-01-01", INT64_C(-62167219200000000) },
	};
	int64_t time;

	(void)state;
	for (size_t i = 0; i < COUNT(times); i++) {
		size_t length = strlen(times[i].text);

		if (timestamp_read((char *)guarded_copy(times[i].text, length),
		    length, &time) != 0)
			fail_msg("'%s' is refused", times[i].text);
		if (time != times[i].time)
			fail_msg("'%s' is %lld", times[i].text,
			    (long long)time);
	}
}

static void
refuses_what_rfc_3339_does_not(void **state)
{
	static const char *const wrong[] = { "", "2026", "2026-11", "2026-11-",
	    "26-11-23", "2026-1-2", "2026-00-01", "2026-13-01", "2026-11-00",
	    "2026-11-31", "2026-02-29", "1900-02-29", " 2026-11-23",
	    "2026-11-23 ", "2026-11-23T", "2026-11-23T07:00",
	    "2026-11-23T07:00:", "2026-11-23T24:00:00", "2026-11-23T07:60:00",
	    "2026-11-23T07:00:61", "2026-11-23T07:00:00.",
	    "2026-11-23T07:00:00.x", "2026-11-23T07:00:00+", "2026-11-23Z",
	    "2026-11-23T07:00:00+01", "2026-11-23T07:00:00+0100",
	    "2026-11-23T07:00:00+24:00", "2026-11-23T07:00:00+01:60",
	    "2026-11-23T07:00:00Z0", "2026-11-23T07:00:00 Z",
	    "2026-11-23T-7:00:00", "2026-11-23T07:00:00,5", "+026-11-23" };
	int64_t time = 5;

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		size_t length = strlen(wrong[i]);

		if (timestamp_read((char *)guarded_copy(wrong[i], length),
		    length, &time) == 0)
			fail_msg("'%s' is taken", wrong[i]);
	}
	assert_int_equal(time, 5);
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
		cmocka_unit_test(reads_what_rfc_3339_allows),
		cmocka_unit_test(refuses_what_rfc_3339_does_not),
		cmocka_unit_test(reads_days_and_seconds),
		cmocka_unit_test(reads_fractions_and_zones),
		cmocka_unit_test(prints_utc_with_microseconds),
		cmocka_unit_test(now_is_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
