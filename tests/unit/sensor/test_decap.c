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
	return decap(guarded_copy(f->octets, length), length, link, 1, ret);
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
#define SNAP "\xaa\xaa\3\0\0\0"
#define WLAN_DATA "\x08\x01\0\0" MACS "\2\0\0\0\0\3\0\0"
#define RADIOTAP "\0\0\x0c\0\0\0\0\0\0\0\0\0"
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
	{ LINK_NFLOG, 4, 0,		/* little-endian, then big-endian */
	    "\2\0\0\0" "\5\0\x0a\0x\0\0\0" "\x32\0\x09\0", 16 },
	{ LINK_NFLOG, 6, 0, "\x0a\0\0\0" "\0\x46\0\x09", 8 },
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
	{ LINK_SLL2, 4, 0, SLL2("\0\4") SNAP "\x08\x00", 28 },
	{ LINK_SLL, 4, 0, SLL "\0\4" SNAP "\x08\x00", 24 },
	{ LINK_ETHERNET, 4, 0, MACS "\0\x36" SNAP "\x08\x00", 22 },
	{ LINK_ETHERNET, 4, 0, MACS "\0\x31\6\6\3", 17 },
	{ LINK_ETHERNET, 4, 0,
	    MACS "\0\x36\xaa\xaa\3\0\0\xf8\x08\x00", 22 },
	{ LINK_ETHERNET, 4, 9,
	    MACS "\x81\x00\0\x09\0\x36" SNAP "\x08\x00", 26 },
	{ LINK_ETHERNET, 4, 0, MACS "\x88\x47\0\1\1\xff", 18 },
	{ LINK_ETHERNET, 6, 0, MACS "\x88\x48\0\1\0\xff\0\2\1\xff", 22 },
	{ LINK_ETHERNET, 4, 5, MACS "\x81\x00\0\5\x88\x47\0\1\1\xff", 22 },
	{ LINK_ETHERNET, 4, 0,		/* pseudowire with control word */
	    MACS "\x88\x47\0\1\1\xff\0\0\0\0" MACS "\x08\x00", 36 },
	{ LINK_ETHERNET, 4, 0,
	    MACS "\x88\x47\0\1\1\xff" "\x22\0\0\0\0\1\2\0\0\0\0\2\x08\x00",
	    32 },
	{ LINK_ETHERNET, 4, 0,
	    MACS "\x88\x64\x11\0\0\1\0\x30\0\x21", 22 },
	{ LINK_ETHERNET, 6, 0,
	    MACS "\x88\x64\x11\0\0\1\0\x44\0\x57", 22 },
	{ LINK_ETHERNET, 4, 0,		/* labels over PPP */
	    MACS "\x88\x64\x11\0\0\1\0\x34\2\x81\0\1\1\xff", 26 },
	{ LINK_ENC, 4, 0, "\0\0\0\2\0\0\0\0\0\0\0\0", 12 },
	{ LINK_PPP, 4, 0, "\xff\3\0\x21", 4 },
	{ LINK_PPP, 4, 0, "\0\x21", 2 },
	{ LINK_PPP, 6, 0, "\x57", 1 },
	{ LINK_PPP_WITH_DIR, 6, 0, "\1\xff\3\0\x57", 5 },
	{ LINK_PPPOE, 4, 0, "\x11\0\0\1\0\x30\0\x21", 8 },
	{ LINK_CHDLC, 4, 0, "\x0f\0\x08\0", 4 },
	{ LINK_FDDI, 4, 0, "\x50" MACS SNAP "\x08\0", 21 },
	{ LINK_ARCNET, 4, 0, "\1\2\0\0\xd4\0\0\1", 8 },
	{ LINK_ARCNET, 4, 0, "\1\2\0\0\xf0", 5 },
	{ LINK_ARCNET, 6, 0, "\1\2\0\0\xc4\0\0\1", 8 },
	{ LINK_WLAN, 4, 0, WLAN_DATA SNAP "\x08\0", 32 },
	{ LINK_WLAN, 6, 0,		/* four addresses, quality of service */
	    "\x88\x03\0\0" MACS "\2\0\0\0\0\3\0\0" "\2\0\0\0\0\4" "\0\0"
	    SNAP "\x86\xdd", 40 },
	{ LINK_WLAN, 4, 0,		/* HT control */
	    "\x88\x81\0\0" MACS "\2\0\0\0\0\3\0\0" "\0\0" "\0\0\0\0"
	    SNAP "\x08\0", 38 },
	{ LINK_RADIOTAP, 4, 0, RADIOTAP WLAN_DATA SNAP "\x08\0", 44 },
	{ LINK_PRISM, 4, 0,
	    "\x44\0\0\0\x0c\0\0\0\0\0\0\0" WLAN_DATA SNAP "\x08\0", 44 },
	{ LINK_PRISM, 4, 0,
	    "\0\0\0\x44\0\0\0\x0c\0\0\0\0" WLAN_DATA SNAP "\x08\0", 44 },
	{ LINK_PRISM, 4, 0,
	    "\x80\x21\x10\1\0\0\0\x0c\0\0\0\0" WLAN_DATA SNAP "\x08\0", 44 },
	{ LINK_PPI, 4, 0, "\0\0\x08\0\1\0\0\0" MACS "\x08\0", 22 },
	{ LINK_PPI, 4, 0, "\0\0\x0a\0\x69\0\0\0\0\0" WLAN_DATA SNAP "\x08\0",
	    42 },
	{ LINK_PPI, 4, 0, "\0\0\x08\0\x7f\0\0\0" RADIOTAP WLAN_DATA SNAP
	    "\x08\0", 52 },
	{ LINK_PKTAP, 6, 0, "\x0c\0\0\0\1\0\0\0\1\0\0\0" MACS "\x86\xdd",
	    26 },
	{ LINK_PKTAP, 4, 0, "\x0c\0\0\0\1\0\0\0\x65\0\0\0", 12 },
	{ LINK_PKTAP, 4, 0, "\x0c\0\0\0\1\0\0\0\0\0\0\0\2\0\0\0", 16 },
	{ LINK_PKTAP, 4, 0, "\x0c\0\0\0\1\0\0\0\x09\0\0\0\0\x21", 14 },
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

