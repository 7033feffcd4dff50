#include "fragments.h"

#include "frames.h"
#include "guarded.h"
#include "unit.h"

#define SECOND INT64_C(1000000)

/* The whole payload that is cut into fragments. */
static uint8_t sent[65535];

static int
set_up(void **state)
{
	for (size_t i = 0; i < sizeof(sent); i++)
		sent[i] = (uint8_t)(i * 7 + i / 251);
	return (*state = fragments_new(8)) != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	fragments_free(*state);
	return 0;
}

static struct packet
piece(uint32_t id, size_t from, size_t to, bool more)
{
	return (struct packet){
		.time = 1,
		.source = unit_address("192.0.2.66"),
		.destination = unit_address("198.51.100.53"),
		.payload = guarded_copy(sent + from, to - from),
		.length = to - from,
		.wire_length = to - from,
		.fragment = { id, (uint32_t)from, FRAME_UDP, more },
	};
}

/* Add octets ${from} to ${to} of packet ${id}: the length of the whole, 0 if
 * it is not complete. */
static size_t
add(struct fragments *t, uint32_t id, size_t from, size_t to, bool more)
{
	struct packet p = piece(id, from, to, more);
	size_t length = 0;
	const uint8_t *whole = fragments_add(t, &p, &length);

	if (whole == NULL)
		return 0;
	assert_int_not_equal(length, 0);
	assert_memory_equal(whole, sent, length);
	assert_int_equal(p.fragment.protocol, FRAME_UDP);
	return length;
}

static void
every_order(void **state)
{
	static const size_t cuts[] = { 0, 8, 16, 1496, 1504, 1999 };

	for (unsigned order = 0; order < 120; order++) {
		size_t left[] = { 0, 1, 2, 3, 4 };
		unsigned rest = order;

		for (unsigned n = 5; n > 0; rest /= n, n--) {
			size_t at = left[rest % n];

			assert_int_equal(add(*state, 1, cuts[at],
			    cuts[at + 1], at < 4), n == 1 ? 1999 : 0);
			left[rest % n] = left[n - 1];
		}
	}
	assert_int_equal(fragments_counters(*state)->packets, 120);
	assert_int_equal(fragments_counters(*state)->fragments, 600);
	assert_int_equal(fragments_counters(*state)->evicted, 0);
	assert_int_equal(fragments_counters(*state)->overlaps, 0);
}

static void
packets_interleaved(void **state)
{
	for (uint32_t id = 0; id < 8; id++)
		assert_int_equal(add(*state, id, 8, 20 + id, false), 0);
	for (uint32_t id = 8; id > 0; id--)
		assert_int_equal(add(*state, id - 1, 0, 8, true), 19 + id);
}

/* Addresses, id and protocol name an IPv4 packet; the protocol does not name
 * an IPv6 one, and that of its first fragment counts. */
static void
what_belongs_together(void **state)
{
	struct packet first = piece(1, 0, 8, true), other;
	size_t length;

	assert_null(fragments_add(*state, &first, &length));
	other = piece(1, 8, 16, false);
	other.source = unit_address("192.0.2.67");
	assert_null(fragments_add(*state, &other, &length));
	other = piece(1, 8, 16, false);
	other.destination = unit_address("198.51.100.54");
	assert_null(fragments_add(*state, &other, &length));
	other = piece(1, 8, 16, false);
	other.fragment.protocol = FRAME_TCP;
	assert_null(fragments_add(*state, &other, &length));
	assert_int_equal(add(*state, 2, 8, 16, false), 0);
	assert_int_equal(add(*state, 1, 8, 16, false), 16);

	for (int round = 0; round < 2; round++) {
		first = piece(1, 0, 8, true);
		other = piece(1, 8, 16, false);
		first.source = other.source = unit_address("2001:db8::66");
		other.fragment.protocol = 59;
		assert_null(fragments_add(*state, round == 0 ? &first :
		    &other, &length));
		assert_non_null(fragments_add(*state, round == 0 ? &other :
		    &first, &length));
		assert_int_equal(length, 16);
		assert_int_equal(first.fragment.protocol, FRAME_UDP);
		if (round == 0)
			assert_int_equal(other.fragment.protocol, FRAME_UDP);
	}
}

