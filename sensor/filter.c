#include "filter.h"

#include "layers.h"

#define ALL 0x40000		/* octets to let through: the whole frame */
#define TAGS 3			/* followed; with more a frame just passes */
#define LABELS 4		/* of MPLS, likewise */
#define GOES_MAX 64		/* jumps to a label at a time */

/* Where a jump may lead: on only, as BPF has it. */
enum label {
	TAG, TYPE, LLC, SNAP, PPPOE, PPP, PPP_BARE, PPP_TWO, MPLS, BOTTOM, IP,
	IP6, TRANSPORT, PORTS
};

/*
 * The program being written.  X is how far we are behind the link's header,
 * ${link} octets long, and every load but that of the link's own type is from
 * X plus that or more: so libpcap can turn the offsets into those that the
 * kernel knows for an interface without a header (-i any).
 *
 * A condition decides over the one instruction after it: a ret, or a ja,
 * whose offset is never too long.
 */
struct writer {
	struct filter *f;
	uint32_t link;
	size_t count;
	struct {
		enum label to;
		size_t from;
	} go[GOES_MAX];		/* not bound yet */
};

static void
put(struct writer *w, uint16_t code, uint8_t jt, uint8_t jf, uint32_t k)
{
	if (w->f->length < FILTER_MAX)
		w->f->code[w->f->length++] =
		    (struct sock_filter){ code, jt, jf, k };
}

static void
admit(struct writer *w)
{
	put(w, BPF_RET | BPF_K, 0, 0, ALL);
}

static void
reject(struct writer *w)
{
	put(w, BPF_RET | BPF_K, 0, 0, 0);
}

static void
go(struct writer *w, enum label to)
{
	w->go[w->count].to = to;
	w->go[w->count++].from = w->f->length;
	put(w, BPF_JMP | BPF_JA, 0, 0, 0);
}

/* The next instruction is where jumps to ${label} lead. */
static void
bind(struct writer *w, enum label label)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->count; i++) {
		size_t from = w->go[i].from;

		if (w->go[i].to == label)
			w->f->code[from].k = (uint32_t)(w->f->length - from - 1);
		else
			w->go[kept++] = w->go[i];
	}
	w->count = kept;
}

/* Only if A is ${k}, is not, is that or more, has one of these bits: */
static void
if_equal(struct writer *w, uint32_t k)
{
	put(w, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, k);
}

static void
unless_equal(struct writer *w, uint32_t k)
{
	put(w, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, k);
}

static void
if_least(struct writer *w, uint32_t k)
{
	put(w, BPF_JMP | BPF_JGE | BPF_K, 0, 1, k);
}

static void
if_bits(struct writer *w, uint32_t k)
{
	put(w, BPF_JMP | BPF_JSET | BPF_K, 0, 1, k);
}

/* A := what stands ${at} octets from here; ${size} is BPF_B, _H or _W. */
static void
load(struct writer *w, uint16_t size, uint32_t at)
{
	put(w, (uint16_t)(BPF_LD | BPF_IND | size), 0, 0, w->link + at);
}

static void
operate(struct writer *w, uint16_t operation, uint32_t k)
{
	put(w, (uint16_t)(BPF_ALU | BPF_K | operation), 0, 0, k);
}

/* Go on ${octets} octets; A stays. */
static void
skip(struct writer *w, uint32_t octets)
{
	put(w, BPF_ST, 0, 0, 0);
	put(w, BPF_MISC | BPF_TXA, 0, 0, 0);
	operate(w, BPF_ADD, octets);
	put(w, BPF_MISC | BPF_TAX, 0, 0, 0);
	put(w, BPF_LD | BPF_MEM, 0, 0, 0);
}

static void
admit_each(struct writer *w, const uint16_t *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if_equal(w, values[i]);
		admit(w);
	}
}

/* --- the layers, in the order in which they may follow each other ---------- */

