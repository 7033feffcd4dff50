#include "handover.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A message as it lies in a buffer; the next one follows, aligned. */
struct letter {
	struct packet packet;	/* its payload is the message */
	enum query_transport transport;
	uint8_t message[];
};

struct buffer {
	uint8_t *octets;
	size_t used;
};

struct handover {
	size_t capacity;	/* of each buffer */
	atomic_bool waiting;	/* is there anything in the first? */
	pthread_mutex_t lock;	/* for what follows */
	struct buffer in;
	/* The owner's, without a lock: */
	alignas(64) struct buffer out;
};

struct handover *
handover_new(size_t octets)
{
	struct handover *h = aligned_alloc(alignof(struct handover),
	    sizeof(*h));

	if (h == NULL)
		goto err0;
	memset(h, 0, sizeof(*h));
	h->capacity = octets / 2;
	/* From the system, so not there before it is used. */
	h->in.octets = malloc(h->capacity);
	h->out.octets = malloc(h->capacity);
	if (h->in.octets == NULL || h->out.octets == NULL)
		goto err1;
	atomic_init(&h->waiting, false);
	if (pthread_mutex_init(&h->lock, NULL) != 0)
		goto err1;
	return h;
err1:
	free(h->out.octets);
	free(h->in.octets);
	free(h);
err0:
	return NULL;
}

/* The octets that a message of ${length} takes in a buffer. */
static size_t
size_of(size_t length)
{
	size_t size = sizeof(struct letter) + length;

	return (size + alignof(struct letter) - 1) &
	    ~(alignof(struct letter) - 1);
}

/* Only what the message's taker may want: the rest is about a frame that is
 * gone by then. */
static void
write_letter(struct letter *l, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length)
{
	l->packet = (struct packet){
		.time = p->time,
		.source = p->source,
		.destination = p->destination,
		.source_port = p->source_port,
		.destination_port = p->destination_port,
		.vlan = p->vlan,
		.tunnel = p->tunnel,
		.payload = l->message,
		.length = length,
		.wire_length = length,
	};
	l->transport = transport;
	memcpy(l->message, message, length);
}

bool
handover_put(struct handover *h, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length)
{
	size_t size = size_of(length);
	bool fits;

	pthread_mutex_lock(&h->lock);
	fits = size <= h->capacity - h->in.used;
	if (fits) {
		write_letter((void *)(h->in.octets + h->in.used), p,
		    transport, message, length);
		h->in.used += size;
		atomic_store_explicit(&h->waiting, true,
		    memory_order_relaxed);
	}
	pthread_mutex_unlock(&h->lock);
	return fits;
}

/* Let the buffers change places: what waited is the owner's. */
static void
swap(struct handover *h)
{
	struct buffer full;

	pthread_mutex_lock(&h->lock);
	full = h->in;
	h->in = h->out;
	h->in.used = 0;
	/* The lock orders everything: this is but a hint to look. */
	atomic_store_explicit(&h->waiting, false, memory_order_relaxed);
	pthread_mutex_unlock(&h->lock);
	h->out = full;
}

size_t
handover_take(struct handover *h, handover_message *fn, void *ctx)
{
	size_t count = 0;

	if (!atomic_load_explicit(&h->waiting, memory_order_relaxed))
		return 0;
	swap(h);
	for (size_t at = 0; at < h->out.used; count++) {
		const struct letter *l = (void *)(h->out.octets + at);

		fn(ctx, &l->packet, l->transport, l->message,
		    l->packet.length);
		at += size_of(l->packet.length);
	}
	return count;
}

void
handover_free(struct handover *h)
{
	if (h == NULL)
		return;
	pthread_mutex_destroy(&h->lock);
	free(h->out.octets);
	free(h->in.octets);
	free(h);
}
