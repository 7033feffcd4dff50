#include "report/report.h"

#include "core/query.h"
#include "core/timestamp.h"
#include "report/report_print.h"
#include "unit.h"

static struct query
question(const char *client, const char *name, int32_t type)
{
	return (struct query){
		.time = INT64_C(1795420800) * TIMESTAMP_SECOND,
		.client = unit_address(client),
		.server = unit_address("198.51.100.53"),
		.has_question = true,
		.transport = QUERY_TRANSPORT_UDP,
		.qtype = type,
		.qclass = 1,
		.qname = unit_name(name),
	};
}

static void
add(struct report *r, const char *client, const char *name, int32_t type)
{
	struct query q = question(client, name, type);

	report_add(r, &q);
}

static void
add_response(struct report *r, const char *name, uint8_t rcode)
{
	struct query q = question("192.0.2.1", name, 1);

	q.response = true;
	q.has_rcode = true;
	q.rcode = rcode;
	report_add(r, &q);
}

static void
assert_row(const struct report_table *t, size_t i, const char *label,
    uint64_t count)
{
	assert_true(i < t->count);
	assert_string_equal(t->rows[i].label, label);
	assert_int_equal(t->rows[i].count, count);
}

static void
each_kind_is_counted(void **state)
{
	struct report *r = report_new();
	struct report_figures f;

	(void)state;
	add(r, "192.0.2.1", "www.bad.example", 1);
	add(r, "192.0.2.1", "bad.example", 28);
	add(r, "2001:db8::1", "www.bad.example", 1);
	add_response(r, "bad.example", 3);
	add_response(r, "other.example", 3);
	assert_int_equal(report_figures(r, 20, &f), 0);
	assert_int_equal(f.queries, 3);
	assert_int_equal(f.responses, 2);
	assert_false(f.of_responses);
	assert_row(&f.tables[REPORT_CLIENTS], 0, "192.0.2.1", 2);
	assert_row(&f.tables[REPORT_CLIENTS], 1, "2001:db8::1", 1);
	assert_row(&f.tables[REPORT_NAMES], 0, "www.bad.example", 2);
	assert_row(&f.tables[REPORT_NAMES], 1, "bad.example", 1);
	assert_int_equal(f.tables[REPORT_NAMES].distinct, 2);
	assert_row(&f.tables[REPORT_DOMAINS], 0, "bad.example", 3);
	assert_row(&f.tables[REPORT_SERVERS], 0, "198.51.100.53", 3);
	assert_row(&f.tables[REPORT_TYPES], 0, "A", 2);
	assert_row(&f.tables[REPORT_TYPES], 1, "AAAA", 1);
	assert_row(&f.tables[REPORT_CLASSES], 0, "IN", 3);
	assert_row(&f.tables[REPORT_RCODES], 0, "NXDOMAIN", 2);
	assert_row(&f.tables[REPORT_TRANSPORTS], 0, "udp", 3);
	assert_int_equal(f.hour_count, 1);
	assert_int_equal(f.hours[0].queries, 3);
	report_clear(&f);
	report_free(r);
}

static void
what_is_absent_counts_nowhere(void **state)
{
	struct report *r = report_new();
	struct query q = question("192.0.2.1", "bad.example", -1);
	struct report_figures f;

	(void)state;
	q.client.family = q.server.family = 0;
	q.qclass = -1;
	report_add(r, &q);
	snprintf(q.qtype_token, sizeof(q.qtype_token), "BADTYPE");
	report_add(r, &q);
	q.has_question = false;
	report_add(r, &q);
	q.duplicate = true;
	report_add(r, &q);
	assert_int_equal(report_figures(r, 20, &f), 0);
	assert_int_equal(f.queries, 3);
	assert_int_equal(f.duplicates, 1);
	assert_int_equal(f.tables[REPORT_CLIENTS].count, 0);
	assert_int_equal(f.tables[REPORT_SERVERS].count, 0);
	assert_int_equal(f.tables[REPORT_CLASSES].count, 0);
	assert_int_equal(f.tables[REPORT_TYPES].count, 1);
	assert_row(&f.tables[REPORT_TYPES], 0, "other", 1);
	assert_row(&f.tables[REPORT_NAMES], 0, "bad.example", 2);
	report_clear(&f);
	report_free(r);
}

