/*
 * Goal: every shape of line that BIND 9.0 to 9.21 has printed is read, with
 * the right fields, and nothing else is.
 */

#include "../fields.h"
#include "formats/bind9.h"
#include "guarded.h"
#include "unit.h"

struct row {
	const char *line, *expected;
};

static void
check(const struct row *rows)
{
	struct log_fields f;
	char text[4096];

	for (; rows->line != NULL; rows++) {
		size_t n = strlen(rows->line);
		enum log_verdict v = bind9_parse((const char *)guarded_copy(rows->line, n), n,
		    &f);

		assert_string_equal(fields_text(v, &f, text, sizeof(text)),
		    rows->expected);
	}
}

static void
test_versions(void **state)
{
	static const struct row rows[] = {
		/* 9.0: no class; the type alone ends the line */
		{ "client 10.0.0.1#1025: query: www.example.com A",
		  "query client=10.0.0.1 port=1025 name=www.example.com "
		  "type=A" },
		{ "Nov 23 08:05:40.684 general: debug 1: client 10.0.0.1#1025: "
		  "query: www.example.com RRTYPE7",
		  "query time=Nov 23 08:05:40.684 client=10.0.0.1 port=1025 "
		  "name=www.example.com type=RRTYPE7" },
		{ "client 10.0.0.1#1: query: a.example ANY",
		  "query client=10.0.0.1 port=1 name=a.example type=ANY" },
		/* 9.1, 9.2 */
		{ "Nov 23 08:05:40.684 queries: info: client 127.0.0.1#45299: "
		  "query: www.example.com IN A",
		  "query time=Nov 23 08:05:40.684 client=127.0.0.1 port=45299 "
		  "name=www.example.com class=IN type=A" },
		/* 9.3 to 9.6 */
		{ "23-Nov-2026 08:02:32.332 client 127.0.0.1#48381: query: "
		  "tsig.example.com IN A +SE",
		  "query time=23-Nov-2026 08:02:32.332 client=127.0.0.1 "
		  "port=48381 name=tsig.example.com class=IN type=A "
		  "flags=+SE" },
		{ "client 10.0.0.96#39762: view trusted: query: x.example IN "
		  "TXT -EDC",
		  "query client=10.0.0.96 port=39762 view=trusted "
		  "name=x.example class=IN type=TXT flags=-EDC" },
		/* 9.7, 9.8 */
		{ "23-Nov-2026 08:08:10.569 queries: info: client "
		  "127.0.0.1#42561: query: tsig.example.com IN A +SETDC "
		  "(127.0.0.1)",
		  "query time=23-Nov-2026 08:08:10.569 client=127.0.0.1 "
		  "port=42561 name=tsig.example.com class=IN type=A "
		  "flags=+SETDC server=127.0.0.1 tcp" },
		/* 9.9, 9.10 */
		{ "23-Nov-2026 08:14:59.630 queries: info: client "
		  "127.0.0.1#44275/key qkey (tsig.example.com): view internal: "
		  "query: tsig.example.com IN A +SETDC (127.0.0.1)",
		  "query time=23-Nov-2026 08:14:59.630 client=127.0.0.1 "
		  "port=44275 view=internal name=tsig.example.com class=IN "
		  "type=A flags=+SETDC server=127.0.0.1 tcp" },
		/* 9.11 to 9.20.2, ECS since 9.12 */
		{ "2026-11-23T07:38:08.264Z info: client @0x7fc71a432098 "
		  "2001:db8::1#49511 (WwW.ExAmPlE.CoM): query: WwW.ExAmPlE.CoM "
		  "IN TYPE65 +SE(0)TDCK (2001:db8::53) [ECS 2001:db8:1::/48/0]",
		  "query time=2026-11-23T07:38:08.264Z client=2001:db8::1 "
		  "port=49511 name=WwW.ExAmPlE.CoM class=IN type=TYPE65 "
		  "flags=+SE(0)TDCK server=2001:db8::53 tcp" },
		/* 9.20.3 on */
		{ "client @0x55ca9b856a10 127.0.0.1#33585 (nx.test): response: "
		  "nx.test IN MX REFUSED 0 0 1 +E(0)K (127.0.0.1) "
		  "[ECS 198.51.100.0/24/0]",
		  "response client=127.0.0.1 port=33585 name=nx.test class=IN "
		  "type=MX rcode=REFUSED flags=+E(0)K server=127.0.0.1 udp" },
		/* 9.21.5 on */
		{ "2026-11-23T08:38:08.264+01:00 queries: client "
		  "@0x729bf5c26000 10.53.0.1#35976 (example.test): query: "
		  "example.test IN A +E(0)K (10.53.0.1#53)",
		  "query time=2026-11-23T08:38:08.264+01:00 client=10.53.0.1 "
		  "port=35976 name=example.test class=IN type=A flags=+E(0)K "
		  "server=10.53.0.1 server_port=53 udp" },
		{ NULL, NULL },
	};

	(void)state;
	check(rows);
}

