#include "tcp_streams.h"

#include "guarded.h"
#include "unit.h"

/* Three messages with their lengths before them, 14 + 22 + 302 octets. */
static uint8_t stream[14 + 22 + 302];

/* What was delivered: the octets of all messages, one after the other. */
static uint8_t got[300000];
static size_t got_used, got_count;

static void
keep(void *ctx, const struct packet *p, const uint8_t *message,
    size_t length)
{
	(void)ctx;
	(void)p;
	assert_true(length >= 12 && length <= 65535);
	assert_true(got_used + 2 + length <= sizeof(got));
	got[got_used] = (uint8_t)(length >> 8);
	got[got_used + 1] = (uint8_t)length;
	memcpy(got + got_used + 2, message, length);
	got_used += 2 + length;
	got_count++;
}

static int
set_up(void **state)
{
	static const size_t lengths[] = { 12, 20, 300 };
	uint8_t *at = stream;

	for (size_t i = 0; i < COUNT(lengths); i++) {
		*at++ = (uint8_t)(lengths[i] >> 8);
		*at++ = (uint8_t)lengths[i];
		for (size_t k = 0; k < lengths[i]; k++)
			*at++ = (uint8_t)(i * 50 + k);
	}
	got_used = got_count = 0;
	return (*state = tcp_streams_new(64)) != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	tcp_streams_free(*state);
	return 0;
}

static struct packet
segment_from(uint16_t port, uint32_t sequence, const uint8_t *octets,
    size_t length)
{
	return (struct packet){
		.source = unit_address("192.0.2.66"),
		.destination = unit_address("198.51.100.53"),
		.source_port = port,
		.destination_port = 53,
		.payload = guarded_copy(octets, length),
		.length = length,
		.wire_length = length,
		.sequence = sequence,
	};
}

static void
add(struct tcp_streams *t, uint32_t sequence, size_t first, size_t length)
{
	struct packet p = segment_from(50000, sequence, stream + first,
	    length);

	tcp_streams_add(t, &p, keep, NULL);
}

static void
add_flags(struct tcp_streams *t, uint32_t sequence, bool syn, bool fin,
    bool rst)
{
	struct packet p = segment_from(50000, sequence, stream, 0);

	p.syn = syn;
	p.fin = fin;
	p.rst = rst;
	tcp_streams_add(t, &p, keep, NULL);
}

/* The end of the input: nothing is waited for any more. */
static void
give_up(struct tcp_streams *t)
{
	tcp_streams_expire(t, INT64_MAX, keep, NULL);
}

static void
expect_all(size_t count, size_t octets)
{
	assert_int_equal(got_count, count);
	assert_int_equal(got_used, octets);
	assert_memory_equal(got, stream, octets);
}

static void
several_messages_in_one_segment(void **state)
{
	add(*state, 1000, 0, sizeof(stream));
	expect_all(3, sizeof(stream));
	assert_int_equal(tcp_streams_counters(*state)->gaps, 0);
}

/* Cut into two at every place, then into pieces of every size; sequence
 * numbers that wrap. */
static void
segments_may_cut_where_they_like(void **state)
{
	for (size_t cut = 1; cut < sizeof(stream); cut++) {
		uint32_t start = (uint32_t)cut * 1000;

		got_used = got_count = 0;
		add_flags(*state, start, true, false, false);
		add(*state, start, 0, cut);
		add(*state, start + (uint32_t)cut, cut,
		    sizeof(stream) - cut);
		expect_all(3, sizeof(stream));
	}
	for (size_t piece = 1; piece < sizeof(stream); piece++) {
		uint32_t start = 0xffffff80 - (uint32_t)piece % 100;

		got_used = got_count = 0;
		add_flags(*state, start, true, false, false);
		for (size_t at = 0; at < sizeof(stream); at += piece)
			add(*state, start + (uint32_t)at, at,
			    sizeof(stream) - at < piece ?
			    sizeof(stream) - at : piece);
		expect_all(3, sizeof(stream));
	}
	assert_int_equal(tcp_streams_counters(*state)->gaps, 0);
	assert_int_equal(tcp_streams_counters(*state)->broken, 0);
}

static void
retransmissions_and_overlaps_count_once(void **state)
{
	add_flags(*state, 1, true, false, false);
	add(*state, 1, 0, 20);
	add(*state, 1, 0, 20);
	add(*state, 1, 0, 10);
	add(*state, 11, 10, 30);		/* 10 known, 20 new */
	add(*state, 1, 0, sizeof(stream));	/* 40 known, the rest new */
	add(*state, 1, 0, sizeof(stream));
	expect_all(3, sizeof(stream));
}

