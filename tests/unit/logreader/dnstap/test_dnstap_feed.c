#include "dnstap/dnstap_feed.h"

#include "feeds.h"

static void
take(struct feeds *f, const struct octets *message)
{
	struct octets payload = taps_payload(message);

	dnstap_feed_take(f->feed, payload.octets, payload.length);
}

static void
expect_client(const struct feeds *f)
{
	struct address client = unit_address("192.0.2.7"),
	    server = unit_address("198.51.100.53");

	assert_true(address_equal(&f->last.client, &client));
	assert_true(address_equal(&f->last.server, &server));
	assert_int_equal(f->last.client_port, 50894);
	assert_int_equal(f->last.server_port, 53);
	assert_int_equal(f->last.time, 1795000000123456);
	assert_int_equal(f->last.transport, QUERY_TRANSPORT_UDP);
}

/* Who asked is the client, in queries and in responses. */
static void
the_client_is_who_asked(void **state)
{
	struct feeds *f = *state;
	uint8_t answer[TAPS_QUERY_LENGTH];
	struct octets m = taps_message(5, taps_query, TAPS_QUERY_LENGTH);

	take(f, &m);
	assert_int_equal(f->printed, 1);
	assert_false(f->last.response);
	expect_client(f);
	memcpy(answer, taps_query, sizeof(answer));
	answer[2] |= 0x80;
	answer[3] = 3;
	m = taps_message(2, answer, sizeof(answer));
	take(f, &m);
	assert_int_equal(f->printed, 2);
	assert_true(f->last.response);
	assert_int_equal(f->last.rcode, 3);
	expect_client(f);
	assert_int_equal(feeds_count(f, "dnstap", "frames"), 2);
	assert_int_equal(feeds_count(f, "dnstap", "client"), 1);
	assert_int_equal(feeds_count(f, "dnstap", "auth"), 1);
	assert_int_equal(feeds_count(f, "dns", "responses"), 1);
	assert_int_equal(f->counters.newest, 1795000000123456);
}

static void
other_kinds_are_counted_only(void **state)
{
	struct feeds *f = *state;

	for (unsigned type = 1; type <= 13; type += 2) {
		struct octets m = taps_message(type, taps_query,
		    TAPS_QUERY_LENGTH);

		take(f, &m);
	}
	assert_int_equal(f->printed, 2);
	assert_int_equal(feeds_count(f, "dnstap", "resolver"), 1);
	assert_int_equal(feeds_count(f, "dnstap", "update"), 1);
	assert_int_equal(feeds_count(f, "dnstap", "malformed"), 0);
}

/* A query that is a response, none at all, no dnstap; and one too short. */
static void
what_is_malformed_is_counted(void **state)
{
	struct feeds *f = *state;
	struct octets m = taps_message(6, taps_query, TAPS_QUERY_LENGTH);

	take(f, &m);
	m.length = 0;
	taps_number(&m, 1, 5);
	take(f, &m);
	dnstap_feed_take(f->feed, (const uint8_t *)"x", 1);
	assert_int_equal(f->printed, 0);
	assert_int_equal(feeds_count(f, "dnstap", "malformed"), 3);
	m = taps_message(5, taps_query, 11);
	take(f, &m);
	assert_int_equal(feeds_count(f, "dnstap", "malformed"), 3);
	assert_int_equal(feeds_count(f, "dns", "malformed"), 1);
}

static void
what_is_not_told_is_counted(void **state)
{
	struct feeds *f = *state;
	struct octets m = { .length = 0 };

	taps_number(&m, 1, 5);
	taps_octets(&m, 10, taps_query, TAPS_QUERY_LENGTH);
	take(f, &m);
	assert_int_equal(feeds_count(f, "dnstap", "timeless"), 1);
	assert_int_equal(feeds_count(f, "dnstap", "clientless"), 1);
	assert_int_equal(f->printed, 1);
	assert_int_equal(f->last.client.family, 0);
	assert_true(f->last.time > 1795000000);
}

static void
a_feed_that_took_nothing_counts_nothing(void **state)
{
	struct feeds *f = *state;
	struct counters c = { .count = 0 };

	dnstap_feed_count(f->feed, &c);
	assert_int_equal(c.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FEEDS_TEST(the_client_is_who_asked),
		FEEDS_TEST(other_kinds_are_counted_only),
		FEEDS_TEST(what_is_malformed_is_counted),
		FEEDS_TEST(what_is_not_told_is_counted),
		FEEDS_TEST(a_feed_that_took_nothing_counts_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
