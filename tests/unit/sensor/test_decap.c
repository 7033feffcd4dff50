#include "decap.h"

#include "frames.h"
#include "guarded.h"
#include "unit.h"

#define PAYLOAD "0123456789"

static enum decap_result
take(const struct octets *f, size_t length, enum link_type link,
    struct packet *ret)
{
	memset(ret, 0x5a, sizeof(*ret));
	return decap(guarded_copy(f->octets, length), length, link, ret);
}

/* The packet is a UDP datagram of PAYLOAD, of the frames.h addresses. */
static void
expect_udp(const struct octets *f, enum link_type link, unsigned family,
    unsigned vlan)
{
	struct packet p;
	struct address source = unit_address(family == 4 ? "192.0.2.66" :
	    "2001:db8::66");
	struct address destination = unit_address(family == 4 ?
	    "198.51.100.53" : "2001:db8::53");

	assert_int_equal(take(f, f->length, link, &p), DECAP_UDP);
	assert_true(address_equal(&p.source, &source));
	assert_true(address_equal(&p.destination, &destination));
	assert_int_equal(p.source_port, 50000);
	assert_int_equal(p.destination_port, 53);
	assert_int_equal(p.vlan, vlan);
	assert_int_equal(p.length, 10);
	assert_int_equal(p.wire_length, 10);
	assert_memory_equal(p.payload, PAYLOAD, 10);
}

/* What may stand before an IP packet, of either version. */
static const struct outer {
	enum link_type link;
	unsigned family, vlan;
	const char *octets;
	size_t length;
} outers[] = {
#define MACS "\2\0\0\0\0\1\2\0\0\0\0\2"
#define SLL "\0\0\0\1\0\6\2\0\0\0\0\1\0\0"
#define SLL2(type) type "\0\0\0\0\0\2\0\1\0\6\2\0\0\0\0\1\0\0"
	{ LINK_ETHERNET, 4, 0, MACS "\x08\x00", 14 },
	{ LINK_ETHERNET, 6, 0, MACS "\x86\xdd", 14 },
	{ LINK_ETHERNET, 4, 12, MACS "\x81\x00\xe0\x0c\x08\x00", 18 },
	{ LINK_ETHERNET, 6, 4095, MACS "\x81\x00\x0f\xff\x86\xdd", 18 },
	{ LINK_ETHERNET, 4, 0, MACS "\x81\x00\xe0\x00\x08\x00", 18 },
	{ LINK_ETHERNET, 4, 100,
	    MACS "\x88\xa8\x00\x64\x81\x00\x00\x07\x08\x00", 22 },
	{ LINK_ETHERNET, 6, 1,
	    MACS "\x91\x00\x00\x01\x91\x00\x00\x02\x86\xdd", 22 },
	{ LINK_ETHERNET, 4, 1, MACS
	    "\x81\x00\0\1\x81\x00\0\2\x81\x00\0\3\x81\x00\0\4"
	    "\x81\x00\0\5\x81\x00\0\6\x81\x00\0\7\x08\x00", 42 },
	{ LINK_RAW, 4, 0, "", 0 },
	{ LINK_RAW, 6, 0, "", 0 },
	{ LINK_NULL, 4, 0, "\2\0\0\0", 4 },
	{ LINK_NULL, 4, 0, "\0\0\0\2", 4 },
	{ LINK_NULL, 6, 0, "\0\0\0\x1e", 4 },
	{ LINK_NULL, 6, 0, "\x1c\0\0\0", 4 },
	{ LINK_NULL, 6, 0, "\x18\0\0\0", 4 },
	{ LINK_NULL, 6, 0, "\x0a\0\0\0", 4 },
	{ LINK_SLL, 4, 0, SLL "\x08\x00", 16 },
	{ LINK_SLL, 6, 0, SLL "\x86\xdd", 16 },
	{ LINK_SLL, 4, 12, SLL "\x81\x00\x00\x0c\x08\x00", 20 },
	{ LINK_SLL2, 4, 0, SLL2("\x08\x00"), 20 },
	{ LINK_SLL2, 6, 0, SLL2("\x86\xdd"), 20 },
	{ LINK_SLL2, 4, 12, SLL2("\x81\x00") "\x00\x0c\x08\x00", 24 },
};

