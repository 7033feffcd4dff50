/*
 * Goal: all lines of CoreDNS's log plugin, of every version and however they
 * were kept, and no other line of it.
 */

#include "../fields.h"
#include "formats/coredns.h"
#include "unit.h"

static struct log_memory memory;

static void
check(const char *line, const char *expected)
{
	char text[2048];

	assert_string_equal(fields_parse(coredns_parse, &memory, line,
	    strlen(line), text, sizeof(text)), expected);
}

#define ASK "\"A IN a.example. udp 40 false 512\" NOERROR qr,aa,rd,ra 106 " \
    "0.000066649s"
#define TOLD "name=a.example. class=IN type=A rcode=NOERROR flags=+ udp"

static void
test_versions(void **state)
{
	(void)state;
	check("[INFO] 10.1.2.3:43366 - 43927 " ASK,
	    "query client=10.1.2.3 port=43366 " TOLD);
	check("2026-06-04T20:46:35.645+08:00 [INFO] 10.1.2.3:1 - 2 " ASK,
	    "query time=2026-06-04T20:46:35.645+08:00 client=10.1.2.3 port=1 "
	    TOLD);
	check("10.1.2.3:41675 - [07/Sep/2018:15:29:11 +0000] 59925 " ASK,
	    "query time=2018-09-07T15:29:11+00:00 client=10.1.2.3 port=41675 "
	    TOLD);
	check("10.1.2.3 - [21/Dec/2017:18:07:48 -0330] "
	    "\"A IN a.example. udp 66 false 4096\" NOERROR qr,aa,rd,ra 82 "
	    "116.92\xC2\xB5s", "query time=2017-12-21T18:07:48-03:30 "
	    "client=10.1.2.3 " TOLD);
	check("fe80::1:53 - [21/Dec/2017:18:07:48 +0000] " ASK,
	    "query time=2017-12-21T18:07:48+00:00 client=fe80::1:53 " TOLD);
	check("fe80::1:53 - 7 " ASK, "query client=fe80::1 port=53 " TOLD);
	check("[INFO] [2001:db8::1]:50759 - 29008 \"AAAA CH b. tcp 41 true "
	    "4096\" NXDOMAIN qr,cd 68 1m2.5s", "query client=2001:db8::1 "
	    "port=50759 name=b. class=CH type=AAAA rcode=NXDOMAIN flags=-EDC "
	    "tcp");
	check("[INFO] 10.1.2.3:5 - 7 \"TYPE65 IN . https 41 true 4096\" - - 0 "
	    "6.009670817s \"0\"", "query client=10.1.2.3 port=5 name=. "
	    "class=IN type=TYPE65");
}

static void
test_kept_elsewhere(void **state)
{
	(void)state;
	check("Nov 23 08:38:08 ns coredns[77]: [INFO] 10.1.2.3:5 - 7 " ASK,
	    "query time=Nov 23 08:38:08 client=10.1.2.3 port=5 " TOLD);
	check("2026-11-23T08:38:08.264853+01:00 ns coredns: "
	    "2026-11-23T08:38:08.264Z [INFO] 10.1.2.3:5 - 7 " ASK,
	    "query time=2026-11-23T08:38:08.264Z client=10.1.2.3 port=5 "
	    TOLD);
	check("<30>1 2026-11-23T08:38:08Z ns coredns 77 - - [INFO] 10.1.2.3:5 "
	    "- 7 " ASK, "query time=2026-11-23T08:38:08Z client=10.1.2.3 "
	    "port=5 " TOLD);
	check("<30>Nov 23 08:38:08 ns sshd[77]: coredns: 10.1.2.3:5 - 7 " ASK,
	    "other");
	check("Nov 23 08:38:08 ns sshd[77]: [INFO] 10.1.2.3:5 - 7 " ASK,
	    "other");
	check("Nov 23 08:38:08 [INFO] 10.1.2.3:5 - 7 " ASK, "other");
}

static void
test_others(void **state)
{
	(void)state;
	check("", "other");
	check("CoreDNS-1.9.3", "other");
	check("[INFO] plugin/reload: Running configuration MD5 = 162475", "other");
	check("[ERROR] plugin/errors: 2 a.example. A: read udp "
	    "10.1.2.3:5->10.0.0.53:53: i/o timeout", "other");
	check("[INFO] 10.1.2.3:5 - 7 \"- - . udp 12 false 512\" FORMERR qr 12 "
	    "0.1s", "other");
}

static void
test_hostile(void **state)
{
	(void)state;
	/* a name that holds what follows it, and a line */
	check("[INFO] 10.1.2.3:5 - 7 \"A IN a\\\"\\ NOERROR\\ qr\\ 1\\ 1s. udp "
	    "40 false 512\" NOERROR qr,rd 1 1s", "query client=10.1.2.3 port=5 "
	    "name=a\\\"\\ NOERROR\\ qr\\ 1\\ 1s. class=IN type=A rcode=NOERROR "
	    "flags=+ udp");
	check("[INFO] 10.1.2.3:5 - 7 \"A IN [INFO]\\ 10.9.9.9:5\\ -\\ 7\\ "
	    "\\\"A\\ IN\\ a. udp 40 false 512\" NOERROR qr,rd 1 1s",
	    "query client=10.1.2.3 port=5 name=[INFO]\\ 10.9.9.9:5\\ -\\ 7\\ "
	    "\\\"A\\ IN\\ a. class=IN type=A rcode=NOERROR flags=+ udp");
	check("[INFO] 10.1.2.3:5 - 7 \"A IN a\" b. udp 40 false 512\" NOERROR "
	    "qr,rd 1 1s", "broken: name");
	check("[INFO] 10.1.2.3:5 - 7 \"A IN a\x07. udp 40 false 512\" NOERROR "
	    "qr 1 1s", "broken: name");
	check("[INFO] 10.1.2.3:5 - 7 \"A IN a b udp 40 false 512\" NOERROR "
	    "qr 1 1s", "broken: after_type");
	check("[INFO] 10.1.2.3:5 - 7 " ASK " ", "broken: after_type");
	check("[INFO] 10.1.2.3:5 - 7 " ASK "x", "broken: after_type");
	check("[INFO] 10.1.2.3:5 - 7 \"A IN a. udp 40 yes 512\" NOERROR qr 1 "
	    "1s", "broken: after_type");
	check("[INFO] 10.1.2.3:5 - 7 \"A IN a. udp 40 true 512\" NOERROR qr 1 "
	    "1", "broken: after_type");
	check("[INFO] 10.1.2.3:5 - [1/Sep/2018:15:29:11 +0000] 7 " ASK,
	    "broken: before_query");
	check("[INFO] 10.1.2.300:5 - 7 " ASK, "other");
	check("[INFO] 10.1.2.3:65536 - 7 " ASK, "other");
	check("[INFO] 10.1.2.3 - 7 " ASK, "broken: client");
}

static void
test_cut(void **state)
{
	static const char line[] = "2026-11-23T08:38:08.264Z [INFO] "
	    "10.1.2.3:43366 - 43927 " ASK;

	(void)state;
	assert_true(fields_cut_are_none(coredns_parse, &memory, line,
	    sizeof(line) - 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_kept_elsewhere),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
