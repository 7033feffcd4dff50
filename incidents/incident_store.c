#include "incident_store.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "output/partition.h"
#include "output/redis_library.h"
#include "output/redis_link.h"
#include "output/redis_servers.h"
#include "stream_batch.h"

#define LIBRARY_VERSION 2	/* VERSION in qw_incidents.lua */
#define DEAD_MAX "10000"	/* dead entries kept, about */
#define EVENTS_MAX "100000"	/* events kept, about */
#define ARGUMENTS 10		/* of FCALL, before the ids */

/* qw_incidents.lua, as the linker put it here. */
extern const char _binary_incidents_qw_incidents_lua_start[];
extern const char _binary_incidents_qw_incidents_lua_end[];

struct incident_store {
	const struct incident_settings *settings;
	struct redis_servers *servers;
	struct incident_counters counters;
	char names[24], evidence[24];	/* bounds, as text */
	char error[INCIDENT_STORE_ERROR_SIZE];
};

struct incident_store *
incident_store_new(const struct incident_settings *settings,
    struct redis_servers *servers)
{
	struct incident_store *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->settings = settings;
	s->servers = servers;
	snprintf(s->names, sizeof(s->names), "%ld", settings->names);
	snprintf(s->evidence, sizeof(s->evidence), "%ld", settings->evidence);
	return s;
}

void
incident_store_key(unsigned partition, char buf[INCIDENT_STORE_KEY_SIZE])
{
	snprintf(buf, INCIDENT_STORE_KEY_SIZE, "qw:{%u}:hits", partition);
}

/* Note why a reply is not what was asked for. */
static enum store_result
away(struct incident_store *s, const struct redis_reply *r)
{
	snprintf(s->error, sizeof(s->error), "%s",
	    r == NULL ? redis_servers_error(s->servers) :
	    redis_reply_type(r) == REDIS_ERROR ? redis_reply_text(r) :
	    "unexpected reply");
	return STORE_AWAY;
}

static enum store_result
check_library(struct incident_store *s)
{
	const struct redis_library library = {
		"qw_incidents", LIBRARY_VERSION,
		_binary_incidents_qw_incidents_lua_start,
		(size_t)(_binary_incidents_qw_incidents_lua_end -
		    _binary_incidents_qw_incidents_lua_start)
	};
	const char *version[] = { "FCALL", "qw_incidents_version", "0" };
	const struct redis_reply *r;

	if (redis_library_ensure_all(&library, s->servers, s->error,
	    sizeof(s->error)) == 0)
		return STORE_DONE;
	/* Is it newer than ours, or just not to be had right now? */
	r = redis_servers_call(s->servers, library.name, 3, version, NULL);
	if (redis_reply_type(r) == REDIS_INTEGER &&
	    redis_reply_integer(r) > LIBRARY_VERSION)
		return STORE_REFUSED;
	return STORE_AWAY;
}

enum store_result
incident_store_prepare(struct incident_store *s)
{
	enum store_result result;
	const struct redis_reply *r;
	char key[INCIDENT_STORE_KEY_SIZE];
	const char *create[] = { "XGROUP", "CREATE", key, s->settings->group,
	    "0", "MKSTREAM" };
	int agreed;

	agreed = partition_agree(s->servers, s->settings->partitions, s->error,
	    sizeof(s->error));
	if (agreed != 0)
		return agreed < 0 ? STORE_REFUSED : STORE_AWAY;
	if ((result = check_library(s)) != STORE_DONE)
		return result;
	for (unsigned p = 0; p < s->settings->partitions; p++) {
		incident_store_key(p, key);
		r = redis_servers_call(s->servers, key, 6, create, NULL);
		if (r == NULL || (redis_reply_type(r) == REDIS_ERROR &&
		    strncmp(redis_reply_text(r), "BUSYGROUP", 9) != 0))
			return away(s, r);
	}
	return STORE_DONE;
}