static void
test_odd_but_legitimate(void **state)
{
	static const struct row rows[] = {
		{ "client @0xab fe80::1%2#53 (.): query: . IN NS + (fe80::2%2)",
		  "query client=fe80::1%2 port=53 name=. class=IN type=NS "
		  "flags=+ server=fe80::2%2 udp" },
		{ "client @0xab (no-peer) (a.b): query: a.b IN A + (1.2.3.4)",
		  "query name=a.b class=IN type=A flags=+ server=1.2.3.4 udp" },
		{ "client @0xab 1.2.3.4#5 (a.b): query: a.b IN A + "
		  "(<unknown address, family 0>)",
		  "query client=1.2.3.4 port=5 name=a.b class=IN type=A "
		  "flags=+" },
		{ "client @0xab 1.2.3.4#5 (a.b): query: a.b CLASS7 RESERVED0 "
		  "+ (1.2.3.4)",
		  "query client=1.2.3.4 port=5 name=a.b class=CLASS7 "
		  "type=RESERVED0 flags=+ server=1.2.3.4 udp" },
		/* what ISC may add next */
		{ "client @0xab 1.2.3.4#5 (a.b): query: a.b IN FUTURE "
		  "+E(0)QX(3) (1.2.3.4) [NEW x: y] [ECS 1.2.3.0/24/0]",
		  "query client=1.2.3.4 port=5 name=a.b class=IN type=FUTURE "
		  "flags=+E(0)QX(3) server=1.2.3.4 udp strange" },
		/* a view can hold anything, even what looks like a query */
		{ "client 1.2.3.4#5 (a.b): view ext net: query: v2: query: a.b "
		  "IN A + (1.2.3.4)",
		  "query client=1.2.3.4 port=5 view=ext net: query: v2 "
		  "name=a.b class=IN type=A flags=+ server=1.2.3.4 udp" },
		{ "client 1.2.3.4#5 (2001:db8::12:): query: 2001:db8::12: IN "
		  "AAAA + (1.2.3.4)",
		  "query client=1.2.3.4 port=5 name=2001:db8::12: class=IN "
		  "type=AAAA flags=+ server=1.2.3.4 udp" },
		{ "99-Bad-9999 99:99:99.999 client 1.2.3.4#5: query: a IN A",
		  "query time=99-Bad-9999 99:99:99.999 client=1.2.3.4 port=5 "
		  "name=a class=IN type=A" },
		{ NULL, NULL },
	};

	(void)state;
	check(rows);
}

static void
test_hostile_names(void **state)
{
	static const struct row rows[] = {
		{ "client 1.2.3.4#5 (x:\\032query:\\032y.b): query: "
		  "x:\\032query:\\032y.b IN A + (1.2.3.4)",
		  "query client=1.2.3.4 port=5 name=x:\\032query:\\032y.b "
		  "class=IN type=A flags=+ server=1.2.3.4 udp" },
		{ "client 1.2.3.4#5 (e\\):\\032q.b): query: e\\):\\032q.b IN A "
		  "+ (1.2.3.4)",
		  "query client=1.2.3.4 port=5 name=e\\):\\032q.b class=IN "
		  "type=A flags=+ server=1.2.3.4 udp" },
		{ "client 1.2.3.4#5 (a\\\\): query: a\\\\ IN A + (1.2.3.4)",
		  "query client=1.2.3.4 port=5 name=a\\\\ class=IN type=A "
		  "flags=+ server=1.2.3.4 udp" },
		{ "client 1.2.3.4#5: query: x/A/IN#53@[1] IN A",
		  "query client=1.2.3.4 port=5 name=x/A/IN#53@[1] class=IN "
		  "type=A" },
		/* the one name that looks like the mark before it */
		{ "client 1.2.3.4#5 (query:): query: query: IN A + (1.2.3.4)",
		  "query client=1.2.3.4 port=5 name=query: class=IN type=A "
		  "flags=+ server=1.2.3.4 udp" },
		{ "client 1.2.3.4#5 (query:): response: query: IN A NOERROR 0 "
		  "0 0 + (1.2.3.4)",
		  "response client=1.2.3.4 port=5 name=query: class=IN type=A "
		  "rcode=NOERROR flags=+ server=1.2.3.4 udp" },
		{ "client 1.2.3.4#5: view v: query: query: a IN A +",
		  "query client=1.2.3.4 port=5 view=v: query name=a class=IN "
		  "type=A flags=+" },
		/* never printed so: a raw space, a control, a high byte */
		{ "client 1.2.3.4#5: query: a b IN A", "broken: type" },
		{ "client 1.2.3.4#5: query: a\x01 IN A", "broken: name" },
		{ "client 1.2.3.4#5: query: a\x7f IN A", "broken: name" },
		{ "client 1.2.3.4#5: query: \xc3\xa4 IN A", "broken: name" },
		{ "client 1.2.3.4#5 (a\xff): query: a\xff IN A + (1.2.3.4)",
		  "broken: name" },
		{ "client 1.2.3.4#5: query: \\[x8/8].b IN A", "broken: name" },
		{ "client 1.2.3.4#5: query: <unknown> IN A", "broken: name" },
		{ "client 1.2.3.4#5: query:  IN A", "broken: name" },
		{ NULL, NULL },
	};

	(void)state;
	check(rows);
}

