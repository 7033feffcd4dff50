#include "pending.h"

#include <stdio.h>

#include "core/log.h"
#include "failure.h"
#include "output/partition.h"
#include "output/redis_link.h"
#include "output/redis_servers.h"

#define COUNT "256"		/* entries of one batch */

_Static_assert(STREAM_BATCH_MAX == 256, "COUNT");

/* XREADGROUP from ${id}. */
static enum store_result
read_group(struct redis_servers *servers,
    const struct incident_settings *settings, unsigned partition,
    const char *id, struct stream_batch *ret, char *reterr)
{
	char key[PARTITION_KEY_SIZE];
	const char *argv[] = { "XREADGROUP", "GROUP", settings->group,
	    settings->consumer, "COUNT", COUNT, "STREAMS", key, id };
	const struct redis_reply *r;

	partition_key(partition, "hits", key);
	ret->count = 0;
	r = redis_servers_call(servers, key, 9, argv, NULL);
	if (r != NULL && redis_reply_type(r) == REDIS_NIL)
		return STORE_DONE;
	/* One stream: its key and its entries. */
	if (stream_batch_read(redis_reply_at(redis_reply_at(r, 0), 1),
	    ret) != 0)
		return failure_judge(r, redis_servers_error(servers),
		    reterr);
	return STORE_DONE;
}

enum store_result
pending_ours(struct redis_servers *servers,
    const struct incident_settings *settings, unsigned partition,
    const char *after, struct stream_batch *ret, char *reterr)
{
	return read_group(servers, settings, partition, after, ret, reterr);
}

enum store_result
pending_deliver(struct redis_servers *servers,
    const struct incident_settings *settings, unsigned partition,
    struct stream_batch *ret, char *reterr)
{
	return read_group(servers, settings, partition, ">", ret, reterr);
}

enum store_result
pending_claim(struct redis_servers *servers,
    const struct incident_settings *settings, unsigned partition,
    char cursor[STREAM_ID_SIZE], struct stream_batch *ret, char *reterr)
{
	char key[PARTITION_KEY_SIZE], idle[24];
	const char *argv[] = { "XAUTOCLAIM", key, settings->group,
	    settings->consumer, idle, cursor, "COUNT", COUNT };
	const struct redis_reply *r;
	size_t gone;

	partition_key(partition, "hits", key);
	snprintf(idle, sizeof(idle), "%ld000", settings->claim_idle);
	r = redis_servers_call(servers, key, 8, argv, NULL);
	if (stream_batch_read(redis_reply_at(r, 1), ret) != 0)
		return failure_judge(r, redis_servers_error(servers),
		    reterr);
	snprintf(cursor, STREAM_ID_SIZE, "%s",
	    redis_reply_text(redis_reply_at(r, 0)));
	gone = redis_reply_count(redis_reply_at(r, 2));
	if (gone > 0)
		log_warnx("%s: %zu pending entries were gone from the stream",
		    key, gone);
	return STORE_DONE;
}
