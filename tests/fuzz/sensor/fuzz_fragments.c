/*
 * Fragments out of the input, five octets each: which packet, the place and
 * the length in units of eight octets, bits, and how much time passes.  The
 * table holds all packets that the input may name.  A model that keeps a mark
 * for every octet says, for each fragment, whether it completes its packet
 * and with which octets.
 */

#include "core/cursor.h"
#include "fragments.h"
#include "fuzzing.h"

#define PACKETS 8		/* as many as the table holds */
#define UNITS 512		/* of eight octets that a packet may have */
#define LATE INT64_C(30000000)

struct model {
	bool used, dropped;
	int64_t started;
	size_t total;			/* 0: not known */
	size_t end;			/* of what has come */
	uint8_t has[UNITS * 8 + 8];	/* 1: the octet has come */
	uint8_t octets[UNITS * 8 + 8];
};

static struct model models[PACKETS];

/* Does the model take octets ${from} to ${to} without contradiction? */
static bool
agrees(const struct model *m, const uint8_t *octets, size_t from, size_t to,
    bool more, bool *retnew)
{
	size_t known = 0;

	*retnew = false;
	if (more ? m->total != 0 && to > m->total :
	    m->end > to || (m->total != 0 && m->total != to))
		return false;
	for (size_t i = from; i < to; i++) {
		if (m->has[i]) {
			if (m->octets[i] != octets[i - from])
				return false;
			known++;
		}
	}
	*retnew = known == 0;
	return known == 0 || known == to - from;
}

/* The model's word on a fragment: the length of the whole, or 0. */
static size_t
expected(struct model *m, const struct packet *p)
{
	size_t from = p->fragment.offset, to = from + p->length;
	bool fresh;

	if (m->used && p->time - m->started > LATE)
		m->used = false;
	if (!m->used) {
		memset(m, 0, sizeof(*m));
		m->used = true;
		m->started = p->time;
	}
	if (m->dropped)
		return 0;
	if (!agrees(m, p->payload, from, to, p->fragment.more, &fresh)) {
		m->dropped = true;
		return 0;
	}
	if (!fresh)
		return 0;
	memset(m->has + from, 1, to - from);
	memcpy(m->octets + from, p->payload, to - from);
	if (to > m->end)
		m->end = to;
	if (!p->fragment.more)
		m->total = to;
	if (m->total == 0 || memchr(m->has, 0, m->total) != NULL)
		return 0;
	m->used = false;
	return m->total;
}

static void
add(struct fragments *t, struct packet *p)
{
	struct model *m = &models[p->fragment.id];
	uint8_t *copy = fuzzing_copy(p->payload, p->length);
	size_t length = 0, want;
	const uint8_t *whole;

	p->payload = copy;
	whole = fragments_add(t, p, &length);
	want = p->length == 0 || p->length != p->wire_length ||
	    (p->fragment.more && p->length % 8 != 0) ? 0 : expected(m, p);
	PROMISE((whole != NULL) == (want != 0));
	if (whole != NULL) {
		PROMISE(length == want);
		PROMISE(memcmp(whole, m->octets, length) == 0);
	}
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fragments *t = fragments_new(PACKETS);
	struct cursor c = cursor_over(data, size);
	struct packet p = {
		.source = { .family = 4 }, .destination = { .family = 4 },
	};
	uint8_t octets[255];

	PROMISE(t != NULL);
	memset(models, 0, sizeof(models));
	for (int n = 0; n < 64 && cursor_left(&c) >= 5; n++) {
		uint8_t bits = cursor_u8(&c);

		p.fragment.id = bits % PACKETS;
		p.fragment.more = bits & 8;
		p.fragment.offset = (cursor_u8(&c) |
		    (bits & 16 ? 256u : 0)) * 8;
		p.length = cursor_u8(&c);
		if (bits & 32)
			p.length &= ~(size_t)7;
		/* The octets tell the place, or differ if the input says so. */
		for (size_t i = 0; i < p.length; i++)
			octets[i] = (uint8_t)((p.fragment.offset + i) * 31);
		octets[p.length / 2] ^= cursor_u8(&c) == 0xff;
		p.payload = octets;
		if (p.fragment.offset + p.length > UNITS * 8)
			p.length = UNITS * 8 - p.fragment.offset;
		p.wire_length = p.length + (bits & 64 ? 1 : 0);
		p.time += cursor_u8(&c) * INT64_C(100000);
		add(t, &p);
	}
	PROMISE(fragments_counters(t)->evicted == 0);
	fragments_free(t);
	return 0;
}