/* The link's header: with an EtherType, or with what goes without one. */
static void
write_link(struct writer *w, enum link_type link)
{
	static const struct {
		uint32_t length;	/* of the header */
		int type;		/* where in it; -1: it has none */
		enum label next;	/* then */
	} headers[] = {
		[LINK_ETHERNET] = { 14, 12, TYPE }, [LINK_RAW] = { 0, -1, IP },
		[LINK_NULL] = { 4, -1, IP }, [LINK_SLL] = { 16, 14, TYPE },
		[LINK_SLL2] = { 20, 0, TYPE }, [LINK_ENC] = { 12, -1, IP },
		[LINK_PPP] = { 0, -1, PPP }, [LINK_PPP_WITH_DIR] = { 1, -1, PPP },
		[LINK_PPPOE] = { 0, -1, PPPOE }, [LINK_CHDLC] = { 4, 2, TYPE },
		[LINK_FDDI] = { 13, -1, LLC },
	};

	w->link = headers[link].length;
	put(w, BPF_LDX | BPF_IMM, 0, 0, 0);
	if (headers[link].type < 0)
		go(w, headers[link].next);
	else
		put(w, BPF_LD | BPF_ABS | BPF_H, 0, 0,
		    (uint32_t)headers[link].type);
}

/* Without a link header (-i any) the kernel has its own idea of where the
 * packet starts behind tags that it was handed: there they just pass. */
static void
write_tags(struct writer *w, enum link_type link)
{
	int tags = link == LINK_SLL || link == LINK_SLL2 ? 0 : TAGS;

	for (int i = 0; i < tags; i++) {
		if_equal(w, TYPE_8021Q);
		go(w, TAG);
		if_equal(w, TYPE_8021AD);
		go(w, TAG);
		if_equal(w, TYPE_9100);
		go(w, TAG);
		if_least(w, 0x0600);
		go(w, TYPE);
		go(w, LLC);
		bind(w, TAG);
		load(w, BPF_H, 2);
		skip(w, 4);
	}
	if_least(w, 0x0600);
	go(w, TYPE);
}

/* 802.2: IP itself, or SNAP with an EtherType. */
static void
write_llc(struct writer *w)
{
	bind(w, LLC);
	load(w, BPF_H, 0);
	unless_equal(w, 0x0606);
	go(w, SNAP);
	skip(w, 3);
	go(w, IP);
	bind(w, SNAP);
	unless_equal(w, 0xaaaa);
	reject(w);
	load(w, BPF_W, 2);
	operate(w, BPF_AND, 0xffff07);		/* control off; 0 and 0xf8 */
	unless_equal(w, 0);
	reject(w);
	load(w, BPF_H, 6);
	skip(w, 8);
}

static void
write_type(struct writer *w)
{
	/* A tag more than is followed, and whole Ethernet frames. */
	static const uint16_t passing[] = {
		TYPE_8021Q, TYPE_8021AD, TYPE_9100, TYPE_TEB
	};

	bind(w, TYPE);
	if_equal(w, TYPE_IPV4);
	go(w, IP);
	if_equal(w, TYPE_IPV6);
	go(w, IP);
	if_equal(w, TYPE_MPLS);
	go(w, MPLS);
	if_equal(w, TYPE_MPLS_UPSTREAM);
	go(w, MPLS);
	admit_each(w, passing, sizeof(passing) / sizeof(*passing));
	unless_equal(w, TYPE_PPPOE);
	reject(w);
}

/* A session, and the protocols of PPP in two octets or one. */
static void
write_ppp(struct writer *w)
{
	bind(w, PPPOE);
	load(w, BPF_B, 1);
	unless_equal(w, 0);
	reject(w);
	skip(w, 6);
	bind(w, PPP);
	load(w, BPF_H, 0);
	unless_equal(w, 0xff03);
	go(w, PPP_BARE);
	skip(w, 2);
	load(w, BPF_H, 0);
	bind(w, PPP_BARE);
	if_equal(w, 0x0021);
	go(w, PPP_TWO);
	if_equal(w, 0x0057);
	go(w, PPP_TWO);
	if_equal(w, 0x0281);
	admit(w);				/* MPLS: it is rare */
	operate(w, BPF_RSH, 8);
	skip(w, 1);
	if_equal(w, 0x21);
	go(w, IP);
	if_equal(w, 0x57);
	go(w, IP);
	reject(w);
	bind(w, PPP_TWO);
	skip(w, 2);
	go(w, IP);
}

