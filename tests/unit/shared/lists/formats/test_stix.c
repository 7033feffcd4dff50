#include "feed_lists.h"

#define INDICATOR "{\"type\":\"indicator\",\"pattern_type\":\"stix\","
#define PATTERN INDICATOR "\"pattern\":"

static void
patterns(void **state)
{
	static const struct feed_lists_case cases[] = {
		{ PATTERN "\"[domain-name:value = 'Bad.example']\"}",
		    "=bad.example{;;;;}\n", 0, 0 },
		{ PATTERN "\" [ domain-name:value='a.b' ] \"}",
		    "=a.b{;;;;}\n", 0, 0 },
		{ PATTERN "\"[domain-name:value == 'a.b']\"}", "=a.b{;;;;}\n",
		    0, 0 },
		{ PATTERN "\"[url:value = 'http://a.b']\"}", "=a.b{;;;;}\n",
		    0, 0 },
		{ PATTERN "\"[url:value = 'http://a.b/']\"}", "=a.b{;;;;}\n",
		    0, 0 },
		{ PATTERN "\"[url:value = 'http://a.b/x']\"}", "",
		    LIST_OTHER_KIND, 1 },
		{ PATTERN "\"[url:value = 'http://a.b:80']\"}", "",
		    LIST_OTHER_KIND, 1 },
		{ PATTERN "\"[ipv4-addr:value = '192.0.2.1']\"}", "",
		    LIST_OTHER_KIND, 1 },
		{ PATTERN "\"[file:hashes.'SHA-256' = 'aa']\"}", "",
		    LIST_OTHER_KIND, 1 },
		{ PATTERN "\"[domain-name:value = 'a.b' OR "
		    "domain-name:value = 'c.d']\"}", "", LIST_TOO_COMPLEX,
		    1 },
		{ PATTERN "\"[domain-name:value = 'a.b'] AND "
		    "[domain-name:value = 'c.d']\"}", "", LIST_TOO_COMPLEX,
		    1 },
		{ PATTERN "\"[domain-name:value != 'a.b']\"}", "",
		    LIST_TOO_COMPLEX, 1 },
		{ PATTERN "\"[domain-name:value LIKE '%.b']\"}", "",
		    LIST_TOO_COMPLEX, 1 },
		{ PATTERN "\"[NOT domain-name:value = 'a.b']\"}", "",
		    LIST_TOO_COMPLEX, 1 },
		{ PATTERN "\"[domain-name:value = 'a.b'\"}", "",
		    LIST_TOO_COMPLEX, 1 },
		{ PATTERN "\"[domain-name:value = 'a.b\"}", "",
		    LIST_TOO_COMPLEX, 1 },
		{ PATTERN "\"[domain-name:value = 'a.b\\\\\"}", "",
		    LIST_TOO_COMPLEX, 1 },
		{ PATTERN "\"[domain-name:value = 'a.b'] WITHIN 5 SECONDS\"}",
		    "", LIST_TOO_COMPLEX, 1 },
		{ PATTERN "\"[domain-name:value = 'a\\u0000']\"}", "",
		    LIST_TOO_COMPLEX, 1 },
		{ PATTERN "\"[domain-name:value = 'it\\\\'s']\"}", "",
		    LIST_NOT_A_NAME, 1 },
		{ PATTERN "\"[domain-name:value = '192.0.2.1']\"}", "",
		    LIST_ADDRESS, 1 },
		{ PATTERN "\"\"}", "", LIST_TOO_COMPLEX, 1 },
	};

	(void)state;
	feed_lists_check(cases, COUNT(cases), "", "x");
	assert_int_equal(feed_lists_report.format, LIST_FORMAT_STIX);
}

#define NAMED "\"pattern\":\"[domain-name:value = 'a.b']\""

