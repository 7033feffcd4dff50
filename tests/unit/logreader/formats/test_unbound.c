/*
 * Goal: the lines of log-queries and log-replies, in every dress, and no
 * others.
 */

#include "../fields.h"
#include "formats/unbound.h"
#include "guarded.h"
#include "unit.h"

static void
check(const char *line, const char *expected)
{
	struct log_fields f;
	char text[2048];
	size_t n = strlen(line);
	enum log_verdict v = unbound_parse((const char *)guarded_copy(line, n),
	    n, &f);

	assert_string_equal(fields_text(v, &f, text, sizeof(text)), expected);
}

static void
queries_of_every_dress(void **state)
{
	(void)state;
	check("[1795419785] unbound[24201:0] info: 192.0.2.1 "
	    "WwW.example.com. AAAA IN",
	    "query time=[1795419785] client=192.0.2.1 name=WwW.example.com. "
	    "class=IN type=AAAA");
	check("[1795419785] unbound[24201:0] query: 2001:db8::1 . NS IN",
	    "query time=[1795419785] client=2001:db8::1 name=. class=IN "
	    "type=NS");
	check("Nov 23 07:43:09 unbound[24739:1f] info: 192.0.2.1 a.b. "
	    "TYPE65280 CLASS7",
	    "query time=Nov 23 07:43:09 client=192.0.2.1 name=a.b. "
	    "class=CLASS7 type=TYPE65280");
	check("2026-11-23T07:43:09+00:00 unbound[1:0] query: 192.0.2.1 "
	    "a?b.c_d-e.*. A IN",
	    "query time=2026-11-23T07:43:09+00:00 client=192.0.2.1 "
	    "name=a?b.c_d-e.*. class=IN type=A");
	check("Nov 23 07:43:09 ns1 unbound[7]: [7:0] info: 192.0.2.1 a.b. A "
	    "IN",
	    "query time=Nov 23 07:43:09 client=192.0.2.1 name=a.b. class=IN "
	    "type=A");
	check("<30>Nov 23 07:43:09 unbound: [7:0] query: 192.0.2.1 a.b. "
	    "NEWTYPE CH",
	    "query time=Nov 23 07:43:09 client=192.0.2.1 name=a.b. class=CH "
	    "type=NEWTYPE");
	check("[1795419785] unbound[24201:0] info: fe80::1%2 a.b. A IN",
	    "query time=[1795419785] client=fe80::1%2 name=a.b. class=IN "
	    "type=A");
}

static void
replies_tell_the_rcode(void **state)
{
	(void)state;
	check("[1795419785] unbound[24201:0] info: 192.0.2.1 a.b. A IN "
	    "NOERROR 0.000000 1 60",
	    "response time=[1795419785] client=192.0.2.1 name=a.b. class=IN "
	    "type=A rcode=NOERROR");
	check("[1795419785] unbound[24201:0] reply: 192.0.2.1 a.b. A IN "
	    "NXDOMAIN 12.000660 0 33",
	    "response time=[1795419785] client=192.0.2.1 name=a.b. class=IN "
	    "type=A rcode=NXDOMAIN");
	check("[1795419785] unbound[24201:0] reply: 192.0.2.1 a.b. A IN "
	    "NOERROR 0.000000 1 60 on udp 198.51.100.53 53",
	    "response time=[1795419785] client=192.0.2.1 name=a.b. class=IN "
	    "type=A rcode=NOERROR server=198.51.100.53 server_port=53 udp");
	check("[1795419785] unbound[24201:0] reply: 192.0.2.1 a.b. A IN "
	    "NOERROR 0.000000 1 60 on dot 2001:db8::53 853",
	    "response time=[1795419785] client=192.0.2.1 name=a.b. class=IN "
	    "type=A rcode=NOERROR server=2001:db8::53 server_port=853 tcp");
	check("[1795419785] unbound[24201:0] reply: 192.0.2.1 - - - FORMERR "
	    "- - - ", "other");
	check("[1795419785] unbound[24201:0] info: 192.0.2.1 - - - FORMERR - "
	    "- - ", "other");
}