static void
a_keep_alive_changes_nothing(void **state)
{
	add(*state, 100, 0, 20);
	add(*state, 119, 19, 1);
	add_flags(*state, 119, false, false, false);
	add_flags(*state, 120, false, false, false);
	add(*state, 120, 20, sizeof(stream) - 20);
	expect_all(3, sizeof(stream));
}

static void
after_a_gap_a_segment_starts_a_message(void **state)
{
	add(*state, 1000, 0, 13);		/* one octet short */
	add(*state, 1014, 14, 22);		/* the octet is lost */
	assert_int_equal(got_count, 0);
	give_up(*state);
	assert_int_equal(got_count, 1);
	assert_memory_equal(got, stream + 14, 22);
	assert_int_equal(tcp_streams_counters(*state)->gaps, 1);
	add(*state, 1036, 36, 302);
	assert_int_equal(got_count, 2);
}

static void
a_segment_that_was_not_captured_whole_is_a_gap(void **state)
{
	struct packet p = segment_from(50000, 1000, stream, 20);

	p.wire_length = 36;
	tcp_streams_add(*state, &p, keep, NULL);
	expect_all(1, 14);
	add(*state, 1036, 36, 302);
	give_up(*state);
	assert_int_equal(got_count, 2);
	assert_int_equal(tcp_streams_counters(*state)->gaps, 1);
	/* Even if nothing of it was. */
	p = segment_from(50000, 1338, stream, 0);
	p.wire_length = 10;
	tcp_streams_add(*state, &p, keep, NULL);
	add(*state, 1348, 0, 14);
	give_up(*state);
	assert_int_equal(got_count, 3);
}

static void
a_stream_may_start_in_the_middle(void **state)
{
	add(*state, 77, 14, 324);
	assert_int_equal(got_count, 2);
}

static void
a_syn_may_carry_data_and_starts_anew(void **state)
{
	struct packet p;

	add(*state, 9000, 0, 13);		/* of an older connection */
	p = segment_from(50000, 501, stream, 14);
	p.syn = true;
	tcp_streams_add(*state, &p, keep, NULL);
	assert_int_equal(got_count, 1);
	add(*state, 515, 14, 324);
	expect_all(3, sizeof(stream));
	assert_int_equal(tcp_streams_counters(*state)->gaps, 0);
}

static void
fin_and_rst_end_a_stream(void **state)
{
	struct packet p = segment_from(50000, 1000, stream, 14);

	p.fin = true;
	tcp_streams_add(*state, &p, keep, NULL);
	expect_all(1, 14);
	tcp_streams_add(*state, &p, keep, NULL);	/* nothing new */
	expect_all(1, 14);
	add(*state, 2000, 0, 13);		/* the same ports, later */
	add_flags(*state, 2013, false, false, true);
	add(*state, 2013, 14, 22);		/* a new one, not octet 14 */
	assert_int_equal(got_count, 2);
	assert_int_equal(tcp_streams_counters(*state)->gaps, 0);
	/* FIN and RST of streams that nobody knows. */
	add_flags(*state, 40, false, true, false);
	add_flags(*state, 41, false, true, false);
	add_flags(*state, 41, false, false, true);
	assert_int_equal(tcp_streams_counters(*state)->evicted, 0);
}

static void
what_is_no_dns_is_given_up(void **state)
{
	static const uint8_t short_length[] = { 0, 11, 1, 2, 3 };
	struct packet p = segment_from(50000, 1, short_length, 5);

	tcp_streams_add(*state, &p, keep, NULL);
	assert_int_equal(got_count, 0);
	assert_int_equal(tcp_streams_counters(*state)->broken, 1);
	/* The length in two pieces. */
	p = segment_from(50001, 1, short_length, 1);
	tcp_streams_add(*state, &p, keep, NULL);
	p = segment_from(50001, 2, short_length + 1, 1);
	tcp_streams_add(*state, &p, keep, NULL);
	assert_int_equal(tcp_streams_counters(*state)->broken, 2);
	/* A good message before it counts. */
	memcpy(got, stream, 14);
	got[14] = got[15] = 0;
	p = segment_from(50002, 1, got, 16);
	tcp_streams_add(*state, &p, keep, NULL);
	assert_int_equal(got_count, 1);
	assert_int_equal(tcp_streams_counters(*state)->broken, 3);
}