/* What is too short for its headers; a protocol number cut in half, or an
 * attribute that is missing, may be taken for something else. */
static void
expect_cut(enum decap_result result)
{
	assert_true(result == DECAP_MALFORMED || result == DECAP_NOT_IP);
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

			if (length < headers) {
				expect_cut(r);
				continue;
			}
			assert_int_equal(r, DECAP_UDP);
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
		{ 9, 4, DECAP_MALFORMED },	/* IP in IP, but it is not */
		{ 9, 43, DECAP_NOT_TRANSPORT },	/* IPv6's alone */
		{ 9, 44, DECAP_NOT_TRANSPORT },
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
		{ 41, "\x60\0\0\0\0\0\x3b\0", 8, DECAP_MALFORMED },
		{ 135, "\x11\0\0\0\0\0\0\0", 8, DECAP_UDP },
		{ 139, "\x11\0\0\0\0\0\0\0", 8, DECAP_UDP },
		{ 140, "\x11\0\0\0\0\0\0\0", 8, DECAP_UDP },
		/* An atomic fragment before and behind others. */
		{ 44, "\x2c\0\0\0\0\0\0\1" "\x3c\0\0\0\0\0\0\2"
		    "\x11\0\1\4\0\0\0\0", 24, DECAP_UDP },
		{ 44, "\x2c\0\0\0\0\0\0\1" "\x11\0\0\1\0\0\0\2", 16,
		    DECAP_FRAGMENT },
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
	assert_int_equal(take(&f, f.length, LINK_RAW, &p), DECAP_TOO_DEEP);
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

/* --- tunnels ------------------------------------------------------------- */

#define UDP_TO(port) "\xc0\0" port

/* What may stand between an outer IP header of ${protocol}, from 192.0.2.66,
 * and an inner IPv4 or IPv6 packet. */
static const struct between {
	const char *tunnel;
	uint8_t protocol;
	unsigned family;		/* of the inner packet */
	const char *octets;
	size_t length;
} betweens[] = {
	{ "ipip", 4, 4, "", 0 },
	{ "ipip", 41, 6, "", 0 },
	{ "gre", 47, 4, "\0\0\x08\0", 4 },
	{ "gre", 47, 6, "\0\0\x86\xdd", 4 },
	{ "gre", 47, 4, "\x30\0\x08\0\0\0\0\1\0\0\0\2", 12 },
	{ "gre", 47, 4, "\xb0\0\x08\0\0\0\0\0\0\0\0\1\0\0\0\2", 16 },
	{ "gre", 47, 4, "\0\x80\x08\0", 4 },	/* a bit without a meaning */
	{ "gre", 47, 4, "\0\0\x65\x58" MACS "\x08\0", 18 },
	{ "gre", 47, 4, "\0\0\x88\x47\0\1\1\xff", 8 },
	{ "gre", 47, 4, "\x30\x81\x88\x0b\0\x36\0\1\0\0\0\2\0\0\0\1"
	    "\xff\3\0\x21", 20 },		/* PPTP */
	{ "erspan", 47, 4, "\0\0\x88\xbe" MACS "\x08\0", 18 },
	{ "erspan", 47, 4, "\x10\0\x88\xbe\0\0\0\1" "\x10\0\0\0\0\0\0\0"
	    MACS "\x08\0", 30 },
	{ "erspan", 47, 4, "\x10\0\x22\xeb\0\0\0\1"
	    "\x20\0\0\0\0\0\0\0\0\0\0\0" MACS "\x08\0", 34 },
	{ "erspan", 47, 4, "\x10\0\x22\xeb\0\0\0\1"
	    "\x20\0\0\0\0\0\0\0\0\0\0\1" "\0\0\0\0\0\0\0\0" MACS "\x08\0",
	    42 },
	{ "etherip", 97, 4, "\x30\0" MACS "\x08\0", 16 },
	{ "mpls", 137, 4, "\0\1\1\xff", 4 },
	{ "vxlan", 17, 4, UDP_TO("\x12\xb5") "\0\0\0\0"
	    "\x08\0\0\0\0\0\1\0" MACS "\x08\0", 30 },
	{ "vxlan", 17, 6, UDP_TO("\x21\x18") "\0\0\0\0"
	    "\x08\0\0\0\0\0\1\0" MACS "\x86\xdd", 30 },
	{ "vxlan", 17, 4, UDP_TO("\x12\xb6") "\0\0\0\0"
	    "\x0c\0\0\1\0\0\1\0", 16 },
	{ "geneve", 17, 4, UDP_TO("\x17\xc1") "\0\0\0\0"
	    "\0\0\x65\x58\0\0\1\0" MACS "\x08\0", 30 },
	{ "geneve", 17, 4, UDP_TO("\x17\xc1") "\0\0\0\0"
	    "\2\0\x08\0\0\0\1\0" "\1\2\3\4\5\6\7\x08", 24 },
	{ "gtp", 17, 4, UDP_TO("\x08\x68") "\0\0\0\0"
	    "\x30\xff\0\x2e\0\0\0\1", 16 },
	{ "gtp", 17, 6, UDP_TO("\x08\x68") "\0\0\0\0"
	    "\x34\xff\0\x4a\0\0\0\1" "\0\1\0\x85" "\1\0\0\0", 24 },
	{ "gtp", 17, 4, UDP_TO("\x08\x68") "\0\0\0\0"
	    "\x32\xff\0\x32\0\0\0\1" "\0\1\0\x85", 20 },
	{ "gre", 17, 4, UDP_TO("\x12\x92") "\0\0\0\0" "\0\0\x08\0", 12 },
	{ "teredo", 17, 6, UDP_TO("\x0d\xd8") "\0\0\0\0", 8 },
	{ "teredo", 17, 6, UDP_TO("\x0d\xd8") "\0\0\0\0"
	    "\0\1\0\0\0\0\0\0\0\0\0\0\0" "\0\0\x11\x11\1\2\3\4", 29 },
	/* The authentication header of IPv4. */
	{ NULL, 51, 0, "\x11\4\0\0" "\0\0\0\1" "\0\0\0\1"
	    "\0\0\0\0\0\0\0\0\0\0\0\0", 24 },
};

static struct octets
frame_between(const struct between *b)
{
	size_t inner = b->family == 4 ? 38 : b->family == 6 ? 58 : 18;
	struct octets f = { .length = 0 };

	frame_ether(&f, 0x0800);
	frame_ipv4(&f, b->protocol, 0, b->length + inner);
	octets_add(&f, b->octets, b->length);
	/* A tunnel over UDP leaves its length to us: as long as IP says. */
	if (b->protocol == FRAME_UDP) {
		f.octets[14 + 20 + 4] = (uint8_t)((b->length + inner) >> 8);
		f.octets[14 + 20 + 5] = (uint8_t)(b->length + inner);
	}
	if (b->family == 4)
		frame_ipv4(&f, FRAME_UDP, 0, 18);
	else if (b->family == 6)
		frame_ipv6(&f, FRAME_UDP, 18);
	frame_udp(&f, PAYLOAD, 10);
	return f;
}

static void
every_tunnel(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(betweens); i++) {
		const struct between *b = &betweens[i];
		struct octets f = frame_between(b);
		struct packet p;

		if (take(&f, f.length, LINK_ETHERNET, &p) != DECAP_UDP ||
		    p.destination_port != 53)
			fail_msg("tunnel %zu", i);
		if (b->tunnel != NULL)
			assert_string_equal(p.tunnel, b->tunnel);
		else
			assert_null(p.tunnel);
		octets_zeros(&f, 6);
		expect_udp(&f, LINK_ETHERNET, b->family == 6 ? 6 : 4, 0);
	}
}

