#include "fanout.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <sys/socket.h>

#include "decap.h"
#include "frames.h"
#include "unit.h"

#define IPV4 0x0800
#define IPV6 0x86dd
#define ETHER 14		/* octets of that header */
#define WORKERS 4
#define ANY UINT32_MAX		/* workers: as good as the hash itself */

static const uint16_t dns_ports[] = { 53, 5353 };
static struct filter program;

/* --- the kernel's part, played ------------------------------------------- */

/* A frame in the kernel's hands. */
struct skb {
	const struct octets *o;
	size_t data;		/* where the program starts to count */
	size_t network;		/* where the IP header is */
	uint16_t protocol;
	bool outgoing;
};

/* Incoming: the link's header is off, and the outermost tag with it. */
static struct skb
incoming(const struct octets *o)
{
	size_t at = ETHER;
	uint16_t type = (uint16_t)(o->octets[12] << 8 | o->octets[13]);

	if (type == 0x8100 || type == 0x88a8) {
		type = (uint16_t)(o->octets[16] << 8 | o->octets[17]);
		at += 4;
	}
	return (struct skb){ o, at, at, type, false };
}

/* Outgoing: it is still there. */
static struct skb
outgoing(const struct octets *o)
{
	struct skb s = incoming(o);

	s.data = 0;
	s.outgoing = true;
	return s;
}

/* The ${size} octets that the program calls ${k}; false if there are none. */
static bool
load(const struct skb *s, uint32_t k, size_t size, uint32_t *ret)
{
	int32_t offset = (int32_t)k;
	size_t at;

	if (offset >= 0)
		at = s->data + (size_t)offset;
	else if (offset >= SKF_AD_OFF) {
		assert_int_equal(size, 4);
		assert_true(offset == SKF_AD_OFF + SKF_AD_PROTOCOL ||
		    offset == SKF_AD_OFF + SKF_AD_PKTTYPE);
		*ret = offset == SKF_AD_OFF + SKF_AD_PROTOCOL ? s->protocol :
		    s->outgoing ? PACKET_OUTGOING : PACKET_OTHERHOST;
		return true;
	} else {
		assert_true(offset >= SKF_NET_OFF);
		at = s->network + (size_t)(offset - SKF_NET_OFF);
	}
	if (at + size > s->o->length)
		return false;
	for (*ret = 0; size > 0; size--)
		*ret = *ret << 8 | s->o->octets[at++];
	return true;
}

static uint32_t
calculate(uint16_t code, uint32_t a, uint32_t b)
{
	switch (BPF_OP(code)) {
	case BPF_ADD:
		return a + b;
	case BPF_MUL:
		return a * b;
	case BPF_AND:
		return a & b;
	case BPF_XOR:
		return a ^ b;
	case BPF_LSH:
		return a << b;
	case BPF_RSH:
		return a >> b;
	default:
		fail_msg("instruction %#x", code);
		return 0;
	}
}

static bool
holds(uint16_t code, uint32_t a, uint32_t b)
{
	switch (BPF_OP(code)) {
	case BPF_JA:
		return true;
	case BPF_JEQ:
		return a == b;
	case BPF_JSET:
		return (a & b) != 0;
	default:
		fail_msg("instruction %#x", code);
		return false;
	}
}

