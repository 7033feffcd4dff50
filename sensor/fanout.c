#include "fanout.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "core/address.h"
#include "layers.h"

/* The hash: octets of IPv6 folded to a word, then the bits of the word mixed,
 * since the kernel takes what is left of a division by a small number. */
#define FOLD UINT32_C(0x01000193)
#define MIX_1 UINT32_C(0x85ebca6b)
#define MIX_2 UINT32_C(0xc2b2ae35)

#define TAGS 2			/* beside the one that Linux takes off */

/* --- in C ---------------------------------------------------------------- */

static uint32_t
word(const uint8_t *octets)
{
	return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 |
	    (uint32_t)octets[2] << 8 | octets[3];
}

static uint32_t
fold(const struct address *a)
{
	uint32_t h = word(a->bytes);

	for (size_t at = 4; a->family == 6 && at < 16; at += 4)
		h = h * FOLD ^ word(a->bytes + at);
	return h;
}

static uint32_t
mix(uint32_t h)
{
	h = (h ^ h >> 16) * MIX_1;
	h = (h ^ h >> 13) * MIX_2;
	return h ^ h >> 16;
}

unsigned
fanout_worker(const struct address *client, unsigned workers)
{
	return mix(fold(client)) % workers;
}

/* --- in classic BPF ------------------------------------------------------ */

/*
 * X is where the IP header, later the transport header starts.  Of an incoming
 * frame that is offset 0: the kernel asks us before it puts the link's header
 * back.  Of an outgoing one the frame still starts with that header, and
 * SKF_NET_OFF is where the kernel knows the IP header to be.  (For both,
 * SKF_NET_OFF would not do: until Linux 6.16 it did not reach into the pages
 * that some drivers leave a frame in.)
 *
 * A load beyond the frame ends the program with 0.
 */

/* What is kept in the program's memory. */
enum slot {
	START,			/* of the IP header */
	SOURCE, DESTINATION,	/* the addresses, folded */
	KEEP_SOURCE, KEEP_DESTINATION,	/* 1: it counts; 0: it does not */
	SAVED			/* for a moment */
};

static void
put(struct filter *f, uint16_t code, uint8_t jt, uint8_t jf, uint32_t k)
{
	f->code[f->length++] = (struct sock_filter){ code, jt, jf, k };
}

/* A jump to where land() is called with what this returns. */
static size_t
jump(struct filter *f)
{
	put(f, BPF_JMP | BPF_JA, 0, 0, 0);
	return f->length - 1;
}

static void
land(struct filter *f, size_t from)
{
	f->code[from].k = (uint32_t)(f->length - from - 1);
}

/* A := what stands ${at} octets from X; ${size} is BPF_B, _H or _W. */
static void
load(struct filter *f, uint16_t size, uint32_t at)
{
	put(f, (uint16_t)(BPF_LD | BPF_IND | size), 0, 0, at);
}

/* A := what the kernel knows of the frame. */
static void
load_known(struct filter *f, int what)
{
	put(f, BPF_LD | BPF_ABS | BPF_W, 0, 0, (uint32_t)(SKF_AD_OFF + what));
}

static void
set(struct filter *f, uint32_t value)
{
	put(f, BPF_LD | BPF_IMM, 0, 0, value);
}

static void
store(struct filter *f, enum slot slot)
{
	put(f, BPF_ST, 0, 0, slot);
}

static void
recall(struct filter *f, enum slot slot)
{
	put(f, BPF_LD | BPF_MEM, 0, 0, slot);
}

static void
recall_x(struct filter *f, enum slot slot)
{
	put(f, BPF_LDX | BPF_MEM, 0, 0, slot);
}

/* A := A ${operation} ${k}, or X. */
static void
operate(struct filter *f, uint16_t operation, uint32_t k)
{
	put(f, (uint16_t)(BPF_ALU | BPF_K | operation), 0, 0, k);
}

static void
operate_x(struct filter *f, uint16_t operation)
{
	put(f, (uint16_t)(BPF_ALU | BPF_X | operation), 0, 0, 0);
}

/* X := X + ${octets}; A stays. */
static void
advance(struct filter *f, uint32_t octets)
{
	store(f, SAVED);
	put(f, BPF_MISC | BPF_TXA, 0, 0, 0);
	operate(f, BPF_ADD, octets);
	put(f, BPF_MISC | BPF_TAX, 0, 0, 0);
	recall(f, SAVED);
}

/* Where the frame starts; both addresses count until we know better; A := the
 * EtherType. */
static void
write_start(struct filter *f)
{
	load_known(f, SKF_AD_PKTTYPE);
	put(f, BPF_LDX | BPF_IMM, 0, 0, 0);
	put(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, PACKET_OUTGOING);
	put(f, BPF_LDX | BPF_IMM, 0, 0, (uint32_t)SKF_NET_OFF);
	set(f, 1);
	store(f, KEEP_SOURCE);
	store(f, KEEP_DESTINATION);
	load_known(f, SKF_AD_PROTOCOL);
}

static void
write_tags(struct filter *f)
{
	for (int i = 0; i < TAGS; i++) {
		size_t past;

		put(f, BPF_JMP | BPF_JEQ | BPF_K, 3, 0, TYPE_8021Q);
		put(f, BPF_JMP | BPF_JEQ | BPF_K, 2, 0, TYPE_8021AD);
		put(f, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, TYPE_9100);
		past = jump(f);
		load(f, BPF_H, 2);
		advance(f, 4);
		land(f, past);
	}
	put(f, BPF_STX, 0, 0, START);
}

/* The addresses; A := the protocol, X := the transport header.  Return the
 * jump that is taken by fragments. */
