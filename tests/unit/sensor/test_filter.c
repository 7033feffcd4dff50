#include "filter.h"

#include <dirent.h>

#include "filtering.h"
#include "frames.h"
#include "unit.h"

static int
build_filters(void **state)
{
	(void)state;
	filtering_build();
	return 0;
}

/* --- frames by hand -------------------------------------------------------- */

#define MACS "\2\0\0\0\0\1\2\0\0\0\0\2"
#define SLL "\0\0\0\1\0\6\2\0\0\0\0\1\0\0"
#define SLL2(type) type "\0\0\0\0\0\2\0\1\0\6\2\0\0\0\0\1\0\0"
#define TAGGED(type) type "\0\7"
#define LABEL "\0\1\0\x40"
#define LAST "\0\1\1\x40"
#define SESSION "\x11\0\0\1\1\0"
#define S(text) text, sizeof(text) - 1

/* What may stand before an IP packet.  ${generous}: what is behind it is not
 * looked at. */
static const struct before {
	enum link_type link;
	bool generous;
	const char *octets;
	size_t length;
} befores[] = {
	{ LINK_ETHERNET, false, S(MACS "\x08\0") },
	{ LINK_ETHERNET, false, S(MACS "\x86\xdd") },
	{ LINK_ETHERNET, false, S(MACS TAGGED("\x81\0") "\x08\0") },
	{ LINK_ETHERNET, false, S(MACS TAGGED("\x88\xa8") "\x86\xdd") },
	{ LINK_ETHERNET, false, S(MACS TAGGED("\x88\xa8") TAGGED("\x81\0")
	    "\x08\0") },
	{ LINK_ETHERNET, false, S(MACS TAGGED("\x91\0") TAGGED("\x91\0")
	    TAGGED("\x81\0") "\x08\0") },
	{ LINK_ETHERNET, true, S(MACS TAGGED("\x81\0") TAGGED("\x81\0")
	    TAGGED("\x81\0") TAGGED("\x81\0") "\x08\0") },
	{ LINK_ETHERNET, false, S(MACS "\x88\x47" LAST) },
	{ LINK_ETHERNET, false, S(MACS "\x88\x48" LABEL LABEL LAST) },
	{ LINK_ETHERNET, false, S(MACS TAGGED("\x81\0") "\x88\x47" LABEL LABEL
	    LABEL LAST) },
	{ LINK_ETHERNET, true, S(MACS "\x88\x47" LABEL LABEL LABEL LABEL
	    LAST) },
	{ LINK_ETHERNET, true, S(MACS "\x88\x47" LAST
	    "\x12\0\0\0\0\1\2\0\0\0\0\2" "\x08\0") },
	{ LINK_ETHERNET, true, S(MACS "\x88\x47" LAST "\0\0\0\0" MACS
	    "\x08\0") },
	{ LINK_ETHERNET, false, S(MACS "\x88\x64" SESSION "\0\x21") },
	{ LINK_ETHERNET, false, S(MACS "\x88\x64" SESSION "\0\x57") },
	{ LINK_ETHERNET, false, S(MACS "\x88\x64" SESSION "\x21") },
	{ LINK_ETHERNET, false, S(MACS "\x88\x64" SESSION "\x57") },
	{ LINK_ETHERNET, false, S(MACS "\x88\x64" SESSION "\xff\3\0\x21") },
	{ LINK_ETHERNET, true, S(MACS "\x88\x64" SESSION "\2\x81" LAST) },
	{ LINK_ETHERNET, false, S(MACS TAGGED("\x81\0") TAGGED("\x81\0")
	    "\x88\x64" SESSION "\0\x21") },
	{ LINK_ETHERNET, false, S(MACS "\1\0\x06\x06\3") },
	{ LINK_ETHERNET, false, S(MACS "\1\0\xaa\xaa\3\0\0\0\x08\0") },
	{ LINK_ETHERNET, false, S(MACS "\1\0\xaa\xaa\3\0\0\xf8\x86\xdd") },
	{ LINK_ETHERNET, true, S(MACS "\1\0\xaa\xaa\3\0\0\0"
	    TAGGED("\x81\0") "\x08\0") },
	{ LINK_ETHERNET, false, S(MACS TAGGED("\x81\0")
	    "\1\0\xaa\xaa\3\0\0\0\x08\0") },
	{ LINK_ETHERNET, true, S(MACS "\x65\x58" MACS "\x08\0") },
	{ LINK_RAW, false, S("") },
	{ LINK_NULL, false, S("\2\0\0\0") },
	{ LINK_NULL, false, S("\0\0\0\x1e") },
	{ LINK_ENC, false, S("\0\0\0\2\0\0\0\0\0\0\0\0") },
	{ LINK_SLL, false, S(SLL "\x08\0") },
	{ LINK_SLL, true, S(SLL TAGGED("\x81\0") "\x86\xdd") },
	{ LINK_SLL, false, S(SLL "\0\4\xaa\xaa\3\0\0\0\x08\0") },
	{ LINK_SLL, false, S(SLL "\x88\x47" LAST) },
	{ LINK_SLL2, false, S(SLL2("\x08\0")) },
	{ LINK_SLL2, true, S(SLL2("\x88\xa8") "\0\7" TAGGED("\x81\0")
	    "\x86\xdd") },
	{ LINK_SLL2, false, S(SLL2("\x88\x64") SESSION "\0\x21") },
	{ LINK_PPP, false, S("\xff\3\0\x21") },
	{ LINK_PPP, false, S("\x57") },
	{ LINK_PPP_WITH_DIR, false, S("\1\xff\3\0\x21") },
	{ LINK_PPPOE, false, S(SESSION "\0\x21") },
	{ LINK_CHDLC, false, S("\x0f\0\x08\0") },
	{ LINK_FDDI, false, S("\x50" MACS "\xaa\xaa\3\0\0\0\x08\0") },
};

