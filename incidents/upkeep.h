#ifndef UPKEEP_H
#define UPKEEP_H

/*
 * upkeep - what the consumer does beside applying hits, every few seconds and
 * in small steps: it removes incidents that are old and hosts that are too
 * many, raises alarms, watches the sources, and tells how it is itself
 * (qw_upkeep.lua; qw:source:incidents-CONSUMER).
 */

#include "incident_store.h"

struct redis_servers;		/* output/redis_servers.h */
struct upkeep;

/**
 * upkeep_new(settings, servers, counters, host):
 * Return an upkeep, or NULL if memory is short.  All arguments are borrowed
 * until it is freed; ${counters} and the name of the ${host} are told with the
 * heartbeat.
 */
struct upkeep *upkeep_new(const struct incident_settings *settings,
    struct redis_servers *servers, const struct incident_counters *counters,
    const char *host);

/**
 * upkeep_step(u):
 * Do what is due, a small part of it.  To be called often, after Redis was
 * prepared.  Never STORE_BROKEN: what is broken is logged, and left.
 */
enum store_result upkeep_step(struct upkeep *u);

/**
 * upkeep_away(u):
 * Redis was away: count that, and take nothing for granted.
 */
void upkeep_away(struct upkeep *u);

/**
 * upkeep_stop(u):
 * Write the last heartbeat, which says that we have stopped, if Redis is there.
 */
void upkeep_stop(struct upkeep *u);

/**
 * upkeep_error(u):
 * Why the last step was not STORE_DONE, as one sentence; borrowed until ${u}
 * is freed.
 */
const char *upkeep_error(const struct upkeep *u);

/**
 * upkeep_free(u):
 * Free; NULL is fine.
 */
void upkeep_free(struct upkeep *u);

#endif /* !UPKEEP_H */
