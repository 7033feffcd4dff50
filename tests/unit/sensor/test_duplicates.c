#include "duplicates.h"

#include "guarded.h"
#include "unit.h"

#define MS INT64_C(1000)
#define WINDOW (50 * MS)
#define START INT64_C(1790000001000000)

static const char query[] = "\x12\x34\1\0\0\1\0\0\0\0\0\0\3www\3bad\7example"
    "\0\0\1\0\1";

static int
set_up(void **state)
{
	return (*state = duplicates_new(64, WINDOW)) != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	duplicates_free(*state);
	return 0;
}

static struct packet
packet_at(int64_t time)
{
	return (struct packet){
		.time = time,
		.source = unit_address("192.0.2.66"),
		.destination = unit_address("198.51.100.53"),
		.source_port = 50000,
		.destination_port = 53,
	};
}

static bool
seen(struct duplicates *d, const struct packet *p)
{
	return duplicates_seen(d, p, QUERY_TRANSPORT_UDP,
	    guarded_copy(query, sizeof(query) - 1), sizeof(query) - 1);
}

static bool
seen_at(struct duplicates *d, int64_t time)
{
	struct packet p = packet_at(time);

	return seen(d, &p);
}

static void
the_second_copy_is_seen(void **state)
{
	assert_false(seen_at(*state, START));
	assert_true(seen_at(*state, START));
	assert_true(seen_at(*state, START + 1));
	assert_true(seen_at(*state, START + WINDOW));
	assert_int_equal(duplicates_counters(*state)->seen, 3);
	assert_int_equal(duplicates_counters(*state)->evicted, 0);
}

/* Also when copies keep coming: the window is that of the one that counted. */
static void
after_the_window_it_counts_again(void **state)
{
	assert_false(seen_at(*state, START));
	assert_true(seen_at(*state, START + WINDOW - 1));
	assert_false(seen_at(*state, START + WINDOW + 1));
	assert_true(seen_at(*state, START + WINDOW + 2));
	assert_false(seen_at(*state, START + 2 * WINDOW + 2));
	assert_int_equal(duplicates_counters(*state)->evicted, 0);
}

static void
times_may_go_back(void **state)
{
	assert_false(seen_at(*state, START));
	assert_true(seen_at(*state, START - 10));
	assert_true(seen_at(*state, START - WINDOW));
	assert_false(seen_at(*state, START - WINDOW - 1));
	assert_true(seen_at(*state, START - WINDOW));
}

static void
any_time_will_do(void **state)
{
	static const int64_t times[] = {
		0, INT64_MAX, INT64_MIN, -1, START
	};

	/* Each is far from the one before. */
	for (size_t i = 0; i < COUNT(times); i++) {
		assert_false(seen_at(*state, times[i]));
		assert_true(seen_at(*state, times[i]));
	}
}

static void
vlan_and_tunnel_do_not_matter(void **state)
{
	struct packet p = packet_at(START);

	assert_false(seen(*state, &p));
	p.vlan = 7;
	assert_true(seen(*state, &p));
	p.tunnel = "vxlan";
	p.sequence = 5;
	assert_true(seen(*state, &p));
}

static void
all_else_does(void **state)
{
	struct packet p = packet_at(START), other = p;
	char message[sizeof(query)];

	assert_false(seen(*state, &p));
	other.source = unit_address("192.0.2.67");
	assert_false(seen(*state, &other));
	other = p;
	other.destination = unit_address("198.51.100.54");
	assert_false(seen(*state, &other));
	other = p;
	other.source_port++;
	assert_false(seen(*state, &other));
	other = p;
	other.destination_port++;
	assert_false(seen(*state, &other));
	other = p;
	other.source = p.destination;
	other.destination = p.source;
	assert_false(seen(*state, &other));
	assert_false(duplicates_seen(*state, &p, QUERY_TRANSPORT_TCP,
	    (const uint8_t *)query, sizeof(query) - 1));
	/* Every bit of the message, and its length. */
	for (size_t i = 0; i < 8 * (sizeof(query) - 1); i++) {
		struct duplicates *d = duplicates_new(64, WINDOW);

		memcpy(message, query, sizeof(query));
		message[i / 8] = (char)(message[i / 8] ^ 1 << i % 8);
		assert_false(seen(d, &p));
		assert_false(duplicates_seen(d, &p, QUERY_TRANSPORT_UDP,
		    (uint8_t *)message, sizeof(query) - 1));
		assert_true(seen(d, &p));
		duplicates_free(d);
	}
	assert_false(duplicates_seen(*state, &p, QUERY_TRANSPORT_UDP,
	    (const uint8_t *)query, sizeof(query) - 2));
	assert_int_equal(duplicates_counters(*state)->seen, 0);
}

