#ifndef PENDING_H
#define PENDING_H

/*
 * pending - entries of a partition's stream that were given to a consumer of
 * our group and are not done: ours, those of a consumer that has died, and
 * those that we let Redis give to us since they cannot be taken at once.
 *
 * Each call fills a batch with ids for incident_store_apply, in ascending
 * order; an empty one says that there are no more.  Unless it returns
 * STORE_DONE, one sentence is in ${reterr}, INCIDENT_STORE_ERROR_SIZE octets,
 * and the batch is undefined.
 */

#include "incident_store.h"
#include "stream_batch.h"

struct redis_servers;		/* output/redis_servers.h */

/**
 * pending_ours(servers, settings, partition, after, ret, reterr):
 * The next ones that are pending for us, behind the id ${after} ("0": from the
 * start).  Each look counts as a delivery of what it finds.
 */
enum store_result pending_ours(struct redis_servers *servers,
    const struct incident_settings *settings, unsigned partition,
    const char *after, struct stream_batch *ret, char *reterr);

/**
 * pending_claim(servers, settings, partition, cursor, ret, reterr):
 * Make ours what others have had for settings->claim_idle seconds without
 * doing it, and count it as delivered once more.  ${cursor} says where to look,
 * "0-0" at first, and is moved on; "0-0" again means that all were looked at.
 */
enum store_result pending_claim(struct redis_servers *servers,
    const struct incident_settings *settings, unsigned partition,
    char cursor[STREAM_ID_SIZE], struct stream_batch *ret, char *reterr);

/**
 * pending_deliver(servers, settings, partition, ret, reterr):
 * Let the next new ones be pending for us.
 */
enum store_result pending_deliver(struct redis_servers *servers,
    const struct incident_settings *settings, unsigned partition,
    struct stream_batch *ret, char *reterr);

#endif /* !PENDING_H */
