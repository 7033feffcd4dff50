#ifndef HIT_STREAM_H
#define HIT_STREAM_H

/*
 * hit_stream - hits into Redis, by a thread of its own.
 *
 * Putting a hit copies it into a bounded queue and returns; the thread sends
 * what has gathered, in batches, each in one function call per partition
 * that drops hits which it has seen before.  While Redis is away or refuses,
 * the thread tries again, ever more slowly, and the queue fills; or, with a
 * spool, a second thread moves it to disk, from where it is sent in order.
 *
 * The thread also sends the source's heartbeat, the newest that it was given,
 * between two batches.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hits/hit.h"
#include "output/heartbeat.h"
#include "output/log_positions.h"

struct config;
struct hit_stream;
struct spool;

struct hit_stream_options {
	const char *target;	/* as redis_servers_new takes it; borrowed, as
				   all */
	const struct config *config;	/* likewise */
	const char *source;
	struct spool *spool;	/* NULL: none */
	size_t queue;		/* most hits waiting */
	unsigned partitions;
	unsigned replicas;	/* that have to have a hit before it counts as
				   sent */
	uint64_t limit;		/* entries of a stream, beyond which it takes
				   no more; 0: none */
	bool wait;		/* when the queue is full: wait for room (a
				   file can be read later), or drop and count
				   (packets can't) */
	const atomic_bool *stopping;	/* once set, no put waits */
};

struct hit_stream_counters {
	uint64_t sent;		/* hits that Redis has confirmed */
	uint64_t queue_drops;	/* lost: the queue was full */
	uint64_t refused;	/* lost: another process has our name */
	uint64_t unsent;	/* lost: what waited at a hasty end */
	uint64_t waiting;	/* in memory now */
	uint64_t outages;	/* times that Redis went away */
	uint64_t spooled;	/* put on disk, to be sent later */
	uint64_t damaged;	/* lost: records of the spool that are none */
};

/**
 * hit_stream_open(o, reterr, size):
 * Connect, load the function library, check the number of partitions, and
 * start the thread.  Return a stream, or NULL and one sentence in ${reterr}
 * of ${size} octets if any of it fails: at start a wrong address should be
 * said at once.  With a spool a server that cannot be reached is no failure.
 */
struct hit_stream *hit_stream_open(const struct hit_stream_options *o,
    char *reterr, size_t size);

/**
 * hit_stream_put(s, h):
 * Queue ${h} (copied).  Never blocks unless options.wait was given.  For any
 * thread.
 */
void hit_stream_put(struct hit_stream *s, const struct hit *h);

/**
 * hit_stream_put_of_log(s, h, log, position):
 * The same for a hit of a log: after it the log called ${log} (borrowed until
 * hit_stream_close) has come to ${position}, which is stored with it.  ${h}
 * may be NULL: then only the position is, in every partition.  Once something
 * could not be queued, nothing is any more: a position never gets ahead of
 * its hits.
 */
void hit_stream_put_of_log(struct hit_stream *s, const struct hit *h,
    const char *log, const struct log_position *position);

/**
 * hit_stream_stored(s), hit_stream_partition(s, client):
 * The positions of the source's logs as they were at hit_stream_open, until
 * hit_stream_close.  The partition that hits of ${client} go to.
 */
const struct log_positions *hit_stream_stored(const struct hit_stream *s);
unsigned hit_stream_partition(const struct hit_stream *s,
    const struct address *client);

/**
 * hit_stream_heartbeat(s, b):
 * Hand over the source's record (copied), in place of one not yet sent.
 * Never blocks.  It is tried once, with hits or without; after a failed call
 * hits come first.
 */
void hit_stream_heartbeat(struct hit_stream *s, const struct heartbeat *b);

/**
 * hit_stream_counters(s, ret):
 * Fill ${ret} with the counters as they are now.
 */
void hit_stream_counters(struct hit_stream *s,
    struct hit_stream_counters *ret);

/**
 * hit_stream_drain(s, patience_ms):
 * Take no more hits, and wait until those that wait in memory are sent, or in
 * the spool, but no longer than ${patience_ms} while Redis does not answer.
 * After that the counters change no more, but for what the spool sends.
 */
void hit_stream_drain(struct hit_stream *s, int patience_ms);

/**
 * hit_stream_close(s):
 * After hit_stream_drain: send the heartbeat that waits, if Redis answered;
 * end the thread and free ${s}.  NULL is fine.
 */
void hit_stream_close(struct hit_stream *s);

#endif /* !HIT_STREAM_H */