/* Where UDP carries the tunnel, what is cut inside is the outer datagram. */
static void
a_tunnel_cut_anywhere_stays_inside(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(betweens); i++) {
		struct octets f = frame_between(&betweens[i]);

		for (size_t length = 0; length < f.length; length++) {
			struct packet p;
			enum decap_result r = take(&f, length, LINK_ETHERNET,
			    &p);

			if (length + 10 >= f.length) {
				assert_int_equal(r, DECAP_UDP);
				assert_int_equal(p.destination_port, 53);
				assert_int_equal(p.wire_length, 10);
				assert_int_equal(p.length,
				    length + 10 - f.length);
			} else if (r == DECAP_UDP) {
				assert_int_equal(betweens[i].protocol,
				    FRAME_UDP);
				assert_int_not_equal(p.destination_port, 53);
				assert_null(p.tunnel);
			} else {
				expect_cut(r);
			}
		}
	}
}

/* The tunnel is the outermost one, the addresses are the innermost. */
static void
tunnels_in_tunnels(void **state)
{
	static const char gre[] = "\0\0\x86\xdd";
	struct octets f = { .length = 0 };
	struct packet p;

	(void)state;
	frame_ether(&f, 0x8100);
	octets_add(&f, "\0\x2a\x08\0", 4);
	frame_ipv4(&f, 47, 0, 4 + 40 + 8 + 20 + 18);
	octets_add(&f, gre, 4);
	frame_ipv6(&f, 60, 8 + 20 + 18);
	octets_add(&f, "\4\0\1\4\0\0\0\0", 8);
	frame_ipv4(&f, FRAME_UDP, 0, 18);
	frame_udp(&f, PAYLOAD, 10);
	expect_udp(&f, LINK_ETHERNET, 4, 42);
	assert_int_equal(take(&f, f.length, LINK_ETHERNET, &p), DECAP_UDP);
	assert_string_equal(p.tunnel, "gre");
}

