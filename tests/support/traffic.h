#ifndef TRAFFIC_H
#define TRAFFIC_H

/*
 * traffic - any number of random Ethernet frames that keep every table of the
 * sensor full: queries, responses that belong to them or to nothing, fragments
 * and segments of packets and messages that hardly ever become whole.  The
 * same seed gives the same frames.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TRAFFIC_START INT64_C(1790000000000000)	/* microseconds */
#define TRAFFIC_SLOW 512	/* messages under way that never end */
#define TRAFFIC_NAMES 1024
#define TRAFFIC_FRAME 66000

/* A question, and between whom. */
struct traffic_question {
	bool six;
	uint32_t client, server;	/* their addresses are made of these */
	uint16_t port, id, type;
	size_t length;
	uint8_t name[256];
};

struct traffic {
	uint64_t state;			/* of the random numbers */
	int64_t time;			/* of the frame, microseconds */
	bool answer;			/* next: the response to ${last} */
	bool rest;			/* next: the rest of a response */
	struct traffic_question last;
	uint32_t slow[TRAFFIC_SLOW];	/* octets sent of each */
	size_t names;			/* listed: wire form, no final 0 */
	struct {
		size_t length;
		uint8_t wire[128];
	} name[TRAFFIC_NAMES];
	size_t length;			/* of the frame */
	uint8_t frame[TRAFFIC_FRAME];
};

/**
 * traffic_start(t, seed, time):
 * Begin at ${time}.  The names are kept.
 */
static inline void
traffic_start(struct traffic *t, uint64_t seed, int64_t time)
{
	t->state = seed;
	t->time = time;
	t->answer = t->rest = false;
	memset(t->slow, 0, sizeof(t->slow));
	t->length = 0;
}

/**
 * traffic_name(t, text):
 * Let some of the queries be for names below ${text}, of plain labels; what
 * does not fit is left out.
 */
static inline void
traffic_name(struct traffic *t, const char *text)
{
	size_t used = 0, length;
	uint8_t *wire;

	if (t->names == TRAFFIC_NAMES || strlen(text) > 120)
		return;
	wire = t->name[t->names].wire;
	for (; *text != '\0'; text += text[length] == '.' ? length + 1 :
	    length) {
		length = strcspn(text, ".");
		if (length == 0 || length > 63)
			return;
		wire[used++] = (uint8_t)length;
		memcpy(wire + used, text, length);
		used += length;
	}
	t->name[t->names++].length = used;
}

/* --- random numbers (splitmix64), octets ---------------------------------- */

static inline uint32_t
traffic_random(struct traffic *t, uint32_t below)
{
	uint64_t z = t->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)((z ^ z >> 31) % below);
}

static inline void
traffic_add(struct traffic *t, const void *octets, size_t length)
{
	memcpy(t->frame + t->length, octets, length);
	t->length += length;
}

static inline void
traffic_u8(struct traffic *t, unsigned value)
{
	t->frame[t->length++] = (uint8_t)value;
}

static inline void
traffic_u16(struct traffic *t, unsigned value)
{
	traffic_u8(t, value >> 8 & 0xff);
	traffic_u8(t, value & 0xff);
}

static inline void
traffic_u32(struct traffic *t, uint32_t value)
{
	traffic_u16(t, value >> 16);
	traffic_u16(t, value & 0xffff);
}

/* Write over the two octets at ${at}, a length that is known only now. */
static inline void
traffic_set(struct traffic *t, size_t at, size_t value)
{
	t->frame[at] = (uint8_t)(value >> 8);
	t->frame[at + 1] = (uint8_t)value;
}

/* Octets that hold anything. */
static inline void
traffic_fill(struct traffic *t, size_t length)
{
	uint8_t first = (uint8_t)traffic_random(t, 256);

	for (size_t i = 0; i < length; i++)
		t->frame[t->length++] = (uint8_t)(first + i);
}

/* --- headers -------------------------------------------------------------- */

