/*
 * Goal: the times of every version and of syslog mean the right instant,
 * through leap days, summer time and the turn of the year.
 */

#include "core/timestamp.h"
#include "guarded.h"
#include "log_time.h"
#include "unit.h"

/* 2026-11-23T12:00:00Z, when nothing else is said. */
#define NOW (INT64_C(1795435200) * TIMESTAMP_SECOND)

static struct log_clock stamp;

static void
zone(const char *tz)
{
	static struct log_zone *last;
	char error[LOG_ZONE_ERROR_SIZE];

	log_zone_free(last);
	last = log_zone_new(tz, error);
	assert_non_null(last);
	stamp = (struct log_clock){ .zone = last };
}

/* ${expected} is RFC 3339, or NULL for no such time. */
static void
check_at(const char *text, int64_t now, const char *expected)
{
	size_t n = strlen(text);
	struct cursor c = cursor_over((const char *)guarded_copy(text, n), n);
	struct text t;
	bool fine;
	int64_t time;
	char buf[TIMESTAMP_TEXT_SIZE];

	assert_true(log_time_scan(&c, &t, &fine));
	assert_true(text_done(&c));
	assert_int_equal(log_time_parse(&stamp, t, now, &time),
	    expected == NULL ? -1 : 0);
	if (expected == NULL)
		return;
	timestamp_format(time, buf);
	assert_string_equal(buf, expected);
}

static void
check(const char *text, const char *expected)
{
	check_at(text, NOW, expected);
}

static void
test_shapes(void **state)
{
	(void)state;
	zone("UTC");
	check("23-Nov-2026 08:38:08.264", "2026-11-23T08:38:08.264000Z");
	check("Nov 23 08:05:40.684", "2026-11-23T08:05:40.684000Z");
	check("Nov  3 08:05:40", "2026-11-03T08:05:40.000000Z");
	check("2026-11-23T08:38:08.264", "2026-11-23T08:38:08.264000Z");
	check("2026-11-23T08:38:08Z", "2026-11-23T08:38:08.000000Z");
	check("2026-11-23T08:38:08.123456789Z", "2026-11-23T08:38:08.123456Z");
	check("2026-11-23T08:38:08.264+01:00", "2026-11-23T07:38:08.264000Z");
	check("2026-11-23T08:38:08.5-09:30", "2026-11-23T18:08:08.500000Z");
	check("2026-11-23T08:38:08.264+0100", "2026-11-23T07:38:08.264000Z");
	check("2026-11-23T08:38:08-0930", "2026-11-23T18:08:08.000000Z");
}

static void
with_the_day_of_the_week(void **state)
{
	(void)state;
	zone("Asia/Tokyo");
	check("Mon 2026-11-23 08:38:08 UTC", "2026-11-23T08:38:08.000000Z");
	check("Mon 2026-11-23 08:38:08 JST", "2026-11-22T23:38:08.000000Z");
	check("Sun 2026-11-22 08:38:08.5 UTC", "2026-11-22T08:38:08.500000Z");
	check("Mon Nov 23 08:38:08 2026", "2026-11-22T23:38:08.000000Z");
	check("Tue Nov  3 08:38:08 2020", "2020-11-02T23:38:08.000000Z");
	check("Tue Feb 29 08:38:08 2022", NULL);
	zone("UTC");
}

/* NULL: no such form. */
static void
check_epoch(const char *text, const char *expected)
{
	size_t n = strlen(text);
	const char *copy = (const char *)guarded_copy(text, n);
	struct cursor c = cursor_over(copy, n);
	struct text t;
	int64_t time;
	char buf[TIMESTAMP_TEXT_SIZE];

	if (expected == NULL) {
		assert_false(log_time_scan_epoch(&c, &t));
		assert_ptr_equal(c.at, copy);
		return;
	}
	assert_true(log_time_scan_epoch(&c, &t));
	assert_true(text_done(&c));
	assert_int_equal(log_time_parse(&stamp, t, NOW, &time), 0);
	timestamp_format(time, buf);
	assert_string_equal(buf, expected);
}

static void
seconds_since_1970(void **state)
{
	(void)state;
	zone("Asia/Tokyo");	/* does not matter */
	check_epoch("1795419914.591", "2026-11-23T07:45:14.591000Z");
	check_epoch("1795419914", "2026-11-23T07:45:14.000000Z");
	check_epoch("[1795419914]", "2026-11-23T07:45:14.000000Z");
	check_epoch("[1795420005.17947167]", "2026-11-23T07:46:45.017947Z");
	check_epoch("[1795420005.999999999]", "2026-11-23T07:46:45.999999Z");
	check_epoch("1331901000.000001", "2012-03-16T12:30:00.000001Z");
	check_epoch("0", "1970-01-01T00:00:00.000000Z");
	check_epoch("", NULL);
	check_epoch("[1795419914", NULL);
	check_epoch("1795419914.", NULL);
	check_epoch("123456789012", NULL);
	check_epoch("1795419914.1234567890", NULL);
	check_epoch("-1", NULL);
	zone("UTC");
}

