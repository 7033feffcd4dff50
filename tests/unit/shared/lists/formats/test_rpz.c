#include "feed_lists.h"

#define SOA "$TTL 60\n@ SOA ns.rpz.example. host.rpz.example. 1 2 3 4 5\n" \
    "  NS localhost.\n"

static void
records(void **state)
{
	static const struct feed_lists_case cases[] = {
		{ "Bad.Example CNAME .\n", "=bad.example\n", 0, 0 },
		{ "*.bad.example CNAME .\n", "*bad.example\n", 0, 0 },
		{ "a.b 300 IN CNAME *.\nc.d IN CNAME rpz-drop.\n"
		    "e.f CNAME rpz-tcp-only.\ng.h CNAME walled.garden.\n",
		    "=a.b\n=c.d\n=e.f\n=g.h\n", 0, 0 },
		{ "a.b A 0.0.0.0\nc.d TXT \"so; it (is\"\ne.f AAAA ::\n",
		    "=a.b\n=c.d\n=e.f\n", 0, 0 },
		{ "ok.example CNAME rpz-passthru.\n"
		    "*.com CNAME RPZ-PASSTHRU.\n",
		    "!=ok.example\n!*com\n", 0, 0 },
		{ "ok.example CNAME ok.example.\n", "!=ok.example\n", 0, 0 },
		{ "ok.example CNAME rpz-passthru.other.\n", "=ok.example\n",
		    0, 0 },
		{ "24.0.2.0.192.rpz-ip CNAME .\n"
		    "128.zz.db8.2001.RPZ-NSIP CNAME .\n"
		    "ns.bad.example.rpz-nsdname CNAME .\n"
		    "32.1.2.0.192.rpz-client-ip A 192.0.2.1\n", "",
		    LIST_OTHER_KIND, 4 },
		{ "rpz-ip.example CNAME .\n", "=rpz-ip.example\n", 0, 0 },
		{ "a.b A 192.0.2.1\n  AAAA ::\n\tTXT x\na.b MX 1 x.\n"
		    "c.d CNAME .\n", "=a.b\n=c.d\n", 0, 0 },
		{ "* CNAME .\n*.com CNAME .\n", "", LIST_SINGLE_LABEL, 2 },
		{ "com CNAME .\n", "=com\n", 0, 0 },
		{ "a.b CNAME\nc.d CNAME .\n", "=c.d\n", LIST_NOT_A_RULE, 1 },
		{ "a.*.b CNAME .\na\\ b.c CNAME .\n", "=a\\032b.c\n",
		    LIST_NOT_A_NAME, 1 },
		{ "a.b TXT ( \"x\" ; one\n\n \"y\" ) ; two\nc.d CNAME .\n",
		    "=a.b{two;;;;}\n=c.d\n", 0, 0 },
		{ "a.b TXT ( x\nc.d CNAME .\n", "=c.d\n", LIST_NOT_A_RULE,
		    1 },
		{ "a.b RRSIG A 5 2 1 20260101000000 20250101000000 1 . aaaa\n"
		    "a.b NS ns.x.\n", "", 0, 0 },
		{ "; a.b CNAME .\n\n   \n", "", 0, 0 },
		{ "localhost A 127.0.0.1\nlocalhost CNAME .\n",
		    "=localhost\n", 0, 0 },
		{ "a.b CNAME .", "=a.b\n", 0, 0 },
		{ "a.b CNAME .\r\nc.d CNAME .\r\n", "=a.b\n=c.d\n", 0, 0 },
	};

	(void)state;
	feed_lists_check(cases, COUNT(cases), SOA, "x");
	assert_int_equal(feed_lists_report.format, LIST_FORMAT_RPZ);
}