static struct octets
frame_of(const struct outer *o)
{
	struct octets f = { .length = 0 };

	octets_add(&f, o->octets, o->length);
	if (o->family == 4)
		frame_ipv4(&f, FRAME_UDP, 0, 18);
	else
		frame_ipv6(&f, FRAME_UDP, 18);
	frame_udp(&f, PAYLOAD, 10);
	return f;
}

static void
every_link_type(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(outers); i++) {
		struct octets f = frame_of(&outers[i]);

		expect_udp(&f, outers[i].link, outers[i].family,
		    outers[i].vlan);
		/* An Ethernet trailer is not payload. */
		octets_zeros(&f, 12);
		expect_udp(&f, outers[i].link, outers[i].family,
		    outers[i].vlan);
	}
}

static void
cut_anywhere_it_stays_inside(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(outers); i++) {
		struct octets f = frame_of(&outers[i]);
		size_t headers = f.length - 10;

		for (size_t length = 0; length < f.length; length++) {
			struct packet p;
			enum decap_result r = take(&f, length,
			    outers[i].link, &p);

			assert_int_equal(r, length < headers ?
			    DECAP_MALFORMED : DECAP_UDP);
			if (r != DECAP_UDP)
				continue;
			assert_int_equal(p.length, length - headers);
			assert_int_equal(p.wire_length, 10);
		}
	}
}

/* Any octets as any link type: nothing but a result. */
static void
random_octets_stay_inside(void **state)
{
	uint64_t seed = unit_seed();

	(void)state;
	for (int round = 0; round < 200000; round++) {
		const struct outer *o = &outers[unit_random(&seed,
		    COUNT(outers))];
		struct octets f = frame_of(o);
		struct packet p;

		for (unsigned i = 1 + unit_random(&seed, 6); i > 0; i--)
			f.octets[unit_random(&seed, (unsigned)f.length)] =
			    (uint8_t)unit_random(&seed, 256);
		f.length = unit_random(&seed, (unsigned)f.length + 1);
		switch (take(&f, f.length, o->link, &p)) {
		case DECAP_UDP:
		case DECAP_TCP:
			assert_true(p.length <= p.wire_length);
			assert_true(p.length <= f.length);
			/* Reading the last octet crashes if it is outside. */
			if (p.length > 0)
				assert_in_range(p.payload[p.length - 1], 0,
				    255);
			break;
		default:
			break;
		}
	}
}

static void
what_is_no_ip(void **state)
{
	struct octets arp = { .length = 0 }, tags = arp, family = arp, six = arp;
	struct packet p;

	(void)state;
	frame_ether(&arp, 0x0806);
	octets_zeros(&arp, 28);
	assert_int_equal(take(&arp, arp.length, LINK_ETHERNET, &p),
	    DECAP_NOT_IP);
	/* A length, not a type: IEEE 802.3. */
	arp.octets[12] = 0;
	arp.octets[13] = 38;
	assert_int_equal(take(&arp, arp.length, LINK_ETHERNET, &p),
	    DECAP_NOT_IP);
	frame_ether(&tags, 0x8100);
	for (int i = 0; i < 8; i++)
		octets_add(&tags, "\0\1\x81", 4);
	assert_int_equal(take(&tags, tags.length, LINK_ETHERNET, &p),
	    DECAP_MALFORMED);
	octets_add(&family, "\0\0\0\7", 4);
	octets_zeros(&family, 40);
	assert_int_equal(take(&family, family.length, LINK_NULL, &p),
	    DECAP_NOT_IP);
	frame_ether(&six, 0x0800);
	octets_add(&six, "\x55", 1);
	octets_zeros(&six, 60);
	assert_int_equal(take(&six, six.length, LINK_ETHERNET, &p),
	    DECAP_MALFORMED);
}

static struct octets
raw_v4(unsigned fragment, uint8_t protocol)
{
	struct octets f = { .length = 0 };

	frame_ipv4(&f, protocol, fragment, 18);
	frame_udp(&f, PAYLOAD, 10);
	return f;
}

