#ifndef HIT_STREAM_H
#define HIT_STREAM_H

/*
 * hit_stream - hits into Redis, by a thread of its own.
 *
 * Putting a hit copies it into a bounded queue and returns; the thread sends
 * what has gathered, in batches, each in one function call per partition
 * that drops a batch it has seen before.  While Redis is away the thread
 * tries again, ever more slowly, and the queue fills.
 */

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hits/hit.h"

struct hit_stream;

struct hit_stream_options {
	const char *target;	/* unix:PATH or HOST:PORT; copied */
	const char *source;	/* borrowed */
	size_t queue;		/* most hits waiting */
	unsigned partitions;
	bool wait;		/* when the queue is full: wait for room (a
				   file can be read later), or drop and count
				   (packets can't) */
	const volatile sig_atomic_t *stopping;	/* once set, no put waits */
};

struct hit_stream_counters {
	uint64_t sent;		/* hits that Redis has confirmed */
	uint64_t lost;		/* dropped by a full queue or a hasty end */
	uint64_t outages;	/* times that Redis went away */
};

/**
 * hit_stream_open(o, reterr, size):
 * Connect, load the function library, check the number of partitions, and
 * start the thread.  Return a stream, or NULL and one sentence in ${reterr}
 * of ${size} octets if any of it fails: at start a wrong address should be
 * said at once.
 */
struct hit_stream *hit_stream_open(const struct hit_stream_options *o,
    char *reterr, size_t size);

/**
 * hit_stream_put(s, h):
 * Queue ${h} (copied).  Never blocks unless options.wait was given.
 */
void hit_stream_put(struct hit_stream *s, const struct hit *h);

/**
 * hit_stream_counters(s):
 * Return the counters as they are now.
 */
struct hit_stream_counters hit_stream_counters(struct hit_stream *s);

/**
 * hit_stream_close(s, patience_ms, ret):
 * Wait until all is sent, but no longer than ${patience_ms} while Redis does
 * not answer; count the rest as lost; end the thread and free ${s}.  Fill
 * ${ret} with the last counters.
 */
void hit_stream_close(struct hit_stream *s, int patience_ms,
    struct hit_stream_counters *ret);

#endif /* !HIT_STREAM_H */