static void
headers_without_end(void **state)
{
	struct octets ipip = { .length = 0 }, labels = ipip, tags = ipip;
	struct packet p;

	(void)state;
	for (int i = 60; i > 0; i--)
		frame_ipv4(&ipip, 4, 0, (size_t)i * 20);
	assert_int_equal(take(&ipip, ipip.length, LINK_RAW, &p),
	    DECAP_TOO_DEEP);
	frame_ether(&labels, 0x8847);
	for (int i = 0; i < 60; i++)
		octets_add(&labels, "\0\1\0\xff", 4);
	assert_int_equal(take(&labels, labels.length, LINK_ETHERNET, &p),
	    DECAP_TOO_DEEP);
	frame_ether(&tags, 0x8100);
	for (int i = 0; i < 60; i++)
		octets_add(&tags, "\0\1\x81", 4);
	assert_int_equal(take(&tags, tags.length, LINK_ETHERNET, &p),
	    DECAP_TOO_DEEP);
}

/* A datagram between two ports, that looks like a VXLAN packet of DNS. */
static struct octets
looks_like_vxlan(unsigned source, unsigned destination)
{
	struct octets f = { .length = 0 };

	frame_ipv4(&f, FRAME_UDP, 0, 8 + 8 + 14 + 38);
	octets_u16(&f, source);
	octets_u16(&f, destination);
	octets_u16(&f, 8 + 8 + 14 + 38);
	octets_u16(&f, 0);
	octets_add(&f, "\x08\0\0\0\0\0\1\0" MACS "\x08\0", 22);
	frame_ipv4(&f, FRAME_UDP, 0, 18);
	frame_udp(&f, PAYLOAD, 10);
	return f;
}