static void
ipv4_headers(void **state)
{
	static const struct {
		size_t at;
		uint8_t octet;
		enum decap_result result;
	} changes[] = {
		{ 0, 0x44, DECAP_MALFORMED },	/* header of 16 octets */
		{ 0, 0x40, DECAP_MALFORMED },
		{ 0, 0x4f, DECAP_MALFORMED },	/* of 60, and 38 are there */
		{ 3, 19, DECAP_MALFORMED },	/* shorter than its header */
		{ 3, 27, DECAP_MALFORMED },	/* no room for UDP's */
		{ 6, 0x20, DECAP_FRAGMENT },	/* more fragments */
		{ 7, 0x01, DECAP_FRAGMENT },	/* an offset */
		{ 6, 0x40, DECAP_UDP },		/* don't fragment */
		{ 6, 0x80, DECAP_UDP },		/* reserved */
		{ 9, 1, DECAP_NOT_TRANSPORT },	/* ICMP */
		{ 9, 50, DECAP_NOT_TRANSPORT },	/* ESP */
		{ 9, 4, DECAP_NOT_TRANSPORT },	/* IP in IP */
		{ 9, 132, DECAP_NOT_TRANSPORT },
	};
	struct packet p;

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		struct octets f = raw_v4(0, FRAME_UDP);

		f.octets[changes[i].at] = changes[i].octet;
		assert_int_equal(take(&f, f.length, LINK_RAW, &p),
		    changes[i].result);
	}
}

static void
ipv4_options_are_stepped_over(void **state)
{
	struct octets f = { .length = 0 };

	(void)state;
	frame_ipv4(&f, FRAME_UDP, 0, 18 + 8);
	f.octets[0] = 0x47;
	octets_add(&f, "\1\1\1\1\1\1\1", 8);
	frame_udp(&f, PAYLOAD, 10);
	expect_udp(&f, LINK_RAW, 4, 0);
}

/* What a sender's card has yet to cut into packets has a length of 0. */
static void
a_length_of_zero_means_all_there_is(void **state)
{
	struct octets v4 = raw_v4(0, FRAME_UDP), v6 = { .length = 0 };

	(void)state;
	v4.octets[2] = v4.octets[3] = 0;
	expect_udp(&v4, LINK_RAW, 4, 0);
	frame_ipv6(&v6, FRAME_UDP, 0);
	frame_udp(&v6, PAYLOAD, 10);
	expect_udp(&v6, LINK_RAW, 6, 0);
}

static void
lengths_of_udp(void **state)
{
	static const struct {
		uint8_t udp;
		size_t length;
	} lengths[] = {
		{ 18, 10 }, { 17, 9 }, { 8, 0 }, { 7, 0 }, { 0, 0 },
		{ 200, 10 },		/* more than IP carries */
	};
	struct packet p;

	(void)state;
	for (size_t i = 0; i < COUNT(lengths); i++) {
		struct octets f = raw_v4(0, FRAME_UDP);

		f.octets[25] = lengths[i].udp;
		assert_int_equal(take(&f, f.length, LINK_RAW, &p), DECAP_UDP);
		assert_int_equal(p.length, lengths[i].length);
		assert_int_equal(p.wire_length, lengths[i].length);
	}
}

/* Extension headers before UDP: their octets, and what becomes of it. */
static void
ipv6_extension_headers(void **state)
{
	static const struct {
		uint8_t first;
		const char *octets;
		size_t length;
		enum decap_result result;
	} chains[] = {
		{ 0, "\x11\0\1\4\0\0\0\0", 8, DECAP_UDP },
		{ 60, "\x11\0\1\4\0\0\0\0", 8, DECAP_UDP },
		{ 43, "\x11\0\0\0\0\0\0\0", 8, DECAP_UDP },
		{ 60, "\x11\1\1\x0c\0\0\0\0\0\0\0\0\0\0\0\0", 16,
		    DECAP_UDP },
		{ 0, "\x3c\0\1\4\0\0\0\0" "\x2b\0\1\4\0\0\0\0"
		    "\x11\0\0\0\0\0\0\0", 24, DECAP_UDP },
		/* An authentication header counts in words, less two. */
		{ 51, "\x11\4\0\0" "\0\0\0\1" "\0\0\0\1"
		    "\0\0\0\0\0\0\0\0\0\0\0\0", 24, DECAP_UDP },
		/* Fragments: an atomic one is whole. */
		{ 44, "\x11\0\0\0\0\0\0\1", 8, DECAP_UDP },
		{ 44, "\x11\0\0\6\0\0\0\1", 8, DECAP_UDP },
		{ 44, "\x11\0\0\1\0\0\0\1", 8, DECAP_FRAGMENT },
		{ 44, "\x11\0\0\x08\0\0\0\1", 8, DECAP_FRAGMENT },
		{ 44, "\x11\0\xff\xf8\0\0\0\1", 8, DECAP_FRAGMENT },
		{ 0, "\x2c\0\1\4\0\0\0\0" "\x11\0\0\1\0\0\0\1", 16,
		    DECAP_FRAGMENT },
		{ 58, "\x80\0\0\0\0\0\0\0", 8, DECAP_NOT_TRANSPORT },
		{ 59, "", 0, DECAP_NOT_TRANSPORT },
		{ 50, "\0\0\0\1\0\0\0\1", 8, DECAP_NOT_TRANSPORT },
		{ 41, "\x60\0\0\0\0\0\x3b\0", 8, DECAP_NOT_TRANSPORT },
		/* One that is longer than the packet. */
		{ 60, "\x11\xff\1\4\0\0\0\0", 8, DECAP_MALFORMED },
		{ 51, "\x11\xff\0\0\0\0\0\0", 8, DECAP_MALFORMED },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(chains); i++) {
		struct octets f = { .length = 0 };
		struct packet p;
		enum decap_result r;

		frame_ipv6(&f, chains[i].first, chains[i].length + 18);
		octets_add(&f, chains[i].octets, chains[i].length);
		frame_udp(&f, PAYLOAD, 10);
		r = take(&f, f.length, LINK_RAW, &p);
		if (r != chains[i].result)
			fail_msg("chain %zu: result %d, not %d", i, (int)r,
			    (int)chains[i].result);
		if (r == DECAP_UDP)
			expect_udp(&f, LINK_RAW, 6, 0);
	}
}

