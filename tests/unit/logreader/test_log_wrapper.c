/*
 * Goal: the line that a container's keeper has wrapped is that of its format,
 * whole and unescaped, with the keeper's time where it has none; and nothing
 * in a line makes it a wrapper.
 */

#include "fields.h"
#include "log_wrapper.h"
#include "unit.h"

static struct log_memory memory;

static enum log_wrapper
open(const char *line, struct text *text, struct text *time)
{
	size_t n = strlen(line);

	*text = *time = (struct text){ NULL, 0 };
	return log_wrapper_open(&memory, (const char *)guarded_copy(line, n),
	    n, text, time);
}

static void
check_whole(const char *line, const char *text, const char *time)
{
	struct text inner, at;

	assert_int_equal(open(line, &inner, &at), LOG_WRAPPER_WHOLE);
	assert_true(text_is(inner, text));
	assert_true(text_is(at, time));
}

static void
check(const char *line, enum log_wrapper kind)
{
	struct text inner, at;

	if (open(line, &inner, &at) != kind)
		fail_msg("not of kind %d: %s", (int)kind, line);
}

#define TIME "2026-11-23T07:38:08.264853850Z"
#define OBJECT(log) "{\"log\":\"" log "\",\"stream\":\"stderr\",\"time\":" \
    "\"" TIME "\"}"

static void
whole_lines(void **state)
{
	(void)state;
	check_whole(OBJECT("a b\\n"), "a b", TIME);
	check_whole(OBJECT("a \\\"b\\\" \\\\032 \\u003c30\\u003e\\r\\n"),
	    "a \"b\" \\032 <30>", TIME);
	check_whole(OBJECT("\\n"), "", TIME);
	check_whole("{\"log\":\"a\\n\",\"stream\":\"stdout\",\"attrs\":{"
	    "\"log\":\"x\\n\"},\"time\":\"" TIME "\"}", "a", TIME);
	check_whole(TIME " stdout F a b", "a b", TIME);
	check_whole("2026-11-23T08:38:08.264853850+01:00 stderr F ", "",
	    "2026-11-23T08:38:08.264853850+01:00");
	check_whole(TIME " stdout F " OBJECT("a\\n"), OBJECT("a\\n"), TIME);
}

static void
parts_and_ruins(void **state)
{
	(void)state;
	check(OBJECT("a"), LOG_WRAPPER_PART);
	check(OBJECT("a\\\\n"), LOG_WRAPPER_PART);
	check(TIME " stdout P a", LOG_WRAPPER_PART);
	check(OBJECT("a\\n") "x", LOG_WRAPPER_BROKEN);
	check(OBJECT("a\\n\",\"log\":\"b\\n"), LOG_WRAPPER_BROKEN);
	check(OBJECT("a\\ud800\\n"), LOG_WRAPPER_BROKEN);
	check("{\"log\":\"a\\n\",\"stream\":\"stderr\"}", LOG_WRAPPER_BROKEN);
	check("{\"log\":\"a\\n\",\"time\":\"yesterday\"}", LOG_WRAPPER_BROKEN);
	check("{\"log\":\"a\\n\",\"time\":1795419793.059253}",
	    LOG_WRAPPER_BROKEN);
}

static void
not_wrapped(void **state)
{
	static const char *const rows[] = { "", "{", "{\"log\":\"a\\n\"}",
	    "{\"stream\":\"stderr\",\"log\":\"a\\n\",\"time\":\"" TIME "\"}",
	    " " OBJECT("a\\n"), "{\"logs\":\"aaaaaaaaaaaaaaaaaaa\"}", TIME,
	    TIME " stdout", TIME " stdin F a", TIME " stdout F",
	    TIME " stdout FP a", TIME "  stdout F a",
	    "Nov 23 07:39:21 stdout F a", "xxxx-xxxxxTxx:xxxxx stdout F a" };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check(rows[i], LOG_WRAPPER_NONE);
}