static void
responses_count_where_there_are_no_queries(void **state)
{
	struct report *r = report_new();
	struct report_figures f;

	(void)state;
	add_response(r, "a.example", 0);
	add_response(r, "b.example", 2);
	assert_int_equal(report_figures(r, 20, &f), 0);
	assert_true(f.of_responses);
	assert_int_equal(f.tables[REPORT_NAMES].distinct, 2);
	report_clear(&f);
	add(r, "192.0.2.1", "c.example", 1);
	assert_int_equal(report_figures(r, 20, &f), 0);
	assert_false(f.of_responses);
	assert_int_equal(f.tables[REPORT_NAMES].distinct, 1);
	assert_row(&f.tables[REPORT_NAMES], 0, "c.example", 1);
	assert_row(&f.tables[REPORT_TYPES], 0, "A", 1);
	assert_int_equal(f.hours[0].queries, 1);
	assert_int_equal(f.tables[REPORT_RCODES].total, 2);
	report_clear(&f);
	report_free(r);
}

static void
tables_end_after_the_rows_that_were_asked_for(void **state)
{
	struct report *r = report_new();
	struct report_figures f;

	(void)state;
	for (int32_t type = 1; type < 10; type++) {
		char name[32];

		snprintf(name, sizeof(name), "n%d.example", type);
		for (int32_t i = 0; i < type; i++)
			add(r, "192.0.2.1", name, type);
	}
	assert_int_equal(report_figures(r, 2, &f), 0);
	assert_int_equal(f.tables[REPORT_NAMES].count, 2);
	assert_int_equal(f.tables[REPORT_NAMES].distinct, 9);
	assert_int_equal(f.tables[REPORT_TYPES].count, 2);
	assert_int_equal(f.tables[REPORT_TYPES].distinct, 9);
	assert_row(&f.tables[REPORT_NAMES], 0, "n9.example", 9);
	report_clear(&f);
	report_free(r);
}

/* --- printed ------------------------------------------------------------------ */

static char *
printed(const struct report *r, enum report_print_format format,
    const char *input, bool colour)
{
	const struct report_print_about about = { .program = "test",
	    .version = "0", .input = input, .colour = colour };
	struct report_figures f;
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	assert_int_equal(report_figures(r, 20, &f), 0);
	assert_int_equal(report_print(&f, format, &about, out), 0);
	fclose(out);
	report_clear(&f);
	return text;
}

static void
what_strangers_chose_is_escaped(void **state)
{
	struct report *r = report_new();
	char *text;

	(void)state;
	add(r, "192.0.2.1", "<b>&\"'\\027[1m\\010.example", 1);
	text = printed(r, REPORT_PRINT_HTML, "<i>\033", false);
	assert_non_null(strstr(text,
	    "&lt;b&gt;&amp;&quot;&#39;\\027[1m\\010.example"));
	assert_non_null(strstr(text, "&lt;i&gt;?"));
	assert_null(strstr(text, "<b>&"));
	assert_null(strstr(text, "<i>"));
	assert_null(strchr(text, '\033'));
	free(text);
	text = printed(r, REPORT_PRINT_JSON, "a\"\\\n", false);
	assert_non_null(strstr(text, "\"input\":\"a\\\"\\\\\\u000a\""));
	assert_non_null(strstr(text,
	    "{\"name\":\"<b>&\\\"'\\\\027[1m\\\\010.example\",\"count\":1"));
	free(text);
	text = printed(r, REPORT_PRINT_TEXT, "\033[2J", false);
	assert_null(strchr(text, '\033'));
	assert_non_null(strstr(text, "?[2J"));
	free(text);
	text = printed(r, REPORT_PRINT_TEXT, "-", true);
	assert_non_null(strchr(text, '\033'));
	free(text);
	report_free(r);
}

