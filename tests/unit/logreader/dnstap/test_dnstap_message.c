#include "dnstap/dnstap_message.h"

#include "guarded.h"
#include "taps.h"
#include "unit.h"

static int
decode(const struct octets *payload, struct dnstap_message *ret)
{
	return dnstap_message_decode(guarded_copy(payload->octets,
	    payload->length), payload->length, ret);
}

static int
decode_message(const struct octets *message, struct dnstap_message *ret)
{
	struct octets payload = taps_payload(message);

	return decode(&payload, ret);
}

static void
a_query_is_read(void **state)
{
	struct octets m = taps_message(5, taps_query, TAPS_QUERY_LENGTH);
	struct address client = unit_address("192.0.2.7"),
	    server = unit_address("198.51.100.53");
	struct dnstap_message got;

	(void)state;
	assert_int_equal(decode_message(&m, &got), 0);
	assert_int_equal(got.kind, DNSTAP_CLIENT);
	assert_false(got.response);
	assert_true(address_equal(&got.client, &client));
	assert_true(address_equal(&got.server, &server));
	assert_int_equal(got.client_port, 50894);
	assert_int_equal(got.server_port, 53);
	assert_int_equal(got.transport, QUERY_TRANSPORT_UDP);
	assert_true(got.has_time);
	assert_int_equal(got.time, 1795000000123456);
	assert_int_equal(got.length, TAPS_QUERY_LENGTH);
	assert_memory_equal(got.wire, taps_query, got.length);
}

/* It may have the query with it, and its time, which are not its own. */
static void
a_response_is_read(void **state)
{
	struct octets m = taps_message(2, "response", 8);
	struct dnstap_message got;

	(void)state;
	taps_number(&m, 8, 5);
	taps_fixed(&m, 9, 5);
	taps_octets(&m, 10, taps_query, TAPS_QUERY_LENGTH);
	assert_int_equal(decode_message(&m, &got), 0);
	assert_int_equal(got.kind, DNSTAP_AUTH);
	assert_true(got.response);
	assert_int_equal(got.time, 1795000000123456);
	assert_memory_equal(got.wire, "response", 8);
	m.length = 0;
	taps_number(&m, 1, 6);
	taps_number(&m, 8, 5);
	assert_int_equal(decode_message(&m, &got), 0);
	assert_int_equal(got.time, 5000000);	/* the only one there is */
	assert_null(got.wire);
}

static void
what_is_not_told_is_absent(void **state)
{
	struct octets m = { .length = 0 };
	struct address none = { .family = 0 };
	struct dnstap_message got;

	(void)state;
	memset(&got, 0xff, sizeof(got));
	taps_number(&m, 1, 5);
	assert_int_equal(decode_message(&m, &got), 0);
	assert_true(address_equal(&got.client, &none));
	assert_true(address_equal(&got.server, &none));
	assert_int_equal(got.client_port, 0);
	assert_int_equal(got.transport, QUERY_TRANSPORT_UNKNOWN);
	assert_false(got.has_time);
	assert_null(got.wire);
}

static void
every_transport_has_its_name(void **state)
{
	static const enum query_transport expected[] = {
		QUERY_TRANSPORT_UNKNOWN, QUERY_TRANSPORT_UDP,
		QUERY_TRANSPORT_TCP, QUERY_TRANSPORT_DOT,
		QUERY_TRANSPORT_DOH, QUERY_TRANSPORT_UDP,
		QUERY_TRANSPORT_TCP, QUERY_TRANSPORT_DOQ,
		QUERY_TRANSPORT_UNKNOWN,
	};

	(void)state;
	for (size_t i = 0; i < COUNT(expected); i++) {
		struct octets m = { .length = 0 };
		struct dnstap_message got;

		taps_number(&m, 1, 5);
		taps_number(&m, 3, i);
		assert_int_equal(decode_message(&m, &got), 0);
		assert_int_equal(got.transport, expected[i]);
	}
}

