#include "tcp_streams.h"

#include <stdlib.h>
#include <string.h>

#include "core/address.h"

#define WAYS 8			/* streams that may share a bucket */
#define BUFFERS 256		/* messages begun but not complete */
#define BUFFER_SIZE (2 + 65535)	/* length and message */
#define HEADER 12		/* a shorter message is none */

struct buffer {
	size_t used;
	struct stream *owner;		/* NULL: free */
	uint8_t octets[BUFFER_SIZE];
};

struct stream {
	struct address source, destination;
	uint16_t source_port, destination_port;
	uint32_t next;			/* sequence number expected */
	uint64_t touched;		/* segment count at last use; 0: free */
	struct buffer *buffer;		/* NULL: nothing has begun */
};

struct tcp_streams {
	size_t buckets;
	uint64_t clock;			/* segments seen */
	struct tcp_counters counters;
	struct stream *streams;		/* ${buckets} * WAYS */
	struct buffer *buffers;		/* BUFFERS; touched only when used */
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
	if (t->streams == NULL || t->buffers == NULL) {
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
forget(struct stream *s)
{
	drop_buffer(s);
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
	t->counters.evicted += oldest->touched != 0;
	forget(oldest);
	oldest->source = p->source;
	oldest->destination = p->destination;
	oldest->source_port = p->source_port;
	oldest->destination_port = p->destination_port;
	oldest->next = p->sequence;
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
		forget(oldest->owner);
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

/* Bring the stream to where the segment is; return how many of its octets
 * were there before. */
static size_t
align(struct tcp_streams *t, struct stream *s, const struct packet *p)
{
	int32_t ahead = (int32_t)(p->sequence - s->next);

	if (ahead < 0)
		return (size_t)-(int64_t)ahead;
	if (ahead > 0) {
		t->counters.gaps++;
		drop_buffer(s);
		s->next = p->sequence;
	}
	return 0;
}

void
tcp_streams_add(struct tcp_streams *t, const struct packet *p,
    tcp_message *fn, void *ctx)
{
	bool carries = p->wire_length > 0;
	struct stream *s = find(t, p, carries || p->syn);
	size_t before;

	if (s == NULL)
		return;
	s->touched = ++t->clock;
	if (p->syn) {
		drop_buffer(s);
		s->next = p->sequence;
	}
	before = align(t, s, p);
	if (before < p->wire_length) {
		s->next = p->sequence + (uint32_t)p->wire_length;
		if (before < p->length && take_octets(t, s, p,
		    p->payload + before, p->length - before, fn, ctx) != 0) {
			t->counters.broken++;
			forget(s);
			return;
		}
		/* What was cut off the segment is a gap like any other. */
		if (p->length < p->wire_length) {
			t->counters.gaps++;
			drop_buffer(s);
		}
	}
	if (p->fin || p->rst)
		forget(s);
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
	free(t);
}
