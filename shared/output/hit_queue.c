#include "output/hit_queue.h"

#include <stdlib.h>

struct hit_queue {
	size_t size;
	struct hit_entry *entries;
	struct hit_entry **unused;	/* a stack */
	size_t unused_count;
	struct hit_entry **ring;	/* in the queue */
	size_t first, count;
	uint64_t sequence;		/* given last */
};

struct hit_queue *
hit_queue_new(size_t size)
{
	struct hit_queue *q = calloc(1, sizeof(*q));

	if (q == NULL)
		return NULL;
	q->size = size;
	q->entries = malloc(size * sizeof(*q->entries));
	q->unused = malloc(size * sizeof(struct hit_entry *));
	q->ring = malloc(size * sizeof(struct hit_entry *));
	if (q->entries == NULL || q->unused == NULL || q->ring == NULL) {
		hit_queue_free(q);
		return NULL;
	}
	while (q->unused_count < size) {
		size_t i = q->unused_count++;

		q->unused[i] = &q->entries[size - 1 - i];
	}
	return q;
}

struct hit_entry *
hit_queue_add(struct hit_queue *q)
{
	struct hit_entry *e;

	if (q->unused_count == 0)
		return NULL;
	e = q->unused[--q->unused_count];
	e->sequence = ++q->sequence;
	q->ring[(q->first + q->count++) % q->size] = e;
	return e;
}

const struct hit_entry *
hit_queue_first(const struct hit_queue *q)
{
	return q->count > 0 ? q->ring[q->first] : NULL;
}

struct hit_entry *
hit_queue_take(struct hit_queue *q)
{
	struct hit_entry *e;

	if (q->count == 0)
		return NULL;
	e = q->ring[q->first];
	q->first = (q->first + 1) % q->size;
	q->count--;
	return e;
}

void
hit_queue_put_back(struct hit_queue *q, struct hit_entry *e)
{
	q->first = (q->first + q->size - 1) % q->size;
	q->ring[q->first] = e;
	q->count++;
}

void
hit_queue_release(struct hit_queue *q, struct hit_entry *e)
{
	q->unused[q->unused_count++] = e;
}

size_t
hit_queue_count(const struct hit_queue *q)
{
	return q->count;
}

bool
hit_queue_full(const struct hit_queue *q)
{
	return q->unused_count == 0;
}

void
hit_queue_free(struct hit_queue *q)
{
	if (q == NULL)
		return;
	free(q->ring);
	free(q->unused);
	free(q->entries);
	free(q);
}
