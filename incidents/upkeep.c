#include "upkeep.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alarms.h"
#include "core/log.h"
#include "core/timestamp.h"
#include "failure.h"
#include "figures.h"
#include "output/heartbeat.h"
#include "output/partition.h"
#include "output/redis_link.h"
#include "output/redis_servers.h"
#include "sources.h"

#define EVERY 5			/* seconds, where no heartbeat says another */
#define A_STEP 8		/* partitions looked after at a time */
#define EXPIRE_STEP "50"	/* incidents looked at in one call */
#define EVICT_STEP "200"	/* hosts likewise */
#define EVICT_CALLS 50		/* for one partition, at a time */
#define DAY (INT64_C(86400) * TIMESTAMP_SECOND)
#define RAISE 80		/* per cent of the bound: an alarm... */
#define CLEAR 70		/* ...which ends here */
#define MISSED_BEATS 4		/* after so many our record is gone... */
#define STOPPED_TTL 3600	/* ...but that of one that has stopped */
#define HEARTBEAT_VERSION 1	/* of the record's fields */
#define SOURCE_SIZE 65

/* The alarms about a partition. */
enum { STREAM, HOSTS, DEAD, KINDS };

struct partition {
	bool more;		/* incidents to expire */
	int told[KINDS];	/* 1: the alarm is on, -1: off, 0: not known */
};

struct upkeep {
	const struct incident_settings *settings;
	struct redis_servers *servers;
	const struct incident_counters *counters;
	const char *host;
	struct sources *sources;
	struct partition *partitions;
	unsigned next;		/* partition that this round has come to */
	struct figures sum;	/* of this round so far */
	struct figures all;	/* of the last one */
	int64_t due_at;
	int64_t start, started_at;	/* by both clocks */
	uint64_t outages;
	char source[SOURCE_SIZE];	/* the name of our record */
	char error[INCIDENT_STORE_ERROR_SIZE];
	char said[INCIDENT_STORE_ERROR_SIZE];	/* the last that was logged */
};

struct upkeep *
upkeep_new(const struct incident_settings *settings,
    struct redis_servers *servers, const struct incident_counters *counters,
    const char *host)
{
	struct upkeep *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return NULL;
	u->settings = settings;
	u->servers = servers;
	u->counters = counters;
	u->host = host;
	u->start = timestamp_now();
	u->started_at = timestamp_steady();
	snprintf(u->source, sizeof(u->source), "incidents-%.54s",
	    settings->consumer);
	u->sources = sources_new(servers);
	u->partitions = calloc(settings->partitions, sizeof(*u->partitions));
	if (u->sources == NULL || u->partitions == NULL) {
		upkeep_free(u);
		return NULL;
	}
	return u;
}

static enum store_result
failed(struct upkeep *u, const struct redis_reply *r)
{
	return failure_judge(r, redis_servers_error(u->servers), u->error);
}

/* Call a function that removes a part of what is ${bound}, ${step} at most;
 * *${retmore} says whether there is more. */
static enum store_result
remove_some(struct upkeep *u, const char *function, unsigned p, int64_t bound,
    const char *step, bool *retmore)
{
	char key[PARTITION_KEY_SIZE], moving[PARTITION_KEY_SIZE], number[24];
	const char *argv[] = { "FCALL", function, "2", key, moving, number,
	    step };
	const struct redis_reply *r;

	partition_key(p, "hits", key);
	partition_key(p, "moving", moving);
	snprintf(number, sizeof(number), "%" PRId64, bound);
	r = redis_servers_call(u->servers, key, 7, argv, NULL);
	if (redis_reply_count(r) != 2)
		return failed(u, r);
	*retmore = redis_reply_integer(redis_reply_at(r, 1)) == 1;
	return STORE_DONE;
}

static enum store_result
expire(struct upkeep *u, unsigned p)
{
	int64_t before = timestamp_now() - u->settings->retention * DAY;

	u->partitions[p].more = false;
	return remove_some(u, "qw_upkeep_expire", p, before > 0 ? before : 0,
	    EXPIRE_STEP, &u->partitions[p].more);
}

/* Bring the hosts back to their bound. */
static enum store_result
evict(struct upkeep *u, unsigned p)
{
	enum store_result result = STORE_DONE;
	bool more = true;

	for (int i = 0; i < EVICT_CALLS && more && result == STORE_DONE; i++)
		result = remove_some(u, "qw_upkeep_evict", p,
		    u->settings->hosts, EVICT_STEP, &more);
	return result;
}