enum kind { DNS, FRAGMENT, TUNNEL, OTHER };

/* IP packets: header, what they carry. */
static const struct packed {
	enum kind kind;
	unsigned family;
	uint8_t protocol;
	unsigned fragment;	/* IPv4 */
	const char *octets;	/* up to the innermost IP packet or payload */
	size_t length;
	bool inner;		/* an IPv4 packet with DNS follows */
} packets[] = {
#define TO(port) "\xc3\x50" port "\0\x80\0\0"
#define FROM(port) port "\xc3\x50\0\x80\0\0"
#define SEGMENT(to) "\xc3\x50" to "\0\0\0\1\0\0\0\0\x50\x18\0\0\0\0\0\0"
	{ DNS, 4, 17, 0, S(TO("\0\x35")), false },
	{ DNS, 4, 17, 0x4000, S(FROM("\0\x35")), false },
	{ DNS, 6, 17, 0, S(TO("\0\x35")), false },
	{ DNS, 6, 17, 0, S(FROM("\0\x35")), false },
	{ DNS, 4, 6, 0, S(SEGMENT("\0\x35")), false },
	{ DNS, 6, 6, 0, S(SEGMENT("\0\x35")), false },
	{ FRAGMENT, 4, 17, 0x2000, S(TO("\0\x35")), false },
	{ FRAGMENT, 4, 17, 0x00b9, S("the rest of it"), false },
	{ FRAGMENT, 4, 6, 0x20b9, S("the rest of it, "), false },
	{ FRAGMENT, 6, 44, 0, S("\x11\0\5\xc8\0\0\0\1" "the rest"), false },
	{ FRAGMENT, 6, 44, 0, S("\x11\0\0\1\0\0\0\1" TO("\0\x35")), false },
	{ TUNNEL, 6, 0, 0, S("\x11\0\1\4\0\0\0\0" TO("\0\x35")), false },
	{ TUNNEL, 6, 60, 0, S("\x11\0\1\4\0\0\0\0" TO("\0\x35")), false },
	{ TUNNEL, 6, 43, 0, S("\x06\0\0\0\0\0\0\0" SEGMENT("\0\x35")),
	    false },
	{ TUNNEL, 6, 51, 0, S("\x11\1\0\0\0\0\0\1\0\0\0\2" TO("\0\x35")),
	    false },
	{ TUNNEL, 4, 51, 0, S("\x11\1\0\0\0\0\0\1\0\0\0\2" TO("\0\x35")),
	    false },
	{ TUNNEL, 4, 4, 0, S(""), true },
	{ TUNNEL, 6, 4, 0, S(""), true },
	{ TUNNEL, 4, 47, 0, S("\0\0\x08\0"), true },
	{ TUNNEL, 6, 47, 0, S("\x20\0\x08\0\0\0\0\1"), true },
	{ TUNNEL, 4, 97, 0, S("\x30\0" MACS "\x08\0"), true },
	{ TUNNEL, 4, 137, 0, S(LAST), true },
	{ TUNNEL, 4, 17, 0, S(TO("\x12\xb5") "\x08\0\0\0\0\0\1\0" MACS
	    "\x08\0"), true },
	{ TUNNEL, 6, 17, 0, S(TO("\x21\x18") "\x08\0\0\0\0\0\1\0" MACS
	    "\x08\0"), true },
	{ TUNNEL, 4, 17, 0, S(TO("\x12\xb6") "\x0c\0\0\1\0\0\1\0"), true },
	{ TUNNEL, 4, 17, 0, S(TO("\x17\xc1") "\0\0\x65\x58\0\0\1\0" MACS
	    "\x08\0"), true },
	{ TUNNEL, 4, 17, 0, S(TO("\x08\x68") "\x30\xff\0\x40\0\0\0\1"),
	    true },
	{ TUNNEL, 4, 17, 0, S(FROM("\x08\x68") "\x30\xff\0\x40\0\0\0\1"),
	    true },
	{ TUNNEL, 4, 17, 0, S(TO("\x12\x92") "\0\0\x08\0"), true },
	{ OTHER, 4, 17, 0, S(TO("\1\xbb")), false },
	{ OTHER, 6, 17, 0, S(FROM("\1\xbb")), false },
	{ OTHER, 4, 6, 0, S(SEGMENT("\1\xbb")), false },
	{ OTHER, 6, 6, 0x4000, S(SEGMENT("\0\x50")), false },
	{ OTHER, 4, 1, 0, S("\x08\0\0\0\0\1\0\1"), false },
	{ OTHER, 6, 58, 0, S("\x80\0\0\0\0\1\0\1"), false },
	{ OTHER, 4, 50, 0, S("\0\0\0\1\0\0\0\1"), false },
};

