#include "feed_lists.h"

#define HEADER "####\r\n# ThreatFox IOCs: full dump - CSV format #\r\n" \
    "####\r\n#\r\n# \"first_seen_utc\",\"ioc_id\",\"ioc_value\"," \
    "\"ioc_type\",\"threat_type\",\"fk_malware\",\"malware_alias\"," \
    "\"malware_printable\",\"last_seen_utc\",\"confidence_level\","
#define HEADER_15 HEADER "\"is_compromised\",\"reference\",\"tags\"," \
    "\"anonymous\",\"reporter\"\r\n"
#define HEADER_14 HEADER "\"reference\",\"tags\",\"anonymous\"," \
    "\"reporter\"\r\n"
#define FIRST "\"2026-07-04 22:19:04\", \"1844855\", "

static void
indicators(void **state)
{
	static const struct feed_lists_case cases[] = {
		{ FIRST "\"bad.example\", \"domain\", \"payload_delivery\", "
		    "\"js.clearfake\", \"None\", \"ClearFake\", \"\", "
		    "\"100\", \"False\", \"None\", \"ClearFake\", \"1\", "
		    "\"anonymous\"\r\n", "=bad.example{ClearFake;;;100;}\n",
		    0, 0 },
		{ FIRST "\"hacked.example\", \"domain\", \"cc\", \"win.x\", "
		    "\"None\", \"None\", \"\", \"90\", \"True\", "
		    "\"https://t.test/\", \"\", \"1\", \"me\"\r\n",
		    "=hacked.example{win.x;https://t.test/;;25;}\n", 0, 0 },
		{ FIRST "\"https://c2.example:8443/gate\", \"url\", "
		    "\"botnet_cc\", \"None\", \"None\", \"None\", \"\", "
		    "\"75\", \"False\", \"\", \"\", \"0\", \"me\"\r\n",
		    "=c2.example{botnet_cc;;;75;}\n", 0, 0 },
		{ FIRST "\"192.0.2.1:443\", \"ip:port\", \"botnet_cc\"\r\n"
		    FIRST "\"d41d8cd98f00b204e9800998ecf8427e\", "
		    "\"md5_hash\", \"payload\"\r\n", "", LIST_OTHER_KIND, 2 },
		{ FIRST "\"http://192.0.2.1/\", \"url\"\r\n", "",
		    LIST_ADDRESS, 1 },
		{ FIRST "\"http:///\", \"url\"\r\n", "", LIST_NOT_A_NAME, 1 },
		{ FIRST "\"bad.example\"\r\n\"open\r\n", "", LIST_NOT_A_RULE,
		    2 },
		{ FIRST "\"bad.example\", \"domain\"\r\n",
		    "=bad.example{;;;;}\n", 0, 0 },
		{ "# Number of entries: 1\r\n", "", 0, 0 },
	};

	(void)state;
	feed_lists_check(cases, COUNT(cases), HEADER_15, "x");
	assert_int_equal(feed_lists_report.format, LIST_FORMAT_THREATFOX);
}

static void
older_dumps_have_a_column_less(void **state)
{
	(void)state;
	assert_string_equal(feed_lists_read(HEADER_14 FIRST
	    "\"bad.example\", \"domain\", \"cc\", \"win.x\", \"None\", "
	    "\"X\", \"\", \"50\", \"https://t.test/\", \"t\", \"0\", "
	    "\"me\"\r\n", "x"), "=bad.example{X;https://t.test/;;50;}\n");
}

static void
a_compromised_site_is_matched_exactly_always(void **state)
{
	(void)state;
	assert_string_equal(feed_lists_read(HEADER_15
	    "1,2,a.example,domain,,,,,,,True\n"
	    "1,2,b.example,domain,,,,,,,False\n", "x,match=suffix"),
	    "=a.example{;;;25;}\n.b.example{;;;;}\n");
}

static void
age_counts_from_when_it_was_seen_last(void **state)
{
	(void)state;
	assert_string_equal(feed_lists_read(HEADER_15
	    "\"2001-07-04 22:19:04\", 1,a.example,domain,,,,,"
	    "\"2999-01-01 00:00:00\"\n"
	    "\"2999-07-04 22:19:04\", 1,b.example,domain,,,,,None\n"
	    "\"2001-07-04 22:19:04\", 1,c.example,domain,,,,,None\n",
	    "x,age=1"), "=a.example{;;;;2999-01-02}\n"
	    "=b.example{;;;;2999-07-05}\n");
	assert_int_equal(feed_lists_report.refused[LIST_EXPIRED], 1);
}

static void
without_a_header_rows_are_refused(void **state)
{
	(void)state;
	assert_string_equal(feed_lists_read("\"1\", \"2\", \"a.example\", "
	    "\"domain\"\n", "x,format=threatfox"), "");
	assert_int_equal(feed_lists_report.refused[LIST_NOT_A_RULE], 1);
	assert_string_equal(feed_lists_found("# a,b\nbad.example\n"), "plain");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(indicators),
		cmocka_unit_test(older_dumps_have_a_column_less),
		cmocka_unit_test(a_compromised_site_is_matched_exactly_always),
		cmocka_unit_test(age_counts_from_when_it_was_seen_last),
		cmocka_unit_test(without_a_header_rows_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
