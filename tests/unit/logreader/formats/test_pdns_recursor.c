/*
 * Goal: who asked is found in plain and structured lines, and the names in
 * them stay names.
 */

#include "../fields.h"
#include "formats/pdns_recursor.h"
#include "guarded.h"
#include "unit.h"

static void
check(const char *line, const char *expected)
{
	struct log_fields f;
	char text[2048];
	size_t n = strlen(line);
	enum log_verdict v = pdns_recursor_parse((const char *)guarded_copy(line, n),
	    n, &f);

	assert_string_equal(fields_text(v, &f, text, sizeof(text)), expected);
}

static void
plain_lines(void **state)
{
	(void)state;
	check("Nov 23 07:45:41 1 [34/1] question for 'a\\032b.example|A' "
	    "from 192.0.2.1:53",
	    "query time=Nov 23 07:45:41 client=192.0.2.1 port=53 "
	    "name=a\\032b.example type=A udp");
	check("Nov 23 07:45:41 1 [34/1] TCP question for '.|NS' from "
	    "[2001:db8::1]:53",
	    "query time=Nov 23 07:45:41 client=2001:db8::1 port=53 name=. "
	    "type=NS tcp");
	check("Nov 23 07:45:41 1 [34/1] question for 'a.b|TYPE65535' from "
	    "2001:db8::1",
	    "query time=Nov 23 07:45:41 client=2001:db8::1 name=a.b "
	    "type=TYPE65535 udp");
	check("Nov 23 07:45:41 1 [34/1] question for 'a.b|A' from "
	    "192.0.2.1:53 (ecs 192.0.2.0/24)",
	    "query time=Nov 23 07:45:41 client=192.0.2.1 port=53 name=a.b "
	    "type=A udp");
	check("Nov 23 07:45:41 1 [34/1] question for 'a.b|A' from "
	    "192.0.2.1:53 (proxied by [2001:db8::9]:1) (ecs 2001:db8::/32)",
	    "query time=Nov 23 07:45:41 client=192.0.2.1 port=53 name=a.b "
	    "type=A udp");
	check("Nov 23 07:45:41 vm pdns_recursor[7]: 3 [34/1] question for "
	    "'a.b|A' from 192.0.2.1",
	    "query time=Nov 23 07:45:41 client=192.0.2.1 name=a.b type=A udp");
	check("Nov 23 07:45:41 vm pdns-recursor[7]: 3 [34/1] question for "
	    "'a.b|A' from 192.0.2.1",
	    "query time=Nov 23 07:45:41 client=192.0.2.1 name=a.b type=A udp");
	check("1 [34/1] question for 'a.b|A' from 192.0.2.1:53",
	    "query client=192.0.2.1 port=53 name=a.b type=A udp");
}

static void
plain_names_do_not_forge(void **state)
{
	(void)state;
	check("Nov 23 07:45:41 1 [34/1] question for "
	    "'a|MX'\\032from\\032203.0.113.9.example|A' from 192.0.2.1:53",
	    "query time=Nov 23 07:45:41 client=192.0.2.1 port=53 "
	    "name=a|MX'\\032from\\032203.0.113.9.example type=A udp");
	check("Nov 23 07:45:41 1 [34/1] question for 'a|MX' from "
	    "203.0.113.9.example|A' from 192.0.2.1:53", "broken: client");
	check("Nov 23 07:45:41 1 [34/1] answer to question 'a.b|A': 1 "
	    "answers, rcode=0", "other");
	check("Nov 23 07:45:41 1 question answered from packet cache tag=0 "
	    "from 192.0.2.1:53", "other");
	check("Nov 23 07:45:41 vm sshd[7]: 1 [34/1] question for 'a.b|A' "
	    "from 192.0.2.1:53", "other");
}

static void
plain_lines_that_are_broken(void **state)
{
	(void)state;
	check("", "other");
	check("Nov 23 07:45:41 1 [34/1] ", "other");
	check("Nov 23 07:45:41 1 [34/1] question for 'a.b' from 192.0.2.1:53",
	    "broken: type");
	check("Nov 23 07:45:41 1 [34/1] question for 'a.b|' from 192.0.2.1:53",
	    "broken: type");
	check("Nov 23 07:45:41 1 [34/1] question for '|A' from 192.0.2.1:53",
	    "broken: name");
	check("Nov 23 07:45:41 1 [34/1] question for '", "broken: name");
	check("Nov 23 07:45:41 1 [34/1] question for 'a.b|A' from "
	    "192.0.2.1:65536", "broken: client");
	check("Nov 23 07:45:41 1 [34/1] question for 'a.b|A' from "
	    "[192.0.2.1:5", "broken: client");
	check("Nov 23 07:45:41 1 [34/1] question for 'a.b|A' from "
	    "192.0.2.1:53 x", "broken: after_type");
	check("Nov 23 07:45:41 1 [34/1] question for 'a.b|A' from "
	    "192.0.2.1:53 (ecs x", "broken: after_type");
}

