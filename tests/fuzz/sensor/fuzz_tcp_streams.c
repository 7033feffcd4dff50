/*
 * Segments out of the input.  The first octet chooses:
 *
 * even: one stream in order.  Pieces of two octets (how far the segment goes
 * back over what was sent, how many new octets it brings) and the new octets.
 * What is delivered must be what a plain reading of all octets gives.
 *
 * odd: any segments of a few streams, any sequence numbers and flags.  What
 * is delivered must lie within bounds.
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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tcp_streams *t;
	struct cursor c = cursor_over(data, size);

	if (t == NULL)
		t = tcp_streams_new(4);
	PROMISE(t != NULL);
	next_client();
	if (cursor_u8(&c) % 2 == 0)
		in_order(t, &c);
	else
		in_any_order(t, &c);
	return 0;
}
