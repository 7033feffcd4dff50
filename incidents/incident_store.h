#ifndef INCIDENT_STORE_H
#define INCIDENT_STORE_H

/*
 * incident_store - what we do to Redis: the function libraries, the consumer
 * groups, and the functions that turn hits into incident records
 * (qw_incidents.lua; querywatch-streams(7) describes the records).
 *
 * Nothing here waits or tries again: each call says how it went.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INCIDENT_STORE_ERROR_SIZE 512
#define INCIDENT_STORE_TAKE 2048	/* most entries of one take: Lua's unpack
				   has room for no more than about 8000 */
#define INCIDENT_STORE_TRIES 5		/* deliveries, then it is dead */

struct redis_servers;		/* output/redis_servers.h */
struct stream_batch;		/* stream_batch.h */

/* How a call went. */
enum store_result {
	STORE_DONE,
	STORE_AWAY,		/* Redis cannot do it now: try again later */
	STORE_BROKEN,		/* it never will: nothing was done */
	STORE_REFUSED		/* only a person can help: give up */
};

struct incident_settings {	/* texts are borrowed */
	const char *group;	/* consumer group */
	const char *consumer;	/* our name in it, stable over restarts */
	unsigned partitions;
	long names;		/* most names kept per incident */
	long evidence;		/* most raw hits kept per incident */
	long hosts;		/* most hosts kept per partition */
	long stream;		/* most entries of a stream of hits */
	long claim_idle;	/* seconds; then a consumer is dead */
	long retention;		/* days that an incident is kept */
	long heartbeat;		/* seconds from one to the next; 0: none */
};

struct incident_counters {
	uint64_t applied;	/* entries that went into a record */
	uint64_t opened;	/* incidents opened */
	uint64_t dead;		/* entries put aside */
	uint64_t refused;	/* applied entries of hosts without room */
	uint64_t claimed;	/* entries taken over from dead consumers */
};

/* What one take found in a partition. */
struct incident_taken {
	size_t count;		/* entries */
	bool pending;		/* the group has some that are not done */
	bool broken;		/* the function fails on them */
	bool moved;		/* it was found on another server */
};

struct incident_store;

/**
 * incident_store_new(settings, servers):
 * Return a new store, or NULL if memory is short.  Both arguments are
 * borrowed until it is freed.
 */
struct incident_store *incident_store_new(
    const struct incident_settings *settings, struct redis_servers *servers);

/**
 * incident_store_prepare(s):
 * See that Redis has our number of partitions, our functions and our groups;
 * to be called at the start and whenever anything has gone wrong, since a
 * Redis that keeps nothing on disk loses all of them, and another server may
 * have taken over.  STORE_REFUSED if the partitions differ or the functions
 * there are newer than ours; never STORE_BROKEN.
 */
enum store_result incident_store_prepare(struct incident_store *s);

/**
 * incident_store_take(s, ret):
 * Apply the next INCIDENT_STORE_TAKE entries of each partition that nobody has
 * been given, the partitions side by side, and fill ${ret}, one for each.
 * They are applied and done with in one step, or not at all.  STORE_AWAY means
 * that some partitions may not be done.
 */
enum store_result incident_store_take(struct incident_store *s,
    struct incident_taken *ret);

/**
 * incident_store_apply(s, partition, batch):
 * Apply and acknowledge the entries of ${batch}, which are pending for us, in
 * one step.  If the function fails on them, each is applied alone.  Those on
 * which it fails again stay pending, or are put aside as dead if they have
 * been delivered INCIDENT_STORE_TRIES times.  STORE_AWAY means that some may
 * not be done: read the pending ones again.
 */
enum store_result incident_store_apply(struct incident_store *s,
    unsigned partition, const struct stream_batch *batch);

/**
 * incident_store_claimed(s, count):
 * Count entries that were taken over from another consumer.
 */
void incident_store_claimed(struct incident_store *s, size_t count);

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
