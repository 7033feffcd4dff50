/*
 * Goal: Zeek's dns.log in both its forms, with columns where the header says
 * that they are, and with none, where a file is read from its middle.
 */

#include "../fields.h"
#include "formats/zeek.h"
#include "unit.h"

static struct log_memory memory;

static void
check(const char *line, const char *expected)
{
	char text[2048];

	assert_string_equal(fields_parse(zeek_parse, &memory, line,
	    strlen(line), text, sizeof(text)), expected);
}

static void
begin(void)
{
	memory = (struct log_memory){ .columns = 0 };
}

#define START "1795419793.059253\tCqK3\t10.1.2.3\t41772\t10.0.0.53\t53\tudp\t" \
    "36329\t0.000870\t"
#define END "\t1\tC_INTERNET\t28\tAAAA\t3\tNXDOMAIN\tF\tF\tT\tT\t0\t-\t-\tF"
#define BEFORE "query time=1795419793.059253 client=10.1.2.3 port=41772 name="
#define AFTER " class=IN type=AAAA rcode=RCODE3 flags=+ server=10.0.0.53 " \
    "server_port=53 udp"

static void
test_without_header(void **state)
{
	(void)state;
	begin();
	check(START "a.example" END, BEFORE "a.example" AFTER);
	/* before 2.5 there was no rtt */
	check("1795419793.059253\tCqK3\t10.1.2.3\t41772\t10.0.0.53\t53\ttcp\t"
	    "36329\ta.example\t3\tC_CHAOS\t255\t*\t-\t-\tF\tF\tF\tF\t0\t-\t-\tF",
	    "query time=1795419793.059253 client=10.1.2.3 port=41772 "
	    "name=a.example class=CH type=ANY flags=- server=10.0.0.53 "
	    "server_port=53 tcp");
	check(START "a.example" END "\tx", "other");
	check("x" START "a.example" END, "other");
	check("", "other");
}

static void
test_header(void **state)
{
	(void)state;
	begin();
	check("#separator \\x09", "other");
	check("#set_separator\t,", "other");
	check("#empty_field\t(empty)", "other");
	check("#unset_field\t-", "other");
	check("#path\tdns", "other");
	check("#open\t2024-04-12-19-29-12", "other");
	check("#fields\tquery\tx\tid.orig_h\tqtype\tqtype_name\tts\tqclass",
	    "other");
	check("#types\tstring\tstring\taddr\tcount\tstring\ttime\tcount",
	    "other");
	check("a.example\t\t2001:db8::1\t65\tquery-65\t1795419793.5\t7",
	    "query time=1795419793.5 client=2001:db8::1 name=a.example "
	    "class=CLASS7 type=TYPE65");
	check("a.example\t\t2001:db8::1\t-\t-\t1795419793.5\t-",
	    "query time=1795419793.5 client=2001:db8::1 name=a.example");
	check("(empty)\t\t10.1.2.3\t2\tNS\t1795419793.5\t255",
	    "query time=1795419793.5 client=10.1.2.3 name=. class=ANY "
	    "type=NS");
	check("-\t\t10.1.2.3\t2\tNS\t1795419793.5\t255", "other");
	check("a\t\t10.1.2.3\t2\tNS\t1795419793.5", "broken: after_type");
	check("a\t\t10.1.2.3\t2\tNS\t1795419793.5\t1\t", "query "
	    "time=1795419793.5 client=10.1.2.3 name=a class=IN type=NS");
	check("#close\t2024-04-12-20-00-00", "other");
	/* the next file says something else */
	check("#separator \\x7c", "other");
	check("#unset_field|none", "other");
	check("#empty_field|nil", "other");
	check("#path|dns", "other");
	check("#fields|ts|id.orig_h|query|rcode|RD", "other");
	check("1795419793.5|10.1.2.3|nil|none|none",
	    "query time=1795419793.5 client=10.1.2.3 name=.");
	check("1795419793.5|10.1.2.3|-|2|F", "query time=1795419793.5 "
	    "client=10.1.2.3 name=- rcode=RCODE2 flags=-");
	/* and the next is of another kind */
	check("#separator \\x09", "other");
	check("#path\tconn", "other");
	check("#fields\tts\tid.orig_h\tquery", "other");
	check("1795419793.5\t10.1.2.3\ta", "other");
	check("#separator \\x0", "other");
	check(START "a.example" END, "other");
	check("#separator \\x09", "other");
	check(START "a.example" END, BEFORE "a.example" AFTER);
}

static void
test_names(void **state)
{
	(void)state;
	begin();
	check(START "a b\\x09\\xc3\\\\\\q\\x" END, BEFORE
	    "a\\032b\\009\\195\\\\\\\\q\\\\x" AFTER);
	check(START "*\\x00\\x00" END, BEFORE "*\\000\\000" AFTER);
	check(START "a.example\\x0a1795419793.0\\x09C\\x0910.9.9.9" END,
	    BEFORE "a.example\\0101795419793.0\\009C\\00910.9.9.9" AFTER);
}

static void
test_broken(void **state)
{
	(void)state;
	begin();
	check("#separator \\x09", "other");
	check("#path\tdns", "other");
	check("#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tquery\tqtype\tRD",
	    "other");
	check("then\t10.1.2.3\t1\t10.0.0.53\ta\t1\tT", "broken: prefix");
	check("1795419793.5\t10.1.2.300\t1\t10.0.0.53\ta\t1\tT",
	    "broken: client");
	check("1795419793.5\t10.1.2.3\t65536\t10.0.0.53\ta\t1\tT",
	    "broken: client");
	check("1795419793.5\t10.1.2.3\t1\tx\ta\t1\tT", "broken: before_query");
	check("1795419793.5\t10.1.2.3\t1\t10.0.0.53\ta\tx\tT", "broken: type");
	check("1795419793.5\t10.1.2.3\t1\t10.0.0.53\ta\t1\ttrue",
	    "broken: after_type");
}