static void
structured_lines(void **state)
{
	(void)state;
	check("Nov 23 07:45:14 msg=\"Question\" subsystem=\"syncres\" "
	    "level=\"0\" ts=\"1795419914.591\" ecs=\"\" mtid=\"1\" "
	    "proto=\"udp\" qname=\"WwW.example.com\" qtype=\"A\" "
	    "remote=\"192.0.2.1:53\"",
	    "query time=1795419914.591 client=192.0.2.1 port=53 "
	    "name=WwW.example.com type=A udp");
	check("Nov 23 07:45:14 msg=\"Question\" subsystem=\"syncres\" "
	    "level=\"0\" ts=\"1795419914.591\" ecs=\"\" proto=\"tcp\" "
	    "qname=\"q\\\"uo\\\\032te.b\" qtype=\"TYPE9\" "
	    "remote=\"[2001:db8::1]:53\"",
	    "query time=1795419914.591 client=2001:db8::1 port=53 "
	    "name=q\\\"uo\\\\032te.b type=TYPE9 tcp");
	check("msg=\"Question answered from packet cache\" ts=\"1.5\" "
	    "proto=\"udp\" qname=\".\" qtype=\"NS\" "
	    "remote=\"198.51.100.9:1\" source=\"192.0.2.1:53\" tag=\"0\"",
	    "query time=1.5 client=192.0.2.1 port=53 name=. type=NS udp");
	check("Nov 23 07:45:14 msg=\"Question\" qname=\"a\" qtype=\"A\" "
	    "remote=\"192.0.2.1:5 (proxied by 198.51.100.9:1)\"",
	    "query time=Nov 23 07:45:14 client=192.0.2.1 port=5 name=a type=A");
	check("msg=\"Answer\" ts=\"1795419914.591\" qname=\"a.b\" "
	    "qtype=\"A\" rcode=\"3\" rd=\"1\" remote=\"192.0.2.1:53\"",
	    "response time=1795419914.591 client=192.0.2.1 port=53 name=a.b "
	    "type=A rcode=3");
	check("Nov 23 07:45:14 vm pdns_recursor[7]: msg=\"Question\" "
	    "qname=\"a.b\" qtype=\"A\" remote=\"192.0.2.1:53\"",
	    "query time=Nov 23 07:45:14 client=192.0.2.1 port=53 name=a.b "
	    "type=A");
}

static void
structured_names_do_not_forge(void **state)
{
	(void)state;
	check("Nov 23 07:45:14 msg=\"Question\" subsystem=\"syncres\" "
	    "level=\"0\" ts=\"1795419914.591\" ecs=\"\" qname=\"x\\\" "
	    "qtype=\\\"A\\\" remote=\\\"203.0.113.9:1\" qtype=\"A\" "
	    "remote=\"192.0.2.1:53\"", "broken: name");
	check("Nov 23 07:45:14 msg=\"Question\" subsystem=\"syncres\" "
	    "level=\"0\" ts=\"1795419914.591\" ecs=\"\" "
	    "qname=\"x\\\"\\\\032remote=\\\"203.0.113.9:1\" qtype=\"A\" "
	    "remote=\"192.0.2.1:53\"",
	    "query time=1795419914.591 client=192.0.2.1 port=53 "
	    "name=x\\\"\\\\032remote=\\\"203.0.113.9:1 type=A");
	check("Nov 23 07:45:14 msg=\"Question\" subsystem=\"syncres\" "
	    "level=\"0\" ts=\"1795419914.591\" ecs=\"\" qname=\"x\" "
	    "qtype=\"A\" remote=\"203.0.113.9:1\" remote=\"192.0.2.1:53\"",
	    "broken: after_type");
	check("msg=\"Sending SERVFAIL\" qname=\"a.b\" qtype=\"A\" "
	    "remote=\"192.0.2.1:53\"", "other");
}