/* Does ${error} tell of the server's state, not of what we gave it? */
static bool
is_passing(const char *error)
{
	static const char *const codes[] = { "LOADING", "BUSY", "OOM",
	    "READONLY", "MISCONF", "NOREPLICAS", "MASTERDOWN", "CLUSTERDOWN",
	    "MOVED", "ASK", "TRYAGAIN", "NOAUTH", "NOPERM", "NOGROUP",
	    "UNKILLABLE" };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		size_t length = strlen(codes[i]);

		if (strncmp(error, codes[i], length) == 0 &&
		    (error[length] == ' ' || error[length] == '\0'))
			return true;
	}
	return strstr(error, "unction not found") != NULL ||
	    strstr(error, "killed by user") != NULL;
}

/* Count and tell what qw_incidents_apply answered. */
static void
take_answer(struct incident_store *s, const char *key,
    const struct redis_reply *r)
{
	const struct redis_reply *dead = redis_reply_at(r, 3);
	const struct redis_reply *problem = redis_reply_at(r, 4);
	size_t deads = redis_reply_count(dead) / 2;

	s->counters.applied +=
	    (uint64_t)redis_reply_integer(redis_reply_at(r, 0));
	s->counters.opened += redis_reply_count(redis_reply_at(r, 2));
	s->counters.dead += deads;
	if (deads > 0)
		log_warnx("%s: put aside %zu in %s:dead, the first: %s: %s",
		    key, deads, key, redis_reply_text(redis_reply_at(dead, 0)),
		    redis_reply_text(redis_reply_at(dead, 1)));
	if (redis_reply_length(problem) > 0)
		log_warnx("%s: a record is incomplete: %s", key,
		    redis_reply_text(problem));
}

/* Call qw_incidents_apply for ${count} ids.  *${retbroken} says that it ran
 * and failed, which left everything as it was. */
static enum store_result
call_apply(struct incident_store *s, const char *key,
    const char (*ids)[STREAM_ID_SIZE], size_t count, bool *retbroken)
{
	const char *argv[ARGUMENTS + STREAM_BATCH_MAX] = { "FCALL",
	    "qw_incidents_apply", "1", key, s->settings->group,
	    s->settings->consumer, DEAD_MAX, s->names, s->evidence,
	    EVENTS_MAX };
	const struct redis_reply *r;

	for (size_t i = 0; i < count; i++)
		argv[ARGUMENTS + i] = ids[i];
	r = redis_servers_call(s->servers, key, ARGUMENTS + (int)count, argv, NULL);
	*retbroken = false;
	if (redis_reply_type(r) == REDIS_ARRAY && redis_reply_count(r) == 5) {
		take_answer(s, key, r);
		return STORE_DONE;
	}
	*retbroken = redis_reply_type(r) == REDIS_ERROR &&
	    !is_passing(redis_reply_text(r));
	return away(s, r);
}

/* Put one entry aside: the function failed with s->error on it alone. */
static enum store_result
bury(struct incident_store *s, const char *key, const char *id)
{
	const char *argv[] = { "FCALL", "qw_incidents_bury", "1", key,
	    s->settings->group, s->settings->consumer, DEAD_MAX, s->error,
	    id };
	const struct redis_reply *r;

	log_warnx("%s: put aside %s in %s:dead: %s", key, id, key, s->error);
	r = redis_servers_call(s->servers, key, 9, argv, NULL);
	if (redis_reply_type(r) != REDIS_INTEGER)
		return away(s, r);
	s->counters.dead += (uint64_t)redis_reply_integer(r);
	return STORE_DONE;
}

enum store_result
incident_store_apply(struct incident_store *s, unsigned partition,
    const struct stream_batch *batch)
{
	enum store_result result;
	char key[INCIDENT_STORE_KEY_SIZE];
	bool broken;

	incident_store_key(partition, key);
	result = call_apply(s, key, batch->id, batch->count, &broken);
	if (!broken)
		return result;
	for (size_t i = 0; i < batch->count; i++) {
		result = call_apply(s, key, &batch->id[i], 1, &broken);
		if (broken)
			result = bury(s, key, batch->id[i]);
		if (result != STORE_DONE)
			return result;
	}
	return STORE_DONE;
}

const char *
incident_store_error(const struct incident_store *s)
{
	return s->error;
}

const struct incident_counters *
incident_store_counters(const struct incident_store *s)
{
	return &s->counters;
}

void
incident_store_free(struct incident_store *s)
{
	free(s);
}