#define JSON(query) "{\"ts\":1795419793.059253,\"uid\":\"C\",\"id.orig_h\":" \
    "\"10.1.2.3\",\"id.orig_p\":41772,\"id.resp_h\":\"10.0.0.53\"," \
    "\"id.resp_p\":53,\"proto\":\"udp\"" query ",\"qclass\":1,\"qtype\":28," \
    "\"qtype_name\":\"AAAA\",\"rcode\":3,\"RD\":true," \
    "\"answers\":[\"x\"],\"TTLs\":[60.0]}"

static void
test_json(void **state)
{
	(void)state;
	begin();
	check(JSON(",\"query\":\"a.example\""), BEFORE "a.example" AFTER);
	check(JSON(",\"query\":\"\""), BEFORE "." AFTER);
	check(JSON(",\"query\":\"a\\\\xc3\\u00e9\""),
	    BEFORE "a\\195\\195\\169" AFTER);
	check(JSON(",\"query\":\"a\\\",\\\"id.orig_h\\\":\\\"10.9.9.9\""),
	    BEFORE "a\",\"id.orig_h\":\"10.9.9.9" AFTER);
	check(JSON(""), "other");
	check(JSON(",\"query\":\"a\",\"id.orig_h\":\"10.9.9.9\""),
	    "broken: prefix");
	check(JSON(",\"query\":\"a\",\"_path\":\"dns\""), BEFORE "a" AFTER);
	check(JSON(",\"query\":\"a\",\"_path\":\"http\""), "other");
	check(JSON(",\"query\":7"), "broken: after_type");
	check(JSON(",\"query\":\"a\\ud800\""), "broken: name");
	check("{\"ts\":\"2026-11-23T08:38:08.264853Z\",\"id.orig_h\":"
	    "\"10.1.2.3\",\"query\":\"a\"}", "query "
	    "time=2026-11-23T08:38:08.264853Z client=10.1.2.3 name=a");
	check("{\"ts\":-1,\"id.orig_h\":\"10.1.2.3\",\"query\":\"a\"}",
	    "broken: prefix");
	check("{\"ts\":1", "broken: prefix");
}

static void
other_spellings_of_names(void **state)
{
	(void)state;
	begin();
	check("{\"_path\":\"dns\",\"ts\":\"2026-11-23T08:38:08.26Z\",\"id\":{"
	    "\"orig_h\":\"10.1.2.3\",\"orig_p\":5,\"resp_h\":\"10.0.0.53\","
	    "\"resp_p\":53},\"query\":\"a\"}", "query "
	    "time=2026-11-23T08:38:08.26Z client=10.1.2.3 port=5 name=a "
	    "server=10.0.0.53 server_port=53");
	check("{\"ts\":1.5,\"id_orig_h\":\"10.1.2.3\",\"id_orig_p\":5,"
	    "\"id_resp_h\":\"10.0.0.53\",\"id_resp_p\":53,\"query\":\"a\"}",
	    "query time=1.5 client=10.1.2.3 port=5 name=a server=10.0.0.53 "
	    "server_port=53");
	check("{\"ts\":1.5,\"id_orig_h\":\"10.1.2.3\",\"id.orig_h\":"
	    "\"10.9.9.9\",\"query\":\"a\"}", "broken: prefix");
	check("{\"ts\":1.5,\"id\":{\"orig_h\":\"10.1.2.3\"},\"id.orig_h\":"
	    "\"10.9.9.9\",\"query\":\"a\"}", "broken: prefix");
	check("{\"ts\":1.5,\"id\":\"10.1.2.3\",\"query\":\"a\"}", "other");
	check("{\"ts\":1.5,\"x\":{\"id\":{\"orig_h\":\"10.1.2.3\"}},"
	    "\"query\":\"a\"}", "other");
	check("#separator \\x09", "other");
	check("#path\tdns", "other");
	check("#fields\tts\tid_orig_h\tid_orig_p\tquery", "other");
	check("1795419793.5\t10.1.2.3\t1\ta", "query time=1795419793.5 "
	    "client=10.1.2.3 port=1 name=a");
}

static void
milliseconds(void **state)
{
	(void)state;
	begin();
	check("{\"ts\":1795419793059,\"id.orig_h\":\"10.1.2.3\",\"query\":"
	    "\"a\"}", "query time=1795419793.059 client=10.1.2.3 name=a");
	check("{\"ts\":999999999999,\"id.orig_h\":\"10.1.2.3\",\"query\":"
	    "\"a\"}", "query time=999999999.999 client=10.1.2.3 name=a");
	check("{\"ts\":179541979305912,\"id.orig_h\":\"10.1.2.3\","
	    "\"query\":\"a\"}", "broken: prefix");
	check("{\"ts\":1795419793059.5,\"id.orig_h\":\"10.1.2.3\","
	    "\"query\":\"a\"}", "broken: prefix");
}

static void
test_cut(void **state)
{
	static const char row[] = START "a.example" END;
	static const char object[] = JSON(",\"query\":\"a.example\"");

	(void)state;
	begin();
	/* the last column is a letter: what lacks it is an empty one */
	assert_true(fields_cut_are_none(zeek_parse, &memory, row,
	    sizeof(row) - 3));
	assert_true(fields_cut_are_none(zeek_parse, &memory, object,
	    sizeof(object) - 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_header),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_json),
		cmocka_unit_test(other_spellings_of_names),
		cmocka_unit_test(milliseconds),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
