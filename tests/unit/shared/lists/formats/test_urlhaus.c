#include "feed_lists.h"

#define BANNER "#####\r\n# abuse.ch URLhaus Database Dump (CSV)   #\r\n#\r\n"
#define HEADER BANNER "# id,dateadded,url,url_status,last_online,threat," \
    "tags,urlhaus_link,reporter\r\n"

static void
rows_give_the_hosts_of_urls(void **state)
{
	static const struct feed_lists_case cases[] = {
		{ "\"1\",\"2024-01-01 00:00:00\",\"http://Bad.example/m.exe\","
		    "\"online\",\"2024-01-02\",\"malware_download\","
		    "\"exe,doc\",\"https://u.test/1\",\"rep\"\r\n",
		    "=bad.example{malware_download, exe,doc;https://u.test/1;"
		    ";;}\n", 0, 0 },
		{ "\"1\",\"\",\"http://b.example/\",\"offline\",\"\",\"\","
		    "\"None\",\"\",\"\"\n", "=b.example{;;;;}\n", 0, 0 },
		{ "1,,http://192.0.2.1/x,,,,,,\n2,,\"http://[::1]/\"\n", "",
		    LIST_ADDRESS, 2 },
		{ "1,,nothing\n2,,http:///\n", "=nothing{;;;;}\n",
		    LIST_NOT_A_NAME, 1 },
		{ "1,2\n\"open,,http://a.example/\n", "", LIST_NOT_A_RULE, 2 },
		{ "http://c.example:8080/x\n", "=c.example\n", 0, 0 },
		{ "# more\n", "", 0, 0 },
	};

	(void)state;
	feed_lists_check(cases, COUNT(cases), HEADER, "x");
	assert_int_equal(feed_lists_report.format, LIST_FORMAT_URLHAUS);
}

static void
columns_are_found_by_name(void **state)
{
	static const char text[] = "# url,urlhaus_link,threat\n"
	    "\"http://bad.example/\", \"https://u.test/2\" ,\"elf\"\n";

	(void)state;
	assert_string_equal(feed_lists_read(text, "x"),
	    "=bad.example{elf;https://u.test/2;;;}\n");
	assert_string_equal(feed_lists_read(text, "x,match=suffix"),
	    ".bad.example{elf;https://u.test/2;;;}\n");
}

static void
without_a_header_rows_are_refused(void **state)
{
	(void)state;
	assert_string_equal(feed_lists_read("\"1\",\"\",\"http://a.b/\"\n",
	    "x,format=urlhaus"), "");
	assert_int_equal(feed_lists_report.refused[LIST_NOT_A_RULE], 1);
}

static void
plain_urls(void **state)
{
	(void)state;
	assert_string_equal(feed_lists_read("# URLhaus\r\n"
	    "http://bad.example/a\r\nhttps://b.example\r\n"
	    "http://198.51.100.1/x\r\n", "x"), "=bad.example\n=b.example\n");
	assert_int_equal(feed_lists_report.format, LIST_FORMAT_URLHAUS);
}

/* Far apart enough for the test to hold for a while. */
static void
what_was_online_long_ago_expires(void **state)
{
	static const char text[] = HEADER
	    "1,2001-01-01 00:00:00,http://a.example/,,2999-01-01,,,,\n"
	    "2,2001-01-01 00:00:00,http://b.example/,,,,,,\n"
	    "3,2999-01-01 00:00:00,http://c.example/,,2001-01-01,,,,\n"
	    "4,when,http://d.example/,,,,,,\n";

	(void)state;
	assert_string_equal(feed_lists_read(text, "x,age=10d"),
	    "=a.example{;;;;2999-01-11}\n=d.example{;;;;}\n");
	assert_int_equal(feed_lists_report.refused[LIST_EXPIRED], 2);
	assert_int_equal(feed_lists_report.example[0].line, 6);
}

static void
other_lists_are_not_claimed(void **state)
{
	(void)state;
	assert_string_equal(feed_lists_found("# url,name\nbad.example\n"),
	    "plain");
	assert_string_equal(feed_lists_found("http://a.b/\nbad.example\n"),
	    "maltrail");
	assert_string_equal(feed_lists_found("#\n\n"), "plain");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_give_the_hosts_of_urls),
		cmocka_unit_test(columns_are_found_by_name),
		cmocka_unit_test(without_a_header_rows_are_refused),
		cmocka_unit_test(plain_urls),
		cmocka_unit_test(what_was_online_long_ago_expires),
		cmocka_unit_test(other_lists_are_not_claimed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