static size_t
write_ipv4(struct filter *f)
{
	size_t fragment;

	load(f, BPF_W, 12);
	store(f, SOURCE);
	load(f, BPF_W, 16);
	store(f, DESTINATION);
	load(f, BPF_H, 6);
	put(f, BPF_JMP | BPF_JSET | BPF_K, 0, 1, 0x3fff);
	fragment = jump(f);
	load(f, BPF_B, 0);
	operate(f, BPF_AND, 0x0f);
	operate(f, BPF_LSH, 2);
	operate_x(f, BPF_ADD);
	store(f, SAVED);
	load(f, BPF_B, 9);
	recall_x(f, SAVED);
	return fragment;
}

static void
write_fold(struct filter *f, uint32_t at, enum slot slot)
{
	load(f, BPF_W, at);
	for (uint32_t next = at + 4; next < at + 16; next += 4) {
		operate(f, BPF_MUL, FOLD);
		store(f, SAVED);
		load(f, BPF_W, next);
		recall_x(f, SAVED);
		operate_x(f, BPF_XOR);
		recall_x(f, START);
	}
	store(f, slot);
}

static void
write_ipv6(struct filter *f)
{
	write_fold(f, 8, SOURCE);
	write_fold(f, 24, DESTINATION);
	load(f, BPF_B, 6);
	advance(f, 40);
}

/* The address whose port stands ${at} octets on counts unless that is DNS's;
 * A := whether it does. */
static void
write_port(struct filter *f, uint32_t at, const uint16_t *ports, size_t count,
    enum slot keep)
{
	load(f, BPF_H, at);
	for (size_t left = count; left > 0; left--)	/* to "set 0" */
		put(f, BPF_JMP | BPF_JEQ | BPF_K, (uint8_t)(left + 1), 0,
		    ports[count - left]);
	set(f, 1);
	put(f, BPF_JMP | BPF_JA, 0, 0, 1);
	set(f, 0);
	store(f, keep);
}

/* Which address counts; both if neither is a client's, or either may be. */
static void
write_ports(struct filter *f, const uint16_t *ports, size_t count)
{
	write_port(f, 0, ports, count, KEEP_SOURCE);
	write_port(f, 2, ports, count, KEEP_DESTINATION);
	recall_x(f, KEEP_SOURCE);
	put(f, BPF_JMP | BPF_JEQ | BPF_X, 0, 3, 0);
	set(f, 1);
	store(f, KEEP_SOURCE);
	store(f, KEEP_DESTINATION);
}

/* A := A ^ A >> ${bits} */
static void
write_shifted(struct filter *f, uint32_t bits)
{
	put(f, BPF_MISC | BPF_TAX, 0, 0, 0);
	operate(f, BPF_RSH, bits);
	operate_x(f, BPF_XOR);
}

static void
write_hash(struct filter *f)
{
	recall(f, SOURCE);
	recall_x(f, KEEP_SOURCE);
	operate_x(f, BPF_MUL);
	store(f, SOURCE);
	recall(f, DESTINATION);
	recall_x(f, KEEP_DESTINATION);
	operate_x(f, BPF_MUL);
	recall_x(f, SOURCE);
	operate_x(f, BPF_ADD);
	write_shifted(f, 16);
	operate(f, BPF_MUL, MIX_1);
	write_shifted(f, 13);
	operate(f, BPF_MUL, MIX_2);
	write_shifted(f, 16);
	put(f, BPF_RET | BPF_A, 0, 0, 0);
}

void
fanout_program(const uint16_t *ports, size_t count, struct filter *ret)
{
	size_t ipv4, ipv6, fragment, transport, other;

	ret->length = 0;
	write_start(ret);
	write_tags(ret);
	put(ret, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, TYPE_IPV4);
	ipv4 = jump(ret);
	put(ret, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, TYPE_IPV6);
	ipv6 = jump(ret);
	put(ret, BPF_RET | BPF_K, 0, 0, 0);
	land(ret, ipv4);
	fragment = write_ipv4(ret);
	transport = jump(ret);
	land(ret, ipv6);
	write_ipv6(ret);
	land(ret, transport);
	put(ret, BPF_JMP | BPF_JEQ | BPF_K, 2, 0, 6);	/* TCP */
	put(ret, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 17);	/* UDP */
	other = jump(ret);
	write_ports(ret, ports, count);
	land(ret, fragment);
	land(ret, other);
	write_hash(ret);
}

/* --- the group ----------------------------------------------------------- */

static int
refused(const char *what, char reterr[FANOUT_ERROR_SIZE])
{
	snprintf(reterr, FANOUT_ERROR_SIZE, "the workers cannot share the "
	    "interface: %s: %s (is it up? is Linux 4.12 or later?); one "
	    "worker needs none of that", what, strerror(errno));
	return -1;
}

int
fanout_join(int fd, struct filter *program, int *group,
    char reterr[FANOUT_ERROR_SIZE])
{
	struct sock_fprog code = { (unsigned short)program->length,
	    program->code };
	/* The kernel knows of numbers in use, of other programs as well. */
	int wanted = *group == FANOUT_NEW ?
	    (PACKET_FANOUT_CBPF | PACKET_FANOUT_FLAG_UNIQUEID) << 16 :
	    PACKET_FANOUT_CBPF << 16 | *group;
	socklen_t size = sizeof(wanted);

	if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT, &wanted, size) != 0)
		return refused("PACKET_FANOUT", reterr);
	if (*group != FANOUT_NEW)
		return 0;
	if (setsockopt(fd, SOL_PACKET, PACKET_FANOUT_DATA, &code,
	    sizeof(code)) != 0)
		return refused("PACKET_FANOUT_DATA", reterr);
	if (getsockopt(fd, SOL_PACKET, PACKET_FANOUT, &wanted, &size) != 0)
		return refused("its number", reterr);
	*group = wanted & 0xffff;
	return 0;
}