/* What the program says of a frame. */
static uint32_t
run(const struct filter *f, struct skb s)
{
	uint32_t a = 0, x = 0, m[BPF_MEMWORDS] = { 0 };

	for (size_t pc = 0; pc < f->length; pc++) {
		const struct sock_filter *i = &f->code[pc];
		uint32_t k = i->k;
		uint32_t operand = BPF_SRC(i->code) == BPF_X ? x : k;
		size_t size = BPF_SIZE(i->code) == BPF_W ? 4 :
		    BPF_SIZE(i->code) == BPF_H ? 2 : 1;

		switch (BPF_CLASS(i->code)) {
		case BPF_LD:
			if (BPF_MODE(i->code) == BPF_IMM)
				a = k;
			else if (BPF_MODE(i->code) == BPF_MEM)
				a = m[k];
			else if (!load(&s, BPF_MODE(i->code) == BPF_IND ?
			    x + k : k, size, &a))
				return 0;
			break;
		case BPF_LDX:
			x = BPF_MODE(i->code) == BPF_IMM ? k : m[k];
			break;
		case BPF_ST:
			m[k] = a;
			break;
		case BPF_STX:
			m[k] = x;
			break;
		case BPF_ALU:
			a = calculate(i->code, a, operand);
			break;
		case BPF_JMP:
			if (BPF_OP(i->code) == BPF_JA)
				pc += k;
			else
				pc += holds(i->code, a, operand) ? i->jt :
				    i->jf;
			break;
		case BPF_MISC:
			if (BPF_MISCOP(i->code) == BPF_TAX)
				x = a;
			else
				a = x;
			break;
		default:		/* BPF_RET */
			return BPF_RVAL(i->code) == BPF_A ? a : k;
		}
	}
	fail_msg("the program runs over its end");
	return 0;
}

/* --- frames -------------------------------------------------------------- */

static struct address
any_address(uint64_t *seed, uint8_t family)
{
	struct address a = { .family = family };

	for (size_t i = 0; i < (family == 4 ? 4 : 16); i++)
		a.bytes[i] = (uint8_t)unit_random(seed, 256);
	return a;
}

/* A frame from one to the other, after ${tags}. */
struct talk {
	const char *tags;
	size_t tags_length;
	struct address source, destination;
	uint8_t protocol;
	unsigned fragment;	/* IPv4: flags and offset */
	unsigned source_port, destination_port;
};

static struct octets
frame_of(const struct talk *t)
{
	bool is_v4 = t->source.family == 4;
	size_t addresses = is_v4 ? 4 : 16;
	struct octets f = { .length = 0 };

	octets_add(&f, "\2\0\0\0\0\1\2\0\0\0\0\2", 12);
	octets_add(&f, t->tags, t->tags_length);
	octets_u16(&f, is_v4 ? IPV4 : IPV6);
	if (is_v4)
		frame_ipv4(&f, t->protocol, t->fragment, 24);
	else
		frame_ipv6(&f, t->protocol, 24);
	f.length -= 2 * addresses;
	octets_add(&f, t->source.bytes, addresses);
	octets_add(&f, t->destination.bytes, addresses);
	octets_u16(&f, t->source_port);
	octets_u16(&f, t->destination_port);
	octets_u16(&f, 24);
	octets_zeros(&f, 18);
	return f;
}

/* The same the other way. */
static struct talk
answer_to(struct talk t)
{
	struct talk back = t;

	back.source = t.destination;
	back.destination = t.source;
	back.source_port = t.destination_port;
	back.destination_port = t.source_port;
	return back;
}

static struct talk
any_query(uint64_t *seed, uint8_t family)
{
	return (struct talk){ "", 0, any_address(seed, family),
	    any_address(seed, family),
	    unit_random(seed, 2) ? FRAME_UDP : FRAME_TCP, 0x4000,
	    1024 + unit_random(seed, 4000), 53 };
}

static uint32_t
hash_of(const struct talk *t)
{
	struct octets f = frame_of(t);
	uint32_t hash = run(&program, incoming(&f));

	assert_int_equal(run(&program, outgoing(&f)), hash);
	return hash;
}

/* Both directions go to one worker, whichever that is. */
static uint32_t
expect_symmetric(const struct talk *t)
{
	struct talk back = answer_to(*t);
	uint32_t hash = hash_of(t);

	assert_int_equal(hash_of(&back), hash);
	return hash;
}

static void
expect_worker_of(const struct address *client, const struct talk *t)
{
	uint32_t hash = expect_symmetric(t);

	for (unsigned workers = 1; workers <= 64; workers++)
		assert_int_equal(hash % workers,
		    fanout_worker(client, workers));
}

/* --- the program --------------------------------------------------------- */