static void
names_are_below_the_zones_own(void **state)
{
	static const struct feed_lists_case cases[] = {
		{ "$ORIGIN rpz.example.\n@ SOA . . 1 2 3 4 5\n@ TXT x\n"
		    "a.b CNAME .\nc.d.rpz.example. CNAME .\ne.f. CNAME .\n"
		    "xrpz.example. CNAME .\n", "=a.b\n=c.d\n",
		    LIST_NOT_A_RULE, 2 },
		{ "rpz. SOA rpz. h.rpz. 1 2 3 4 5\na.b CNAME .\n"
		    "c.d.rpz. CNAME .\n", "=a.b\n=c.d\n", 0, 0 },
		{ "$ORIGIN rpz.\n@ SOA . . 1 2 3 4 5\n$ORIGIN bad\n"
		    "a CNAME .\n$ORIGIN example.rpz.\nb CNAME .\n",
		    "=a.bad\n=b.example\n", 0, 0 },
		{ "$ORIGIN rpz.\na.b CNAME .\n@ SOA . . 1 2 3 4 5\n",
		    "=a.b\n", 0, 0 },
		{ "$ORIGIN rpz.\n@ SOA . . 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n"
		    "ns2 A 192.0.2.1\n", "=ns2\n", 0, 0 },
	};

	(void)state;
	feed_lists_check(cases, COUNT(cases), "", "x");
}

static void
directives(void **state)
{
	static const struct feed_lists_case cases[] = {
		{ "$GENERATE 1-5/2 h$.x CNAME $.y.\n$ttl 5\n",
		    "=h1.x\n=h3.x\n=h5.x\n", 0, 0 },
		{ "$GENERATE 7-7 h\\$.x CNAME .\n", "", LIST_NOT_A_NAME, 1 },
		{ "$GENERATE 1-5/0 h$ CNAME .\n$GENERATE 5-1 h$ CNAME .\n"
		    "$GENERATE 1 h$ CNAME .\n$GENERATE x h$ CNAME .\n"
		    "$GENERATE\n$INCLUDE other\n$ORIGIN a..b\n$X\n", "",
		    LIST_NOT_A_RULE, 8 },
		{ "$GENERATE 0-99999999 h$ CNAME .\n"
		    "$GENERATE 1-2 h${1} CNAME .\n", "", LIST_TOO_COMPLEX,
		    2 },
		{ "$GENERATE 0-40000 h.x CNAME .\n"
		    "$GENERATE 0-40000 i.x CNAME .\n", "=h.x\n",
		    LIST_TOO_COMPLEX, 1 },
	};

	(void)state;
	feed_lists_check(cases, COUNT(cases), SOA, "x");
}

static void
comments_say_why(void **state)
{
	static const struct feed_lists_case cases[] = {
		{ "a.b CNAME . ; Malware download (2020-10-21), see "
		    "https://u.test/host/a.b/\n",
		    "=a.b{Malware download;https://u.test/host/a.b/;;;}\n",
		    0, 0 },
		{ "a.b CNAME . ;; phishing\n", "=a.b{phishing;;;;}\n", 0, 0 },
		{ "a.b CNAME . ; http://u.test/ more\n",
		    "=a.b{;http://u.test/;;;}\n", 0, 0 },
		{ "a.b CNAME . ;\n", "=a.b\n", 0, 0 },
		{ "a.b CNAME . ; (so) (it) is, see\r\n",
		    "=a.b{(so) (it) is;;;;}\n", 0, 0 },
	};

	(void)state;
	feed_lists_check(cases, COUNT(cases), SOA, "x");
	assert_string_equal(feed_lists_read(SOA "a.b CNAME . ; x (2001-01-01)"
	    "\nc.d CNAME . ; x (2999-01-01)\n", "x,age=2"),
	    "=c.d{x;;;;2999-01-03}\n");
}

static void
a_slip_is_reported_with_its_line(void **state)
{
	static const char text[] = "@ SOA . . ( 1\n2\n3 4 5 )\na.b CNAME .\n"
	    "c.d CNAME\ne.f CNAME .\n";

	(void)state;
	assert_string_equal(feed_lists_read(text, "x"), "=a.b\n=e.f\n");
	assert_int_equal(feed_lists_report.example[0].line, 5);
	assert_string_equal(feed_lists_report.example[0].text, "c.d CNAME");
	assert_int_equal(feed_lists_report.lines, 6);
}

