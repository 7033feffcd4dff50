#ifndef STREAM_READER_H
#define STREAM_READER_H

/*
 * stream_reader - hits from every partition's stream, as a consumer group
 * reads them, into the incident store.
 *
 * What was delivered to us and is not acknowledged comes first (ID 0), then
 * what is new; now and then our pending entries are looked at again.
 * Reading and applying are two steps: a crash between them leaves the entries
 * pending, and applying acknowledges in the same step, so nothing is lost and
 * nothing is counted twice.
 */

#include <stddef.h>

#include "incident_store.h"

#define STREAM_READER_BLOCK "1000"	/* longest wait for a hit, ms */
#define STREAM_READER_TIMEOUT 6000	/* for the link: longer, ms */

struct config;
struct stream_reader;

/**
 * stream_reader_new(settings, target, config):
 * Return a reader, not yet connected, of the Redis at ${target}, to be reached
 * as redis_servers_new does, or NULL if memory is short.  ${settings} and
 * ${config} are borrowed until it is freed.
 */
struct stream_reader *stream_reader_new(
    const struct incident_settings *settings, const char *target,
    const struct config *config);

/**
 * stream_reader_step(r):
 * Connect and prepare Redis if need be; wait for hits, one second at the
 * longest; apply what came, at most STREAM_BATCH_MAX of each partition.
 * After STORE_AWAY, wait a little and call it again.
 */
enum store_result stream_reader_step(struct stream_reader *r);

/**
 * stream_reader_error(r), stream_reader_counters(r):
 * Why the last step was not STORE_DONE, as one sentence; what was done so
 * far.  Borrowed until ${r} is freed.
 */
const char *stream_reader_error(const struct stream_reader *r);
const struct incident_counters *stream_reader_counters(
    const struct stream_reader *r);

/**
 * stream_reader_free(r):
 * Close and free; NULL is fine.
 */
void stream_reader_free(struct stream_reader *r);

#endif /* !STREAM_READER_H */