static void
plain_frames_go_to_the_worker_of_their_client(void **state)
{
	uint64_t seed = unit_seed();

	(void)state;
	for (int round = 0; round < 4000; round++) {
		struct talk t = any_query(&seed, round % 2 ? 4 : 6);

		expect_worker_of(&t.source, &t);
	}
}

/* Linux hands us the frame without its first tag; more may be left. */
static void
tags_are_stepped_over(void **state)
{
	static const char tags[] = "\x88\xa8\0\7\x81\0\0\x8\x91\0\0\x9";
	uint64_t seed = unit_seed();

	(void)state;
	for (size_t length = 4; length <= 12; length += 4) {
		for (uint8_t family = 4; family <= 6; family += 2) {
			struct talk t = any_query(&seed, family);

			t.tags = tags;
			t.tags_length = length;
			expect_worker_of(&t.source, &t);
		}
	}
}

static void
every_configured_port_counts(void **state)
{
	uint16_t ports[FILTER_PORTS_MAX];
	uint64_t seed = unit_seed();
	struct talk t = any_query(&seed, 4);
	struct filter many;

	(void)state;
	for (size_t i = 0; i < COUNT(ports); i++)
		ports[i] = (uint16_t)(5300 + i);
	fanout_program(ports, COUNT(ports), &many);
	assert_true(many.length < FILTER_MAX);
	for (unsigned port = 5299; port <= 5300 + COUNT(ports); port++) {
		bool in = port >= 5300 && port < 5300 + COUNT(ports);

		t.source_port = 40000;
		for (int way = 0; way < 2; way++, t = answer_to(t)) {
			struct address client = way ? t.destination : t.source;
			struct octets f;

			if (way)
				t.source_port = port;
			else
				t.destination_port = port;
			f = frame_of(&t);
			assert_int_equal(run(&many, incoming(&f)) % ANY ==
			    fanout_worker(&client, ANY), in);
		}
	}
}

/* A resolver that asks from port 53, a port that is not DNS's at all. */
static void
without_a_client_both_addresses_count(void **state)
{
	static const unsigned ports[][2] = {
		{ 53, 53 }, { 53, 5353 }, { 4789, 40000 }, { 0, 0 },
	};
	uint64_t seed = unit_seed();

	(void)state;
	for (size_t i = 0; i < COUNT(ports); i++) {
		for (uint8_t family = 4; family <= 6; family += 2) {
			struct talk t = any_query(&seed, family);
			struct talk other = t;

			t.source_port = ports[i][0];
			t.destination_port = ports[i][1];
			expect_symmetric(&t);
			other.source_port = t.source_port;
			other.destination_port = t.destination_port;
			other.destination = any_address(&seed, family);
			assert_int_not_equal(hash_of(&other), hash_of(&t));
			other = t;
			other.source = any_address(&seed, family);
			assert_int_not_equal(hash_of(&other), hash_of(&t));
		}
	}
}

/* All of them, or they could not be put together. */
static void
fragments_of_a_packet_go_to_one_worker(void **state)
{
	static const unsigned places[] = { 0x2000, 0x20b9, 0x0172 };
	uint64_t seed = unit_seed();
	struct talk t = any_query(&seed, 4);
	uint32_t first = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(places); i++) {
		uint32_t hash;

		t.fragment = places[i];
		hash = expect_symmetric(&t);
		assert_true(i == 0 || hash == first);
		first = hash;
		t.source_port = 53 + (unsigned)i;	/* in later ones
							   these are no ports */
	}
}

static void
other_headers_are_not_looked_behind(void **state)
{
	static const uint8_t protocols[] = { 0, 1, 4, 41, 43, 44, 47, 50, 60 };
	uint64_t seed = unit_seed();

	(void)state;
	for (size_t i = 0; i < COUNT(protocols); i++) {
		for (uint8_t family = 4; family <= 6; family += 2) {
			struct talk t = any_query(&seed, family);
			uint32_t hash;

			t.protocol = protocols[i];
			hash = expect_symmetric(&t);
			t.source_port = 53;
			assert_int_equal(hash_of(&t), hash);
		}
	}
}