static void
begins_as_none_but_a_wrapper_does(void **state)
{
	static const char *const rows[] = {
		"2026-11-23T07:38:08.264Z client @0x1 10.1.2.3#5 (a.b): query: "
		"a.b IN A + (::1)",
		"2026-11-23T07:38:08.264853850+01:00 ns1 stdout F a",
		"2026-11-23T07:38:08Z", "2026-11-23T07:38:08Z ", "{\"log\":\"",
		TIME " stdoutF", TIME " stdin F a", "",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n = strlen(rows[i]);

		if (log_wrapper_begins((const char *)guarded_copy(rows[i], n),
		    n))
			fail_msg("begins so: %s", rows[i]);
	}
	assert_true(log_wrapper_begins(TIME " stdout ", 38));
	assert_true(log_wrapper_begins("2026-11-23T07:38:08Z stderr F ", 30));
}

static void
only_so_long(void **state)
{
	char line[LOG_MEMORY_WRAPPED + 128];

	(void)state;
	for (int n = LOG_MEMORY_WRAPPED - 1; n < LOG_MEMORY_WRAPPED + 2; n++) {
		snprintf(line, sizeof(line), OBJECT("%0*d\\n"), n - 1, 7);
		check(line, n <= LOG_MEMORY_WRAPPED ? LOG_WRAPPER_WHOLE :
		    LOG_WRAPPER_BROKEN);
	}
}

/* What ${line} is as one of ${format}. */
static void
check_as(const char *format, const char *line, const char *expected)
{
	const struct log_format *f = log_format_find(format);
	struct log_fields fields;
	char text[2048];
	size_t n = strlen(line);
	enum log_verdict v;

	assert_non_null(f);
	v = log_format_parse(f, &memory, (const char *)guarded_copy(line, n),
	    n, &fields);
	assert_string_equal(fields_text(v, &fields, text, sizeof(text)),
	    expected);
}

static void
of_any_format(void **state)
{
	(void)state;
	check_as("dnsmasq", OBJECT("dnsmasq: query[A] a.b from 192.0.2.1\\n"),
	    "query time=" TIME " client=192.0.2.1 name=a.b type=A");
	check_as("unbound", OBJECT("[1795419785] unbound[1:0] info: 192.0.2.1 "
	    "a.b. A IN\\n"), "query time=[1795419785] client=192.0.2.1 "
	    "name=a.b. class=IN type=A");
	check_as("bind9", TIME " stderr F client @0x1 10.1.2.3#5 (a.b): query: "
	    "a.b IN A + (::1)", "query time=" TIME " client=10.1.2.3 port=5 "
	    "name=a.b class=IN type=A flags=+ server=::1 udp");
	check_as("zeek", OBJECT("{\\\"ts\\\":1.5,\\\"id.orig_h\\\":"
	    "\\\"10.1.2.3\\\",\\\"query\\\":\\\"a\\\\\\\\\\\"\\\"}\\n"),
	    "broken: prefix");
	check_as("zeek", OBJECT("{\\\"ts\\\":1.5,\\\"id.orig_h\\\":"
	    "\\\"10.1.2.3\\\",\\\"query\\\":\\\"a\\\\\\\"\\\"}\\n"),
	    "query time=1.5 client=10.1.2.3 name=a\"");
	check_as("dnsmasq", OBJECT("dnsmasq: query[A] a.b from 192.0.2.1"),
	    "other");
	check_as("dnsmasq", OBJECT("dnsmasq: query[A] a.b from 192.0.2.1\\n")
	    " ", "query time=" TIME " client=192.0.2.1 name=a.b type=A");
	check_as("dnsmasq", OBJECT("dnsmasq: query[A] a.b from 192.0.2.1\\n")
	    "x", "broken: prefix");
	/* Only once, and only from the line's beginning on. */
	check_as("dnsmasq", TIME " stdout F " OBJECT("dnsmasq: query[A] a.b "
	    "from 192.0.2.1\\n"), "other");
	check_as("dnsmasq", "dnsmasq: query[A] " OBJECT("x\\n") " from "
	    "192.0.2.1", "query client=192.0.2.1 name=" OBJECT("x\\n")
	    " type=A");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_lines),
		cmocka_unit_test(parts_and_ruins),
		cmocka_unit_test(not_wrapped),
		cmocka_unit_test(begins_as_none_but_a_wrapper_does),
		cmocka_unit_test(only_so_long),
		cmocka_unit_test(of_any_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