/* --- alarms about partitions -------------------------------------------- */

/* Tell an alarm if its state may have changed. */
static enum store_result
tell(struct upkeep *u, unsigned p, int kind, bool on, const char *text)
{
	static const char *const kinds[KINDS] = { "stream", "hosts", "dead" };
	char about[16];
	const struct alarm alarm = { kinds[kind], about, on, text };
	int state = on ? 1 : -1;
	enum store_result result;

	if (u->partitions[p].told[kind] == state)
		return STORE_DONE;
	snprintf(about, sizeof(about), "%u", p);
	result = alarms_tell(u->servers, u->source, &alarm, u->error);
	if (result == STORE_DONE)
		u->partitions[p].told[kind] = state;
	return result;
}

/* Is ${value} so near to ${bound} that it is an alarm, or still one?  0 is no
 * bound. */
static bool
near(int64_t value, long bound, int told)
{
	return bound > 0 &&
	    value * 100 / bound >= (told > 0 ? CLEAR : RAISE);
}

static enum store_result
tell_alarms(struct upkeep *u, unsigned p, const struct figures *f)
{
	const struct incident_settings *settings = u->settings;
	const int *told = u->partitions[p].told;
	enum store_result result;
	char text[256];

	snprintf(text, sizeof(text), "qw:{%u}:hits holds %" PRId64 " of %ld "
	    "entries", p, f->length, settings->stream);
	result = tell(u, p, STREAM, near(f->length, settings->stream,
	    told[STREAM]), text);
	if (result != STORE_DONE)
		return result;
	snprintf(text, sizeof(text), "partition %u holds %" PRId64 " of %ld "
	    "hosts, hits refused: %" PRId64 ", hosts removed: %" PRId64, p,
	    f->hosts, settings->hosts, f->refused, f->evicted);
	result = tell(u, p, HOSTS, near(f->hosts, settings->hosts,
	    told[HOSTS]), text);
	if (result != STORE_DONE)
		return result;
	snprintf(text, sizeof(text), "qw:{%u}:hits:dead holds %" PRId64
	    " entries", p, f->dead);
	return tell(u, p, DEAD, f->dead > 0, text);
}

static enum store_result
look_after(struct upkeep *u, unsigned p)
{
	enum store_result result;
	struct figures f;

	if ((result = evict(u, p)) != STORE_DONE ||
	    (result = figures_read(u->servers, u->settings, p, &f,
	    u->error)) != STORE_DONE)
		return result;
	figures_add(&u->sum, &f);
	result = tell_alarms(u, p, &f);
	return result == STORE_DONE ? expire(u, p) : result;
}

/* --- our own record ----------------------------------------------------- */

/* Fields with a '_' are counters, as those of front ends. */
static void
fill(const struct upkeep *u, const char *state, struct heartbeat *b)
{
	const struct figures *f = &u->all;
	int64_t now = timestamp_now();

	heartbeat_number(b, "v", HEARTBEAT_VERSION);
	heartbeat_text(b, "program", "querywatch-incidents");
	heartbeat_text(b, "version", VERSION);
	heartbeat_text(b, "via", "stream");
	heartbeat_text(b, "host", u->host);
	heartbeat_number(b, "pid", getpid());
	heartbeat_text(b, "input", "qw:{p}:hits");
	heartbeat_text(b, "state", state);
	heartbeat_number(b, "time", now);
	heartbeat_number(b, "uptime", timestamp_steady() - u->started_at);
	heartbeat_number(b, "lag", f->oldest == 0 ? 0 :
	    now - f->oldest * 1000);
	heartbeat_number(b, "entries_applied", (int64_t)u->counters->applied);
	heartbeat_number(b, "entries_dead", (int64_t)u->counters->dead);
	heartbeat_number(b, "entries_refused", (int64_t)u->counters->refused);
	heartbeat_number(b, "entries_taken_over",
	    (int64_t)u->counters->claimed);
	heartbeat_number(b, "incidents_opened", (int64_t)u->counters->opened);
	heartbeat_number(b, "redis_outages", (int64_t)u->outages);
	heartbeat_number(b, "all_length", f->length);
	heartbeat_number(b, "all_waiting", f->waiting);
	heartbeat_number(b, "all_pending", f->pending);
	heartbeat_number(b, "all_dead", f->dead);
	heartbeat_number(b, "all_hosts", f->hosts);
	heartbeat_number(b, "all_incidents", f->incidents);
	heartbeat_number(b, "all_open", f->open);
	heartbeat_number(b, "all_refused", f->refused);
	heartbeat_number(b, "all_evicted", f->evicted);
	heartbeat_number(b, "all_expired", f->expired);
}

