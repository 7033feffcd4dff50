#include "hits/hit.h"

#include "hits.h"
#include "unit.h"

static struct hit_fields fields;

static const char *
json(void)
{
	static char line[HIT_JSON_SIZE + 1];

	line[hit_fields_json(&fields, line)] = '\0';
	return line;
}

/* A hit with everything that a sensor can know. */
static struct hit
full_hit(void)
{
	struct hit h = hits_hit("10.1.2.3", "www.bad.example",
	    INT64_C(1795417200123456));

	h.source = "span1";
	h.last += 2000000;
	h.n = 3;
	h.query.vlan = 12;
	h.query.id = 4711;
	h.query.has_id = true;
	h.query.flags = QUERY_FLAGS_KNOWN | QUERY_FLAG_RD | QUERY_FLAG_EDNS;
	return h;
}

static void
a_hit_is_this_line(void **state)
{
	struct hit h = full_hit();

	(void)state;
	hit_fields_of(&h, HIT_TIMES_RFC3339, &fields);
	assert_string_equal(json(), "{\"v\":1,\"source\":\"span1\","
	    "\"via\":\"capture\",\"first\":\"2026-11-23T07:00:00.123456Z\","
	    "\"last\":\"2026-11-23T07:00:02.123456Z\",\"n\":3,"
	    "\"client\":\"10.1.2.3\",\"client_port\":50894,\"vlan\":12,"
	    "\"server\":\"198.51.100.53\",\"transport\":\"udp\",\"id\":4711,"
	    "\"qname\":\"www.bad.example\",\"qtype\":\"A\","
	    "\"qclass\":\"IN\",\"flags\":\"+E\","
	    "\"matched\":\"www.bad.example\",\"matched_via\":\"qname\","
	    "\"entry\":\"bad.example\",\"match\":\"suffix\","
	    "\"list\":\"list\"}\n");
}

static void
streams_have_microseconds(void **state)
{
	struct hit h = full_hit();

	(void)state;
	hit_fields_of(&h, HIT_TIMES_MICROSECONDS, &fields);
	assert_non_null(strstr(json(), "\"first\":1795417200123456,"
	    "\"last\":1795417202123456,\"n\":3,"));
	h.first = -1;
	hit_fields_of(&h, HIT_TIMES_MICROSECONDS, &fields);
	assert_non_null(strstr(json(), "\"first\":0,"));
}

static void
what_is_absent_is_left_out(void **state)
{
	struct query q = { .qtype = -1, .qclass = -1 };

	(void)state;
	hit_fields_of_query(&q, "s", QUERY_VIA_LOG, &fields);
	assert_string_equal(json(), "{\"v\":1,\"source\":\"s\","
	    "\"via\":\"log\",\"first\":\"1970-01-01T00:00:00.000000Z\","
	    "\"last\":\"1970-01-01T00:00:00.000000Z\",\"n\":1,"
	    "\"qr\":\"query\"}\n");
}

static void
a_response_says_so(void **state)
{
	struct query q = hits_query("10.0.0.1", ".", 0);

	(void)state;
	q.response = q.has_rcode = true;
	q.rcode = 3;
	q.transport = QUERY_TRANSPORT_TCP;
	q.flags = QUERY_FLAGS_KNOWN;
	hit_fields_of_query(&q, "s", QUERY_VIA_CAPTURE, &fields);
	assert_non_null(strstr(json(), "\"transport\":\"tcp\","
	    "\"qr\":\"response\",\"qname\":\".\",\"qtype\":\"A\","
	    "\"qclass\":\"IN\",\"flags\":\"-\",\"rcode\":\"NXDOMAIN\"}\n"));
}