static void
what_is_said_beside(void **state)
{
	static const struct feed_lists_case cases[] = {
		{ INDICATOR NAMED ",\"name\":\"Emotet\",\"labels\":[\"c2\"],"
		    "\"confidence\":80,\"id\":\"indicator--1\","
		    "\"valid_until\":\"2999-01-01T00:00:00.000Z\"}",
		    "=a.b{Emotet;indicator--1;;80;2999-01-01}\n", 0, 0 },
		{ INDICATOR NAMED ",\"labels\":[\"c2\",\"x\"],"
		    "\"external_references\":[{\"source_name\":\"x\"},"
		    "{\"url\":\"https://t.test/\"}],\"confidence\":101}",
		    "=a.b{c2;https://t.test/;;;}\n", 0, 0 },
		{ INDICATOR NAMED ",\"indicator_types\":[\"c2\"]}",
		    "=a.b{c2;;;;}\n", 0, 0 },
		{ "{\"type\":\"indicator\"," NAMED "}", "=a.b{;;;;}\n", 0, 0 },
		{ INDICATOR NAMED ",\"revoked\":true}", "", LIST_EXPIRED, 1 },
		{ INDICATOR NAMED ",\"valid_until\":\"2001-01-01T00:00:00Z\"}",
		    "", LIST_EXPIRED, 1 },
		{ INDICATOR NAMED ",\"indicator_types\":[\"benign\"]}", "",
		    LIST_NO_IDS, 1 },
		{ "{\"type\":\"indicator\",\"pattern_type\":\"sigma\","
		    NAMED "}", "", LIST_OTHER_KIND, 1 },
	};

	(void)state;
	feed_lists_check(cases, COUNT(cases), "", "x");
	assert_string_equal(feed_lists_read("[" INDICATOR NAMED
	    ",\"valid_from\":\"2001-01-01T00:00:00Z\"}," INDICATOR NAMED
	    ",\"valid_from\":\"2999-01-01T00:00:00Z\"}]", "x,age=1"),
	    "=a.b{;;;;2999-01-02}\n");
}

static void
bundles_arrays_and_lines(void **state)
{
	static const struct feed_lists_case cases[] = {
		{ "{\"type\":\"bundle\",\"objects\":[" INDICATOR NAMED "},"
		    "{\"type\":\"malware\"},{}]}", "=a.b{;;;;}\n",
		    LIST_OTHER_KIND, 2 },
		{ "\xef\xbb\xbf [" INDICATOR NAMED "}\n,\n" INDICATOR NAMED
		    "}]\n", "=a.b{;;;;}\n=a.b{;;;;}\n", 0, 0 },
		{ INDICATOR NAMED "}\r\n\n{\"type\":\n" INDICATOR NAMED "}\n",
		    "=a.b{;;;;}\n=a.b{;;;;}\n", LIST_NOT_TEXT, 1 },
		{ "{\"x\":}\n" INDICATOR NAMED "}\n", "=a.b{;;;;}\n",
		    LIST_NOT_TEXT, 1 },
		{ "{\n \"type\": \"bundle\",\n", "", LIST_NOT_TEXT, 1 },
		{ "", "", 0, 0 },
	};

	(void)state;
	feed_lists_check(cases, COUNT(cases), "", "x,format=stix");
	feed_lists_read("{\n\"type\": \"bundle\",\n\"objects\": [ }\n",
	    "x,format=stix");
	assert_int_equal(feed_lists_report.example[0].line, 3);
	feed_lists_read(INDICATOR NAMED "}\n{\"type\":\n", "x");
	assert_int_equal(feed_lists_report.example[0].line, 2);
}

static void
deep_nesting_is_refused(void **state)
{
	static char text[200000];

	(void)state;
	memset(text, '[', sizeof(text) - 1);
	assert_string_equal(feed_lists_read(text, "x,format=stix"), "");
	assert_int_equal(feed_lists_report.refused[LIST_NOT_TEXT], 1);
}

static void
other_lists_are_not_claimed(void **state)
{
	(void)state;
	assert_string_equal(feed_lists_found("[Adblock Plus]\n||a.b^\n"),
	    list_formats[LIST_FORMAT_ADBLOCK].name != NULL ? "adblock" :
	    "plain");
	assert_string_equal(feed_lists_found("{\"Event\":{\"info\":"
	    "\"indicator\",\"x\":\"bundle\"}}"), "misp");
	assert_string_equal(feed_lists_found("{\"a\":\"b\"}"), "plain");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns),
		cmocka_unit_test(what_is_said_beside),
		cmocka_unit_test(bundles_arrays_and_lines),
		cmocka_unit_test(deep_nesting_is_refused),
		cmocka_unit_test(other_lists_are_not_claimed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
