/*
 * Goal: a line is of one format only, so what a log is told by its first
 * query does not depend on the order in which formats are tried; not even if
 * its name holds a line of another one.
 */

#include "log_format.h"
#include "unit.h"

static const struct {
	const char *format, *line;
} rows[] = {
	{ "bind9", "client @0x1 10.1.2.3#5 (a.b): query: a.b IN A + (::1)" },
	{ "bind9", "Nov 23 08:38:08 ns named[7]: client 10.1.2.3#5: query: "
	    "a.b IN A" },
	{ "bind9", "client @0x1 10.1.2.3#5 (XX+/10.1.2.3/a/A/IN): query: "
	    "XX+/10.1.2.3/a/A/IN IN A + (::1)" },
	{ "bind8", "XX+/10.1.2.3/a.b/A/IN" },
	{ "unbound", "Nov 23 08:38:08 dmz resolver[7:0] info: 10.1.2.3 a.b. A "
	    "IN" },
	{ "pdns-recursor", "{\"msg\": \"Question\", \"qname\": \"a.b\", "
	    "\"qtype\": \"A\", \"remote\": \"10.1.2.3:5\"}" },
	{ "zeek", "{\"ts\":1.5,\"id\":{\"orig_h\":\"10.1.2.3\"},\"query\":"
	    "\"a.b\"}" },
	{ "dnsmasq", "{\"log\":\"dnsmasq: query[A] a.b from 10.1.2.3\\n\","
	    "\"stream\":\"stderr\",\"time\":\"2026-11-23T07:38:08Z\"}" },
	{ "dnsmasq", "2026-11-23T07:38:08Z stderr F dnsmasq: query[A] client "
	    "10.9.9.9#5 (a): query: a IN A + (::1) from 10.1.2.3" },
	{ "bind8", "Nov 23 08:38:08 ns named[7]: XX+/10.1.2.3/{}/A/IN" },
	{ "coredns", "[INFO] 10.1.2.3:5 - 7 \"A IN a.b. udp 40 false 512\" "
	    "NOERROR qr,rd 1 1s" },
	{ "coredns", "[INFO] 10.1.2.3:5 - 7 \"A IN client\\ 10.9.9.9#5:\\ "
	    "query:\\ a\\ IN\\ A. udp 40 false 512\" NOERROR qr,rd 1 1s" },
	{ "windows", "6/5/2013 10:00:32 AM 0E70 PACKET  00000000033397A0 UDP "
	    "Rcv 10.1.2.3        5b47   Q [0001   D   NOERROR] A      "
	    "(3)www(0)" },
	{ "windows", "20130605 10:00:32 0E70 PACKET  00000000033397A0 UDP "
	    "Rcv 10.1.2.3        5b47   Q [0001   D   NOERROR] A      "
	    "(38)client 10.9.9.9#5 (a): query: a IN A +(0)" },
	{ "adguard", "{\"T\":\"2026-11-23T08:38:08Z\",\"QH\":\"a\",\"QT\":\"A\","
	    "\"QC\":\"IN\",\"CP\":\"\",\"IP\":\"10.1.2.3\"}" },
	{ "adguard", "{\"T\":\"2026-11-23T08:38:08Z\",\"QH\":\"{\\\"ts\\\":1,"
	    "\\\"id.orig_h\\\":\\\"10.9.9.9\\\",\\\"query\\\":\\\"a\\\"}\","
	    "\"QT\":\"A\",\"QC\":\"IN\",\"CP\":\"\",\"IP\":\"10.1.2.3\"}" },
	{ "zeek", "{\"ts\":1795419793.059253,\"id.orig_h\":\"10.1.2.3\","
	    "\"query\":\"XX+/10.9.9.9/a/A/IN\"}" },
	{ "zeek", "1795419793.059253\tC\t10.1.2.3\t4\t10.0.0.53\t53\tudp\t3\t"
	    "0.000870\tclient 10.9.9.9#5 (a): query: a IN A +\t1\tC_INTERNET\t"
	    "1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\t-\t-\tF" },
	{ "zeek", "1795419793.059253\tC\t10.1.2.3\t4\t10.0.0.53\t53\tudp\t3\t"
	    "0.000870\ta\t1\tC_INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\t"
	    ": query: a IN A +\t-\tF" },
	{ "unbound", "[1795419785] unbound[7:0] info: 10.1.2.3 a.b. A IN" },
	{ "unbound", "Nov 23 07:39:21 unbound[7:0] reply: 10.1.2.3 a.b. A IN "
	    "NOERROR 0.000000 1 60" },
	{ "unbound", "Nov 23 07:39:21 vm unbound[7]: [7:0] info: 10.1.2.3 "
	    "a.b. A IN" },
	{ "dnsmasq", "Nov 23 07:39:21 dnsmasq[7]: query[A] a.b from 10.1.2.3" },
	{ "dnsmasq", "dnsmasq: 1 10.1.2.3/5 query[A] a.b from 10.1.2.3" },
	{ "dnsmasq", "Nov 23 07:39:21 dnsmasq[7]: query[A] client "
	    "203.0.113.9#5 (x): query: x IN A + (192.0.2.53) from 10.1.2.3" },
	{ "dnsmasq", "dnsmasq: query[A] client 203.0.113.9#5: view v from "
	    "10.1.2.3: query: x from 10.1.2.3" },
	{ "dnsmasq", "dnsmasq: query[A] XX+/203.0.113.9/a/A/IN from 10.1.2.3" },
	{ "dnsmasq", "dnsmasq: query[A] Packet from 203.0.113.9:5 for a. A "
	    "with id 5 from 10.1.2.3" },
	{ "pdns-recursor", "Nov 23 07:39:21 1 [34/1] question for 'a.b|A' from "
	    "10.1.2.3:53" },
	{ "pdns-recursor", "msg=\"Question\" qname=\"a.b\" qtype=\"A\" "
	    "remote=\"10.1.2.3:53\"" },
	{ "dnsdist", "Packet from 10.1.2.3:5 for a.b. A with id 5" },
	{ "dnsdist", "[1795420004.749319299] Packet from 10.1.2.3:5 for a.b. A "
	    "with id 5" },
};

