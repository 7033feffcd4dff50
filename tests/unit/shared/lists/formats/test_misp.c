#include "feed_lists.h"

#define EVENT "{\"Event\":{\"info\":\"a campaign\",\"uuid\":\"ev-1\","
#define ATTRIBUTE EVENT "\"Attribute\":[{"
#define END "}]}}"

static void
attributes(void **state)
{
	static const struct feed_lists_case cases[] = {
		{ ATTRIBUTE "\"type\":\"domain\",\"value\":\"Bad.example\","
		    "\"to_ids\":true,\"uuid\":\"at-1\"" END,
		    ".bad.example{a campaign;at-1;;;}\n", 0, 0 },
		{ ATTRIBUTE "\"type\":\"hostname\",\"value\":\"a.b\","
		    "\"to_ids\":\"1\"" END, "=a.b{a campaign;ev-1;;;}\n",
		    0, 0 },
		{ ATTRIBUTE "\"type\":\"domain|ip\","
		    "\"value\":\"a.b|192.0.2.1\",\"to_ids\":1" END,
		    ".a.b{a campaign;ev-1;;;}\n", 0, 0 },
		{ ATTRIBUTE "\"type\":\"hostname|port\","
		    "\"value\":\"a.b|80\",\"to_ids\":1" END,
		    "=a.b{a campaign;ev-1;;;}\n", 0, 0 },
		{ ATTRIBUTE "\"type\":\"url\",\"to_ids\":true,"
		    "\"value\":\"https://a.b:1/x|y\"" END,
		    "=a.b{a campaign;ev-1;;;}\n", 0, 0 },
		{ ATTRIBUTE "\"type\":\"url\",\"to_ids\":true,"
		    "\"value\":\"http:///x\"" END, "", LIST_NOT_A_NAME, 1 },
		{ ATTRIBUTE "\"type\":\"domain\",\"to_ids\":true" END, "",
		    LIST_NOT_A_NAME, 1 },
		{ ATTRIBUTE "\"type\":\"domain\",\"to_ids\":true,"
		    "\"value\":\"192.0.2.1\"" END, "", LIST_ADDRESS, 1 },
		{ ATTRIBUTE "\"type\":\"domain\",\"value\":\"a.b\","
		    "\"to_ids\":false" END, "", LIST_NO_IDS, 1 },
		{ ATTRIBUTE "\"type\":\"domain\",\"value\":\"a.b\"" END, "",
		    LIST_NO_IDS, 1 },
		{ ATTRIBUTE "\"type\":\"md5\",\"value\":\"x\",\"to_ids\":true"
		    END, "", LIST_OTHER_KIND, 1 },
		{ ATTRIBUTE "\"type\":\"domain\",\"value\":\"a.b\","
		    "\"to_ids\":true,\"deleted\":true" END, "", LIST_EXPIRED,
		    1 },
		{ ATTRIBUTE "\"type\":\"domain\",\"value\":\"a.b\","
		    "\"to_ids\":true,\"decay_score\":[{\"decayed\":false},"
		    "{\"decayed\":true}]" END, "", LIST_EXPIRED, 1 },
		{ EVENT "\"Object\":[{\"Attribute\":[{\"type\":\"domain\","
		    "\"value\":\"a.b\",\"to_ids\":true}]},{\"deleted\":true,"
		    "\"Attribute\":[{\"type\":\"domain\",\"value\":\"c.d\","
		    "\"to_ids\":true}]}]}}", ".a.b{a campaign;ev-1;;;}\n",
		    LIST_EXPIRED, 1 },
	};

	(void)state;
	feed_lists_check(cases, COUNT(cases), "", "x");
	assert_int_equal(feed_lists_report.format, LIST_FORMAT_MISP);
}

#define NAMED "\"type\":\"domain\",\"value\":\"a.b\",\"to_ids\":true"
#define TAGS(text) "\"Tag\":[{\"name\":\"tlp:white\"}," \
    "{\"name\":\"misp-galaxy:country=\\\"x\\\"\"},{\"name\":\"" text "\"}]"

