#include "tcp_streams.h"

#include <stdlib.h>
#include <string.h>

#include "core/address.h"

#define WAYS 8			/* streams that may share a bucket */
#define BUFFERS 256		/* messages begun but not complete */
#define EARLY 512		/* segments that wait for others */
#define PATIENCE INT64_C(2000000)	/* microseconds a hole is waited for */
#define WINDOW 65536		/* octets that may wait behind a hole */
#define BEHIND (1 << 20)	/* octets that a retransmission may go back */
#define BUFFER_SIZE (2 + 65535)	/* length and message */
#define HEADER 12		/* a shorter message is none */

struct buffer {
	size_t used;
	struct stream *owner;		/* NULL: free */
	uint8_t octets[BUFFER_SIZE];
};

/* A segment that came early, in a list sorted by sequence. */
struct early {
	struct early *next;
	struct stream *owner;		/* NULL: free */
	int64_t time;
	uint32_t sequence;
	size_t length;
	uint8_t octets[65535];
};

struct stream {
	struct address source, destination;
	uint16_t source_port, destination_port;
	uint16_t vlan;
	const char *tunnel;
	uint32_t start;			/* sequence number of the first octet */
	uint32_t next;			/* and of the one expected */
	uint64_t touched;		/* segment count at last use; 0: free */
	bool closed;			/* only repetitions may still come */
	struct buffer *buffer;		/* NULL: nothing has begun */
	struct early *early;		/* NULL: nothing waits */
};

struct tcp_streams {
	size_t buckets;
	uint64_t clock;			/* segments seen */
	struct tcp_counters counters;
	struct stream *streams;		/* ${buckets} * WAYS */
	struct buffer *buffers;		/* BUFFERS; touched only when used */
	struct early *earlies;		/* EARLY; likewise */
	size_t waiting;			/* of them in use */
};

struct tcp_streams *
tcp_streams_new(size_t capacity)
{
	struct tcp_streams *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->buckets = (capacity + WAYS - 1) / WAYS;
	t->streams = calloc(t->buckets * WAYS, sizeof(*t->streams));
	t->buffers = calloc(BUFFERS, sizeof(*t->buffers));
	t->earlies = calloc(EARLY, sizeof(*t->earlies));
	if (t->streams == NULL || t->buffers == NULL || t->earlies == NULL) {
		tcp_streams_free(t);
		return NULL;
	}
	return t;
}

/* --- finding a stream ---------------------------------------------------- */

/* FNV-1a over addresses and ports: TCP is rare, the hash need not be fast. */
static uint64_t
hash_of(const struct packet *p)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < sizeof(p->source.bytes); i++) {
		hash = (hash ^ p->source.bytes[i]) * UINT64_C(1099511628211);
		hash = (hash ^ p->destination.bytes[i]) *
		    UINT64_C(1099511628211);
	}
	hash = (hash ^ p->source_port) * UINT64_C(1099511628211);
	hash = (hash ^ p->destination_port) * UINT64_C(1099511628211);
	return hash ^ hash >> 32;
}

static bool
belongs(const struct stream *s, const struct packet *p)
{
	return s->touched != 0 && s->source_port == p->source_port &&
	    s->destination_port == p->destination_port &&
	    address_equal(&s->source, &p->source) &&
	    address_equal(&s->destination, &p->destination);
}

static void
drop_buffer(struct stream *s)
{
	if (s->buffer != NULL)
		s->buffer->owner = NULL;
	s->buffer = NULL;
}

static void
drop_early(struct tcp_streams *t, struct stream *s)
{
	struct early *e = s->early;

	s->early = e->next;
	e->owner = NULL;
	t->waiting--;
}

/* Let ${s} begin with the octet numbered ${sequence}. */
static void
restart(struct tcp_streams *t, struct stream *s, uint32_t sequence)
{
	drop_buffer(s);
	while (s->early != NULL)
		drop_early(t, s);
	s->start = s->next = sequence;
	s->closed = false;
}

static void
forget(struct tcp_streams *t, struct stream *s)
{
	restart(t, s, 0);
	s->touched = 0;
}

/* The stream of ${p}; a new one, in the place of the quietest if need be,
 * where ${make} says so, else NULL. */
static struct stream *
find(struct tcp_streams *t, const struct packet *p, bool make)
{
	struct stream *bucket = &t->streams[hash_of(p) % t->buckets * WAYS];
	struct stream *oldest = bucket;

	for (struct stream *s = bucket; s < bucket + WAYS; s++) {
		if (belongs(s, p))
			return s;
		if (s->touched < oldest->touched)
			oldest = s;
	}
	if (!make)
		return NULL;
	t->counters.evicted += oldest->touched != 0 && !oldest->closed;
	forget(t, oldest);
	oldest->source = p->source;
	oldest->destination = p->destination;
	oldest->source_port = p->source_port;
	oldest->destination_port = p->destination_port;
	oldest->vlan = p->vlan;
	oldest->tunnel = p->tunnel;
	restart(t, oldest, p->sequence);
	return oldest;
}