static void
other_lines_are_left_alone(void **state)
{
	(void)state;
	check("", "other");
	check("[1795419785] unbound[24201:0] ", "other");
	check("[1795419785] unbound[24201:0] info: . static 192.0.2.1@44385 "
	    "www.example.com. A IN", "other");
	check("[1795419785] unbound[24201:0] info: resolving "
	    "www.example.com. A IN", "other");
	check("[1795419785] unbound[24201:0] info: service stopped (unbound "
	    "1.17.1).", "other");
	check("[1795419785] unbound[24201:0] error: SERVFAIL <a.b. A IN>: "
	    "(no response found)", "other");
	check("[1795419785] unbound[24201:0] debug: 192.0.2.1 a.b. A IN",
	    "other");
	check("192.0.2.1 a.b. A IN", "other");
	check("Nov 23 07:43:09 ns1 sshd[7]: unbound[7:0] info: 192.0.2.1 "
	    "a.b. A IN", "other");
	check("Nov 23 07:43:09 ns1 sshd[7]: [7:0] info: 192.0.2.1 a.b. A IN",
	    "other");
	check("[1795419785 unbound[7:0] info: 192.0.2.1 a.b. A IN", "other");
	check("1795419785 unbound[7:0] info: 192.0.2.1 a.b. A IN", "other");
	check("[1795419785] [7:0] info: 192.0.2.1 a.b. A IN", "other");
	check("Nov 23 07:43:09 ns1 dmz[7]: [7:0] info: 192.0.2.1 a.b. A IN",
	    "other");
	check("<30>Nov 23 07:43:09 dmz: [7:0] info: 192.0.2.1 a.b. A IN",
	    "other");
	check("Nov 23 07:43:09 ns1 su: user x[7:0] info: 192.0.2.1 a.b. A IN",
	    "other");
	check("[1795419785] su: x[7:0] info: 192.0.2.1 a.b. A IN", "other");
}

static void
of_an_identity_of_its_own(void **state)
{
	(void)state;
	check("[1795419785] dmz[7:0] info: 192.0.2.1 a.b. A IN",
	    "query time=[1795419785] client=192.0.2.1 name=a.b. class=IN "
	    "type=A");
	check("Nov 24 09:02:26 dmz resolver-1[7796:0] query: 192.0.2.1 a.b. A "
	    "IN",
	    "query time=Nov 24 09:02:26 client=192.0.2.1 name=a.b. class=IN "
	    "type=A");
	check("2026-11-24T09:02:26.123+01:00 unbound-lan[7:a] reply: 192.0.2.1 "
	    "a.b. A IN NXDOMAIN 0.000000 1 38",
	    "response time=2026-11-24T09:02:26.123+01:00 client=192.0.2.1 "
	    "name=a.b. class=IN type=A rcode=NXDOMAIN");
	check("Nov 23 07:43:09 ns1 unbound-lan[7]: [7:0] query: 192.0.2.1 a.b. "
	    "A IN",
	    "query time=Nov 23 07:43:09 client=192.0.2.1 name=a.b. class=IN "
	    "type=A");
	check("<30>1 2026-11-23T07:43:09Z ns1 unbound_2 7 - - [7:0] info: "
	    "192.0.2.1 a.b. A IN",
	    "query time=2026-11-23T07:43:09Z client=192.0.2.1 name=a.b. "
	    "class=IN type=A");
}

static void
not_all_of_it_is_unbounds(void **state)
{
	(void)state;
	check("[1795419785] unbound[24201:0] query: 192.0.2.300 a.b. A IN",
	    "broken: client");
	check("[1795419785] unbound[24201:0] query: ", "broken: client");
	check("[1795419785] unbound[24201:0] query: 192.0.2.1", "broken: name");
	check("[1795419785] unbound[24201:0] info: 192.0.2.1 a.b A IN",
	    "broken: name");
	check("[1795419785] unbound[24201:0] info: 192.0.2.1 a.b.& A IN",
	    "broken: name");
	check("[1795419785] unbound[24201:0] info: 192.0.2.1 a\\.b. A IN",
	    "broken: name");
	check("[1795419785] unbound[24201:0] info: 192.0.2.1 null A IN",
	    "broken: name");
	check("[1795419785] unbound[24201:0] info: 192.0.2.1 a.b. A",
	    "broken: type");
	check("[1795419785] unbound[24201:0] info: 192.0.2.1 a.b. IN a",
	    "broken: type");
	check("[1795419785] unbound[24201:0] info: 192.0.2.1 a.b. A IN ",
	    "broken: after_type");
	check("[1795419785] unbound[24201:0] info: 192.0.2.1 a.b. A IN x",
	    "broken: after_type");
	check("[1795419785] unbound[24201:0] query: 192.0.2.1 a.b. A IN "
	    "NOERROR 0.000000 1 60", "broken: after_type");
	check("[1795419785] unbound[24201:0] reply: 192.0.2.1 a.b. A IN",
	    "broken: after_type");
	check("[1795419785] unbound[24201:0] reply: 192.0.2.1 a.b. A IN "
	    "NOERROR 0.000000 1", "broken: after_type");
	check("[1795419785] unbound[24201:0] reply: 192.0.2.1 a.b. A IN "
	    "NOERROR 0.000000 1 60 x", "broken: after_type");
	check("[1795419785] unbound[24201:0] reply: 192.0.2.1 a.b. A IN "
	    "NOERROR 0.000000 1 60 on udp 53", "broken: after_type");
	check("[1795419785] unbound[24201:0] reply: 192.0.2.1 a.b. A IN "
	    "NOERROR 0.000000 1 60 on udp 192.0.2.53 65536",
	    "broken: after_type");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries_of_every_dress),
		cmocka_unit_test(replies_tell_the_rcode),
		cmocka_unit_test(other_lines_are_left_alone),
		cmocka_unit_test(of_an_identity_of_its_own),
		cmocka_unit_test(not_all_of_it_is_unbounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
