/*
 * Goal: queries are found in every dress of dnsmasq's log, and names full of
 * spaces do not change who asked.
 */

#include "../fields.h"
#include "formats/dnsmasq.h"
#include "guarded.h"
#include "unit.h"

static void
check(const char *line, const char *expected)
{
	struct log_fields f;
	char text[2048];
	size_t n = strlen(line);
	enum log_verdict v = dnsmasq_parse((const char *)guarded_copy(line, n),
	    n, &f);

	assert_string_equal(fields_text(v, &f, text, sizeof(text)), expected);
}

static void
queries_of_every_dress(void **state)
{
	(void)state;
	check("Nov 23 07:44:17 dnsmasq[7]: query[A] WwW.example.com from "
	    "192.0.2.1",
	    "query time=Nov 23 07:44:17 client=192.0.2.1 "
	    "name=WwW.example.com type=A");
	check("Nov 23 07:44:17 dnsmasq[7]: query[type=65280] a.b from "
	    "2001:db8::1",
	    "query time=Nov 23 07:44:17 client=2001:db8::1 name=a.b "
	    "type=type=65280");
	check("Nov 23 07:44:17 dnsmasq[7]: query . from 192.0.2.1",
	    "query time=Nov 23 07:44:17 client=192.0.2.1 name=.");
	check("Nov 23 07:44:17 dnsmasq[7]: auth[SOA] a.b from 192.0.2.1",
	    "query time=Nov 23 07:44:17 client=192.0.2.1 name=a.b type=SOA");
	check("Nov 23 07:44:17 dnsmasq[7]: 12 192.0.2.1/5353 query[A] a.b "
	    "from 192.0.2.1",
	    "query time=Nov 23 07:44:17 client=192.0.2.1 port=5353 name=a.b "
	    "type=A");
	check("Nov 23 07:44:17 dnsmasq[7]: 12 fe80::1%eth0/5353 query[A] a.b "
	    "from fe80::1",
	    "query time=Nov 23 07:44:17 client=fe80::1 port=5353 name=a.b "
	    "type=A");
	check("Nov 23 07:44:17 dnsmasq[7]: TCP 12 192.0.2.1/5353 query[A] "
	    "a.b from 192.0.2.1",
	    "query time=Nov 23 07:44:17 client=192.0.2.1 port=5353 name=a.b "
	    "type=A tcp");
	check("Nov 23 07:44:17 dnsmasq[7]: UDP query[A] a.b from 192.0.2.1",
	    "query time=Nov 23 07:44:17 client=192.0.2.1 name=a.b type=A udp");
	check("Nov 23 07:44:17 gw dnsmasq[7]: query[A] a.b from 192.0.2.1",
	    "query time=Nov 23 07:44:17 client=192.0.2.1 name=a.b type=A");
	check("dnsmasq: query[A] a.b from 192.0.2.1",
	    "query client=192.0.2.1 name=a.b type=A");
}

