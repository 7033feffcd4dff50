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

/* Give ${a} these texts, whose NULs count. */
#define ANSWER(a, texts, n) do { \
		memcpy((a)->text, texts, sizeof(texts)); \
		(a)->used = sizeof(texts); \
		(a)->count = n; \
	} while (0)

static void
the_response_is_part_of_the_hit(void **state)
{
	struct hit h = full_hit();

	(void)state;
	h.query.has_rcode = true;
	ANSWER(&h.query.answers, "CNAME a.test\0TXT \"x\\\\y\"", 2);
	h.query.answers.more = 3;
	memcpy(h.query.device, "02:00:5e:10:00:01", 18);
	h.where = HIT_CNAME;
	h.name = unit_name("a.test");
	h.answer = unit_address("192.0.2.7");
	memcpy(h.answer_lists, "sinkholes", 10);
	hit_fields_of(&h, HIT_TIMES_RFC3339, &fields);
	assert_non_null(strstr(json(), "\"client_port\":50894,"
	    "\"device\":\"02:00:5e:10:00:01\",\"vlan\":12,"));
	assert_non_null(strstr(json(), "\"flags\":\"+E\","
	    "\"rcode\":\"NOERROR\",\"answers\":[\"CNAME a.test\","
	    "\"TXT \\\"x\\\\\\\\y\\\"\"],\"answers_more\":3,"
	    "\"matched\":\"a.test\",\"matched_via\":\"cname\","
	    "\"entry\":\"bad.example\",\"match\":\"suffix\","
	    "\"list\":\"list\",\"answer_matched\":\"192.0.2.7\","
	    "\"answer_list\":\"sinkholes\"}\n"));
}

static void
an_address_matches_by_its_netblock(void **state)
{
	struct hit h = full_hit();

	(void)state;
	h.where = HIT_ADDRESS;
	h.match = LIST_MATCH_ADDRESS;
	h.answer = unit_address("192.0.2.7");
	h.block = unit_netblock("192.0.2.0/24");
	hit_fields_of(&h, HIT_TIMES_RFC3339, &fields);
	assert_non_null(strstr(json(), "\"matched\":\"192.0.2.7\","
	    "\"matched_via\":\"address\",\"entry\":\"192.0.2.0/24\","
	    "\"match\":\"address\",\"list\":\"list\","
	    "\"answer_matched\":\"192.0.2.7\"}\n"));
}

static void
a_response_is_taken_whole(void **state)
{
	struct hit h = full_hit(), from = full_hit();

	(void)state;
	from.query.has_rcode = true;
	from.query.rcode = 2;
	ANSWER(&from.query.answers, "A 192.0.2.7", 1);
	from.answer = unit_address("192.0.2.7");
	memcpy(from.answer_lists, "sinkholes", 10);
	from.n = 7;
	hit_take_response(&h, &from);
	assert_int_equal(h.n, 3);
	assert_true(h.query.has_rcode);
	assert_int_equal(h.query.rcode, 2);
	assert_string_equal(h.query.answers.text, "A 192.0.2.7");
	assert_true(address_equal(&h.answer, &from.answer));
	assert_string_equal(h.answer_lists, "sinkholes");
}

static void
a_duplicate_is_marked(void **state)
{
	struct query q = hits_query("10.0.0.1", "a.test", 0);

	(void)state;
	hit_fields_of_query(&q, "s", QUERY_VIA_CAPTURE, &fields);
	assert_null(strstr(json(), "duplicate"));
	q.duplicate = true;
	hit_fields_of_query(&q, "s", QUERY_VIA_CAPTURE, &fields);
	assert_non_null(strstr(json(), ",\"duplicate\":true}\n"));
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
	h.query.duplicate = true;
	h.query.vlan = 4095;
	h.query.tunnel = "etherip";
	memset(h.query.device, 'd', sizeof(h.query.device) - 1);
	h.query.answers.count = 1;
	h.query.answers.more = UINT16_MAX;
	h.query.answers.used = sizeof(h.query.answers.text);
	memset(h.query.answers.text, '"', sizeof(h.query.answers.text) - 1);
	h.where = HIT_CNAME;
	h.answer = h.query.client;
	memset(h.answer_lists, 'a', sizeof(h.answer_lists) - 1);
	h.answer_lists[sizeof(h.answer_lists) - 1] = '\0';
	memset(h.lists, 'l', sizeof(h.lists) - 1);
	h.lists[sizeof(h.lists) - 1] = '\0';
	for (size_t i = 0; i < COUNT(octets); i++) {
		fill_name(&h.query.qname, octets[i]);
		fill_name(&h.entry, octets[i]);
		fill_name(&h.name, octets[i]);
		hit_fields_of(&h, HIT_TIMES_RFC3339, &fields);
		assert_in_range(fields.count, 1, HIT_FIELDS_MAX);
		assert_in_range(fields.used, 1, HIT_TEXT_SIZE);
		assert_in_range(strlen(json()), 1, HIT_JSON_SIZE);
		hit_fields_of(&h, HIT_TIMES_MICROSECONDS, &fields);
		assert_in_range(fields.used, 1, HIT_TEXT_SIZE);
		hit_fields_of_query(&h.query, h.source, h.via, &fields);
		assert_in_range(fields.count, 1, HIT_FIELDS_MAX);
	}
	/* As many short answers as there is room for. */
	h.query.answers.count = sizeof(h.query.answers.text) / 2;
	for (size_t i = 0; i < sizeof(h.query.answers.text); i++)
		h.query.answers.text[i] = i % 2 == 0 ? '"' : '\0';
	hit_fields_of(&h, HIT_TIMES_RFC3339, &fields);
	assert_in_range(fields.used, 1, HIT_TEXT_SIZE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hit_is_this_line),
		cmocka_unit_test(the_response_is_part_of_the_hit),
		cmocka_unit_test(an_address_matches_by_its_netblock),
		cmocka_unit_test(a_response_is_taken_whole),
		cmocka_unit_test(a_duplicate_is_marked),
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