/* What is under the last label tells itself: IP, or it may be Ethernet. */
static void
write_mpls(struct writer *w)
{
	bind(w, MPLS);
	for (int i = 0; i < LABELS; i++) {
		load(w, BPF_B, 2);
		skip(w, 4);
		if_bits(w, 1);
		go(w, BOTTOM);
	}
	admit(w);
	bind(w, BOTTOM);
	load(w, BPF_B, 0);
	operate(w, BPF_RSH, 4);
	if_equal(w, 4);
	go(w, IP);
	unless_equal(w, 6);
	admit(w);
}

static void
write_ip(struct writer *w)
{
	/* Extension headers: we don't walk along them. */
	static const uint16_t extensions[] = {
		0, 43, 44, 51, 60, 135, 139, 140
	};

	bind(w, IP);
	load(w, BPF_B, 0);
	operate(w, BPF_RSH, 4);
	if_equal(w, 6);
	go(w, IP6);
	unless_equal(w, 4);
	reject(w);
	load(w, BPF_H, 6);
	if_bits(w, 0x3fff);			/* a fragment */
	admit(w);
	load(w, BPF_B, 9);
	put(w, BPF_ST, 0, 0, 1);		/* the protocol */
	load(w, BPF_B, 0);
	operate(w, BPF_AND, 0x0f);
	operate(w, BPF_LSH, 2);
	put(w, BPF_ALU | BPF_ADD | BPF_X, 0, 0, 0);
	put(w, BPF_MISC | BPF_TAX, 0, 0, 0);
	put(w, BPF_LD | BPF_MEM, 0, 0, 1);
	go(w, TRANSPORT);
	bind(w, IP6);
	load(w, BPF_B, 6);
	admit_each(w, extensions, sizeof(extensions) / sizeof(*extensions));
	skip(w, 40);
}

static void
write_transport(struct writer *w, const uint16_t *ports, size_t count)
{
	/* IP in IP, GRE, authentication, EtherIP, MPLS in IP. */
	static const uint16_t carriers[] = { 4, 41, 47, 51, 97, 137 };
	/* GTP-U, Teredo, GRE in UDP, VXLAN, its GPE, GENEVE, Linux's VXLAN. */
	static const uint16_t tunnels[] = {
		2152, 3544, 4754, 4789, 4790, 6081, 8472
	};

	bind(w, TRANSPORT);
	admit_each(w, carriers, sizeof(carriers) / sizeof(*carriers));
	if_equal(w, 6);
	go(w, PORTS);
	unless_equal(w, 17);
	reject(w);
	for (uint32_t at = 0; at <= 2; at += 2) {
		load(w, BPF_H, at);
		admit_each(w, tunnels, sizeof(tunnels) / sizeof(*tunnels));
	}
	bind(w, PORTS);
	for (uint32_t at = 0; at <= 2; at += 2) {
		load(w, BPF_H, at);
		admit_each(w, ports, count);
	}
	reject(w);
}

void
filter_build(enum link_type link, const uint16_t *ports, size_t count,
    struct filter *ret)
{
	struct writer w = { .f = ret };

	ret->length = 0;
	switch (link) {
	case LINK_ETHERNET:
	case LINK_RAW:
	case LINK_NULL:
	case LINK_SLL:
	case LINK_SLL2:
	case LINK_ENC:
	case LINK_PPP:
	case LINK_PPP_WITH_DIR:
	case LINK_PPPOE:
	case LINK_CHDLC:
	case LINK_FDDI:
		break;
	case LINK_ARCNET:
	case LINK_WLAN:
	case LINK_RADIOTAP:
	case LINK_PRISM:
	case LINK_PPI:
	case LINK_NFLOG:
	case LINK_PKTAP:
		admit(&w);
		return;
	}
	write_link(&w, link);
	write_tags(&w, link);
	write_llc(&w);
	write_type(&w);
	write_ppp(&w);
	write_mpls(&w);
	write_ip(&w);
	write_transport(&w, ports, count);
}