/* --- messages ------------------------------------------------------------ */

/* Give ${s} a buffer, the quietest stream's if none is free. */
static struct buffer *
take_buffer(struct tcp_streams *t, struct stream *s)
{
	struct buffer *oldest = NULL;

	for (size_t i = 0; i < BUFFERS; i++) {
		struct buffer *b = &t->buffers[i];

		if (b->owner == NULL) {
			oldest = b;
			break;
		}
		if (oldest == NULL ||
		    b->owner->touched < oldest->owner->touched)
			oldest = b;
	}
	if (oldest->owner != NULL) {
		t->counters.evicted++;
		forget(t, oldest->owner);
	}
	oldest->owner = s;
	oldest->used = 0;
	return s->buffer = oldest;
}

/* The length that two octets announce; 0 if it is no message's. */
static size_t
announced(const uint8_t *octets)
{
	size_t length = (size_t)octets[0] << 8 | octets[1];

	return length < HEADER ? 0 : length;
}

/* Move octets into the buffer until it holds ${wanted}; how many moved. */
static size_t
fill(struct buffer *b, size_t wanted, const uint8_t *octets, size_t length)
{
	size_t moved = b->used < wanted ? wanted - b->used : 0;

	if (moved > length)
		moved = length;
	memcpy(b->octets + b->used, octets, moved);
	b->used += moved;
	return moved;
}

/* Go on with the message in the stream's buffer.  Return the octets used, or
 * -1 if this is not DNS. */
static long
continue_message(struct stream *s, const struct packet *p,
    const uint8_t *octets, size_t length, tcp_message *fn, void *ctx)
{
	struct buffer *b = s->buffer;
	size_t moved = fill(b, 2, octets, length), message;

	if (b->used < 2)
		return (long)moved;
	if ((message = announced(b->octets)) == 0)
		return -1;
	moved += fill(b, 2 + message, octets + moved, length - moved);
	if (b->used == 2 + message) {
		drop_buffer(s);
		fn(ctx, p, b->octets + 2, message);
	}
	return (long)moved;
}

/* Take the octets that come next in the stream; -1 if this is not DNS. */
static int
take_octets(struct tcp_streams *t, struct stream *s, const struct packet *p,
    const uint8_t *octets, size_t length, tcp_message *fn, void *ctx)
{
	while (length > 0) {
		size_t message = length >= 2 ? announced(octets) : 0;
		long used;

		if (s->buffer == NULL && message > 0 &&
		    length >= 2 + message) {
			fn(ctx, p, octets + 2, message);
			used = (long)(2 + message);
		} else {
			if (s->buffer == NULL)
				take_buffer(t, s);
			used = continue_message(s, p, octets, length, fn,
			    ctx);
		}
		if (used < 0)
			return -1;
		octets += used;
		length -= (size_t)used;
	}
	return 0;
}

/* --- order --------------------------------------------------------------- */

/* Take the octets of a segment that starts at or before the next one
 * expected; those that were here before are left out. */
static int
take_segment(struct tcp_streams *t, struct stream *s, const struct packet *p,
    uint32_t sequence, const uint8_t *octets, size_t length,
    tcp_message *fn, void *ctx)
{
	size_t before = s->next - sequence;

	if (before >= length)
		return 0;
	s->next = sequence + (uint32_t)length;
	return take_octets(t, s, p, octets + before, length - before, fn,
	    ctx);
}

/* Take the early segments that are due now; ${p} stands for their packets in
 * all but the time. */
static int
take_due(struct tcp_streams *t, struct stream *s, const struct packet *p,
    tcp_message *fn, void *ctx)
{
	while (s->early != NULL &&
	    (int32_t)(s->early->sequence - s->next) <= 0) {
		struct early *e = s->early;
		struct packet then = *p;
		int status;

		then.time = e->time;
		status = take_segment(t, s, &then, e->sequence, e->octets,
		    e->length, fn, ctx);

		if (status != 0)
			return status;
		drop_early(t, s);
	}
	return 0;
}

/* The hole before the first early segment stays: go on behind it. */
static int
skip_hole(struct tcp_streams *t, struct stream *s, const struct packet *p,
    tcp_message *fn, void *ctx)
{
	t->counters.gaps++;
	drop_buffer(s);
	s->next = s->early->sequence;
	return take_due(t, s, p, fn, ctx);
}

/* What a message from ${s} looks like when no packet of it is at hand. */
static struct packet
packet_of(const struct stream *s)
{
	return (struct packet){
		.source = s->source,
		.destination = s->destination,
		.source_port = s->source_port,
		.destination_port = s->destination_port,
		.vlan = s->vlan,
		.tunnel = s->tunnel,
	};
}

/* Give up every hole of ${s}. */
static void
skip_holes(struct tcp_streams *t, struct stream *s, tcp_message *fn,
    void *ctx)
{
	struct packet p = packet_of(s);

	while (s->early != NULL) {
		if (skip_hole(t, s, &p, fn, ctx) != 0) {
			t->counters.broken++;
			forget(t, s);
		}
	}
}

