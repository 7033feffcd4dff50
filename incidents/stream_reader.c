#include "stream_reader.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/timestamp.h"
#include "pending.h"
#include "stream_batch.h"

/* From one look at what is pending for us to the next. */
#define OURS_AGAIN TIMESTAMP_SECOND

struct partition {
	bool ours;		/* some may be pending for us */
	int64_t ours_at;	/* when to look next */
	int64_t claim_at;	/* and whether others have left some */
};

struct stream_reader {
	const struct incident_settings *settings;
	struct redis_servers *servers;
	struct incident_store *store;
	struct partition *partitions;
	struct incident_taken *taken;
	struct stream_batch batch;
	bool prepared;
	char error[INCIDENT_STORE_ERROR_SIZE];
};

struct stream_reader *
stream_reader_new(const struct incident_settings *settings,
    struct redis_servers *servers)
{
	struct stream_reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->settings = settings;
	r->servers = servers;
	r->partitions = calloc(settings->partitions, sizeof(*r->partitions));
	r->taken = calloc(settings->partitions, sizeof(*r->taken));
	r->store = incident_store_new(settings, servers);
	if (r->partitions == NULL || r->taken == NULL || r->store == NULL) {
		stream_reader_free(r);
		return NULL;
	}
	return r;
}

/* What the store says of the call that ended with ${result}. */
static enum store_result
of_store(struct stream_reader *r, enum store_result result)
{
	if (result != STORE_DONE)
		snprintf(r->error, sizeof(r->error), "%s",
		    incident_store_error(r->store));
	return result;
}

static enum store_result
prepare(struct stream_reader *r)
{
	enum store_result result = of_store(r,
	    incident_store_prepare(r->store));

	if (result != STORE_DONE)
		return result;
	for (unsigned p = 0; p < r->settings->partitions; p++)
		r->partitions[p] = (struct partition){ .ours = true };
	r->prepared = true;
	return STORE_DONE;
}

/* Apply all that is pending for us, once. */
static enum store_result
apply_ours(struct stream_reader *r, unsigned p)
{
	struct partition *partition = &r->partitions[p];
	enum store_result result;
	char after[STREAM_ID_SIZE] = "0";

	partition->ours = false;
	partition->ours_at = timestamp_steady() + OURS_AGAIN;
	for (;;) {
		result = pending_ours(r->servers, r->settings, p, after,
		    &r->batch, r->error);
		if (result != STORE_DONE || r->batch.count == 0)
			return result;
		partition->ours = true;		/* unless all were done */
		result = of_store(r, incident_store_apply(r->store, p,
		    &r->batch));
		if (result != STORE_DONE)
			return result;
		snprintf(after, sizeof(after), "%s",
		    r->batch.id[r->batch.count - 1]);
	}
}

/* Apply what dead consumers have left. */
static enum store_result
apply_claimed(struct stream_reader *r, unsigned p)
{
	enum store_result result;
	char cursor[STREAM_ID_SIZE] = "0-0";

	r->partitions[p].claim_at = timestamp_steady() +
	    r->settings->claim_idle * TIMESTAMP_SECOND / 4;
	do {
		result = pending_claim(r->servers, r->settings, p, cursor,
		    &r->batch, r->error);
		if (result != STORE_DONE || r->batch.count == 0)
			continue;
		incident_store_claimed(r->store, r->batch.count);
		result = of_store(r, incident_store_apply(r->store, p,
		    &r->batch));
		r->partitions[p].ours = true;
	} while (result == STORE_DONE && strcmp(cursor, "0-0") != 0);
	return result;
}

static enum store_result
apply_pending(struct stream_reader *r)
{
	enum store_result result = STORE_DONE;
	int64_t now = timestamp_steady();

	for (unsigned p = 0; p < r->settings->partitions &&
	    result == STORE_DONE; p++) {
		if (r->partitions[p].ours && now >= r->partitions[p].ours_at)
			result = apply_ours(r, p);
		if (result == STORE_DONE && now >= r->partitions[p].claim_at)
			result = apply_claimed(r, p);
	}
	return result;
}

/* Take what is new.  *${retidle}: there was nothing. */
static enum store_result
apply_new(struct stream_reader *r, bool *retidle)
{
	enum store_result result = of_store(r,
	    incident_store_take(r->store, r->taken));

	*retidle = true;
	for (unsigned p = 0; p < r->settings->partitions &&
	    result == STORE_DONE; p++) {
		struct partition *partition = &r->partitions[p];

		if (r->taken[p].count > 0)
			*retidle = false;
		/* Ours?  The last read of a process that was killed may
		 * reach Redis after our first look. */
		if (r->taken[p].pending)
			partition->ours = true;
		if (!r->taken[p].broken)
			continue;
		result = pending_deliver(r->servers, r->settings, p,
		    &r->batch, r->error);
		partition->ours = true;
		partition->ours_at = 0;
	}
	return result;
}

enum store_result
stream_reader_step(struct stream_reader *r)
{
	const struct timespec pause = { 0, STREAM_READER_PAUSE * 1000000 };
	enum store_result result = STORE_DONE;
	bool idle = false;

	if (!r->prepared)
		result = prepare(r);
	if (result == STORE_DONE)
		result = apply_pending(r);
	if (result == STORE_DONE)
		result = apply_new(r, &idle);
	/* A stream that is none, say: a person may repair it. */
	if (result == STORE_BROKEN)
		result = STORE_AWAY;
	/* Whatever failed, Redis may have lost all: prepare it anew. */
	if (result != STORE_DONE)
		r->prepared = false;
	else if (idle)
		nanosleep(&pause, NULL);
	return result;
}

void
stream_reader_prepare_again(struct stream_reader *r)
{
	r->prepared = false;
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
	free(r->taken);
	free(r->partitions);
	free(r);
}