static void
ipv4_options_are_stepped_over(void **state)
{
	uint64_t seed = unit_seed();
	struct talk t = any_query(&seed, 4);
	struct octets f = frame_of(&t);

	(void)state;
	f.length = ETHER + 20;
	f.octets[ETHER] = 0x47;
	octets_add(&f, "\0\x35\0\x35\0\0\0\0", 8);
	octets_u16(&f, t.source_port);
	octets_u16(&f, t.destination_port);
	assert_int_equal(run(&program, incoming(&f)) % ANY,
	    fanout_worker(&t.source, ANY));
	assert_int_equal(run(&program, outgoing(&f)) % ANY,
	    fanout_worker(&t.source, ANY));
}

static void
what_is_no_ip_or_cut_goes_to_the_first(void **state)
{
	static const char arp[] = "\2\0\0\0\0\1\2\0\0\0\0\2\x08\x06\0\1\x08\0";
	uint64_t seed = unit_seed();
	struct octets f = { .length = 0 };

	(void)state;
	octets_add(&f, arp, sizeof(arp) - 1);
	assert_int_equal(run(&program, incoming(&f)), 0);
	for (uint8_t family = 4; family <= 6; family += 2) {
		struct talk t = any_query(&seed, family);

		f = frame_of(&t);
		for (f.length -= 21; f.length >= ETHER; f.length--)
			assert_int_equal(run(&program, incoming(&f)), 0);
	}
}

/* Neighbours, as the clients of a network are. */
static void
clients_spread_evenly(void **state)
{
	static const char *const networks[] = {
		"192.0.2.0", "10.1.0.0", "2001:db8::", "2001:db8:1:2:3::"
	};

	(void)state;
	for (size_t i = 0; i < COUNT(networks); i++) {
		struct address a = unit_address(networks[i]);
		uint8_t *last = a.bytes + (a.family == 4 ? 2 : 14);
		unsigned counts[8] = { 0 };

		for (unsigned host = 0; host < 8000; host++) {
			last[0] = (uint8_t)(host >> 8);
			last[1] = (uint8_t)host;
			counts[fanout_worker(&a, 8)]++;
		}
		for (size_t worker = 0; worker < 8; worker++)
			assert_in_range(counts[worker], 800, 1200);
	}
}

static void
the_program_is_valid(void **state)
{
	(void)state;
	assert_true(bpf_validate((const struct bpf_insn *)(const void *)
	    program.code, (int)program.length));
}

static void
what_is_no_packet_socket_cannot_join(void **state)
{
	char error[FANOUT_ERROR_SIZE];
	int group = FANOUT_NEW;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	(void)state;
	assert_int_equal(fanout_join(fd, &program, &group, error), -1);
	assert_non_null(strstr(error, "PACKET_FANOUT: "));
	assert_int_equal(group, FANOUT_NEW);
	close(fd);
}

/* --- the kernel ---------------------------------------------------------- */

#define CLIENTS 60

static pcap_t *
open_pcap(const char *interface)
{
	char error[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_create(interface, error);

	assert_non_null(pcap);
	assert_int_equal(pcap_set_immediate_mode(pcap, 1), 0);
	assert_int_equal(pcap_set_snaplen(pcap, 512), 0);
	if (pcap_activate(pcap) != 0)
		fail_msg("%s: %s", interface, pcap_geterr(pcap));
	assert_int_equal(pcap_setnonblock(pcap, 1, error), 0);
	return pcap;
}

/* A socket that sends from ${interface} and takes nothing in. */
static int
open_sender(const char *interface)
{
	struct sockaddr_ll where = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)if_nametoindex(interface),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&where, sizeof(where)),
	    0);
	return fd;
}

/* What has come to each worker; ${strays}: frames that another should have
 * had. */
struct arrived {
	unsigned worker, workers;
	size_t frames, strays;
	size_t of[WORKERS];
};