/* Let the stream that has waited longest give up its holes. */
static void
make_room(struct tcp_streams *t, tcp_message *fn, void *ctx)
{
	struct early *oldest = &t->earlies[0];

	for (size_t i = 1; i < EARLY; i++) {
		if (t->earlies[i].time < oldest->time)
			oldest = &t->earlies[i];
	}
	t->counters.evicted++;
	skip_holes(t, oldest->owner, fn, ctx);
}

/* Keep the segment ${p} until the ones before it have come; there is room. */
static void
keep_early(struct tcp_streams *t, struct stream *s, const struct packet *p)
{
	struct early *e = t->earlies;
	struct early **at = &s->early;

	while (e->owner != NULL)
		e++;
	while (*at != NULL && (int32_t)((*at)->sequence - p->sequence) < 0)
		at = &(*at)->next;
	e->owner = s;
	e->time = p->time;
	e->sequence = p->sequence;
	e->length = p->length;
	memcpy(e->octets, p->payload, p->length);
	e->next = *at;
	*at = e;
	t->waiting++;
	t->counters.early++;
}

/* How far ${p} is ahead of what ${s} expects. */
static int32_t
ahead(const struct stream *s, const struct packet *p)
{
	return (int32_t)(p->sequence - s->next);
}

/* May ${p} wait until the octets before it have come? */
static bool
is_early(const struct stream *s, const struct packet *p)
{
	return ahead(s, p) > 0 && ahead(s, p) <= WINDOW &&
	    p->length <= sizeof(s->early->octets);
}

/* Is ${p} waiting already? */
static bool
waits(const struct stream *s, const struct packet *p)
{
	const struct early *e = s->early;

	while (e != NULL && (e->sequence != p->sequence ||
	    e->length < p->length))
		e = e->next;
	return e != NULL;
}

/* Take the payload of ${p}, wherever it belongs; -1 if this is not DNS. */
static int
take_payload(struct tcp_streams *t, struct stream *s, const struct packet *p,
    tcp_message *fn, void *ctx)
{
	if (s->closed && ahead(s, p) >= 0)	/* a new one, no SYN seen */
		restart(t, s, p->sequence);
	if (waits(s, p))
		return 0;
	/* Room may be made by ${s} itself, which then expects other octets, or
	 * is given up. */
	if (is_early(s, p) && t->waiting == EARLY)
		make_room(t, fn, ctx);
	if (s->touched != 0 && is_early(s, p)) {
		keep_early(t, s, p);
		return 0;
	}
	/* Too far: not a matter of order.  A connection may also have ended,
	 * and its successor begun, unseen. */
	if (s->touched == 0 || ahead(s, p) > 0 || ahead(s, p) < -BEHIND) {
		skip_holes(t, s, fn, ctx);
		t->counters.gaps++;
		restart(t, s, p->sequence);
		s->touched = t->clock;
	}
	if (take_segment(t, s, p, p->sequence, p->payload, p->length, fn,
	    ctx) != 0)
		return -1;
	return take_due(t, s, p, fn, ctx);
}

void
tcp_streams_add(struct tcp_streams *t, const struct packet *p,
    tcp_message *fn, void *ctx)
{
	struct stream *s = find(t, p, p->length > 0 || p->syn);

	if (s == NULL)
		return;
	s->touched = ++t->clock;
	/* The SYN of the stream that is known may come twice, or late. */
	if (p->syn && p->sequence != s->start)
		restart(t, s, p->sequence);
	/* What the capture cut off a segment is a hole like any other. */
	if (p->length > 0 && take_payload(t, s, p, fn, ctx) != 0) {
		t->counters.broken++;
		forget(t, s);
		return;
	}
	if (p->rst)
		skip_holes(t, s, fn, ctx);
	/* A FIN may come before octets that it ends.  A closed stream is kept
	 * as long as there is room: what comes again is not new. */
	if (p->rst || (p->fin && s->early == NULL &&
	    p->sequence + (uint32_t)p->wire_length == s->next)) {
		drop_buffer(s);
		s->closed = true;
	}
}

void
tcp_streams_expire(struct tcp_streams *t, int64_t now, tcp_message *fn,
    void *ctx)
{
	for (size_t i = 0; i < EARLY && t->waiting > 0; i++) {
		struct early *e = &t->earlies[i];

		if (e->owner != NULL && (now == INT64_MAX ||
		    now - e->time > PATIENCE))
			skip_holes(t, e->owner, fn, ctx);
	}
}

const struct tcp_counters *
tcp_streams_counters(const struct tcp_streams *t)
{
	return &t->counters;
}

void
tcp_streams_free(struct tcp_streams *t)
{
	if (t == NULL)
		return;
	free(t->streams);
	free(t->buffers);
	free(t->earlies);
	free(t);
}