static void
test_no_such_time(void **state)
{
	(void)state;
	zone("UTC");
	check("99-Bad-9999 99:99:99.999", NULL);
	check("Bad 00 99:99:99.999", NULL);
	check("29-Feb-2025 00:00:00.000", NULL);
	check("2026-13-01T00:00:00Z", NULL);
	check("2026-00-01T00:00:00Z", NULL);
	check("2026-11-31T00:00:00Z", NULL);
	check("2026-11-30T24:00:00Z", NULL);
	check("Nov 00 08:05:40", NULL);
}

static void
test_leap(void **state)
{
	(void)state;
	zone("UTC");
	check("29-Feb-2024 23:59:59.999", "2024-02-29T23:59:59.999000Z");
	check("31-Dec-2016 23:59:60.500", "2017-01-01T00:00:00.500000Z");
	check("Feb 29 12:00:00", "2024-02-29T12:00:00.000000Z");
}

static void
test_not_a_time(void **state)
{
	static const char *const rows[] = { "", "client", "Now 23 08:05:40",
	    "23-nov-2026 08:38:08.264", "23-Nov-2026 08:38:08",
	    "23-Nov-2026T08:38:08.264", "2026-11-23 08:38:08.264",
	    "2026-11-23T08:38:08+1", "2026-11-23T8:38:08",
	    "Nov 3 08:05:40", "2026-11-23T08:38:08.1234567890Z",
	    "2026-11-23T08:38:08+010", "Mon", "Mon ", "Moo 2026-11-23",
	    "Mon 2026-11-23 08:38:08", "Mon 2026-11-23 08:38:08 ",
	    "Mon 2026-11-23T08:38:08 UTC", "Mon Nov 23 08:38:08",
	    "Mon Nov 23 08:38:08 26" };
	struct cursor c;
	struct text t;
	bool fine;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = strlen(rows[i]);

		c = cursor_over((const char *)guarded_copy(rows[i], n), n);
		assert_false(log_time_scan(&c, &t, &fine));
		assert_int_equal(cursor_left(&c), n);
	}
}

static void
test_epoch(void **state)
{
	static const char *const not[] = { "", "1795419793.",
	    "179541979300.5", "1795419793.1234567890", "1795419793.5x",
	    "-795419793.5" };
	struct text t = { "1795419793.0532511", 18 };
	int64_t time;

	(void)state;
	assert_true(log_time_is_epoch(t));
	assert_int_equal(log_time_parse(&stamp, t, NOW, &time), 0);
	assert_int_equal(time, INT64_C(1795419793053251));
	t.length = 10;
	assert_int_equal(log_time_parse(&stamp, t, NOW, &time), 0);
	assert_int_equal(time, INT64_C(1795419793000000));
	for (size_t i = 0; i < sizeof(not) / sizeof(not[0]); i++) {
		t = (struct text){ (const char *)guarded_copy(not[i],
		    strlen(not[i])), strlen(not[i]) };
		assert_false(log_time_is_epoch(t));
		assert_false(log_time_is_whole(t));
	}
	t = (struct text){ "2026-11-23T08:38:08Z+", 21 };
	assert_false(log_time_is_whole(t));
	t.length = 20;
	assert_true(log_time_is_whole(t));
}

static void
test_local(void **state)
{
	(void)state;
	zone("Europe/Stockholm");
	check("23-Nov-2026 08:38:08.264", "2026-11-23T07:38:08.264000Z");
	check("23-Jul-2026 08:38:08.264", "2026-07-23T06:38:08.264000Z");
	check("2026-07-23T08:38:08.264Z", "2026-07-23T08:38:08.264000Z");
	zone("America/St_Johns");
	check("2026-11-23T08:38:08.264", "2026-11-23T12:08:08.264000Z");
	/* summer time begins: 02:30 does not exist, the next hour is close */
	zone("Europe/Stockholm");
	check("29-Mar-2026 01:59:59.000", "2026-03-29T00:59:59.000000Z");
	check("29-Mar-2026 03:00:00.000", "2026-03-29T01:00:00.000000Z");
}

