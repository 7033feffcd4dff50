#ifndef INCIDENT_STORE_H
#define INCIDENT_STORE_H

/*
 * incident_store - what we do to Redis: the function library, the consumer
 * groups, and the two functions that turn hits into incident records
 * (qw_incidents.lua; querywatch-streams(7) describes the records).
 *
 * Nothing here waits or tries again: each call says how it went.
 */

#include <stddef.h>
#include <stdint.h>

#define INCIDENT_STORE_ERROR_SIZE 512
#define INCIDENT_STORE_KEY_SIZE 24	/* qw:{1023}:hits and a NUL */

struct redis_servers;		/* output/redis_servers.h */
struct stream_batch;		/* stream_batch.h */

/* How a call went. */
enum store_result {
	STORE_DONE,
	STORE_AWAY,		/* Redis cannot do it now: try again later */
	STORE_REFUSED		/* only a person can help: give up */
};

struct incident_settings {	/* texts are borrowed */
	const char *group;	/* consumer group */
	const char *consumer;	/* our name in it, stable over restarts */
	unsigned partitions;
	long names;		/* most names kept per incident */
	long evidence;		/* most raw hits kept per incident */
};

struct incident_counters {
	uint64_t applied;	/* entries that went into a record */
	uint64_t opened;	/* incidents opened */
	uint64_t dead;		/* entries put aside */
};

struct incident_store;

/**
 * incident_store_new(settings, servers):
 * Return a new store, or NULL if memory is short.  Both arguments are
 * borrowed until it is freed.
 */
struct incident_store *incident_store_new(
    const struct incident_settings *settings,
    struct redis_servers *servers);

/**
 * incident_store_key(partition, buf):
 * Write the key of a partition's stream of hits to ${buf}, with a NUL.
 */
void incident_store_key(unsigned partition,
    char buf[INCIDENT_STORE_KEY_SIZE]);

/**
 * incident_store_prepare(s):
 * See that Redis has our number of partitions, our functions and our groups;
 * to be called at the start and whenever anything has gone wrong, since a
 * Redis that keeps nothing on disk loses all of them.  STORE_REFUSED if the
 * partitions differ or the functions there are newer than ours.
 */
enum store_result incident_store_prepare(struct incident_store *s);

/**
 * incident_store_apply(s, partition, batch):
 * Apply and acknowledge the entries of ${batch} in one step.  If the
 * function fails on them, each is applied alone, and those on which it fails
 * again are put aside as dead, so that none can block the stream.
 * STORE_AWAY means that some may not be done: read the pending ones again.
 */
enum store_result incident_store_apply(struct incident_store *s,
    unsigned partition, const struct stream_batch *batch);

/**
 * incident_store_error(s), incident_store_counters(s):
 * What went wrong last, as one sentence; what was done so far.  Borrowed
 * until ${s} is freed.
 */
const char *incident_store_error(const struct incident_store *s);
const struct incident_counters *incident_store_counters(
    const struct incident_store *s);

/**
 * incident_store_free(s):
 * Free ${s}; NULL is fine.
 */
void incident_store_free(struct incident_store *s);

#endif /* !INCIDENT_STORE_H */