static void
flags_come_in_the_order_of_binds_log(void **state)
{
	struct hit h = full_hit();

	(void)state;
	h.query.flags = (QUERY_FLAG_COOKIE << 1) - 1;
	hit_fields_of(&h, HIT_TIMES_RFC3339, &fields);
	assert_non_null(strstr(json(), "\"flags\":\"+ESTDCVK\""));
	h.query.flags = QUERY_FLAG_RD;		/* but none are known */
	hit_fields_of(&h, HIT_TIMES_RFC3339, &fields);
	assert_null(strstr(json(), "\"flags\""));
}

static void
tokens_of_a_log_are_kept_where_there_is_no_number(void **state)
{
	struct hit h = full_hit();

	(void)state;
	h.query.qtype = -1;
	h.query.qclass = 3;
	memcpy(h.query.qtype_token, "BADTYPE", 8);
	memcpy(h.query.qclass_token, "CHAOS", 6);
	hit_fields_of(&h, HIT_TIMES_RFC3339, &fields);
	assert_non_null(strstr(json(),
	    "\"qtype\":\"BADTYPE\",\"qclass\":\"CH\""));
	hit_fields_of_query(&h.query, "s", QUERY_VIA_LOG, &fields);
	assert_non_null(strstr(json(),
	    "\"qtype\":\"BADTYPE\",\"qclass\":\"CHAOS\""));
}

static void
quotes_and_backslashes_are_escaped(void **state)
{
	struct hit h = full_hit();

	(void)state;
	h.query.qname = unit_name("a\"b\\\\c\\.d\\010.bad.example");
	hit_fields_of(&h, HIT_TIMES_RFC3339, &fields);
	assert_non_null(strstr(json(), "\"qname\":"
	    "\"a\\\"b\\\\\\\\c\\\\.d\\\\010.bad.example\""));
}

/* Fill ${name} to its 255 octets with ${octet}. */
static void
fill_name(struct dns_name *name, uint8_t octet)
{
	name->length = 255;
	memset(name->wire, octet, sizeof(name->wire));
	name->wire[0] = name->wire[64] = name->wire[128] = 63;
	name->wire[192] = 61;
	name->wire[254] = 0;
}

static void
the_longest_values_fit(void **state)
{
	static const uint8_t octets[] = { 0xff, '\\', '"', '.' };
	struct hit h = full_hit();
	char source[HIT_SOURCE_SIZE];

	(void)state;
	memset(source, 's', sizeof(source) - 1);
	source[sizeof(source) - 1] = '\0';
	h.source = source;
	h.first = h.last = INT64_MAX;
	h.n = UINT64_MAX;
	h.query.client = h.query.server = unit_address(
	    "abcd:ef01:abcd:ef01:abcd:ef01:abcd:ef01");
	h.query.qtype = h.query.qclass = 65534;
	h.query.flags = ~0u;
	h.query.has_rcode = true;
	h.query.rcode = 15;
	memset(h.lists, 'l', sizeof(h.lists) - 1);
	h.lists[sizeof(h.lists) - 1] = '\0';
	for (size_t i = 0; i < COUNT(octets); i++) {
		fill_name(&h.query.qname, octets[i]);
		fill_name(&h.entry, octets[i]);
		hit_fields_of(&h, HIT_TIMES_RFC3339, &fields);
		assert_in_range(fields.count, 1, HIT_FIELDS_MAX);
		assert_in_range(fields.used, 1, HIT_TEXT_SIZE);
		assert_in_range(strlen(json()), 1, HIT_JSON_SIZE);
		hit_fields_of(&h, HIT_TIMES_MICROSECONDS, &fields);
		assert_in_range(fields.used, 1, HIT_TEXT_SIZE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hit_is_this_line),
		cmocka_unit_test(streams_have_microseconds),
		cmocka_unit_test(what_is_absent_is_left_out),
		cmocka_unit_test(a_response_says_so),
		cmocka_unit_test(flags_come_in_the_order_of_binds_log),
		cmocka_unit_test(
		    tokens_of_a_log_are_kept_where_there_is_no_number),
		cmocka_unit_test(quotes_and_backslashes_are_escaped),
		cmocka_unit_test(the_longest_values_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