static void
every_kind_is_known(void **state)
{
	(void)state;
	for (unsigned type = 0; type <= 15; type++) {
		struct octets m = { .length = 0 };
		struct dnstap_message got;

		taps_number(&m, 1, type);
		if (type < 1 || type > 14) {
			assert_int_equal(decode_message(&m, &got), -1);
			continue;
		}
		assert_int_equal(decode_message(&m, &got), 0);
		assert_int_equal(got.kind, (type - 1) / 2);
		assert_int_equal(got.response, type % 2 == 0);
	}
	assert_int_equal(dnstap_message_kind_find("client"), DNSTAP_CLIENT);
	assert_string_equal(dnstap_message_kind_text(DNSTAP_AUTH), "auth");
	assert_int_equal(dnstap_message_kind_find("clients"), -1);
}

/* A message that says ${field} in an odd way is refused. */
static void
expect_refused(struct octets odd)
{
	struct octets m = taps_message(5, taps_query, TAPS_QUERY_LENGTH);
	struct dnstap_message got;

	octets_add(&m, odd.octets, odd.length);
	assert_int_equal(decode_message(&m, &got), -1);
}

static void
odd_values_are_refused(void **state)
{
	struct octets o;

	(void)state;
#define REFUSED(call) (o.length = 0, call, expect_refused(o))
	REFUSED(taps_octets(&o, 4, "12345", 5));	/* an address */
	REFUSED(taps_octets(&o, 4, "1234567890123456", 16));	/* family 1 */
	REFUSED(taps_octets(&o, 5, "123", 3));
	REFUSED(taps_number(&o, 2, 2));		/* the addresses have 4 */
	REFUSED(taps_number(&o, 6, 65536));
	REFUSED(taps_number(&o, 7, UINT64_MAX));
	REFUSED(taps_number(&o, 8, UINT64_C(253402300800)));
	REFUSED(taps_fixed(&o, 9, 1000000000));
	REFUSED(taps_number(&o, 9, 1));		/* another encoding */
	REFUSED(taps_number(&o, 10, 1));
	REFUSED(taps_octets(&o, 1, "5", 1));
#undef REFUSED
}

static void
a_broken_encoding_is_refused(void **state)
{
	static const char *const bad[] = {
		"\x0f",			/* wire type 7 */
		"\x0b", "\x0c",		/* groups */
		"\x02\x01x",		/* field 0 */
		"\x0a",			/* no length */
		"\x72\x05",		/* more than there is */
		"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
		"\x72\x01\x08",		/* broken within the message */
		"\x72\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
	};
	struct octets m = taps_message(5, taps_query, TAPS_QUERY_LENGTH);
	struct octets payload = taps_payload(&m);
	size_t length = payload.length;
	struct dnstap_message got;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		payload.length = length;
		octets_add(&payload, bad[i], strlen(bad[i]));
		if (decode(&payload, &got) == 0)
			fail_msg("%zu is taken", i);
	}
	/* Cut anywhere it lacks its type, which comes last. */
	for (payload.length = 0; payload.length < length; payload.length++)
		assert_int_equal(decode(&payload, &got), -1);
	assert_int_equal(decode(&payload, &got), 0);
	taps_number(&payload, 15, 2);	/* not a message, it says last */
	assert_int_equal(decode(&payload, &got), -1);
}

static void
unknown_fields_are_stepped_over(void **state)
{
	struct octets m = taps_message(5, taps_query, TAPS_QUERY_LENGTH);
	struct octets payload;
	struct dnstap_message got;

	(void)state;
	taps_octets(&m, 11, "\7example", 9);	/* the zone */
	taps_number(&m, 16, 1);
	taps_fixed(&m, 1000, 1);
	octets_add(&m, "\xa1\x1f" "12345678", 10);	/* 64 bits, fixed */
	payload = taps_payload(&m);
	taps_octets(&payload, 3, "extra", 5);
	assert_int_equal(decode(&payload, &got), 0);
	assert_memory_equal(got.wire, taps_query, TAPS_QUERY_LENGTH);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_query_is_read),
		cmocka_unit_test(a_response_is_read),
		cmocka_unit_test(what_is_not_told_is_absent),
		cmocka_unit_test(every_transport_has_its_name),
		cmocka_unit_test(every_kind_is_known),
		cmocka_unit_test(odd_values_are_refused),
		cmocka_unit_test(a_broken_encoding_is_refused),
		cmocka_unit_test(unknown_fields_are_stepped_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