static void
test_cut_by_a_relay(void **state)
{
	/* With the echo the name is known; only whole tokens stay. */
	static const char line[] = "client @0x1 1.2.3.4#5 (a.example): query: "
	    "a.example IN AAAA +E(0)K (10.0.0.53)";
	struct log_fields f;
	size_t mark = (size_t)(strstr(line, "query: ") + 7 - line);
	size_t type = (size_t)(strstr(line, " AAAA") - line);

	(void)state;
	for (size_t n = 0; n < sizeof(line) - 1; n++) {
		enum log_verdict v = bind9_parse((const char *)guarded_copy(line, n), n, &f);

		if (n < mark) {
			assert_int_equal(v, LOG_OTHER);
			continue;
		}
		assert_int_equal(v, LOG_QUERY);
		assert_true(f.truncated);
		assert_true(text_is(f.name, "a.example"));
		assert_true(f.type.length == 0 || text_is(f.type, "AAAA"));
		assert_true(f.type.length == 0 || n > type + 5);
		assert_true(f.rrclass.length == 0 || text_is(f.rrclass, "IN"));
	}
	static const struct row rows[] = {
		{ "client 1.2.3.4#5 (a.example): query: b.example IN A + "
		  "(1.2.3.4)",
		  "query client=1.2.3.4 port=5 name=a.example flags=+ "
		  "server=1.2.3.4 udp truncated" },
		/* without an echo nothing tells what is missing */
		{ "client 1.2.3.4#5: query: a.exam", "broken: name" },
		{ "client 1.2.3.4#5: query: a.example I",
		  "broken: type" },
		{ "client 1.2.3.4#5: query: a.example IN",
		  "broken: type" },
		{ "client 1.2.3.4#5: query: a.example IN AAA",
		  "broken: type" },
		{ "client 1.2.3.4#5: query: a.example IN A +E (1.2",
		  "broken: after_type" },
		{ NULL, NULL },
	};
	check(rows);
}

static void
test_not_queries(void **state)
{
	static const struct row rows[] = {
		{ "", "other" },
		{ "23-Nov-2026 08:38:06.268 general: notice: running",
		  "other" },
		{ "Jul 24 14:16:55 raid5 named[3935]: client 1.2.3.4#4795: "
		  "query 'ricreig.com/NS/IN' denied", "other" },
		{ "04-Aug-2021 00:20:26.964 query-errors: info: client @0x7f "
		  "77.125.168.17#6672 (p.com): query failed (REFUSED) for "
		  "p.com/IN/RRSIG at query.c:6980", "other" },
		{ "client 123.456.111.11#64665 (a.b): query: a.b IN A + "
		  "(1.2.3.4)", "broken: client" },
		{ "client 1.2.3.4#65536: query: a IN A", "broken: client" },
		{ "client 1.2.3.4: query: a IN A", "broken: client" },
		{ "client @0xzz 1.2.3.4#5: query: a IN A", "broken: client" },
		{ "client 1.2.3.4#5 a: query: a IN A",
		  "broken: before_query" },
		{ "client 1.2.3.4#5: query: a IN A + (1.2.3.4) junk",
		  "broken: after_type" },
		{ "client 1.2.3.4#5: query: a IN A +E(",
		    "broken: after_type" },
		{ "client 1.2.3.4#5: query: a IN A ", "broken: after_type" },
		{ "client 1.2.3.4#5: query: a IN A + (1.2.3.4) [x",
		  "broken: after_type" },
		{ "client 1.2.3.4#5: query: a IN A + (1.2.3.444)",
		  "broken: after_type" },
		{ "client 1.2.3.4#5: query: a in a", "broken: type" },
		{ "client 1.2.3.4#5: query: a IN A/ +", "broken: type" },
		{ "client 1.2.3.4#5: response: a IN A NOERROR 1 0",
		  "broken: after_type" },
		{ "xx client 1.2.3.4#5: query: a IN A", "broken: prefix" },
		{ "client: query: a IN A", "other" },
		{ NULL, NULL },
	};

	(void)state;
	check(rows);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_odd_but_legitimate),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_cut_by_a_relay),
		cmocka_unit_test(test_not_queries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