static void
dns_wins_over_a_tunnel(void **state)
{
	static const struct {
		unsigned source, destination;
		bool tunnel;
	} ports[] = {
		{ 4789, 4789, true }, { 50000, 4789, true },
		{ 4789, 50000, true },		/* a tunnel may answer */
		{ 4789, 53, false }, { 53, 4789, false },
		{ 50000, 5353, false },
	};
	struct packet p;

	(void)state;
	for (size_t i = 0; i < COUNT(ports); i++) {
		struct octets f = looks_like_vxlan(ports[i].source,
		    ports[i].destination);

		assert_int_equal(take(&f, f.length, LINK_RAW, &p), DECAP_UDP);
		assert_int_equal(p.length, ports[i].tunnel ? 10 : 60);
		assert_int_equal(p.tunnel != NULL, ports[i].tunnel);
	}
}

/* What no tunnel's header can be is the datagram that it was. */
static void
a_tunnel_port_is_but_a_hint(void **state)
{
	static const unsigned ports[] = {
		2152, 3544, 4754, 4789, 4790, 6081, 8472
	};
	static const char *const payloads[] = {
		"\x12\x34\1\0\0\1\0\0\0\0\0\0\3www\7example\0\0\1\0\1",
		"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
		"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
		    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
		"\x30\xff\0\x10\0\0\0\1\x45\0\0\x14\0\0\0\0\x40\1\0\0"
		    "\1\2\3\4\1\2\3\4",		/* GTP, but it carries ICMP */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ports) * COUNT(payloads); i++) {
		struct octets f = { .length = 0 };
		struct packet p;

		frame_ipv4(&f, FRAME_UDP, 0, 8 + 27);
		octets_u16(&f, 50000);
		octets_u16(&f, ports[i % COUNT(ports)]);
		octets_u16(&f, 8 + 27);
		octets_u16(&f, 0);
		octets_add(&f, payloads[i / COUNT(ports)], 27);
		assert_int_equal(take(&f, f.length, LINK_RAW, &p), DECAP_UDP);
		assert_int_equal(p.destination_port, ports[i % COUNT(ports)]);
		assert_int_equal(p.length, 27);
		assert_int_equal(p.wire_length, 27);
		assert_null(p.tunnel);
	}
}

