#include "feed_lists.h"

#define HEADER "# ours\n" \
    "name,match,threat,severity,confidence,first_seen,expires,reference," \
    "tags\n"

static void
entries(void **state)
{
	static const struct feed_lists_case cases[] = {
		{ "bad.example\n", ".bad.example{;;;;}\n", 0, 0 },
		{ "a.example,exact,Emotet,HIGH,80,2024-01-01,2999-12-31,"
		    "https://t.test/,\"c2,dga\"\n",
		    "=a.example{Emotet, c2,dga;https://t.test/;high;80;"
		    "2999-12-31}\n", 0, 0 },
		{ "b.example,below\nc.example,Search\n",
		    "*b.example{;;;;}\n~c.example{;;;;}\n", 0, 0 },
		{ "evil,substring\n\"^x[0-9]{2,3}\\.bad\\.example$\",regex\n",
		    "%evil{;;;;}\n/^x[0-9]{2,3}\\.bad\\.example${;;;;}\n",
		    0, 0 },
		{ "d.example,,,,,,2001-01-01\n", "", LIST_EXPIRED, 1 },
		{ "e.example,wrong\nf.example,,,bad\ng.example,,,,101\n"
		    "h.example,,,,,yesterday\ni.example,,,,,,soon\n"
		    "\"j.example\nk.example,"
		    "exactlyexactlyexactlyexactlyexactly\n", "",
		    LIST_NOT_A_RULE, 7 },
		{ "192.0.2.1,address\n", "", LIST_OTHER_KIND, 1 },
		{ "192.0.2.1\n", "", LIST_ADDRESS, 1 },
		{ ",exact\n\"\",regex\n", "", LIST_NOT_A_NAME, 2 },
		{ "# no\n", "", 0, 0 },
	};

	(void)state;
	feed_lists_check(cases, COUNT(cases), HEADER, "x");
	assert_int_equal(feed_lists_report.format, LIST_FORMAT_NATIVE);
}

static void
columns_may_be_missing_and_in_any_order(void **state)
{
	(void)state;
	assert_string_equal(feed_lists_read("Threat , \"Name\",unknown\n"
	    "Qakbot,bad.example,x\n", "x,match=exact"),
	    "=bad.example{Qakbot;;;;}\n");
	assert_string_equal(feed_lists_read("name\nbad.example\n",
	    "x,format=native"), ".bad.example{;;;;}\n");
	assert_string_equal(feed_lists_read("threat\nbad.example\n",
	    "x,format=native"), "");
	assert_int_equal(feed_lists_report.refused[LIST_NOT_A_RULE], 2);
}

static void
age_and_expiry_whichever_is_first(void **state)
{
	(void)state;
	assert_string_equal(feed_lists_read("name,first_seen,expires\n"
	    "a.example,2999-01-01,2999-01-02\nb.example,2999-01-01,\n"
	    "c.example,2001-01-01,2999-01-01\n", "x,age=5"),
	    ".a.example{;;;;2999-01-02}\n.b.example{;;;;2999-01-06}\n");
}

static void
other_lists_are_not_claimed(void **state)
{
	(void)state;
	assert_string_equal(feed_lists_found("name\nbad.example\n"), "plain");
	assert_string_equal(feed_lists_found("bad.example,match\n"), "plain");
	assert_string_equal(feed_lists_found("# name,match\na.b\n"), "plain");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries),
		cmocka_unit_test(columns_may_be_missing_and_in_any_order),
		cmocka_unit_test(age_and_expiry_whichever_is_first),
		cmocka_unit_test(other_lists_are_not_claimed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
