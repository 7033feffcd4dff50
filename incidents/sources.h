#ifndef SOURCES_H
#define SOURCES_H

/*
 * sources - notices when a front end, or another consumer, falls silent.
 *
 * A source that has ever written its record, qw:source:NAME, is remembered in
 * qw:{alarms}:sources.  If the record is gone without having said "stopped",
 * that is an alarm, which is over when the record is back.
 */

#include "incident_store.h"

#define SOURCES_MAX 1024	/* that are watched; further ones are not */

struct redis_servers;		/* output/redis_servers.h */
struct sources;

/**
 * sources_new(servers):
 * Return a watch, or NULL if memory is short.  ${servers} is borrowed until it
 * is freed.
 */
struct sources *sources_new(struct redis_servers *servers);

/**
 * sources_watch(s, own, reterr):
 * Look at every source once: those that are remembered, those that have put
 * hits, and ${own}, our own name, which alarms are told under.  Unless it
 * returns STORE_DONE, one sentence is in ${reterr}, INCIDENT_STORE_ERROR_SIZE
 * octets.  Takes a call of Redis for each source.
 */
enum store_result sources_watch(struct sources *s, const char *own,
    char *reterr);

/**
 * sources_free(s):
 * Free ${s}; NULL is fine.
 */
void sources_free(struct sources *s);

#endif /* !SOURCES_H */
