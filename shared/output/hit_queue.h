#ifndef HIT_QUEUE_H
#define HIT_QUEUE_H

/*
 * hit_queue - what waits to be sent: a bounded queue of entries that are
 * allocated once.  Who takes an entry has it until he releases it, or puts it
 * back.
 *
 * Not for two threads at once: hit_stream has a lock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hits/hit.h"
#include "output/log_position.h"

/* A hit, or how far a log has come, or both. */
struct hit_entry {
	uint64_t sequence;		/* 1, 2, ... as they were added */
	bool is_hit;
	const char *log;		/* NULL: the hit is of no log */
	struct log_position position;
	struct hit hit;
};

struct hit_queue;

/**
 * hit_queue_new(size):
 * Return a queue with ${size} entries, or NULL if memory is short.
 */
struct hit_queue *hit_queue_new(size_t size);

/**
 * hit_queue_add(q):
 * Return an entry at the queue's end, to be filled; NULL if all are in use.
 */
struct hit_entry *hit_queue_add(struct hit_queue *q);

/**
 * hit_queue_first(q):
 * Return the oldest entry, which stays; NULL if there is none.
 */
const struct hit_entry *hit_queue_first(const struct hit_queue *q);

/**
 * hit_queue_take(q):
 * Take the oldest entry out; NULL if there is none.
 */
struct hit_entry *hit_queue_take(struct hit_queue *q);

/**
 * hit_queue_put_back(q, e):
 * ${e}, which was taken last of those not yet back, is the oldest again.
 */
void hit_queue_put_back(struct hit_queue *q, struct hit_entry *e);

/**
 * hit_queue_release(q, e):
 * ${e}, which was taken, is done with.
 */
void hit_queue_release(struct hit_queue *q, struct hit_entry *e);

/**
 * hit_queue_count(q), hit_queue_full(q):
 * Entries in the queue; are all in use, those taken out too?
 */
size_t hit_queue_count(const struct hit_queue *q);
bool hit_queue_full(const struct hit_queue *q);

/**
 * hit_queue_free(q):
 * Free ${q} and all entries; NULL is fine.
 */
void hit_queue_free(struct hit_queue *q);

#endif /* !HIT_QUEUE_H */