static struct octets
frame_of(const struct before *b, const struct packed *p)
{
	struct octets f = { .length = 0 }, inner = { .length = 0 };

	if (p->inner) {
		frame_ipv4(&inner, FRAME_UDP, 0, 18);
		frame_udp(&inner, "0123456789", 10);
	}
	octets_add(&f, b->octets, b->length);
	if (p->family == 4)
		frame_ipv4(&f, p->protocol, p->fragment,
		    p->length + inner.length);
	else
		frame_ipv6(&f, p->protocol, p->length + inner.length);
	octets_add(&f, p->octets, p->length);
	octets_add(&f, inner.octets, inner.length);
	return f;
}

static void
what_can_be_decoded_passes_and_little_else(void **state)
{
	(void)state;
	for (size_t b = 0; b < COUNT(befores); b++) {
		const struct filter *filter =
		    &filtering_filters[befores[b].link];

		for (size_t p = 0; p < COUNT(packets); p++) {
			struct octets f = frame_of(&befores[b], &packets[p]);
			bool wanted = packets[p].kind != OTHER;

			if (filtering_matters(f.octets, f.length,
			    befores[b].link) != wanted)
				fail_msg("before %zu, packet %zu: the "
				    "decoder disagrees", b, p);
			if (filtering_passes(filter, f.octets, f.length) !=
			    (wanted || befores[b].generous))
				fail_msg("before %zu, packet %zu: %s", b, p,
				    wanted ? "rejected" : "passes");
		}
	}
}