static void
the_longest_message_is_put_together(void **state)
{
	static uint8_t longest[2 + 65535];

	memset(longest, 0xff, sizeof(longest));
	for (size_t at = 0; at < sizeof(longest); at += 1460) {
		size_t left = sizeof(longest) - at;
		struct packet p = segment_from(50000, (uint32_t)at,
		    longest + at, left < 1460 ? left : 1460);

		tcp_streams_add(*state, &p, keep, NULL);
	}
	assert_int_equal(got_count, 1);
	assert_int_equal(got_used, sizeof(longest));
	assert_memory_equal(got, longest, sizeof(longest));
}

static void
streams_and_directions_are_kept_apart(void **state)
{
	for (size_t at = 0; at < 36; at++) {
		struct packet p = segment_from(50000, (uint32_t)at,
		    stream + at, 1);
		struct packet q = p, r = p;

		q.source_port = 50001;
		r.source = p.destination;
		r.destination = p.source;
		tcp_streams_add(*state, &p, keep, NULL);
		tcp_streams_add(*state, &q, keep, NULL);
		tcp_streams_add(*state, &r, keep, NULL);
	}
	assert_int_equal(got_count, 6);
	assert_int_equal(tcp_streams_counters(*state)->evicted, 0);
}

/* Making room with streams that are over loses nothing. */
static void
closed_streams_are_not_missed(void **state)
{
	for (unsigned i = 0; i < 2000; i++) {
		struct packet p = segment_from((uint16_t)(1024 + i), 1,
		    stream, 14);

		p.fin = true;
		tcp_streams_add(*state, &p, keep, NULL);
	}
	assert_int_equal(got_count, 2000);
	assert_int_equal(tcp_streams_counters(*state)->evicted, 0);
}

/* More streams than there is room for: each is given up in time, none is
 * mixed with another. */
static void
the_quietest_stream_makes_room(void **state)
{
	const struct tcp_counters *c = tcp_streams_counters(*state);

	for (unsigned i = 0; i < 2000; i++) {
		struct packet p = segment_from((uint16_t)(1024 + i), 1,
		    stream, 13);

		tcp_streams_add(*state, &p, keep, NULL);
	}
	assert_int_equal(got_count, 0);
	assert_true(c->evicted >= 2000 - 64);
	assert_true(c->evicted < 2000);
	/* The last one is still there. */
	add(*state, 1, 0, 13);
	add(*state, 14, 13, 1);
	expect_all(1, 14);
}

/* Enough streams, but not enough buffers for begun messages. */
static void
buffers_are_bounded(void **state)
{
	struct tcp_streams *t = tcp_streams_new(100000);

	(void)state;
	assert_non_null(t);
	for (unsigned i = 0; i < 1000; i++) {
		struct packet p = segment_from((uint16_t)(1024 + i), 1,
		    stream, 13);

		tcp_streams_add(t, &p, keep, NULL);
	}
	assert_int_equal(tcp_streams_counters(t)->evicted, 1000 - 256);
	for (unsigned i = 0; i < 1000; i++) {
		struct packet p = segment_from((uint16_t)(1024 + i), 14,
		    stream + 13, 1);

		tcp_streams_add(t, &p, keep, NULL);
	}
	assert_true(got_count <= 256);
	tcp_streams_free(t);
	tcp_streams_free(NULL);
}

/* --- out of order --------------------------------------------------------- */

/* Every order of six segments, across the end of the sequence numbers. */
static void
any_order_gives_the_same(void **state)
{
	static const size_t cuts[] = { 0, 1, 13, 16, 36, 100, sizeof(stream) };

	for (unsigned order = 0; order < 720; order++) {
		size_t left[] = { 0, 1, 2, 3, 4, 5 };
		unsigned rest = order;

		got_used = got_count = 0;
		add_flags(*state, order - 300, true, false, false);
		for (unsigned n = 6; n > 0; rest /= n, n--) {
			size_t at = left[rest % n];

			add(*state, order - 300 + (uint32_t)cuts[at],
			    cuts[at], cuts[at + 1] - cuts[at]);
			left[rest % n] = left[n - 1];
		}
		expect_all(3, sizeof(stream));
		add_flags(*state, order - 300 + sizeof(stream), false, true,
		    false);
	}
	assert_int_equal(tcp_streams_counters(*state)->gaps, 0);
	assert_int_equal(tcp_streams_counters(*state)->broken, 0);
}

static void
a_hole_is_waited_for_two_seconds(void **state)
{
	struct packet p = segment_from(50000, 1014, stream + 14, 22);

	add_flags(*state, 1000, true, false, false);
	p.time = 5000000;
	tcp_streams_add(*state, &p, keep, NULL);
	tcp_streams_expire(*state, 7000000, keep, NULL);
	assert_int_equal(got_count, 0);
	tcp_streams_expire(*state, 7000001, keep, NULL);
	assert_int_equal(got_count, 1);
	assert_memory_equal(got, stream + 14, 22);
	/* Too late: it is not taken for something new. */
	add(*state, 1000, 0, 14);
	assert_int_equal(got_count, 1);
	add(*state, 1036, 36, 302);
	assert_int_equal(got_count, 2);
	assert_int_equal(tcp_streams_counters(*state)->gaps, 1);
}

