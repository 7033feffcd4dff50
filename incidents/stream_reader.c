#include "stream_reader.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "output/redis_link.h"
#include "output/redis_servers.h"
#include "stream_batch.h"

/* What XREADGROUP is told before the streams. */
#define ARGUMENTS 9

/* So many reads of new entries, and our pending ones are looked at again. */
#define READS_BETWEEN 64

_Static_assert(STREAM_BATCH_MAX == 256, "the COUNT below");

struct partition {
	char key[INCIDENT_STORE_KEY_SIZE];
	bool pending;		/* our pending entries are not all done */
	struct stream_batch batch;	/* the last read's */
};

struct stream_reader {
	const struct incident_settings *settings;
	struct redis_servers *servers;
	struct incident_store *store;
	struct partition *partitions;
	const char **argv;	/* of XREADGROUP */
	unsigned reads;		/* since then */
	bool prepared;
	const char *error;
};

/* The words of XREADGROUP but for the ids, which each read sets. */
static void
fill_command(struct stream_reader *r)
{
	const char *head[ARGUMENTS] = { "XREADGROUP", "GROUP",
	    r->settings->group, r->settings->consumer, "COUNT", "256",
	    "BLOCK", STREAM_READER_BLOCK, "STREAMS" };

	for (size_t i = 0; i < ARGUMENTS; i++)
		r->argv[i] = head[i];
	for (unsigned p = 0; p < r->settings->partitions; p++) {
		incident_store_key(p, r->partitions[p].key);
		r->argv[ARGUMENTS + p] = r->partitions[p].key;
	}
}

struct stream_reader *
stream_reader_new(const struct incident_settings *settings,
    const char *target, const struct config *config)
{
	struct stream_reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->settings = settings;
	r->error = "";
	r->partitions = calloc(settings->partitions, sizeof(*r->partitions));
	r->argv = calloc(ARGUMENTS + 2 * (size_t)settings->partitions,
	    sizeof(*r->argv));
	r->servers = redis_servers_new(target, config, STREAM_READER_TIMEOUT);
	if (r->servers != NULL)
		r->store = incident_store_new(settings, r->servers);
	if (r->partitions == NULL || r->argv == NULL || r->store == NULL) {
		stream_reader_free(r);
		return NULL;
	}
	fill_command(r);
	return r;
}

/* Note which entries one stream's part of a reply, key and list, holds. */
static int
take_stream(struct stream_reader *r, const struct redis_reply *stream)
{
	const struct redis_reply *key = redis_reply_at(stream, 0);
	struct partition *partition;
	unsigned p;

	if (redis_reply_type(key) != REDIS_TEXT ||
	    stream_batch_partition(redis_reply_text(key),
	    redis_reply_length(key), r->settings->partitions, &p) != 0)
		return -1;
	partition = &r->partitions[p];
	if (stream_batch_read(redis_reply_at(stream, 1),
	    &partition->batch) != 0)
		return -1;
	if (partition->batch.count == 0)
		partition->pending = false;
	return 0;
}

static void
look_at_pending(struct stream_reader *r)
{
	for (unsigned p = 0; p < r->settings->partitions; p++)
		r->partitions[p].pending = true;
	r->reads = 0;
}

/* Read one batch of every stream that has any. */
static enum store_result
read_streams(struct stream_reader *r)
{
	unsigned partitions = r->settings->partitions;
	const struct redis_reply *reply;

	for (unsigned p = 0; p < partitions; p++) {
		r->partitions[p].batch.count = 0;
		r->argv[ARGUMENTS + partitions + p] =
		    r->partitions[p].pending ? "0" : ">";
	}
	reply = redis_servers_call(r->servers, r->partitions[0].key,
	    (int)(ARGUMENTS + 2 * partitions), r->argv, NULL);
	if (reply == NULL) {
		r->error = redis_servers_error(r->servers);
		return STORE_AWAY;
	}
	if (redis_reply_type(reply) == REDIS_ERROR) {
		r->error = redis_reply_text(reply);
		return STORE_AWAY;
	}
	/* The last read of a process that was killed may reach Redis after
	 * our first: it then leaves entries pending in our name. */
	if (++r->reads == READS_BETWEEN ||
	    redis_reply_type(reply) == REDIS_NIL)
		look_at_pending(r);
	for (size_t i = 0; i < redis_reply_count(reply); i++) {
		if (take_stream(r, redis_reply_at(reply, i)) != 0) {
			r->error = "unexpected reply to XREADGROUP";
			return STORE_AWAY;
		}
	}
	return STORE_DONE;
}

static enum store_result
prepare(struct stream_reader *r)
{
	enum store_result result = incident_store_prepare(r->store);

	r->error = incident_store_error(r->store);
	if (result != STORE_DONE)
		return result;
	look_at_pending(r);
	r->prepared = true;
	return STORE_DONE;
}

static enum store_result
apply(struct stream_reader *r)
{
	enum store_result result;

	for (unsigned p = 0; p < r->settings->partitions; p++) {
		if (r->partitions[p].batch.count == 0)
			continue;
		result = incident_store_apply(r->store, p,
		    &r->partitions[p].batch);
		r->error = incident_store_error(r->store);
		if (result != STORE_DONE)
			return result;
	}
	return STORE_DONE;
}

enum store_result
stream_reader_step(struct stream_reader *r)
{
	enum store_result result = STORE_DONE;

	if (!r->prepared)
		result = prepare(r);
	if (result == STORE_DONE)
		result = read_streams(r);
	if (result == STORE_DONE)
		result = apply(r);
	/* Whatever failed, Redis may have lost all: prepare it anew. */
	if (result != STORE_DONE)
		r->prepared = false;
	return result;
}

const char *
stream_reader_error(const struct stream_reader *r)
{
	return r->error;
}

const struct incident_counters *
stream_reader_counters(const struct stream_reader *r)
{
	return incident_store_counters(r->store);
}

void
stream_reader_free(struct stream_reader *r)
{
	if (r == NULL)
		return;
	incident_store_free(r->store);
	redis_servers_free(r->servers);
	free(r->argv);
	free(r->partitions);
	free(r);
}