/* Link types that carry no IP in this frame. */
static void
frames_of_other_things(void **state)
{
	static const struct {
		enum link_type link;
		const char *octets;
		size_t length;
		enum decap_result result;
	} frames[] = {
		{ LINK_WLAN, "\x80\0\0\0", 4, DECAP_NOT_IP },	/* beacon */
		{ LINK_WLAN, "\x48\0\0\0", 4, DECAP_NOT_IP },	/* no data */
		{ LINK_WLAN, "\x08\x40\0\0", 4, DECAP_NOT_IP },	/* secret */
		{ LINK_WLAN, "\x08", 1, DECAP_MALFORMED },
		{ LINK_FDDI, "\x41" MACS, 13, DECAP_NOT_IP },
		{ LINK_ARCNET, "\1\2\0\0\xd5", 5, DECAP_NOT_IP },
		{ LINK_ARCNET, "\1\2\0\0\xd4\3\0\1", 8, DECAP_NOT_IP },
		{ LINK_PPP, "\xff\3\xc0\x21", 4, DECAP_NOT_IP },
		{ LINK_PPPOE, "\x11\x09\0\0\0\0", 6, DECAP_NOT_IP },
		{ LINK_PPPOE, "\x21\0\0\0\0\0", 6, DECAP_MALFORMED },
		{ LINK_PPI, "\0\0\x08\0\xff\0\0\0", 8, DECAP_NOT_IP },
		{ LINK_PPI, "\0\0\x09\0\1\0\0\0", 8, DECAP_MALFORMED },
		{ LINK_PKTAP, "\xff\xff\xff\xff\1\0\0\0\1\0\0\0", 12,
		    DECAP_MALFORMED },
		{ LINK_PRISM, "\0\0\0\0\xff\xff\xff\xff", 8,
		    DECAP_MALFORMED },
		{ LINK_RADIOTAP, "\0\0\xff\xff", 4, DECAP_MALFORMED },
		{ LINK_NFLOG, "\2\0\0\0", 4, DECAP_NOT_IP },
		{ LINK_NFLOG, "\2\0\0\0\3\0\1\0", 8, DECAP_MALFORMED },
		{ LINK_SLL, SLL "\0\1", 16, DECAP_NOT_IP },
		{ LINK_CHDLC, "\x8f\0\x80\x35", 4, DECAP_NOT_IP },
		{ LINK_ETHERNET, MACS "\0\x26\x42\x42\3", 17, DECAP_NOT_IP },
		{ LINK_ETHERNET, MACS "\x88\x63\x11\x09\0\0\0\0", 20,
		    DECAP_NOT_IP },
	};
	struct packet p;

	(void)state;
	for (size_t i = 0; i < COUNT(frames); i++) {
		struct octets f = { .length = 0 };

		octets_add(&f, frames[i].octets, frames[i].length);
		if (take(&f, f.length, frames[i].link, &p) !=
		    frames[i].result)
			fail_msg("frame %zu", i);
	}
}

/* --- fragments ------------------------------------------------------------ */

static void
what_a_fragment_says(void **state)
{
	struct octets f = { .length = 0 };
	struct packet p;

	(void)state;
	frame_ether(&f, 0x8100);
	octets_add(&f, "\0\x07\x08\0", 4);
	frame_ipv4(&f, FRAME_UDP, 0x2003, 16);
	octets_add(&f, "0123456789abcdef", 16);
	octets_zeros(&f, 4);
	assert_int_equal(take(&f, f.length, LINK_ETHERNET, &p),
	    DECAP_FRAGMENT);
	assert_int_equal(p.fragment.id, 1);
	assert_int_equal(p.fragment.offset, 24);
	assert_int_equal(p.fragment.protocol, FRAME_UDP);
	assert_true(p.fragment.more);
	assert_int_equal(p.vlan, 7);
	assert_int_equal(p.length, 16);
	assert_int_equal(p.wire_length, 16);
	assert_memory_equal(p.payload, "0123456789abcdef", 16);
	assert_int_equal(take(&f, f.length - 6, LINK_ETHERNET, &p),
	    DECAP_FRAGMENT);
	assert_int_equal(p.length, 14);
	assert_int_equal(p.wire_length, 16);
}

/* The whole of an IPv6 packet may begin with more extension headers, one of
 * an IPv4 packet may not. */
static void
the_whole_goes_on(void **state)
{
	struct octets f = { .length = 0 };
	struct packet p;

	(void)state;
	octets_add(&f, "\x2c\0\1\4\0\0\0\0" "\x11\0\0\0\0\0\0\2", 16);
	frame_udp(&f, PAYLOAD, 10);
	for (unsigned family = 4; family <= 6; family += 2) {
		memset(&p, 0, sizeof(p));
		p.source = unit_address(family == 4 ? "192.0.2.66" :
		    "2001:db8::66");
		p.fragment.protocol = 60;
		assert_int_equal(decap_whole(guarded_copy(f.octets, f.length),
		    f.length, &p), family == 4 ? DECAP_NOT_TRANSPORT :
		    DECAP_UDP);
		if (family == 6)
			assert_memory_equal(p.payload, PAYLOAD, 10);
	}
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
		cmocka_unit_test(every_tunnel),
		cmocka_unit_test(a_tunnel_cut_anywhere_stays_inside),
		cmocka_unit_test(tunnels_in_tunnels),
		cmocka_unit_test(headers_without_end),
		cmocka_unit_test(dns_wins_over_a_tunnel),
		cmocka_unit_test(a_tunnel_port_is_but_a_hint),
		cmocka_unit_test(frames_of_other_things),
		cmocka_unit_test(what_a_fragment_says),
		cmocka_unit_test(the_whole_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
