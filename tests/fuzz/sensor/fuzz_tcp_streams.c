/*
 * Segments out of the input.  The first octet chooses, by its last two bits:
 *
 * 0, 2: one stream in order.  Pieces of two octets (how far the segment goes
 * back over what was sent, how many new octets it brings) and the new octets.
 * What is delivered must be what a plain reading of all octets gives.
 *
 * 1: any segments of a few streams, any sequence numbers and flags.  What is
 * delivered must lie within bounds.
 *
 * 3: one stream of messages, cut and in an order as the input says, some of
 * it more than once.  Every message must come out once, in order.
 */

#include "core/cursor.h"
#include "fuzzing.h"
#include "tcp_streams.h"

#define SENT_MAX 65536

/* What was delivered: how many messages, and a hash over them. */
struct delivered {
	size_t messages;
	uint64_t hash;
};

/* One table for all inputs, as a new one takes 16 MiB; each input has a client
 * of its own. */
static struct address client = { .family = 6 };

static void
next_client(void)
{
	size_t i = 0;

	while (i < sizeof(client.bytes) && ++client.bytes[i] == 0)
		i++;
}

static void
take(void *ctx, const struct packet *p, const uint8_t *message,
    size_t length)
{
	struct delivered *d = ctx;

	PROMISE(p != NULL && length >= 12 && length <= 65535);
	d->messages++;
	for (size_t i = 0; i < length; i++)
		d->hash = (d->hash ^ message[i]) * UINT64_C(1099511628211);
	d->hash = (d->hash ^ length) * UINT64_C(1099511628211);
}

static void
add(struct tcp_streams *t, const struct packet *p, const uint8_t *octets,
    struct delivered *d)
{
	struct packet copied = *p;
	uint8_t *copy = fuzzing_copy(octets, p->length);

	copied.payload = copy;
	copied.source = client;
	tcp_streams_add(t, &copied, take, d);
	free(copy);
}

/* The messages in ${length} octets, up to one that is none. */
static struct delivered
read_plainly(const uint8_t *octets, size_t length)
{
	struct delivered d = { .messages = 0 };
	struct cursor c = cursor_over(octets, length);

	for (;;) {
		size_t message = cursor_u16(&c);
		const uint8_t *at = cursor_take(&c, message);

		if (c.failed || message < 12)
			return d;
		take(&d, &(struct packet){ .vlan = 0 }, at, message);
	}
}

static void
in_order(struct tcp_streams *t, struct cursor *c)
{
	static uint8_t sent[SENT_MAX];
	struct packet p = { .syn = true, .source_port = 50000 };
	struct delivered d = { .messages = 0 }, plain;
	const struct tcp_counters before = *tcp_streams_counters(t);
	uint32_t start = cursor_u32(c);
	size_t used = 0;

	p.sequence = start;
	add(t, &p, sent, &d);
	p.syn = false;
	while (cursor_left(c) > 2 &&
	    tcp_streams_counters(t)->broken == before.broken) {
		size_t back = cursor_u8(c), more = cursor_u8(c);

		if (more > cursor_left(c))
			more = cursor_left(c);
		if (used + more > SENT_MAX)
			break;
		if (back > used)
			back = used;
		if (more > 0)
			memcpy(sent + used, cursor_take(c, more), more);
		used += more;
		p.length = p.wire_length = back + more;
		p.sequence = start + (uint32_t)(used - p.length);
		add(t, &p, sent + used - p.length, &d);
	}
	plain = read_plainly(sent, used);
	PROMISE(d.messages == plain.messages && d.hash == plain.hash);
	PROMISE(tcp_streams_counters(t)->gaps == before.gaps);
}

static void
in_any_order(struct tcp_streams *t, struct cursor *c)
{
	struct delivered d = { .messages = 0 };

	while (cursor_left(c) > 5) {
		uint8_t bits = cursor_u8(c);
		struct packet p = {
			.source_port = bits & 7,
			.syn = bits & 8, .fin = bits & 16, .rst = bits & 32,
			.sequence = bits & 64 ? cursor_u32(c) : cursor_u8(c),
			.length = cursor_u8(c),
		};

		if (p.length > cursor_left(c))
			p.length = cursor_left(c);
		p.wire_length = p.length + (bits & 128 ? cursor_u8(c) : 0);
		if (p.length > cursor_left(c))
			p.length = cursor_left(c);
		add(t, &p, cursor_take(c, p.length), &d);
	}
}

/* Fill ${sent} with messages of lengths out of the input. */
static size_t
make_messages(uint8_t *sent, struct cursor *c)
{
	size_t used = 0;

	for (size_t count = cursor_u8(c) % 32u + 1; count > 0; count--) {
		size_t length = 12u + cursor_u8(c) * 4u;

		sent[used++] = (uint8_t)(length >> 8);
		sent[used++] = (uint8_t)length;
		while (length-- > 0) {
			sent[used] = (uint8_t)(used * 13 + count);
			used++;
		}
	}
	return used;
}

/* Cut ${length} octets at places out of the input; how many pieces, the last
 * of which ends at cuts[pieces]. */
static size_t
make_cuts(size_t cuts[65], size_t length, struct cursor *c)
{
	size_t pieces = 0;

	cuts[0] = 0;
	while (pieces < 63 && cuts[pieces] < length) {
		size_t piece = 1u + cursor_u8(c) * 3u;

		cuts[pieces + 1] = cuts[pieces] + piece < length ?
		    cuts[pieces] + piece : length;
		pieces++;
	}
	if (cuts[pieces] < length)
		cuts[++pieces] = length;
	return pieces;
}

static void
any_order_of_one(struct tcp_streams *t, struct cursor *c)
{
	static uint8_t sent[32 * (2 + 12 + 255 * 4)];
	size_t order[64], cuts[65];
	struct packet p = { .syn = true, .source_port = 50000 };
	struct delivered d = { .messages = 0 }, plain;
	const struct tcp_counters before = *tcp_streams_counters(t);
	uint32_t start = cursor_u32(c);
	size_t used = make_messages(sent, c);
	size_t pieces = make_cuts(cuts, used, c);

	p.sequence = start;
	add(t, &p, sent, &d);
	for (size_t i = 0; i < pieces; i++)
		order[i] = i;
	for (size_t left = pieces; left > 0;) {
		uint8_t bits = cursor_u8(c);
		size_t at = bits % left, piece = order[at];

		p.syn = piece == 0 && (bits & 64);
		p.fin = piece == pieces - 1;
		p.sequence = start + (uint32_t)cuts[piece];
		p.length = p.wire_length = cuts[piece + 1] - cuts[piece];
		add(t, &p, sent + cuts[piece], &d);
		if ((bits & 128) && cursor_left(c) > 0)
			continue;		/* it comes again */
		order[at] = order[--left];
	}
	plain = read_plainly(sent, used);
	PROMISE(d.messages == plain.messages && d.hash == plain.hash);
	PROMISE(tcp_streams_counters(t)->gaps == before.gaps);
	PROMISE(tcp_streams_counters(t)->broken == before.broken);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tcp_streams *t;
	struct cursor c = cursor_over(data, size);

	if (t == NULL)
		t = tcp_streams_new(4);
	PROMISE(t != NULL);
	next_client();
	switch (cursor_u8(&c) & 3) {
	case 1:
		in_any_order(t, &c);
		break;
	case 3:
		any_order_of_one(t, &c);
		break;
	default:
		in_order(t, &c);
	}
	/* What waits for segments that will not come. */
	tcp_streams_expire(t, INT64_MAX, take, &(struct delivered){ 0 });
	return 0;
}