/* A mirror that shows everything twice: one packet, or two whole ones. */
static void
repetitions(void **state)
{
	assert_int_equal(add(*state, 1, 0, 16, true), 0);
	assert_int_equal(add(*state, 1, 0, 16, true), 0);
	assert_int_equal(add(*state, 1, 32, 40, false), 0);
	assert_int_equal(add(*state, 1, 32, 40, false), 0);
	assert_int_equal(add(*state, 1, 16, 32, true), 40);
	assert_int_equal(fragments_counters(*state)->overlaps, 0);
	/* The same place, other octets: not the same fragment. */
	assert_int_equal(add(*state, 2, 0, 16, true), 0);
	sent[3] ^= 1;
	assert_int_equal(add(*state, 2, 0, 16, true), 0);
	sent[3] ^= 1;
	assert_int_equal(add(*state, 2, 16, 24, false), 0);
	assert_int_equal(fragments_counters(*state)->overlaps, 1);
}

/* RFC 5722: one overlap, and nothing of the packet is used, whatever else of
 * it comes. */
static void
overlaps_drop_the_packet(void **state)
{
	static const struct {
		size_t from, to;
		bool more;
	} seconds[] = {
		{ 8, 24, true }, { 0, 24, true }, { 8, 20, false },
		{ 0, 8, false },	/* an end before what has come */
	};

	for (uint32_t i = 0; i < COUNT(seconds); i++) {
		assert_int_equal(add(*state, i, 0, 16, true), 0);
		assert_int_equal(add(*state, i, seconds[i].from,
		    seconds[i].to, seconds[i].more), 0);
		assert_int_equal(add(*state, i, 16, 32, true), 0);
		assert_int_equal(add(*state, i, 32, 40, false), 0);
		assert_int_equal(add(*state, i, 0, 16, true), 0);
		assert_int_equal(fragments_counters(*state)->overlaps, i + 1);
	}
	/* Two ends, and octets beyond the end. */
	assert_int_equal(add(*state, 10, 16, 24, false), 0);
	assert_int_equal(add(*state, 10, 24, 32, false), 0);
	assert_int_equal(add(*state, 11, 16, 24, false), 0);
	assert_int_equal(add(*state, 11, 24, 32, true), 0);
	assert_int_equal(fragments_counters(*state)->overlaps,
	    COUNT(seconds) + 2);
	assert_int_equal(fragments_counters(*state)->packets, 0);
}

static void
what_comes_too_late(void **state)
{
	struct packet p = piece(1, 8, 16, false);
	size_t length;

	assert_int_equal(add(*state, 1, 0, 8, true), 0);
	p.time += 30 * SECOND;
	assert_non_null(fragments_add(*state, &p, &length));
	assert_int_equal(add(*state, 1, 0, 8, true), 0);
	p = piece(1, 8, 16, false);
	p.time += 30 * SECOND + 1;
	assert_null(fragments_add(*state, &p, &length));
	assert_int_equal(fragments_counters(*state)->timeouts, 1);
	/* That one began anew. */
	p = piece(1, 0, 8, true);
	p.time += 31 * SECOND;
	assert_non_null(fragments_add(*state, &p, &length));
	/* IPv6 waits for 60 seconds. */
	for (int over = 0; over < 2; over++) {
		p = piece(7, 0, 8, true);
		p.source = unit_address("2001:db8::66");
		p.time = over * 100 * SECOND;
		assert_null(fragments_add(*state, &p, &length));
		p.fragment = (struct fragment){ 7, 8, FRAME_UDP, false };
		p.time += 60 * SECOND + over;
		assert_true((fragments_add(*state, &p, &length) != NULL) ==
		    (over == 0));
	}
	assert_int_equal(fragments_counters(*state)->timeouts, 2);
}