static void
names_do_not_forge_clients(void **state)
{
	(void)state;
	check("Nov 23 07:44:17 dnsmasq[7]: query[A] good.example from "
	    "203.0.113.9 from 192.0.2.1",
	    "query time=Nov 23 07:44:17 client=192.0.2.1 name=good.example "
	    "from 203.0.113.9 type=A");
	check("Nov 23 07:44:17 dnsmasq[7]: query[A] x] y from "
	    "203.0.113.9.example from 192.0.2.1",
	    "query time=Nov 23 07:44:17 client=192.0.2.1 name=x] y from "
	    "203.0.113.9.example type=A");
	check("Nov 23 07:44:17 dnsmasq[7]: query 9 203.0.113.9/1 query[A] "
	    "a.b from 192.0.2.1",
	    "query time=Nov 23 07:44:17 client=192.0.2.1 name=9 "
	    "203.0.113.9/1 query[A] a.b");
	check("Nov 23 07:44:17 dnsmasq[7]: 1 192.0.2.1/9 query[A] "
	    "good.example from 203.0.113.9 from 192.0.2.1",
	    "query time=Nov 23 07:44:17 client=192.0.2.1 port=9 "
	    "name=good.example from 203.0.113.9 type=A");
	check("Nov 23 07:44:17 dnsmasq[7]: 1 192.0.2.1/9 query[A] "
	    "good.example from 203.0.113.9", "broken: client");
	check("Nov 23 07:44:17 dnsmasq[7]: query[A] client 203.0.113.9#5 "
	    "(x): query: x IN A + from 192.0.2.1",
	    "query time=Nov 23 07:44:17 client=192.0.2.1 name=client "
	    "203.0.113.9#5 (x): query: x IN A + type=A");
	check("Nov 23 07:44:17 dnsmasq[7]: config query[A] a.b from "
	    "203.0.113.9 is 192.0.2.1", "other");
	check("Nov 23 07:44:17 dnsmasq[7]: reply a.b from 203.0.113.9 is "
	    "query[A] x from 203.0.113.9", "other");
	check("Nov 23 07:44:17 dnsmasq[7]: auth a.b from 203.0.113.9", "other");
	check("Nov 23 07:44:17 gw sshd[7]: dnsmasq[7]: query[A] a.b from "
	    "192.0.2.1", "other");
	check("Nov 23 07:44:17 dnsmasq: dnsmasq: query[A] a.b from 192.0.2.1",
	    "other");
}

static void
answers_and_others_are_left_alone(void **state)
{
	(void)state;
	check("", "other");
	check("Nov 23 07:44:17 dnsmasq[7]: ", "other");
	check("Nov 23 07:44:17 dnsmasq[7]: cached a.b is 192.0.2.80", "other");
	check("Nov 23 07:44:17 dnsmasq[7]: forwarded a.b to 198.51.100.1",
	    "other");
	check("Nov 23 07:44:17 dnsmasq[7]: /etc/hosts a.b is 192.0.2.80",
	    "other");
	check("Nov 23 07:44:17 dnsmasq[7]: 1 192.0.2.1/9 config a.b is NODATA",
	    "other");
	check("Nov 23 07:44:17 dnsmasq[7]: started, version 2.90 cachesize "
	    "150", "other");
	check("Nov 23 07:44:17 dnsmasq-dhcp[7]: query[A] a.b from 192.0.2.1",
	    "other");
}

static void
not_all_of_it_is_dnsmasqs(void **state)
{
	(void)state;
	check("Nov 23 07:44:17 dnsmasq[7]: query[A] <name unprintable> from "
	    "192.0.2.1", "broken: name");
	check("Nov 23 07:44:17 dnsmasq[7]: query[A] a\001b from 192.0.2.1",
	    "broken: name");
	check("Nov 23 07:44:17 dnsmasq[7]: query[A] a\377b from 192.0.2.1",
	    "broken: name");
	check("Nov 23 07:44:17 dnsmasq[7]: query[A]  from 192.0.2.1",
	    "broken: name");
	check("Nov 23 07:44:17 dnsmasq[7]: query[A] from 192.0.2.1",
	    "broken: client");
	check("Nov 23 07:44:17 dnsmasq[7]: query[A] a.b", "broken: client");
	check("Nov 23 07:44:17 dnsmasq[7]: query[A] a.b from 192.0.2.1 ",
	    "broken: client");
	check("Nov 23 07:44:17 dnsmasq[7]: query[A] a.b from 192.0.2.300",
	    "broken: client");
	check("Nov 23 07:44:17 dnsmasq[7]: query[] a.b from 192.0.2.1",
	    "other");
	check("Nov 23 07:44:17 dnsmasq[7]: query[A a.b from 192.0.2.1",
	    "other");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries_of_every_dress),
		cmocka_unit_test(names_do_not_forge_clients),
		cmocka_unit_test(answers_and_others_are_left_alone),
		cmocka_unit_test(not_all_of_it_is_dnsmasqs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