/* Options move the ports. */
static void
ipv4_options_are_stepped_over(void **state)
{
	static const char *const ends[] = { "\0\x35", "\1\xbb" };

	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++) {
		struct octets f = { .length = 0 };

		frame_ether(&f, 0x0800);
		frame_ipv4(&f, FRAME_UDP, 0, 8 + 8);
		f.octets[14] = 0x47;
		octets_add(&f, "\0\x35\0\x35\0\0\0\0", 8);
		octets_add(&f, "\xc3\x50", 2);
		octets_add(&f, ends[i], 2);
		octets_add(&f, "\0\x08\0\0", 4);
		assert_int_equal(filtering_passes(
		    &filtering_filters[LINK_ETHERNET], f.octets, f.length),
		    i == 0);
	}
}

static void
other_protocols_are_rejected(void **state)
{
	static const struct {
		const char *octets;
		size_t length;
	} others[] = {
		{ S(MACS "\x08\x06\0\1\x08\0\6\4\0\1") },	/* ARP */
		{ S(MACS TAGGED("\x81\0") "\x08\x06\0\1\x08\0\6\4\0\1") },
		{ S(MACS "\0\x26\x42\x42\3\0\0\0\0\0") },	/* STP */
		{ S(MACS "\0\x26\xaa\xaa\3\0\0\x0c\x20\0\2\xb4") }, /* CDP */
		{ S(MACS "\x88\xcc\2\7\4\2\0\0\0\0\1") },	/* LLDP */
		{ S(MACS "\x88\x64" SESSION "\xc0\x21\1\1\0\4") }, /* LCP */
		{ S(MACS "\x88\x63\x11\x09\0\0\0\4\1\1\0\0") },
		{ S(MACS "\x08\0") }, { S(MACS) }, { S("") },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		if (filtering_passes(&filtering_filters[LINK_ETHERNET],
		    (const uint8_t *)others[i].octets, others[i].length))
			fail_msg("other %zu passes", i);
	}
}

static void
what_we_do_not_know_passes(void **state)
{
	(void)state;
	assert_true(filtering_passes(&filtering_filters[LINK_RADIOTAP],
	    (const uint8_t *)"\0\0\x08\0", 4));
}

static void
every_configured_port_counts(void **state)
{
	uint16_t ports[FILTER_PORTS_MAX];
	struct filter f;

	(void)state;
	for (size_t i = 0; i < COUNT(ports); i++)
		ports[i] = (uint16_t)(5300 + i);
	filter_build(LINK_ETHERNET, ports, COUNT(ports), &f);
	for (unsigned port = 5299; port <= 5300 + COUNT(ports); port++) {
		bool in = port >= 5300 && port < 5300 + COUNT(ports);

		for (unsigned side = 0; side < 2; side++) {
			struct octets frame = { .length = 0 };

			frame_ether(&frame, 0x0800);
			frame_ipv4(&frame, side ? FRAME_TCP : FRAME_UDP, 0,
			    8);
			octets_u16(&frame, side ? port : 50000);
			octets_u16(&frame, side ? 50000 : port);
			octets_u32(&frame, 0x80000);
			assert_int_equal(filtering_passes(&f, frame.octets,
			    frame.length), in);
		}
	}
}

