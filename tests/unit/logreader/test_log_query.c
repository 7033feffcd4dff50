/*
 * Goal: what a line says becomes a query, and what it does not say stays
 * absent.
 */

#include "log_query.h"
#include "unit.h"

static int
from(const char *line, struct query *q)
{
	struct log_memory m = { .columns = 0 };
	struct log_fields f;
	enum log_verdict v;

	assert_non_null(log_format_recognise(&m, line, strlen(line), &f, &v));
	assert_int_equal(v, LOG_QUERY);
	return log_query_from(&f, q);
}

static void
test_full(void **state)
{
	struct query q;

	(void)state;
	assert_int_equal(from("client @0x1 10.1.2.3#4711 (A.b): query: A.b IN "
	    "AAAA -SE(0)TDCVQ (10.0.0.53#5353)", &q), 0);
	assert_memory_equal(q.client.bytes, "\x0a\x01\x02\x03", 4);
	assert_int_equal(q.client.family, 4);
	assert_int_equal(q.client_port, 4711);
	assert_memory_equal(q.server.bytes, "\x0a\x00\x00\x35", 4);
	assert_int_equal(q.server_port, 5353);
	assert_int_equal(q.transport, QUERY_TRANSPORT_TCP);
	assert_int_equal(q.flags, QUERY_FLAGS_KNOWN | QUERY_FLAG_SIGNED |
	    QUERY_FLAG_EDNS | QUERY_FLAG_TCP | QUERY_FLAG_DO | QUERY_FLAG_CD |
	    QUERY_FLAG_COOKIE_VALID);
	assert_int_equal(q.qtype, 28);
	assert_int_equal(q.qclass, 1);
	assert_string_equal(q.qtype_token, "AAAA");
	assert_string_equal(q.qclass_token, "IN");
	assert_int_equal(q.qname.length, 5);
	assert_memory_equal(q.qname.wire, "\1a\1b", 5);
	assert_true(q.has_question);
	assert_false(q.response || q.has_rcode || q.has_id);
}

static void
other_servers_say_it_otherwise(void **state)
{
	struct query q;

	(void)state;
	assert_int_equal(from("Nov 23 07:44:17 dnsmasq[7]: TCP 12 10.1.2.3/9 "
	    "query[type=65] b\\ad from 10.1.2.3", &q), 0);
	assert_int_equal(q.transport, QUERY_TRANSPORT_TCP);
	assert_int_equal(q.flags, 0);
	assert_int_equal(q.qtype, 65);
	assert_int_equal(q.qclass, -1);
	assert_string_equal(q.qclass_token, "");
	assert_int_equal(q.client_port, 9);
	assert_int_equal(q.server.family, 0);
	assert_memory_equal(q.qname.wire, "\4b\\ad", 6);
	assert_int_equal(from("msg=\"Answer\" proto=\"udp\" "
	    "qname=\"a\\\\.b\" qtype=\"A\" rcode=\"3\" "
	    "remote=\"10.1.2.3:9\"", &q), 0);
	assert_true(q.response && q.has_rcode);
	assert_int_equal(q.rcode, 3);
	assert_int_equal(q.transport, QUERY_TRANSPORT_UDP);
	assert_memory_equal(q.qname.wire, "\3a.b", 5);
	assert_int_equal(from("msg=\"Answer\" qname=\"a\" qtype=\"A\" "
	    "rcode=\"-1\" remote=\"10.1.2.3:9\"", &q), 0);
	assert_false(q.has_rcode);
}