static inline void
traffic_address(struct traffic *t, bool six, uint32_t address)
{
	if (six)
		traffic_add(t, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0", 12);
	traffic_u32(t, six ? address : address >> 8 | UINT32_C(10) << 24);
}

/* Link and IP headers from ${from} to ${to}; where the length of the latter
 * stands, for traffic_close. */
static inline size_t
traffic_open(struct traffic *t, bool six, uint32_t from, uint32_t to,
    unsigned protocol, uint32_t id, unsigned fragment)
{
	size_t at;

	t->length = 0;
	traffic_add(t, "\2\0\0\0\0\1\2\0\0\0\0\2", 12);
	for (uint32_t tags = traffic_random(t, 8); tags > 5; tags--) {
		traffic_u16(t, 0x8100);
		traffic_u16(t, from & 0xfff);
	}
	traffic_u16(t, six ? 0x86dd : 0x0800);
	if (six) {
		traffic_u32(t, UINT32_C(6) << 28);
		at = t->length;
		traffic_u16(t, 0);
		traffic_u8(t, fragment ? 44 : protocol);
		traffic_u8(t, 64);
	} else {
		traffic_u16(t, 0x4500);
		at = t->length;
		traffic_u16(t, 0);
		traffic_u16(t, id & 0xffff);
		traffic_u16(t, fragment >> 3 | (fragment & 1) << 13);
		traffic_u8(t, 64);
		traffic_u8(t, protocol);
		traffic_u16(t, 0);
	}
	traffic_address(t, six, from);
	traffic_address(t, six, to);
	if (six && fragment) {
		traffic_u8(t, protocol);
		traffic_u8(t, 0);
		traffic_u16(t, fragment);
		traffic_u32(t, id);
	}
	return at;
}

/* Write down how long the packet has become. */
static inline void
traffic_close(struct traffic *t, bool six, size_t at)
{
	traffic_set(t, at, six ? t->length - at - 36 : t->length - at + 2);
}

/* --- DNS ------------------------------------------------------------------ */

/* A name of one to four labels, now and then below a listed one. */
static inline void
traffic_choose_name(struct traffic *t, struct traffic_question *q)
{
	uint32_t labels = 1 + traffic_random(t, 4);
	size_t listed = traffic_random(t, 20) == 0 && t->names > 0 ?
	    traffic_random(t, (uint32_t)t->names) : t->names;

	q->length = 0;
	while (labels-- > 0) {
		uint32_t length = 1 + traffic_random(t, 20);

		q->name[q->length++] = (uint8_t)length;
		while (length-- > 0)
			q->name[q->length++] = (uint8_t)("aBcdefgHijklmn"
			    "opqrstuvwxyz-01234"[traffic_random(t, 32)]);
	}
	if (listed < t->names) {
		memcpy(q->name + q->length, t->name[listed].wire,
		    t->name[listed].length);
		q->length += t->name[listed].length;
	}
	q->name[q->length++] = 0;
}

static inline void
traffic_choose(struct traffic *t)
{
	static const uint16_t types[] = { 1, 1, 1, 28, 65, 15, 16, 12 };
	struct traffic_question *q = &t->last;

	q->six = traffic_random(t, 4) == 0;
	q->client = traffic_random(t, 1 << 24) << 8;
	q->server = traffic_random(t, 16) << 8 | 53;
	q->port = (uint16_t)(1024 + traffic_random(t, 64000));
	q->id = (uint16_t)traffic_random(t, 65536);
	q->type = types[traffic_random(t, 8)];
	traffic_choose_name(t, q);
}

/* One record of the answer, its owner the one before (${at} in the message),
 * and the place of its own name if it is a CNAME. */
static inline size_t
traffic_record(struct traffic *t, size_t message, size_t at, bool alias)
{
	size_t place;

	traffic_u16(t, 0xc000 | (unsigned)at);
	traffic_u16(t, alias ? 5 : 1);
	traffic_u16(t, 1);
	traffic_u32(t, 60);
	traffic_u16(t, alias ? 8 : 4);
	place = t->length - message;
	if (!alias) {
		traffic_u32(t, traffic_random(t, UINT32_MAX));
		return at;
	}
	traffic_u8(t, 5);
	for (int i = 0; i < 5; i++)
		traffic_u8(t, 'a' + traffic_random(t, 26));
	traffic_u16(t, 0xc00c);
	return place;
}

static inline void
traffic_message(struct traffic *t, bool response)
{
	const struct traffic_question *q = &t->last;
	size_t message = t->length, at = 12;
	uint32_t answers = response ? traffic_random(t, 4) : 0;

	traffic_u16(t, q->id);
	traffic_u16(t, response ? answers ? 0x8180 : 0x8183 : 0x0100);
	traffic_u16(t, 1);
	traffic_u16(t, answers);
	traffic_u32(t, 0);
	traffic_add(t, q->name, q->length);
	traffic_u16(t, q->type);
	traffic_u16(t, 1);
	for (uint32_t i = 0; i < answers; i++)
		at = traffic_record(t, message, at, i + 1 < answers &&
		    traffic_random(t, 2));
}

/* The ports, and a datagram's length, which traffic_end_udp writes. */
static inline size_t
traffic_udp(struct traffic *t, bool response)
{
	traffic_u16(t, response ? 53 : t->last.port);
	traffic_u16(t, response ? t->last.port : 53);
	traffic_u32(t, 0);
	return t->length - 8;
}

static inline void
traffic_datagram(struct traffic *t, bool response)
{
	const struct traffic_question *q = &t->last;
	size_t at = traffic_open(t, q->six, response ? q->server : q->client,
	    response ? q->client : q->server, 17, 0, 0);
	size_t udp = traffic_udp(t, response);

	traffic_message(t, response);
	traffic_set(t, udp + 4, t->length - udp);
	traffic_close(t, q->six, at);
}

/* --- fragments ------------------------------------------------------------ */

/* A piece of one of many packets, which hardly ever become whole. */
static inline void
traffic_fragment(struct traffic *t)
{
	uint32_t id = traffic_random(t, traffic_random(t, 2) ? 256 : 65536);
	unsigned offset = traffic_random(t, 8000) * 8;
	bool six = id & 1;
	size_t at = traffic_open(t, six, id << 8, 53, 17, id,
	    offset | (traffic_random(t, 16) != 0));

	traffic_fill(t, 8 * (1 + traffic_random(t, 170)));
	traffic_close(t, six, at);
}

/* A response in two pieces, the second one being the next frame. */
static inline void
traffic_halves(struct traffic *t)
{
	const struct traffic_question *q = &t->last;
	size_t at = traffic_open(t, q->six, q->server, q->client, 17, q->id,
	    t->rest ? 16 : 1);
	uint8_t head[16];
	size_t udp = traffic_udp(t, true);

	t->rest = !t->rest;
	if (t->rest) {			/* its ports, id and counts */
		traffic_set(t, udp + 4, 16 + 8 * 4);
		traffic_u16(t, q->id);
		traffic_u16(t, 0x8180);
		traffic_u32(t, 0);
	} else {
		memset(head, 0, sizeof(head));
		t->length = udp;
		traffic_add(t, head, sizeof(head));
		traffic_add(t, head, sizeof(head));
	}
	traffic_close(t, q->six, at);
}

/* --- TCP ------------------------------------------------------------------ */

static inline void
traffic_segment(struct traffic *t, uint32_t client, unsigned port,
    uint32_t sequence, unsigned flags)
{
	traffic_u16(t, port);
	traffic_u16(t, 53);
	traffic_u32(t, sequence);
	traffic_u32(t, client);
	traffic_u16(t, 5 << 12 | flags);
	traffic_u16(t, 65535);
	traffic_u32(t, 0);
}

/* More of a message of 65535 octets, which begins anew before its end. */
static inline void
traffic_endless(struct traffic *t)
{
	uint32_t which = traffic_random(t, TRAFFIC_SLOW);
	uint32_t sent = t->slow[which], more = 1400;
	size_t at = traffic_open(t, false, which << 8, 53, 6, 0, 0);

	traffic_segment(t, which, 1024 + which, sent, 16);
	if (sent == 0)
		traffic_u16(t, 65535);
	traffic_fill(t, more);
	traffic_close(t, false, at);
	t->slow[which] = sent > 62000 ? 0 : sent + more + (sent == 0 ? 2 : 0);
}

/* A segment of any connection, ahead of what came or not, some of them as
 * large as an offloading card hands them over. */
static inline void
traffic_stray(struct traffic *t)
{
	uint32_t client = traffic_random(t, traffic_random(t, 4) ? 600 :
	    1 << 20);
	bool six = client & 1, large = traffic_random(t, 100) == 0;
	size_t at = traffic_open(t, six, client << 8, 53, 6, 0, 0);
	static const uint8_t flags[] = { 16, 16, 16, 16, 16, 16, 17, 4 };

	traffic_segment(t, client, 1024 + (client & 0x3fff), client +
	    traffic_random(t, 70000), flags[traffic_random(t, 8)]);
	traffic_fill(t, large ? 64000 : traffic_random(t, 300));
	traffic_close(t, six, at);
}

/* A whole message in a connection of its own. */
static inline void
traffic_whole(struct traffic *t)
{
	const struct traffic_question *q = &t->last;
	size_t at = traffic_open(t, q->six, q->client, q->server, 6, 0, 0);
	size_t length;

	traffic_segment(t, q->client, q->port, q->client, 16);
	length = t->length;
	traffic_u16(t, 0);
	traffic_message(t, false);
	traffic_set(t, length, t->length - length - 2);
	traffic_close(t, q->six, at);
}

/* -------------------------------------------------------------------------- */

/**
 * traffic_next(t):
 * Make ${t}'s frame and time those of the next frame.
 */
static inline void
traffic_next(struct traffic *t)
{
	uint32_t kind = traffic_random(t, 100);

	t->time += traffic_random(t, 200);
	if (traffic_random(t, 20000) == 0)	/* a quiet time */
		t->time += traffic_random(t, 120) * INT64_C(1000000);
	if (t->rest) {
		traffic_halves(t);
	} else if (t->answer) {
		t->answer = false;
		traffic_datagram(t, true);
	} else if (kind < 40) {
		traffic_choose(t);
		traffic_datagram(t, false);
		t->answer = traffic_random(t, 3) == 0;
	} else if (kind < 55) {
		traffic_choose(t);
		traffic_datagram(t, true);
	} else if (kind < 70) {
		traffic_fragment(t);
	} else if (kind < 73) {
		traffic_choose(t);
		traffic_halves(t);
	} else if (kind < 80) {
		traffic_endless(t);
	} else if (kind < 90) {
		traffic_stray(t);
	} else if (kind < 94) {
		traffic_choose(t);
		traffic_whole(t);
	} else if (kind < 97 && t->length > 0) {
		return;				/* the same once more */
	} else {
		t->length = 0;
		traffic_fill(t, traffic_random(t, 200));
	}
}

#endif /* !TRAFFIC_H */