static void
messages_of_any_length(void **state)
{
	static const uint8_t octets[65535];
	struct packet p = packet_at(START);
	struct duplicates *d = duplicates_new(16384, WINDOW);

	(void)state;
	for (size_t length = 0; length <= 65535; length += 1 + length / 7) {
		const uint8_t *message = octets + 65535 - length;

		assert_false(duplicates_seen(d, &p, QUERY_TRANSPORT_UDP,
		    message, length));
		assert_true(duplicates_seen(d, &p, QUERY_TRANSPORT_UDP,
		    message, length));
	}
	duplicates_free(d);
}

/* Show message ${number}. */
static bool
numbered(struct duplicates *d, uint32_t number, int64_t time)
{
	struct packet p = packet_at(time);

	return duplicates_seen(d, &p, QUERY_TRANSPORT_UDP,
	    (const uint8_t *)&number, sizeof(number));
}

static void
a_full_table_forgets_the_oldest_and_counts_it(void **state)
{
	const struct duplicates_counters *c = duplicates_counters(*state);
	uint32_t remembered = 0;

	for (uint32_t i = 0; i < 1000; i++)
		assert_false(numbered(*state, i, START + i));
	/* 64 are held, if every bucket has been filled. */
	assert_in_range(c->evicted, 1000 - 64, 1000 - 48);
	/* The last of all is there; looking replaces what is not. */
	assert_true(numbered(*state, 999, START + 1000));
	for (uint32_t i = 999; i > 900; i--)
		remembered += numbered(*state, i, START + 1000);
	assert_in_range(remembered, 30, 64);
}

static void
what_is_over_is_not_evicted(void **state)
{
	for (uint32_t i = 0; i < 1000; i++)
		assert_false(numbered(*state, i, START + i * (WINDOW + 1)));
	assert_int_equal(duplicates_counters(*state)->evicted, 0);
}

/* From captures whose clock was not set. */
static void
an_empty_table_evicts_nothing_at_time_0(void **state)
{
	assert_false(numbered(*state, 1, 0));
	assert_int_equal(duplicates_counters(*state)->evicted, 0);
	assert_true(numbered(*state, 1, 0));
}

/* The rate of a busy site: 100,000 messages a second, each twice.  Four of
 * the 500 that come between may happen to share its bucket. */
static void
at_a_high_rate_copies_are_seen(void **state)
{
	struct duplicates *d = duplicates_new(16384, WINDOW);
	uint32_t missed = 0;

	(void)state;
	for (uint32_t i = 0; i < 200000; i++) {
		assert_false(numbered(d, i, START + i * 10));
		/* The copy comes 5 ms later. */
		if (i >= 500)
			missed += !numbered(d, i - 500, START + i * 10);
	}
	assert_in_range(missed, 0, 100);
	duplicates_free(d);
	duplicates_free(NULL);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_second_copy_is_seen),
		TEST(after_the_window_it_counts_again),
		TEST(times_may_go_back),
		TEST(any_time_will_do),
		TEST(vlan_and_tunnel_do_not_matter),
		TEST(all_else_does),
		TEST(messages_of_any_length),
		TEST(a_full_table_forgets_the_oldest_and_counts_it),
		TEST(what_is_over_is_not_evicted),
		TEST(an_empty_table_evicts_nothing_at_time_0),
		TEST(at_a_high_rate_copies_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