static void
a_retransmission_fills_the_hole(void **state)
{
	add_flags(*state, 1000, true, false, false);
	add(*state, 1014, 14, 10);
	add(*state, 1036, 36, 302);
	add(*state, 1014, 14, 10);		/* what waits, once more */
	assert_int_equal(got_count, 0);
	add(*state, 1000, 0, 30);		/* cut elsewhere */
	assert_int_equal(got_count, 1);
	add(*state, 1020, 20, 20);
	expect_all(3, sizeof(stream));
	assert_int_equal(tcp_streams_counters(*state)->gaps, 0);
}

static void
several_holes_that_stay(void **state)
{
	add_flags(*state, 1000, true, false, false);
	add(*state, 1036, 36, 302);
	add(*state, 1014, 14, 21);		/* one octet short */
	give_up(*state);
	assert_int_equal(got_count, 1);
	assert_int_equal(got_used, 302);
	assert_memory_equal(got, stream + 36, 302);
	assert_int_equal(tcp_streams_counters(*state)->gaps, 2);
}

/* What is too far away is a new beginning; what waited comes out first. */
static void
beyond_the_window(void **state)
{
	add_flags(*state, 1000, true, false, false);
	add(*state, 1014, 14, 22);
	add(*state, 1000 + 65537, 36, 302);
	assert_int_equal(got_count, 2);
	assert_int_equal(got_used, 22 + 302);
	assert_memory_equal(got, stream + 14, 22 + 302);
	assert_int_equal(tcp_streams_counters(*state)->gaps, 2);
}

static void
a_successor_whose_syn_was_not_seen(void **state)
{
	add(*state, 0x90000000, 0, 14);
	add(*state, 0x10000000, 14, 22);	/* far behind */
	add(*state, 0x10000016, 36, 302);
	expect_all(3, sizeof(stream));
	assert_int_equal(tcp_streams_counters(*state)->gaps, 1);
}

static void
a_fin_before_the_octets_it_ends(void **state)
{
	add_flags(*state, 1000, true, false, false);
	add(*state, 1000, 0, 13);
	add_flags(*state, 1000 + sizeof(stream), false, true, false);
	add(*state, 1020, 20, sizeof(stream) - 20);
	add_flags(*state, 1000 + sizeof(stream), false, true, false);
	assert_int_equal(got_count, 0);
	add(*state, 1013, 13, 7);
	expect_all(3, sizeof(stream));
}

static void
a_fin_with_the_last_octets_first(void **state)
{
	struct packet p = segment_from(50000, 1020, stream + 20,
	    sizeof(stream) - 20);

	add_flags(*state, 1000, true, false, false);
	p.fin = true;
	tcp_streams_add(*state, &p, keep, NULL);
	add(*state, 1000, 0, 20);
	expect_all(3, sizeof(stream));
}

static void
a_reset_ends_the_waiting(void **state)
{
	add_flags(*state, 1000, true, false, false);
	add(*state, 1014, 14, 22);
	add_flags(*state, 1036, false, false, true);
	assert_int_equal(got_count, 1);
	assert_memory_equal(got, stream + 14, 22);
	give_up(*state);
	assert_int_equal(got_count, 1);
}

/* A mirror may show a SYN twice, and after what follows it. */
static void
a_syn_of_the_same_stream_changes_nothing(void **state)
{
	struct packet p;

	for (int i = 0; i < 2; i++) {
		p = segment_from(50000, 501, stream, 20);
		p.syn = true;
		tcp_streams_add(*state, &p, keep, NULL);
	}
	add(*state, 521, 20, 10);
	add_flags(*state, 501, true, false, false);
	add(*state, 531, 30, sizeof(stream) - 30);
	expect_all(3, sizeof(stream));
	assert_int_equal(tcp_streams_counters(*state)->gaps, 0);
}

static void
a_syn_of_another_drops_what_waits(void **state)
{
	add_flags(*state, 1000, true, false, false);
	add(*state, 1014, 14, 22);
	add_flags(*state, 7000, true, false, false);
	give_up(*state);
	assert_int_equal(got_count, 0);
	add(*state, 7000, 0, sizeof(stream));
	expect_all(3, sizeof(stream));
}

/* One stream alone fills the pool of what waits: it goes on behind its hole
 * and loses nothing else. */