static void
test_absent(void **state)
{
	struct query q;

	(void)state;
	assert_int_equal(from("client 10.1.2.3#5: query: a.b IN A +E", &q), 0);
	assert_int_equal(q.transport, QUERY_TRANSPORT_UNKNOWN);
	assert_int_equal(q.server.family, 0);
	assert_int_equal(q.flags, QUERY_FLAGS_KNOWN | QUERY_FLAG_RD |
	    QUERY_FLAG_EDNS);
	assert_int_equal(from("client 10.1.2.3#5: query: a.b IN A", &q), 0);
	assert_int_equal(q.flags, 0);
	assert_int_equal(from("client 10.1.2.3#5: query: a.b IN A + (::1)",
	    &q), 0);
	assert_int_equal(q.transport, QUERY_TRANSPORT_UDP);
	assert_int_equal(q.server.family, 6);
	assert_int_equal(from("client 10.1.2.3#5: query: a.b A", &q), 0);
	assert_int_equal(q.qclass, -1);
	assert_string_equal(q.qclass_token, "");
	assert_int_equal(from("client 10.1.2.3#5 (a.b): query: a.b I", &q),
	    0);
	assert_int_equal(q.qtype, -1);
	assert_string_equal(q.qtype_token, "");
	assert_int_equal(from("client 10.1.2.3#5 (a.b): query: a.b IN FUTURE "
	    "+ (10.0.0.1)", &q), 0);
	assert_int_equal(q.qtype, -1);
	assert_string_equal(q.qtype_token, "FUTURE");
	assert_int_equal(from("client @0x1 (no-peer) (a.b): query: a.b IN A + "
	    "(::1)", &q), 0);
	assert_int_equal(q.client.family, 0);
}

static void
test_bind8(void **state)
{
	struct query q;

	(void)state;
	assert_int_equal(from("XX+/10.0.0.1/a.b/TXT/CHAOS", &q), 0);
	assert_int_equal(q.qclass, 3);
	assert_int_equal(q.qtype, 16);
	assert_string_equal(q.qclass_token, "CHAOS");
	assert_int_equal(q.client_port, 0);
	assert_int_equal(q.transport, QUERY_TRANSPORT_UNKNOWN);
	assert_int_equal(q.flags, QUERY_FLAGS_KNOWN | QUERY_FLAG_RD);
	assert_int_equal(from("XX /10.0.0.1/a.b/BADTYPE/IN", &q), 0);
	assert_int_equal(q.qtype, -1);
	assert_string_equal(q.qtype_token, "BADTYPE");
}

static void
test_response(void **state)
{
	struct query q;

	(void)state;
	assert_int_equal(from("client @0x1 10.1.2.3#5 (a.b): response: a.b IN "
	    "A NXDOMAIN 0 1 0 + (10.0.0.53)", &q), 0);
	assert_true(q.response);
	assert_true(q.has_rcode);
	assert_int_equal(q.rcode, 3);
}

static void
test_names(void **state)
{
	struct query q;
	char line[512] = "client 1.2.3.4#5: query: ";

	(void)state;
	assert_int_equal(from("client 1.2.3.4#5: query: a..b IN A", &q), -1);
	assert_int_equal(from("client 1.2.3.4#5: query: a\\ IN A", &q), -1);
	assert_int_equal(from("client 1.2.3.4#5: query: a\\300 IN A", &q), -1);
	memset(line + strlen(line), 'a', 64);
	strncat(line, " IN A", sizeof(line) - strlen(line) - 1);
	assert_int_equal(from(line, &q), -1);
	assert_int_equal(from("client 1.2.3.4#5: query: a\\000\\032b IN A",
	    &q), 0);
	assert_memory_equal(q.qname.wire, "\4a\0 b", 6);
}

static void
test_time(void **state)
{
	struct log_clock clock = { .zone = NULL };
	struct log_fields f = { .truncated = false };

	(void)state;
	assert_int_equal(log_query_time(&f, &clock, 42), 42);
	f.time = (struct text){ "1970-01-01T00:00:01Z", 20 };
	assert_int_equal(log_query_time(&f, &clock, 42), 1000000);
	f.time = (struct text){ "99-Bad-9999 99:99:99.999", 24 };
	assert_int_equal(log_query_time(&f, &clock, 42), 42);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full),
		cmocka_unit_test(other_servers_say_it_otherwise),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_bind8),
		cmocka_unit_test(test_response),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
