#include "core/progress.h"

#include "core/timestamp.h"
#include "unit.h"

#define START (INT64_C(5000) * TIMESTAMP_SECOND)

static void
expect(int64_t after, const char *name, uint64_t count, uint64_t done,
    uint64_t total, const char *expected)
{
	struct progress p = progress_start(START);
	char text[PROGRESS_TEXT_SIZE];
	size_t length = progress_text(&p, START + after,
	    &(struct progress_state){ .name = name, .unit = "frames",
	    .count = count, .done = done, .total = total }, text);

	assert_string_equal(text, expected);
	assert_int_equal(length, strlen(expected));
	assert_true(length < 80);
}

static void
a_short_file_has_no_line(void **state)
{
	struct progress p = progress_start(START);

	(void)state;
	assert_false(progress_due(&p, START));
	assert_false(progress_due(&p, START + TIMESTAMP_SECOND - 1));
	assert_true(progress_due(&p, START + TIMESTAMP_SECOND));
	assert_false(progress_due(&p, START + TIMESTAMP_SECOND + 1));
	assert_true(progress_due(&p, START + 2 * TIMESTAMP_SECOND));
}

static void
the_line_says_how_far_how_fast_and_how_long(void **state)
{
	(void)state;
	expect(10 * TIMESTAMP_SECOND, "/var/tmp/a.pcap", 12345678, 420, 1000,
	    "a.pcap: 42 %, 12.3 M frames, 1.23 M/s, 14 s left");
	expect(2 * TIMESTAMP_SECOND, "a.pcap", 950, 1, 1000,
	    "a.pcap: 0 %, 950 frames, 475/s, 33 min left");
	expect(TIMESTAMP_SECOND, "a.pcap", 999999, 1, 100000,
	    "a.pcap: 0 %, 1.00 M frames, 1.00 M/s, 27.8 h left");
	expect(TIMESTAMP_SECOND, "a.pcap", 5, 1000, 1000,
	    "a.pcap: 100 %, 5 frames, 5/s, 0 s left");
	/* It has grown since it was opened. */
	expect(TIMESTAMP_SECOND, "a.pcap", 5, 2000, 1000,
	    "a.pcap: 100 %, 5 frames, 5/s, 0 s left");
}

static void
without_a_total_it_says_how_much(void **state)
{
	(void)state;
	expect(4 * TIMESTAMP_SECOND, "standard input", 40000, 1234567, 0,
	    "standard input: 1.23 M octets, 40.0 k frames, 10.0 k/s");
	expect(0, "standard input", 0, 0, 0,
	    "standard input: 0 octets, 0 frames, 0/s");
	expect(TIMESTAMP_SECOND, "a.pcap", 0, 0, 1000,
	    "a.pcap: 0 octets, 0 frames, 0/s");
}

static void
names_fit_and_do_no_harm(void **state)
{
	(void)state;
	expect(TIMESTAMP_SECOND, "/x/0123456789-0123456789-0123456789.pcap",
	    UINT64_MAX, 1, UINT64_MAX,
	    "23456789-0123456789.pcap: 0 %, 18.4 E frames, 18.4 E/s, "
	    "1000000.0 h left");
	expect(TIMESTAMP_SECOND, "a/\x1b[2J\n\xff", 1, 1, 1,
	    "?[2J?" "?: 100 %, 1 frames, 1/s, 0 s left");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_file_has_no_line),
		cmocka_unit_test(the_line_says_how_far_how_fast_and_how_long),
		cmocka_unit_test(without_a_total_it_says_how_much),
		cmocka_unit_test(names_fit_and_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
