#ifndef WORKER_H
#define WORKER_H

/*
 * worker - one thread's share of the sensor: frames of a capture in, hits out.
 *
 * Workers that share an interface each have a ring of their own, and a client
 * belongs to one of them.  The kernel gives nearly every frame to the worker
 * whose client it is about (fanout.h); what only the decoder finds to be
 * another's is handed over (handover.h).  So each worker's tables know all
 * about its clients, and nothing is shared but the rules, which never change.
 */

#include <stdbool.h>
#include <stdint.h>

#include "capture.h"

struct frontend;
struct prefixes;
struct worker;

struct worker_options {
	struct frontend *frontend;	/* borrowed */
	unsigned number;		/* of this worker, from 0 */
	unsigned sharing;		/* how many share the clients; 1: none */
	const struct prefixes *forwarders;	/* borrowed; NULL: all */
};

/**
 * worker_new(o):
 * Return a worker that reads nothing yet, or NULL if memory is short.
 */
struct worker *worker_new(const struct worker_options *o);

/**
 * worker_meet(w, all):
 * ${all} are the workers that share the clients, by their numbers, borrowed.
 * Before the first worker_step of any.
 */
void worker_meet(struct worker *w, struct worker *const *all);

/**
 * worker_step(w, c):
 * Take a batch of frames of ${c}, or wait for one a tenth of a second, and
 * what others have handed over; let time go on, and publish the counters when
 * they are due.  Return how that ended.
 */
enum capture_status worker_step(struct worker *w, struct capture *c);

/**
 * worker_leave(w, c):
 * ${c} is at its end and won't be stepped again: keep its counters.
 */
void worker_leave(struct worker *w, struct capture *c);

/**
 * worker_finish(w, c):
 * Nothing more comes: wait for no segment any more, take what was handed over,
 * and publish the last counters, with those of ${c} unless it is NULL.  All
 * workers have come to their end, and one thread calls this for each, twice if
 * they share clients: the segments of one may be messages for another.
 */
void worker_finish(struct worker *w, struct capture *c);

/**
 * worker_free(w):
 * Free ${w}; NULL is fine.
 */
void worker_free(struct worker *w);

#endif /* !WORKER_H */
