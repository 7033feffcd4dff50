#ifndef STREAM_READER_H
#define STREAM_READER_H

/*
 * stream_reader - hits from every partition's stream into the incident store,
 * in the right order.
 *
 * What is pending for us comes first, after the start and after whatever went
 * wrong; then what consumers that died have left; then what is new.  New
 * entries are taken and applied in one step (incident_store_take), so that
 * none becomes pending.  Only where that fails are they delivered to us first,
 * to find those on which it fails.  What is pending for us, also what cannot
 * be applied, is looked at again every second.
 */

#include <stddef.h>

#include "incident_store.h"

#define STREAM_READER_PAUSE 20	/* from one look to the next, if idle, ms */
#define STREAM_READER_TIMEOUT 6000	/* for the links, ms */

struct stream_reader;
struct redis_servers;		/* output/redis_servers.h */

/**
 * stream_reader_new(settings, servers):
 * Return a reader, or NULL if memory is short.  Both arguments are borrowed
 * until it is freed.
 */
struct stream_reader *stream_reader_new(
    const struct incident_settings *settings, struct redis_servers *servers);

/**
 * stream_reader_step(r):
 * Prepare Redis if need be; apply what is there, at most a batch of each
 * partition; if nothing is, wait for STREAM_READER_PAUSE.  After STORE_AWAY,
 * wait a little and call it again; never STORE_BROKEN.
 */
enum store_result stream_reader_step(struct stream_reader *r);

/**
 * stream_reader_prepare_again(r):
 * Something went wrong elsewhere: prepare Redis anew at the next step.
 */
void stream_reader_prepare_again(struct stream_reader *r);

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
 * Free; NULL is fine.
 */
void stream_reader_free(struct stream_reader *r);

#endif /* !STREAM_READER_H */