static void
threats(void **state)
{
	static const struct feed_lists_case cases[] = {
		{ ATTRIBUTE NAMED ","
		    TAGS("misp-galaxy:malpedia=\\\"Emotet\\\"") END,
		    ".a.b{Emotet;ev-1;;;}\n", 0, 0 },
		{ EVENT TAGS("misp-galaxy:rat=\\\"X\\\"") ",\"Attribute\":[{"
		    NAMED END, ".a.b{X;ev-1;;;}\n", 0, 0 },
		{ ATTRIBUTE NAMED "," TAGS("misp-galaxy:rat=\\\"") END,
		    ".a.b{a campaign;ev-1;;;}\n", 0, 0 },
		{ ATTRIBUTE NAMED "," TAGS("misp-galaxy:rat") END,
		    ".a.b{a campaign;ev-1;;;}\n", 0, 0 },
		{ EVENT "\"threat_level_id\":\"1\",\"Attribute\":[{" NAMED
		    END, ".a.b{a campaign;ev-1;high;;}\n", 0, 0 },
		{ EVENT "\"threat_level_id\":\"4\",\"Attribute\":[{" NAMED
		    END, ".a.b{a campaign;ev-1;;;}\n", 0, 0 },
	};

	(void)state;
	feed_lists_check(cases, COUNT(cases), "", "x");
}

static void
age_counts_from_when_it_was_seen_last(void **state)
{
	static const struct feed_lists_case cases[] = {
		{ EVENT "\"date\":\"2999-01-01\",\"Attribute\":[{" NAMED END,
		    ".a.b{a campaign;ev-1;;;2999-01-02}\n", 0, 0 },
		{ ATTRIBUTE NAMED ",\"timestamp\":\"32472144000\"" END,
		    ".a.b{a campaign;ev-1;;;2999-01-02}\n", 0, 0 },
		{ ATTRIBUTE NAMED ",\"timestamp\":\"1000000000\"" END, "",
		    LIST_EXPIRED, 1 },
		{ ATTRIBUTE NAMED ",\"timestamp\":\"1000000000\","
		    "\"last_seen\":\"2999-01-01T01:00:00.000+01:00\"" END,
		    ".a.b{a campaign;ev-1;;;2999-01-02}\n", 0, 0 },
	};

	(void)state;
	feed_lists_check(cases, COUNT(cases), "", "x,age=1");
}

static void
responses_arrays_and_feeds(void **state)
{
	static const struct feed_lists_case cases[] = {
		{ "{\"response\":[" ATTRIBUTE NAMED END "," ATTRIBUTE NAMED
		    END "]}", ".a.b{a campaign;ev-1;;;}\n"
		    ".a.b{a campaign;ev-1;;;}\n", 0, 0 },
		{ "[" ATTRIBUTE NAMED END ",5]",
		    ".a.b{a campaign;ev-1;;;}\n", 0, 0 },
		{ "\x1e{\"ev-1\":{}}\n\x1e" ATTRIBUTE NAMED END "\n",
		    ".a.b{a campaign;ev-1;;;}\n", 0, 0 },
		{ "\x1e{\"ev-2\":{}}\n\x1e" ATTRIBUTE NAMED END "\n", "",
		    LIST_EXPIRED, 1 },
		{ "\x1e{\"ev-1\"\n\x1e" ATTRIBUTE NAMED END "\n",
		    ".a.b{a campaign;ev-1;;;}\n", LIST_NOT_TEXT, 1 },
		{ "\x1e" ATTRIBUTE NAMED END "\n\x1e{}",
		    ".a.b{a campaign;ev-1;;;}\n", LIST_NOT_A_RULE, 1 },
		{ "{}", "", LIST_NOT_A_RULE, 1 },
	};

	(void)state;
	feed_lists_check(cases, COUNT(cases), "", "x,format=misp");
	feed_lists_read("\x1e{}", "x");
	assert_int_equal(feed_lists_report.format, LIST_FORMAT_MISP);
}

static void
a_mode_given_is_of_all(void **state)
{
	(void)state;
	assert_string_equal(feed_lists_read(ATTRIBUTE NAMED "},{"
	    "\"type\":\"hostname\",\"value\":\"c.d\",\"to_ids\":true" END,
	    "x,match=exact"),
	    "=a.b{a campaign;ev-1;;;}\n=c.d{a campaign;ev-1;;;}\n");
	feed_lists_read(ATTRIBUTE NAMED "},{" NAMED "},{}" "]}}", "x");
	assert_int_equal(feed_lists_report.lines, 3);
	assert_int_equal(feed_lists_report.example[0].line, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attributes),
		cmocka_unit_test(threats),
		cmocka_unit_test(age_counts_from_when_it_was_seen_last),
		cmocka_unit_test(responses_arrays_and_feeds),
		cmocka_unit_test(a_mode_given_is_of_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