static void
test_one_only(void **state)
{
	struct log_memory m;
	struct log_fields f;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (const struct log_format *t = log_format_table;
		    t->name != NULL; t++) {
			m = (struct log_memory){ .columns = 0 };
			if ((log_format_parse(t, &m, rows[i].line,
			    strlen(rows[i].line), &f) == LOG_QUERY) !=
			    (strcmp(t->name, rows[i].format) == 0))
				fail_msg("%s and: %s", t->name, rows[i].line);
		}
	}
}

static void
test_recognise(void **state)
{
	struct log_memory m = { .columns = 0 };
	struct log_fields f;
	enum log_verdict v;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct log_format *found = log_format_recognise(&m,
		    rows[i].line, strlen(rows[i].line), &f, &v);

		assert_non_null(found);
		assert_string_equal(found->name, rows[i].format);
		assert_int_equal(v, LOG_QUERY);
		assert_true(text_is(f.client, "10.1.2.3"));
	}
	assert_null(log_format_recognise(&m, "x", 1, &f, &v));
	assert_int_equal(v, LOG_OTHER);
	assert_null(log_format_recognise(&m, "{", 1, &f, &v));
	assert_int_equal(v, LOG_BROKEN_PREFIX);
}

static void
test_names(void **state)
{
	char all[256], few[8];

	(void)state;
	assert_ptr_equal(log_format_names(all, sizeof(all)), all);
	for (const struct log_format *t = log_format_table; t->name != NULL;
	    t++) {
		assert_ptr_equal(log_format_find(t->name), t);
		assert_non_null(strstr(all, t->name));
	}
	assert_null(log_format_find("bind10"));
	assert_string_equal(log_format_names(few, sizeof(few)), "bind9, ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_only),
		cmocka_unit_test(test_recognise),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