static void
one_stream_fills_the_pool(void **state)
{
	static uint8_t long_stream[14 * 2000];

	for (size_t i = 0; i < 2000; i++) {
		memcpy(long_stream + i * 14, stream, 14);
		long_stream[i * 14 + 2] = (uint8_t)i;
	}
	add_flags(*state, 1000, true, false, false);
	for (size_t i = 1; i < 2000; i++) {
		struct packet p = segment_from(50000,
		    (uint32_t)(1000 + i * 14), long_stream + i * 14, 14);

		tcp_streams_add(*state, &p, keep, NULL);
	}
	assert_int_equal(got_count, 1999);
	assert_memory_equal(got, long_stream + 14, 14 * 1999);
	assert_int_equal(tcp_streams_counters(*state)->gaps, 1);
	assert_int_equal(tcp_streams_counters(*state)->evicted, 1);
}

/* The same segment again and again takes one place. */
static void
repetitions_do_not_fill_the_pool(void **state)
{
	add_flags(*state, 1000, true, false, false);
	for (unsigned i = 0; i < 2000; i++)
		add(*state, 1014, 14, 22);
	assert_int_equal(tcp_streams_counters(*state)->early, 1);
	add(*state, 1000, 0, 14);
	add(*state, 1036, 36, 302);
	expect_all(3, sizeof(stream));
	assert_int_equal(tcp_streams_counters(*state)->gaps, 0);
}

/* Many streams with a hole each: the one that has waited longest makes room,
 * and its message comes out. */
static void
many_streams_fill_the_pool(void **state)
{
	struct tcp_streams *t = tcp_streams_new(100000);

	(void)state;
	assert_non_null(t);
	for (unsigned i = 0; i < 600; i++) {
		struct packet p = segment_from((uint16_t)(1024 + i), 1,
		    stream, 0);

		p.syn = true;
		p.time = i;
		tcp_streams_add(t, &p, keep, NULL);
		p = segment_from((uint16_t)(1024 + i), 15, stream + 14, 22);
		p.time = i;
		tcp_streams_add(t, &p, keep, NULL);
	}
	assert_int_equal(got_count, 600 - 512);
	assert_int_equal(tcp_streams_counters(t)->evicted, 600 - 512);
	give_up(t);
	assert_int_equal(got_count, 600);
	tcp_streams_free(t);
}

/* What makes room may turn out to be no DNS, and be the very stream that
 * needs it. */
static void
a_stream_that_is_no_dns_fills_the_pool(void **state)
{
	add_flags(*state, 1000, true, false, false);
	for (unsigned i = 1; i < 600; i++) {
		struct packet p = segment_from(50000, 1000 + i * 4,
		    (const uint8_t *)"\0\1xx", 4);

		tcp_streams_add(*state, &p, keep, NULL);
	}
	give_up(*state);
	assert_int_equal(got_count, 0);
	add_flags(*state, 9000, true, false, false);
	add(*state, 9000, 0, sizeof(stream));
	expect_all(3, sizeof(stream));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(several_messages_in_one_segment),
		TEST(segments_may_cut_where_they_like),
		TEST(retransmissions_and_overlaps_count_once),
		TEST(a_keep_alive_changes_nothing),
		TEST(after_a_gap_a_segment_starts_a_message),
		TEST(a_segment_that_was_not_captured_whole_is_a_gap),
		TEST(a_stream_may_start_in_the_middle),
		TEST(a_syn_may_carry_data_and_starts_anew),
		TEST(fin_and_rst_end_a_stream),
		TEST(what_is_no_dns_is_given_up),
		TEST(the_longest_message_is_put_together),
		TEST(streams_and_directions_are_kept_apart),
		TEST(closed_streams_are_not_missed),
		TEST(the_quietest_stream_makes_room),
		TEST(buffers_are_bounded),
		TEST(any_order_gives_the_same),
		TEST(a_hole_is_waited_for_two_seconds),
		TEST(a_retransmission_fills_the_hole),
		TEST(several_holes_that_stay),
		TEST(beyond_the_window),
		TEST(a_successor_whose_syn_was_not_seen),
		TEST(a_fin_before_the_octets_it_ends),
		TEST(a_fin_with_the_last_octets_first),
		TEST(a_reset_ends_the_waiting),
		TEST(a_syn_of_the_same_stream_changes_nothing),
		TEST(a_syn_of_another_drops_what_waits),
		TEST(one_stream_fills_the_pool),
		TEST(repetitions_do_not_fill_the_pool),
		TEST(many_streams_fill_the_pool),
		TEST(a_stream_that_is_no_dns_fills_the_pool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