/* Whatever was asked before, the repeated hour is the first... */
static void
test_repeated_hour(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		zone("Europe/Stockholm");
		stamp.latest = 0;
		check(i == 0 ? "01-Dec-2026 02:30:00.000" :
		    "01-Jul-2026 02:30:00.000", i == 0 ?
		    "2026-12-01T01:30:00.000000Z" :
		    "2026-07-01T00:30:00.000000Z");
		stamp.latest = 0;
		check("25-Oct-2026 01:59:59.000",
		    "2026-10-24T23:59:59.000000Z");
		check("25-Oct-2026 02:30:00.000",
		    "2026-10-25T00:30:00.000000Z");
		check("25-Oct-2026 03:00:00.000",
		    "2026-10-25T02:00:00.000000Z");
	}
}

/* ...until the log has come to the second. */
static void
test_repeated_hour_in_a_log(void **state)
{
	(void)state;
	zone("Europe/Stockholm");
	check("25-Oct-2026 02:58:00.000", "2026-10-25T00:58:00.000000Z");
	check("25-Oct-2026 02:57:58.000", "2026-10-25T00:57:58.000000Z");
	check("25-Oct-2026 02:00:01.000", "2026-10-25T01:00:01.000000Z");
	check("25-Oct-2026 02:30:00.000", "2026-10-25T01:30:00.000000Z");
	check("25-Oct-2026 02:29:59.000", "2026-10-25T01:29:59.000000Z");
	check("25-Oct-2026 03:00:00.000", "2026-10-25T02:00:00.000000Z");
	/* an earlier log, through the same pipe */
	stamp.latest += 86400;
	check("25-Oct-2026 02:30:00.000", "2026-10-25T00:30:00.000000Z");
}

static void
test_kinds(void **state)
{
	(void)state;
	zone("Europe/Stockholm");
	check("2026-11-23T08:38:08.264Z", "2026-11-23T08:38:08.264000Z");
	assert_int_equal(stamp.kind, LOG_TIME_ZONED);
	check("23-Nov-2026 08:38:08.264", "2026-11-23T07:38:08.264000Z");
	assert_int_equal(stamp.kind, LOG_TIME_LOCAL);
	check("Nov 23 08:38:08", "2026-11-23T07:38:08.000000Z");
	assert_int_equal(stamp.kind, LOG_TIME_NO_YEAR);
	check("Bad 00 99:99:99.999", NULL);
	assert_int_equal(stamp.kind, LOG_TIME_NONE);
}

/* New Year is where the nameserver is. */
static void
test_new_year_by_zone(void **state)
{
	const int64_t new_year = INT64_C(1798761600) * TIMESTAMP_SECOND;

	(void)state;
	zone("Pacific/Auckland");	/* 13 hours ahead */
	check_at("Jan  1 12:59:59", new_year - 1,
	    "2026-12-31T23:59:59.000000Z");
	check_at("Dec 31 23:59:59", new_year, "2026-12-31T10:59:59.000000Z");
	zone("America/Los_Angeles");	/* 8 behind */
	check_at("Dec 31 16:00:00", new_year, "2027-01-01T00:00:00.000000Z");
	check_at("Jan  1 00:00:00", new_year, "2027-01-01T08:00:00.000000Z");
}

static void
test_no_year(void **state)
{
	const int64_t new_year = INT64_C(1798761600) * TIMESTAMP_SECOND;

	(void)state;
	zone("UTC");
	/* 2027-01-01T00:00:00Z: December was last year */
	check_at("Dec 31 23:59:59", new_year, "2026-12-31T23:59:59.000000Z");
	check_at("Jan  1 00:00:00", new_year, "2027-01-01T00:00:00.000000Z");
	/* a clock that is ahead a little is not a year behind */
	check_at("Jan  1 12:00:00", new_year, "2027-01-01T12:00:00.000000Z");
	check_at("Jan  2 12:00:00", new_year, "2026-01-02T12:00:00.000000Z");
	/* one second before the year ends */
	check_at("Jan  1 00:00:01", new_year - TIMESTAMP_SECOND,
	    "2027-01-01T00:00:01.000000Z");
	check_at("Dec 31 00:00:00", new_year - TIMESTAMP_SECOND,
	    "2026-12-31T00:00:00.000000Z");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(with_the_day_of_the_week),
		cmocka_unit_test(seconds_since_1970),
		cmocka_unit_test(test_no_such_time),
		cmocka_unit_test(test_leap),
		cmocka_unit_test(test_not_a_time),
		cmocka_unit_test(test_epoch),
		cmocka_unit_test(test_epoch),
		cmocka_unit_test(test_local),
		cmocka_unit_test(test_repeated_hour),
		cmocka_unit_test(test_repeated_hour_in_a_log),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_new_year_by_zone),
		cmocka_unit_test(test_no_year),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