static void
nothing_is_a_report_too(void **state)
{
	struct report *r = report_new();

	(void)state;
	for (int i = 0; i < REPORT_PRINT_FORMATS; i++) {
		char *text = printed(r, (enum report_print_format)i, "-",
		    false);

		assert_true(strlen(text) > 100);
		free(text);
	}
	report_free(r);
}

static void
many_hours_are_shown_as_days_and_gaps_are_said(void **state)
{
	struct report *r = report_new();
	struct query q = question("192.0.2.1", "a.example", 1);
	char *text;

	(void)state;
	for (int i = 0; i <= REPORT_DAYS_FROM; i++) {
		report_add(r, &q);
		q.time += (i == 40 ? 200 : 1) * 3600 * TIMESTAMP_SECOND;
	}
	text = printed(r, REPORT_PRINT_TEXT, "-", false);
	assert_non_null(strstr(text, "By day"));
	assert_non_null(strstr(text, " days of nothing"));
	free(text);
	/* For programs there are hours, always. */
	text = printed(r, REPORT_PRINT_JSON, "-", false);
	assert_non_null(strstr(text, "{\"hour\":\"2026-11-23T09:00:00.000000Z"
	    "\",\"count\":1,\"clients\":1,\"names\":1,\"exact\":true}"));
	free(text);
	report_free(r);
}

/* 80 columns, whatever the names and numbers. */
static void
text_fits_a_terminal(void **state)
{
	struct report *r = report_new();
	char name[256];
	char *text;

	(void)state;
	memset(name, 'a', sizeof(name));
	for (int i = 0; i < 4; i++)
		name[63 * (i + 1) - 1] = '.';
	name[240] = '\0';
	for (int i = 0; i < 1234567; i++)
		add(r, "2001:db8:1111:2222:3333:4444:5555:6666", name, 65535);
	text = printed(r, REPORT_PRINT_TEXT, "-", false);
	for (const char *at = text; *at != '\0';) {
		size_t length = strcspn(at, "\n");

		assert_true(length <= 80);
		at += length + (at[length] != '\0');
	}
	assert_non_null(strstr(text, "1,234,567"));
	free(text);
	report_free(r);
}

static void
numbers_and_shares(void **state)
{
	char buf[REPORT_PRINT_NUMBER_SIZE];

	(void)state;
	assert_string_equal(report_print_number(0, buf), "0");
	assert_string_equal(report_print_number(999, buf), "999");
	assert_string_equal(report_print_number(1000, buf), "1,000");
	assert_string_equal(report_print_number(UINT64_MAX, buf),
	    "18,446,744,073,709,551,615");
	assert_string_equal(report_print_share(1, 3, buf), "33.3");
	assert_string_equal(report_print_share(1, 300, buf), "0.33");
	assert_string_equal(report_print_share(0, 0, buf), "0.00");
	assert_int_equal(report_print_format("html"), REPORT_PRINT_HTML);
	assert_int_equal(report_print_format("xml"), REPORT_PRINT_FORMATS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_counted),
		cmocka_unit_test(what_is_absent_counts_nowhere),
		cmocka_unit_test(responses_count_where_there_are_no_queries),
		cmocka_unit_test(tables_end_after_the_rows_that_were_asked_for),
		cmocka_unit_test(what_strangers_chose_is_escaped),
		cmocka_unit_test(nothing_is_a_report_too),
		cmocka_unit_test(many_hours_are_shown_as_days_and_gaps_are_said),
		cmocka_unit_test(text_fits_a_terminal),
		cmocka_unit_test(numbers_and_shares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
