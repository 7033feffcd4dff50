/*
 * Goal: a log's format is found once and kept, every line is counted as what
 * it is, and queries go where they belong.
 */

#include "log_input.h"

#include "log_counters.h"
#include "unit.h"

static struct log_counters counters;
static unsigned printed;
static struct query last;

static void
print(void *ctx, const struct query *q)
{
	assert_ptr_equal(ctx, &printed);
	last = *q;
	printed++;
}

static const struct log_target target = {
	.counters = &counters,
	.print = print,
	.print_ctx = &printed,
};

static struct log_input *
begin(const char *format)
{
	struct log_input *in = log_input_new("test",
	    format == NULL ? NULL : log_format_find(format), &target);

	assert_non_null(in);
	memset(&counters, 0, sizeof(counters));
	printed = 0;
	return in;
}

static void
take(struct log_input *in, const char *line)
{
	log_input_line(in, line, strlen(line));
}

#define QUERY9 "client @0x1 10.1.2.3#5 (a.b): query: a.b IN A + (10.0.0.53)"
#define QUERY8 "XX+/10.0.0.1/a.b/A/IN"

static void
test_pinned_by_first_query(void **state)
{
	struct log_input *in = begin(NULL);

	(void)state;
	take(in, "general: notice: running");
	take(in, "client 1.2.3.444#5: query: a IN A");
	assert_int_equal(printed, 0);
	take(in, QUERY8);
	assert_int_equal(printed, 1);
	take(in, QUERY9);	/* now it is BIND 8's log */
	assert_int_equal(printed, 1);
	take(in, QUERY8);
	assert_int_equal(printed, 2);
	assert_int_equal(counters.lines, 5);
	assert_int_equal(counters.verdict[LOG_QUERY], 2);
	assert_int_equal(counters.verdict[LOG_OTHER], 2);
	assert_int_equal(counters.verdict[LOG_BROKEN_CLIENT], 1);
	log_input_free(in);
}

static void
test_given_format(void **state)
{
	struct log_input *in = begin("bind9");

	(void)state;
	take(in, QUERY8);
	assert_int_equal(printed, 0);
	take(in, QUERY9);
	assert_int_equal(printed, 1);
	log_input_free(in);
	assert_null(log_format_find("bind10"));
}

static void
test_counters(void **state)
{
	struct log_input *in = begin(NULL);

	(void)state;
	take(in, QUERY9);
	take(in, "client @0x1 10.1.2.3#5 (a.b): query: a.");
	take(in, "client @0x1 10.1.2.3#5 (a.b): query: a.b IN A +Q (::1)");
	take(in, "client @0x1 (no-peer) (a.b): query: a.b IN A + (::1)");
	take(in, "client @0x1 10.1.2.3#5 (a.b): response: a.b IN A NOERROR 0 "
	    "0 0 + (::1)");
	take(in, "client @0x1 10.1.2.3#5: query: a..b IN A");
	assert_int_equal(counters.verdict[LOG_QUERY], 5);
	assert_int_equal(counters.verdict[LOG_BROKEN_NAME], 1);
	assert_int_equal(counters.truncated, 1);
	assert_int_equal(counters.strange, 1);
	assert_int_equal(counters.clientless, 1);
	assert_int_equal(counters.responses, 1);
	assert_int_equal(printed, 5);
	assert_true(last.response);
	log_input_free(in);
	log_input_free(NULL);
}

/* A hundred lines without a query, and ten queries that another finds. */
static void
another_format_after_an_upgrade(void **state)
{
	struct log_input *in = begin(NULL);

	(void)state;
	take(in, QUERY9);
	/* one of the old format now and then: it stays what it is */
	for (int i = 0; i < 1000; i++)
		take(in, i % 90 == 0 ? QUERY9 : QUERY8);
	assert_int_equal(counters.format_changed, 0);
	printed = 0;
	for (int i = 0; i < 300; i++)
		take(in, QUERY8);
	assert_int_equal(counters.format_changed, 1);
	assert_in_range(printed, 100, 150);
	log_input_free(in);
}

static void
a_given_format_stays(void **state)
{
	struct log_input *in = begin("bind9");

	(void)state;
	for (int i = 0; i < 1000; i++)
		take(in, QUERY8);
	assert_int_equal(counters.format_changed, 1);
	assert_int_equal(printed, 0);
	log_input_free(in);
}

static void
nul_and_broken_lines_are_counted(void **state)
{
	struct log_input *in = begin("bind9");

	(void)state;
	log_input_line(in, "client @0x1 10.1.2.3#5 (a): query: a\0 IN A", 43);
	log_input_line(in, "\0\0\0", 3);
	log_input_line(in, "", 0);
	assert_int_equal(counters.nul, 2);
	log_input_free(in);
	assert_int_equal(counters.not_understood, 0);	/* too few */
	in = begin("bind9");
	for (int i = 0; i < 100; i++)
		take(in, i < 2 ? "client 1.2.3.444#5: query: a IN A" :
		    QUERY9);
	log_input_free(in);
	assert_int_equal(counters.not_understood, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pinned_by_first_query),
		cmocka_unit_test(test_given_format),
		cmocka_unit_test(test_counters),
		cmocka_unit_test(another_format_after_an_upgrade),
		cmocka_unit_test(a_given_format_stays),
		cmocka_unit_test(nul_and_broken_lines_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
