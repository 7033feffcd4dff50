#ifndef HIT_STREAM_STATE_H
#define HIT_STREAM_STATE_H

/*
 * hit_stream_state - what the files of hit_stream share, and ask of each
 * other:
 *
 *	hit_stream.c	the front end's side: what it puts, waits for, counts
 *	hit_sender.c	a thread: the oldest that waits goes to Redis
 *	hit_spooler.c	a thread, with a spool: what Redis cannot take in time
 *			goes to disk
 *	hit_take_over.c	the first words with the servers
 *
 *	put -> queue -+-------------> batch -> Redis
 *	              +-> spool ------^
 *
 * All that is in the spool is older than what is in the queue, so the sender
 * takes from the queue only while the spool is empty and nothing is on its way
 * there.  What is in the batch is older than either.  Nobody else includes it.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "output/hit_batch.h"
#include "output/hit_call.h"
#include "output/hit_queue.h"
#include "output/hit_stream.h"
#include "output/redis_library.h"
#include "output/redis_link.h"
#include "output/spool.h"

#define HIT_STREAM_ERROR_SIZE (REDIS_LINK_ERROR_SIZE + 128)

struct redis_servers;

struct hit_stream {
	struct hit_stream_options o;
	struct redis_library library;

	/* The sender's, once it runs. */
	struct redis_servers *servers;
	struct redis_link **asked;	/* by partition: whom, in this try */
	bool *again;			/* by partition: it was elsewhere */
	struct hit_call *call;
	struct hit_batch *batch;
	int64_t start;			/* with a hit's number, our position */
	int64_t told_start;		/* as Redis gets it: later, if it knows
					   a later one of our source */
	bool ready;			/* the servers know our functions */
	bool begun;			/* our source's name is ours */
	struct log_positions *stored;	/* at the start */
	bool away;			/* an outage has been logged */
	bool answering;			/* though, with refusals */
	int pause_ms;
	struct heartbeat sending;
	char error[HIT_STREAM_ERROR_SIZE];

	pthread_t sender, spooler;
	bool joined;			/* the front end's */
	pthread_mutex_t lock;		/* guards what follows */
	pthread_cond_t filled;		/* something to send, or an end */
	pthread_cond_t spoolable;	/* something to spool, or an end */
	pthread_cond_t emptied;		/* room in the queue, or all gone */
	struct hit_queue *queue;
	size_t hits;			/* in the queue and the batch, but for
					   those that are on disk */
	size_t held;			/* entries in the batch; none of those
					   that are on disk */
	int64_t held_since;		/* timestamp_steady's */
	size_t spooling;		/* entries on their way to the spool */
	bool outage;			/* the sender's away, for all */
	uint64_t progress;		/* entries that got out of the queue */
	struct heartbeat beat;		/* the newest, to be sent if... */
	bool beating;
	bool gap;			/* a hit is missing: nothing after it
					   goes out, with o.wait */
	bool draining;			/* no hit is taken any more */
	bool hurry;			/* and patience has run out */
	bool ending;			/* the end */
	struct hit_stream_counters counters;
};

/**
 * hit_stream_in(ms):
 * Return the time in ${ms} milliseconds, for pthread_cond_timedwait.
 */
struct timespec hit_stream_in(int ms);

/**
 * hit_sender_run(s), hit_spooler_run(s):
 * The threads.
 */
void *hit_sender_run(void *s);
void *hit_spooler_run(void *s);

/**
 * hit_stream_spooled(s):
 * Records in the spool; 0 without one.
 */
uint64_t hit_stream_spooled(const struct hit_stream *s);

/**
 * hit_take_over_prepare(s):
 * See that the servers have our functions and know as many partitions as we,
 * and choose a start later than any that this source has used: a clock that
 * was set back must not make our hits look like old ones.  Return 0; or -1
 * with a sentence in s->error: with *${retrefused} it will not get better.
 */
int hit_take_over_prepare(struct hit_stream *s, bool *retrefused);

/**
 * hit_take_over(s):
 * From now on nothing comes in any more that an earlier process has sent;
 * where its logs are is in s->stored.  0, or -1 as above.
 */
int hit_take_over(struct hit_stream *s);

#endif /* !HIT_STREAM_STATE_H */