/* By the rules of the kernel, for every link type, with all ports. */
static void
every_program_is_valid(void **state)
{
	uint16_t ports[FILTER_PORTS_MAX] = { 53 };

	(void)state;
	for (int link = 0; link < FILTERING_LINKS; link++) {
		struct filter f;

		filter_build((enum link_type)link, ports, COUNT(ports), &f);
		assert_true(f.length > 0 && f.length < FILTER_MAX);
		assert_true(bpf_validate((const struct bpf_insn *)(const
		    void *)f.code, (int)f.length));
	}
}

/* --- any frames -------------------------------------------------------------- */

static void
expect_no_loss(const uint8_t *frame, size_t length, enum link_type link,
    const char *where, unsigned long number)
{
	if (filtering_loses(frame, length, link))
		fail_msg("%s: frame %lu is rejected", where, number);
}

/* Frames changed at random: whatever the decoder makes of them. */
static void
nothing_decodable_is_rejected(void **state)
{
	uint64_t seed = unit_seed();

	(void)state;
	for (unsigned long round = 0; round < 300000; round++) {
		const struct before *b = &befores[unit_random(&seed,
		    COUNT(befores))];
		struct octets f = frame_of(b, &packets[unit_random(&seed,
		    COUNT(packets))]);

		for (unsigned i = unit_random(&seed, 5); i > 0; i--)
			f.octets[unit_random(&seed, (unsigned)f.length)] ^=
			    (uint8_t)(1u << unit_random(&seed, 8));
		if (unit_random(&seed, 4) == 0)
			f.length = unit_random(&seed, (unsigned)f.length + 1);
		expect_no_loss(f.octets, f.length, b->link, "random", round);
	}
}

static const struct {
	int dlt;
	enum link_type link;
} links[] = {
	{ DLT_EN10MB, LINK_ETHERNET }, { DLT_RAW, LINK_RAW },
	{ DLT_NULL, LINK_NULL }, { DLT_LOOP, LINK_NULL },
	{ DLT_LINUX_SLL, LINK_SLL }, { DLT_LINUX_SLL2, LINK_SLL2 },
	{ DLT_PPP, LINK_PPP }, { DLT_PPP_ETHER, LINK_PPPOE },
	{ DLT_C_HDLC, LINK_CHDLC }, { DLT_FDDI, LINK_FDDI },
};

static size_t
check_capture(const char *path)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(path, error);
	struct pcap_pkthdr *header;
	const uint8_t *frame;
	size_t frames = 0;

	if (pcap == NULL)
		return 0;
	for (size_t i = 0; i < COUNT(links); i++) {
		if (links[i].dlt != pcap_datalink(pcap))
			continue;
		while (pcap_next_ex(pcap, &header, &frame) == 1)
			expect_no_loss(frame, header->caplen, links[i].link,
			    path, ++frames);
	}
	pcap_close(pcap);
	return frames;
}

/* Those beside the checkout, or in QW_CAPTURES; there need not be any. */
static void
nothing_decodable_of_captures_is_rejected(void **state)
{
	const char *named = getenv("QW_CAPTURES");
	const char *folder = named != NULL ? named : "../shared/data/pcaps";
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t frames = 0;

	(void)state;
	if (dir == NULL)
		skip();
	while ((entry = readdir(dir)) != NULL) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		frames += check_capture(path);
	}
	closedir(dir);
	print_message("%zu frames\n", frames);
	assert_true(frames > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_can_be_decoded_passes_and_little_else),
		cmocka_unit_test(ipv4_options_are_stepped_over),
		cmocka_unit_test(other_protocols_are_rejected),
		cmocka_unit_test(what_we_do_not_know_passes),
		cmocka_unit_test(every_configured_port_counts),
		cmocka_unit_test(every_program_is_valid),
		cmocka_unit_test(nothing_decodable_is_rejected),
		cmocka_unit_test(nothing_decodable_of_captures_is_rejected),
	};

	return cmocka_run_group_tests(tests, build_filters, NULL);
}