static void
endless_extension_headers_end(void **state)
{
	struct octets f = { .length = 0 };
	struct packet p;

	(void)state;
	frame_ipv6(&f, 60, 50 * 8);
	for (int i = 0; i < 50; i++)
		octets_add(&f, "\x3c\0\1\4\0\0\0\0", 8);
	assert_int_equal(take(&f, f.length, LINK_RAW, &p), DECAP_MALFORMED);
}

static struct octets
segment(unsigned flags)
{
	struct octets f = { .length = 0 };

	frame_ipv4(&f, FRAME_TCP, 0, 24 + 10);
	frame_tcp(&f, 0xfffffffe, flags, PAYLOAD, 10);
	return f;
}

static void
tcp_segments(void **state)
{
	struct octets f = segment(FRAME_ACK);
	struct packet p;

	(void)state;
	assert_int_equal(take(&f, f.length, LINK_RAW, &p), DECAP_TCP);
	assert_int_equal(p.sequence, 0xfffffffe);
	assert_int_equal(p.length, 10);
	assert_int_equal(p.wire_length, 10);
	assert_memory_equal(p.payload, PAYLOAD, 10);
	assert_false(p.syn || p.fin || p.rst);
	f = segment(FRAME_SYN);
	assert_int_equal(take(&f, f.length, LINK_RAW, &p), DECAP_TCP);
	assert_true(p.syn);
	assert_int_equal(p.sequence, 0xffffffff);
	f = segment(FRAME_FIN | FRAME_RST);
	assert_int_equal(take(&f, f.length, LINK_RAW, &p), DECAP_TCP);
	assert_true(p.fin && p.rst && !p.syn);
	/* Cut: what is missing was sent all the same. */
	assert_int_equal(take(&f, f.length - 4, LINK_RAW, &p), DECAP_TCP);
	assert_int_equal(p.length, 6);
	assert_int_equal(p.wire_length, 10);
	for (size_t length = 0; length < f.length - 10; length++)
		assert_int_equal(take(&f, length, LINK_RAW, &p),
		    DECAP_MALFORMED);
	f.octets[20 + 12] = 0x40;		/* header of 16 octets */
	assert_int_equal(take(&f, f.length, LINK_RAW, &p), DECAP_MALFORMED);
	f.octets[20 + 12] = 0xf0;		/* of 60 octets */
	assert_int_equal(take(&f, f.length, LINK_RAW, &p), DECAP_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_link_type),
		cmocka_unit_test(cut_anywhere_it_stays_inside),
		cmocka_unit_test(random_octets_stay_inside),
		cmocka_unit_test(what_is_no_ip),
		cmocka_unit_test(ipv4_headers),
		cmocka_unit_test(ipv4_options_are_stepped_over),
		cmocka_unit_test(a_length_of_zero_means_all_there_is),
		cmocka_unit_test(lengths_of_udp),
		cmocka_unit_test(ipv6_extension_headers),
		cmocka_unit_test(endless_extension_headers_end),
		cmocka_unit_test(tcp_segments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