/* Another process that was started later has our name: be told apart. */
static void
rename_source(struct upkeep *u)
{
	log_warnx("another process reads as consumer '%s': give each its own",
	    u->settings->consumer);
	snprintf(u->source, sizeof(u->source), "incidents-%.40s-%ld",
	    u->settings->consumer, (long)getpid());
}

static enum store_result
beat(struct upkeep *u, const char *state, long ttl)
{
	struct heartbeat b = { .count = 0 };
	char key[sizeof("qw:source:") + SOURCE_SIZE], seconds[24], start[24];
	const char *argv[6 + 2 * HEARTBEAT_FIELDS_MAX] = { "FCALL",
	    "qw_upkeep_heartbeat", "1", key, seconds, start };
	const struct redis_reply *r;

	fill(u, state, &b);
	snprintf(key, sizeof(key), "qw:source:%s", u->source);
	snprintf(seconds, sizeof(seconds), "%ld", ttl);
	snprintf(start, sizeof(start), "%" PRId64, u->start);
	for (size_t i = 0; i < b.count; i++) {
		argv[6 + 2 * i] = heartbeat_key(&b, i);
		argv[7 + 2 * i] = heartbeat_value(&b, i);
	}
	r = redis_servers_call(u->servers, key, 6 + 2 * (int)b.count, argv,
	    NULL);
	if (redis_reply_type(r) != REDIS_INTEGER)
		return failed(u, r);
	if (redis_reply_integer(r) < 0)
		rename_source(u);
	return STORE_DONE;
}

/* --- when --------------------------------------------------------------- */

/* What somebody broke by hand must not keep us from applying hits: say it,
 * once, and go on. */
static enum store_result
go_on(struct upkeep *u, enum store_result result)
{
	if (result != STORE_BROKEN)
		return result;
	if (strcmp(u->said, u->error) != 0)
		log_warnx("upkeep: %s", u->error);
	snprintf(u->said, sizeof(u->said), "%s", u->error);
	return STORE_DONE;
}

/* All partitions were looked after. */
static enum store_result
end_round(struct upkeep *u)
{
	enum store_result result = STORE_DONE;
	long every = u->settings->heartbeat;

	u->all = u->sum;
	u->sum = (struct figures){ 0 };
	u->next = 0;
	u->due_at = timestamp_steady() +
	    (every > 0 ? every : EVERY) * TIMESTAMP_SECOND;
	if (every > 0)
		result = beat(u, "running", MISSED_BEATS * every);
	if (result == STORE_DONE)
		result = sources_watch(u->sources, u->source, u->error);
	return go_on(u, result);
}

/* A part of a round. */
static enum store_result
go_round(struct upkeep *u)
{
	enum store_result result = STORE_DONE;

	for (int i = 0; i < A_STEP && u->next < u->settings->partitions &&
	    result == STORE_DONE; i++) {
		result = go_on(u, look_after(u, u->next));
		if (result == STORE_DONE)
			u->next++;
	}
	if (result == STORE_DONE && u->next == u->settings->partitions)
		result = end_round(u);
	return result;
}

enum store_result
upkeep_step(struct upkeep *u)
{
	enum store_result result = STORE_DONE;

	if (timestamp_steady() >= u->due_at)
		return go_round(u);
	for (unsigned p = 0; p < u->settings->partitions &&
	    result == STORE_DONE; p++) {
		if (u->partitions[p].more)
			result = go_on(u, expire(u, p));
	}
	return result;
}

void
upkeep_away(struct upkeep *u)
{
	u->outages++;
	u->due_at = 0;
	for (unsigned p = 0; p < u->settings->partitions; p++)
		u->partitions[p] = (struct partition){ .more = false };
}

void
upkeep_stop(struct upkeep *u)
{
	if (u->settings->heartbeat > 0)
		beat(u, "stopped", STOPPED_TTL);
}

const char *
upkeep_error(const struct upkeep *u)
{
	return u->error;
}

void
upkeep_free(struct upkeep *u)
{
	if (u == NULL)
		return;
	sources_free(u->sources);
	free(u->partitions);
	free(u);
}