static void
json_lines(void **state)
{
	(void)state;
	check("{\"ecs\": \"\", \"level\": \"0\", \"msg\": \"Question\", "
	    "\"mtid\": \"1\", \"priority\": \"6\", \"proto\": \"udp\", "
	    "\"qname\": \"WwW.example.com\", \"qtype\": \"A\", \"remote\": "
	    "\"192.0.2.1:53\", \"subsystem\": \"syncres\", \"tid\": \"1\", "
	    "\"ts\": \"1795419914.591\"}",
	    "query time=1795419914.591 client=192.0.2.1 port=53 "
	    "name=WwW.example.com type=A udp");
	check("Nov 23 07:45:14 vm pdns_recursor-dmz[7]: {\"msg\": \"Answer\", "
	    "\"proto\": \"tcp\", \"qname\": \"a\\\\032b.c\", \"qtype\": "
	    "\"TYPE9\", \"rcode\": \"3\", \"remote\": \"[2001:db8::1]:53\"}",
	    "response time=Nov 23 07:45:14 client=2001:db8::1 port=53 "
	    "name=a\\\\032b.c type=TYPE9 rcode=3 tcp");
	check("{\"msg\": \"Question answered from packet cache\", \"qname\": "
	    "\".\", \"qtype\": \"NS\", \"remote\": \"198.51.100.9:1\", "
	    "\"source\": \"192.0.2.1:53\", \"tag\": \"0\", \"ts\": \"1.5\"}",
	    "query time=1.5 client=192.0.2.1 port=53 name=. type=NS");
}

static void
json_lines_that_are_no_queries(void **state)
{
	(void)state;
	check("{\"msg\": \"Periodic statistics report\", \"questions\": "
	    "\"7\"}", "other");
	check("{\"query\": \"a.b\"}", "other");
	check("Nov 23 07:45:14 vm sshd[7]: {\"msg\": \"Question\", \"qname\": "
	    "\"a\", \"qtype\": \"A\", \"remote\": \"192.0.2.1:1\"}",
	    "other");
	check("{\"msg\": \"Question\", \"qname\": \"a\", \"qtype\": \"A\", "
	    "\"remote\": \"192.0.2.1:1\"", "broken: after_type");
	check("{\"msg\": \"Question\", \"qname\": \"a\", \"qtype\": \"A\", "
	    "\"remote\": \"192.0.2.1:1\"} x", "broken: after_type");
	check("{\"msg\": \"Question\", \"qname\": \"a\", \"qtype\": 1, "
	    "\"remote\": \"192.0.2.1:1\"}", "broken: after_type");
	check("{\"msg\": \"Question\", \"qname\": \"x\", \"qtype\": \"A\", "
	    "\"remote\": \"203.0.113.9:1\", \"remote\": \"192.0.2.1:1\"}",
	    "broken: after_type");
	check("{\"msg\": \"Question\", \"qname\": \"x\\\", \\\"remote\\\": "
	    "\\\"203.0.113.9\", \"qtype\": \"A\", \"remote\": "
	    "\"192.0.2.1:1\"}", "broken: name");
	check("{\"msg\": \"Question\", \"qname\": \"x\", \"qtype\": \"A\"}",
	    "broken: client");
}

static void
structured_lines_that_are_broken(void **state)
{
	(void)state;
	check("msg=\"Question", "broken: after_type");
	check("msg=\"Question\\\"", "broken: after_type");
	check("msg=\"Question\" ", "broken: after_type");
	check("msg=\"Question\" qname=a.b", "broken: after_type");
	check("msg=\"Question\" qname=\"a.b\" qtype=\"A\"", "broken: client");
	check("msg=\"Question\" qname=\"a.b\" qtype=\"A\" remote=\"x:1\"",
	    "broken: client");
	check("msg=\"Question\" qname=\"a.b\" qtype=\"A\" "
	    "remote=\"192.0.2.1:53 x\"", "broken: client");
	check("msg=\"Question\" qname=\"\" qtype=\"A\" "
	    "remote=\"192.0.2.1:53\"", "broken: name");
	check("msg=\"Question\" qname=\"a.b\" qtype=\"a\" "
	    "remote=\"192.0.2.1:53\"", "broken: type");
	check("msg=\"Question\" qname=\"a.b\" remote=\"192.0.2.1:53\"",
	    "broken: type");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_lines),
		cmocka_unit_test(plain_names_do_not_forge),
		cmocka_unit_test(plain_lines_that_are_broken),
		cmocka_unit_test(structured_lines),
		cmocka_unit_test(structured_names_do_not_forge),
		cmocka_unit_test(json_lines),
		cmocka_unit_test(json_lines_that_are_no_queries),
		cmocka_unit_test(structured_lines_that_are_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