static void
the_oldest_makes_room(void **state)
{
	size_t length;

	for (uint32_t id = 0; id < 9; id++) {
		struct packet p = piece(id, 0, 8, true);

		p.time = 100 - id;		/* the last is the oldest */
		assert_null(fragments_add(*state, &p, &length));
	}
	assert_int_equal(fragments_counters(*state)->evicted, 1);
	assert_int_equal(add(*state, 7, 8, 16, false), 0);
	for (uint32_t id = 1; id < 7; id++)
		assert_int_equal(add(*state, id, 8, 16, false), 16);
}

static void
bounds(void **state)
{
	static const struct {
		size_t from, length;
		bool more;
	} wrong[] = {
		{ 0, 0, true }, { 8, 0, false },	/* empty */
		{ 0, 9, true }, { 8, 7, true },		/* not by eight */
		{ 65528, 8, false }, { 65528, 8, true },
		{ 8, 65528, false },
	};
	size_t length;

	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct packet p = piece(1, 0, wrong[i].length, wrong[i].more);

		p.fragment.offset = (uint32_t)wrong[i].from;
		assert_null(fragments_add(*state, &p, &length));
		assert_int_equal(fragments_counters(*state)->malformed,
		    i + 1);
	}
	/* Cut by the capture. */
	struct packet cut = piece(1, 0, 8, true);

	cut.wire_length = 16;
	assert_null(fragments_add(*state, &cut, &length));
	assert_int_equal(fragments_counters(*state)->malformed,
	    COUNT(wrong) + 1);
	/* The longest there can be. */
	assert_int_equal(add(*state, 1, 65528, 65535, false), 0);
	assert_int_equal(add(*state, 1, 0, 65528, true), 65535);
}

/* 64 pieces apart from each other are kept, one more is too many. */
static void
pieces_are_bounded(void **state)
{
	for (uint32_t id = 0; id < 2; id++) {
		size_t apart = 64 + id;

		for (size_t i = 0; i < apart; i++)
			assert_int_equal(add(*state, id, i * 16, i * 16 + 8,
			    i + 1 < apart), 0);
		for (size_t i = 0; i + 1 < apart; i++)
			assert_int_equal(add(*state, id, i * 16 + 8,
			    i * 16 + 16, true), id == 0 && i + 2 == apart ?
			    63 * 16 + 8 : 0);
	}
	assert_int_equal(fragments_counters(*state)->overlaps, 1);
}

/* A tunnel's packet in fragments, and in it the last fragment of another: its
 * octets lie in the table already. */
static void
a_fragment_in_a_whole(void **state)
{
	struct packet p, inner;
	size_t length;
	const uint8_t *whole;

	assert_int_equal(add(*state, 2, 0, 1000, true), 0);
	assert_int_equal(add(*state, 1, 1000, 2000, false), 0);
	p = piece(1, 0, 1000, true);
	whole = fragments_add(*state, &p, &length);
	assert_non_null(whole);
	assert_int_equal(length, 2000);
	inner = p;
	inner.fragment = (struct fragment){ 2, 1000, FRAME_UDP, false };
	inner.payload = whole + 1000;
	inner.length = inner.wire_length = 1000;
	whole = fragments_add(*state, &inner, &length);
	assert_non_null(whole);
	assert_int_equal(length, 2000);
	assert_memory_equal(whole, sent, 2000);
	/* It begins a packet of its own, in the very place it lies in. */
	assert_int_equal(add(*state, 3, 1000, 2000, false), 0);
	p = piece(3, 0, 1000, true);
	whole = fragments_add(*state, &p, &length);
	assert_non_null(whole);
	inner.fragment = (struct fragment){ 4, 8, FRAME_UDP, false };
	inner.payload = whole;
	inner.length = inner.wire_length = 1992;
	assert_null(fragments_add(*state, &inner, &length));
	p = piece(4, 0, 8, true);
	whole = fragments_add(*state, &p, &length);
	assert_non_null(whole);
	assert_memory_equal(whole + 8, sent, 1992);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_order),
		TEST(packets_interleaved),
		TEST(what_belongs_together),
		TEST(repetitions),
		TEST(overlaps_drop_the_packet),
		TEST(what_comes_too_late),
		TEST(the_oldest_makes_room),
		TEST(bounds),
		TEST(pieces_are_bounded),
		TEST(a_fragment_in_a_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