static void
records_are_bounded(void **state)
{
	static char text[32768];
	size_t used = (size_t)snprintf(text, sizeof(text), SOA "a.b TXT \"");

	(void)state;
	memset(text + used, 'x', 10000);
	used += 10000;
	snprintf(text + used, sizeof(text) - used, "\"\nc.d CNAME .\n");
	assert_string_equal(feed_lists_read(text, "x"), "=c.d\n");
	assert_int_equal(feed_lists_report.refused[LIST_NOT_A_RULE], 1);
}

static void
a_mode_given_is_of_plain_owners(void **state)
{
	(void)state;
	assert_string_equal(feed_lists_read(SOA "a.b CNAME .\n*.a.b CNAME .\n"
	    "c.d CNAME rpz-passthru.\n", "x,match=suffix"),
	    ".a.b\n*a.b\n!.c.d\n");
}

/* The same day's list, in two formats. */
static void
a_feeds_zone_holds_the_names_of_its_hosts_file(void **state)
{
	static char names[FEED_LISTS_TEXT];
	FILE *hosts = fopen("../shared/data/badnames/"
	    "urlhaus-filter-hosts-online.txt", "re");

	(void)state;
	if (hosts == NULL)
		skip();
	memcpy(names, feed_lists_file(hosts, "x"), sizeof(names));
	assert_int_equal(feed_lists_report.format, LIST_FORMAT_HOSTS);
	assert_true(feed_lists_report.entries > 1000);
	feed_lists_file(fopen("../shared/data/badnames/"
	    "urlhaus-filter-rpz-online.conf", "re"), "x");
	assert_int_equal(feed_lists_report.format, LIST_FORMAT_RPZ);
	assert_string_equal(feed_lists_text, names);
}

/* Another's reading: tests/support/rpz_names.py. */
static void
every_zone_is_read_as_dnspython_reads_it(void **state)
{
	FILE *peer = popen("PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "
	    "tests/support/rpz_names.py ../shared/data/badnames/rpz-bind9/* "
	    "2>/dev/null", "r");
	char line[1024], path[2048], *entries = feed_lists_text;
	unsigned zones = 0;

	(void)state;
	feed_lists_text[0] = '\0';
	assert_non_null(peer);
	while (fgets(line, sizeof(line), peer) != NULL) {
		if (line[0] != '#') {
			if (strncmp(entries, line, strlen(line)) != 0)
				fail_msg("%s: %s%s", path, line, entries);
			entries += strlen(line);
			continue;
		}
		assert_string_equal(entries, "");
		line[strcspn(line, "\n")] = '\0';
		snprintf(path, sizeof(path), "../shared/data/badnames/"
		    "rpz-bind9/%s", line + 2);
		feed_lists_file(fopen(path, "re"), "x");
		assert_int_equal(feed_lists_report.format, LIST_FORMAT_RPZ);
		entries = feed_lists_text;
		zones++;
	}
	assert_string_equal(entries, "");
	if (pclose(peer) != 0 || zones == 0)
		skip();
	assert_int_equal(zones, 21);
}

static void
other_lists_are_not_claimed(void **state)
{
	(void)state;
	assert_string_equal(feed_lists_found("; x\nbad.example\n"), "plain");
	assert_string_equal(feed_lists_found("soa.example\n"), "plain");
	assert_string_equal(feed_lists_found(";\n\n"), "plain");
	assert_string_equal(feed_lists_found("; x\n$ORIGIN a.\n"), "rpz");
	assert_string_equal(feed_lists_found("a. 5 IN soa b. c. (\n"), "rpz");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records),
		cmocka_unit_test(names_are_below_the_zones_own),
		cmocka_unit_test(directives),
		cmocka_unit_test(comments_say_why),
		cmocka_unit_test(a_slip_is_reported_with_its_line),
		cmocka_unit_test(records_are_bounded),
		cmocka_unit_test(a_mode_given_is_of_plain_owners),
		cmocka_unit_test(
		    a_feeds_zone_holds_the_names_of_its_hosts_file),
		cmocka_unit_test(every_zone_is_read_as_dnspython_reads_it),
		cmocka_unit_test(other_lists_are_not_claimed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
