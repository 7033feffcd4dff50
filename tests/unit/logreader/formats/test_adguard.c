/*
 * Goal: the lines of AdGuard Home's querylog.json, whatever the order of
 * their members, with a client that only the outermost object can tell.
 */

#include "../fields.h"
#include "formats/adguard.h"
#include "unit.h"

static struct log_memory memory;

static void
check(const char *line, const char *expected)
{
	char text[2048];

	assert_string_equal(fields_parse(adguard_parse, &memory, line,
	    strlen(line), text, sizeof(text)), expected);
}

#define T "\"T\":\"2026-11-23T08:38:08.264853850+01:00\","
#define Q "\"QT\":\"A\",\"QC\":\"IN\",\"CP\":\"\","
#define QH "\"QH\":\"a.example\","
/* aa aa 81 83: RD, RA and NXDOMAIN */
#define ANSWER "\"Answer\":\"qqqBgwABAAAAAAAA\","
#define IP "\"IP\":\"10.1.2.3\""
#define TIME "time=2026-11-23T08:38:08.264853850+01:00 "

static void
test_usual(void **state)
{
	(void)state;
	check("{" T QH Q ANSWER IP ",\"Result\":{},\"Elapsed\":66286385,"
	    "\"Upstream\":\"tls://192.0.2.1:853\"}", "query " TIME
	    "client=10.1.2.3 name=a.example class=IN type=A rcode=RCODE3 "
	    "flags=+");
	/* the first versions began with the client; a rule has an IP, too */
	check("{" IP "," T QH "\"QT\":\"HTTPS\",\"QC\":\"IN\",\"CP\":\"dot\","
	    "\"Answer\":\"qqoAEAABAAAAAAAA\",\"Result\":{\"Rules\":[{\"Text\":"
	    "\"||x^\",\"IP\":\"10.9.9.9\",\"FilterListID\":1}],\"Reason\":3,"
	    "\"IsFiltered\":true},\"Cached\":true}", "query " TIME
	    "client=10.1.2.3 name=a.example class=IN type=HTTPS rcode=RCODE0 "
	    "flags=-C tcp");
	check("{" T "\"QH\":\".\"," Q "\"IP\":\"2001:db8::1\"}", "query " TIME
	    "client=2001:db8::1 name=. class=IN type=A");
	check("{" T "\"QH\":\"\"," Q IP "}", "query " TIME
	    "client=10.1.2.3 name=. class=IN type=A");
	check("{" T "\"QH\":\"a\\u003cb\\\\ \\\"c\\\\.d\"," Q IP "}", "query "
	    TIME "client=10.1.2.3 name=a<b\\ \"c\\.d class=IN type=A");
}

static void
test_others(void **state)
{
	(void)state;
	check("", "other");
	check("{" T "\"QH\":\"a\"}", "other");
	check("{}", "other");
	check("x", "other");
	check("{" T QH Q, "broken: prefix");
}

static void
test_hostile(void **state)
{
	(void)state;
	check("{" T "\"QH\":\"x\\\",\\\"IP\\\":\\\"10.9.9.9\\\",\\\"y\\\":\\\""
	    "\"," Q IP "}", "query " TIME "client=10.1.2.3 name=x\",\"IP\":\""
	    "10.9.9.9\",\"y\":\" class=IN type=A");
	check("{" T QH Q IP "," IP "}", "broken: prefix");
	check("{" T QH Q IP ",\"\\u0049P\":\"10.9.9.9\"}", "broken: prefix");
	check("{" T QH Q "\"IP\":\"10.1.2.300\"}", "broken: client");
	check("{" T QH Q "\"IP\":167838211}", "broken: before_query");
	check("{" T QH Q "\"IP\":\"10.1.2\\u002e3\"}", "broken: before_query");
	check("{" T "\"QH\":\"a\\u00e9\"," Q IP "}", "broken: name");
	check("{" T "\"QH\":\"a\\nb\"," Q IP "}", "broken: name");
	check("{" T "\"QH\":\"a\\ud800\"," Q IP "}", "broken: name");
	check("{" T QH "\"QT\":\"A B\",\"QC\":\"IN\",\"CP\":\"\"," IP "}",
	    "broken: type");
	check("{" T QH Q "\"Answer\":\"!!!!!!!!!!!!!!!!\"," IP "}",
	    "broken: after_type");
	check("{" T QH Q "\"Answer\":7," IP "}", "broken: after_type");
	check("{\"T\":\"yesterday\"," QH Q IP "}", "broken: prefix");
	check("{" T QH Q IP "}}", "broken: prefix");
}

static void
test_cut(void **state)
{
	static const char line[] = "{" T QH Q ANSWER IP ",\"Result\":{}}";

	(void)state;
	assert_true(fields_cut_are_none(adguard_parse, &memory, line,
	    sizeof(line) - 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usual),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