static void
take(u_char *user, const struct pcap_pkthdr *header, const u_char *frame)
{
	struct arrived *a = (void *)user;
	const struct address *client;
	struct packet p;

	assert_int_equal(decap(frame, header->caplen, LINK_ETHERNET, 0, &p),
	    DECAP_UDP);
	client = p.source_port == 53 ? &p.destination : &p.source;
	a->frames++;
	a->of[a->worker]++;
	a->strays += a->worker != fanout_worker(client, a->workers);
}

/* Read from all until ${wanted} frames are there or no more come. */
static struct arrived
collect(pcap_t *const *pcaps, unsigned workers, size_t wanted)
{
	struct arrived a = { .workers = workers };
	struct pollfd ready[WORKERS];

	for (unsigned i = 0; i < workers; i++)
		ready[i] = (struct pollfd){ pcap_fileno(pcaps[i]), POLLIN,
		    0 };
	while (a.frames < wanted && poll(ready, workers, 5000) > 0) {
		for (a.worker = 0; a.worker < workers; a.worker++)
			assert_true(pcap_dispatch(pcaps[a.worker], -1, take,
			    (void *)&a) >= 0);
	}
	return a;
}

static void
send_frame(int fd, const struct talk *t)
{
	struct octets f = frame_of(t);

	assert_int_equal(send(fd, f.octets, f.length, 0), f.length);
}

/* Queries and answers, in and out of the interface: a query that comes in
 * may be tagged.  Return how many were sent. */
static size_t
send_all(int left, int right)
{
	static const char tags[] = "\x88\xa8\0\7\x81\0\0\x8";
	uint64_t seed = unit_seed();

	for (int i = 0; i < CLIENTS; i++) {
		struct talk t = any_query(&seed, i % 2 ? 4 : 6);
		struct talk back = answer_to(t);

		t.protocol = back.protocol = FRAME_UDP;
		send_frame(right, &t);
		send_frame(right, &back);
		send_frame(left, &back);
		t.tags = tags;
		for (; t.tags_length <= 8; t.tags_length += 4)
			send_frame(left, &t);
	}
	return CLIENTS * 6;
}

/* QW_FANOUT is set where there is a link, both ends up, that nobody else
 * uses: "left" to "right". */
static void
the_kernel_does_the_same(void **state)
{
	char error[FANOUT_ERROR_SIZE];
	pcap_t *pcaps[WORKERS];
	int group = FANOUT_NEW;
	struct arrived a;
	int left, right;
	size_t sent;

	(void)state;
	if (getenv("QW_FANOUT") == NULL)
		skip();
	left = open_sender("left");
	right = open_sender("right");
	for (int i = 0; i < WORKERS; i++) {
		pcaps[i] = open_pcap("right");
		if (fanout_join(pcap_fileno(pcaps[i]), &program, &group,
		    error) != 0)
			fail_msg("%s", error);
		assert_in_range(group, 0, 65535);
	}
	sent = send_all(left, right);
	a = collect(pcaps, WORKERS, sent);
	assert_int_equal(a.frames, sent);
	assert_int_equal(a.strays, 0);
	for (int i = 0; i < WORKERS; i++) {
		assert_int_not_equal(a.of[i], 0);
		pcap_close(pcaps[i]);
	}
	close(left);
	close(right);
}

static int
build_program(void **state)
{
	(void)state;
	fanout_program(dns_ports, COUNT(dns_ports), &program);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_frames_go_to_the_worker_of_their_client),
		cmocka_unit_test(tags_are_stepped_over),
		cmocka_unit_test(every_configured_port_counts),
		cmocka_unit_test(without_a_client_both_addresses_count),
		cmocka_unit_test(fragments_of_a_packet_go_to_one_worker),
		cmocka_unit_test(other_headers_are_not_looked_behind),
		cmocka_unit_test(ipv4_options_are_stepped_over),
		cmocka_unit_test(what_is_no_ip_or_cut_goes_to_the_first),
		cmocka_unit_test(clients_spread_evenly),
		cmocka_unit_test(the_program_is_valid),
		cmocka_unit_test(what_is_no_packet_socket_cannot_join),
		cmocka_unit_test(the_kernel_does_the_same),
	};

	return cmocka_run_group_tests(tests, build_program, NULL);
}
