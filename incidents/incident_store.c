#include "incident_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "failure.h"
#include "output/partition.h"
#include "output/redis_library.h"
#include "output/redis_link.h"
#include "output/redis_servers.h"
#include "stream_batch.h"

#define INCIDENTS_VERSION 4	/* VERSION in qw_incidents.lua */
#define UPKEEP_VERSION 1	/* VERSION in qw_upkeep.lua */
#define DEAD_MAX "10000"	/* dead entries kept, about */
#define EVENTS_MAX "100000"	/* events kept, about */
#define ARGUMENTS 12		/* of FCALL, before ids or a count */

/* The Lua files, as the linker put them here. */
extern const char _binary_incidents_qw_incidents_lua_start[];
extern const char _binary_incidents_qw_incidents_lua_end[];
extern const char _binary_incidents_qw_upkeep_lua_start[];
extern const char _binary_incidents_qw_upkeep_lua_end[];

struct incident_store {
	const struct incident_settings *settings;
	struct redis_servers *servers;
	struct incident_counters counters;
	struct redis_link **links;	/* of the partitions, while we take */
	char names[24], evidence[24], hosts[24];	/* bounds, as text */
	char count[24], tries[24];
	char error[INCIDENT_STORE_ERROR_SIZE];
};

struct incident_store *
incident_store_new(const struct incident_settings *settings,
    struct redis_servers *servers)
{
	struct incident_store *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->links = calloc(settings->partitions, sizeof(*s->links));
	if (s->links == NULL) {
		free(s);
		return NULL;
	}
	s->settings = settings;
	s->servers = servers;
	snprintf(s->names, sizeof(s->names), "%ld", settings->names);
	snprintf(s->evidence, sizeof(s->evidence), "%ld", settings->evidence);
	snprintf(s->hosts, sizeof(s->hosts), "%ld", settings->hosts);
	snprintf(s->count, sizeof(s->count), "%d", INCIDENT_STORE_TAKE);
	snprintf(s->tries, sizeof(s->tries), "%d", INCIDENT_STORE_TRIES);
	return s;
}

/* What a reply means that is not what was asked for, while preparing: then
 * nothing helps but waiting. */
static enum store_result
away(struct incident_store *s, const struct redis_reply *r)
{
	failure_judge(r, redis_servers_error(s->servers), s->error);
	return STORE_AWAY;
}

/* --- preparing ---------------------------------------------------------- */

static enum store_result
check_library(struct incident_store *s, const struct redis_library *library,
    struct redis_link *link)
{
	char function[64];
	const char *version[] = { "FCALL", function, "0" };
	const struct redis_reply *r;

	if (redis_library_ensure(library, link, s->error,
	    sizeof(s->error)) == 0)
		return STORE_DONE;
	/* Is it newer than ours, or just not to be had right now? */
	snprintf(function, sizeof(function), "%s_version", library->name);
	r = redis_link_call(link, 3, version, NULL);
	if (redis_reply_type(r) == REDIS_INTEGER &&
	    redis_reply_integer(r) > library->version)
		return STORE_REFUSED;
	return STORE_AWAY;
}

/* A function runs where its key is, so all servers need all of them. */
static enum store_result
check_libraries(struct incident_store *s)
{
	const struct redis_library libraries[] = {
		{ "qw_incidents", INCIDENTS_VERSION,
		    _binary_incidents_qw_incidents_lua_start,
		    (size_t)(_binary_incidents_qw_incidents_lua_end -
			_binary_incidents_qw_incidents_lua_start) },
		{ "qw_upkeep", UPKEEP_VERSION,
		    _binary_incidents_qw_upkeep_lua_start,
		    (size_t)(_binary_incidents_qw_upkeep_lua_end -
			_binary_incidents_qw_upkeep_lua_start) },
	};
	enum store_result result = STORE_DONE;
	size_t servers = redis_servers_count(s->servers);

	for (size_t i = 0; i < 2 * servers && result == STORE_DONE; i++)
		result = check_library(s, &libraries[i % 2],
		    redis_servers_at(s->servers, i / 2));
	return result;
}

static enum store_result
check_partitions(struct incident_store *s)
{
	int agreed = partition_agree(s->servers, s->settings->partitions,
	    s->error, sizeof(s->error));

	return agreed == 0 ? STORE_DONE :
	    agreed < 0 ? STORE_REFUSED : STORE_AWAY;
}

enum store_result
incident_store_prepare(struct incident_store *s)
{
	enum store_result result;
	const struct redis_reply *r;
	char key[PARTITION_KEY_SIZE];
	const char *create[] = { "XGROUP", "CREATE", key, s->settings->group,
	    "0", "MKSTREAM" };

	if ((result = check_partitions(s)) != STORE_DONE ||
	    (result = check_libraries(s)) != STORE_DONE)
		return result;
	for (unsigned p = 0; p < s->settings->partitions; p++) {
		partition_key(p, "hits", key);
		r = redis_servers_call(s->servers, key, 6, create, NULL);
		if (r == NULL || (redis_reply_type(r) == REDIS_ERROR &&
		    strncmp(redis_reply_text(r), "BUSYGROUP", 9) != 0))
			return away(s, r);
	}
	return STORE_DONE;
}

/* --- applying ----------------------------------------------------------- */

/* The keys that a partition's functions are given. */
struct keys {
	char hits[PARTITION_KEY_SIZE], moving[PARTITION_KEY_SIZE];
};

static struct keys
keys_of(unsigned partition)
{
	struct keys k;

	partition_key(partition, "hits", k.hits);
	partition_key(partition, "moving", k.moving);
	return k;
}

/* The words that our functions' calls begin with; the keys are borrowed. */
static void
begin_call(const struct incident_store *s, const char *function,
    const struct keys *k, const char *argv[ARGUMENTS])
{
	const char *words[ARGUMENTS] = { "FCALL", function, "2", k->hits,
	    k->moving, s->settings->group, s->settings->consumer, DEAD_MAX, s->names,
	    s->evidence, EVENTS_MAX, s->hosts };

	memcpy(argv, words, sizeof(words));
}

/* Is ${r} what both functions answer? */
static bool
is_answer(const struct redis_reply *r)
{
	return redis_reply_type(r) == REDIS_ARRAY &&
	    redis_reply_count(r) >= 6;
}

/* Count and tell what it answered. */
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
	s->counters.refused +=
	    (uint64_t)redis_reply_integer(redis_reply_at(r, 5));
	if (deads > 0)
		log_warnx("%s: put aside %zu in %s:dead, the first: %s: %s",
		    key, deads, key, redis_reply_text(redis_reply_at(dead, 0)),
		    redis_reply_text(redis_reply_at(dead, 1)));
	if (redis_reply_length(problem) > 0)
		log_warnx("%s: a record is incomplete: %s", key,
		    redis_reply_text(problem));
}

/* Look at the answer to one partition's take. */
static enum store_result
judge_take(struct incident_store *s, const char *key,
    const struct redis_reply *r, const char *why, struct incident_taken *ret)
{
	if (is_answer(r)) {
		take_answer(s, key, r);
		ret->pending = redis_reply_integer(redis_reply_at(r, 1)) > 0;
		ret->count = (size_t)redis_reply_integer(redis_reply_at(r, 6));
		return STORE_DONE;
	}
	ret->broken = failure_judge(r, why, s->error) == STORE_BROKEN;
	return ret->broken ? STORE_DONE : STORE_AWAY;
}

/* Find where the partitions are: no server may be asked that once the first
 * take is on its way. */
static bool
find_links(struct incident_store *s)
{
	for (unsigned p = 0; p < s->settings->partitions; p++) {
		char key[PARTITION_KEY_SIZE];

		partition_key(p, "hits", key);
		s->links[p] = redis_servers_link(s->servers, key);
		if (s->links[p] == NULL) {
			away(s, NULL);
			return false;
		}
	}
	return true;
}

/* Fill ${argv} with the call that takes from a stream. */
static void
take_call(const struct incident_store *s, const struct keys *k,
    const char *argv[ARGUMENTS + 1])
{
	begin_call(s, "qw_incidents_take", k, argv);
	argv[ARGUMENTS] = s->count;
}

/* Ask the partitions, in turn.  Return how many were asked. */
static unsigned
queue_takes(struct incident_store *s)
{
	for (unsigned p = 0; p < s->settings->partitions; p++) {
		const struct keys k = keys_of(p);
		const char *argv[ARGUMENTS + 1];

		take_call(s, &k, argv);
		if (redis_link_append(s->links[p], ARGUMENTS + 1, argv,
		    NULL) != 0) {
			failure_judge(NULL, redis_link_error(s->links[p]),
			    s->error);
			return p;
		}
	}
	return s->settings->partitions;
}

/* Ask again where the partition is now. */
static enum store_result
take_moved(struct incident_store *s, unsigned partition,
    struct incident_taken *ret)
{
	const struct keys k = keys_of(partition);
	const char *argv[ARGUMENTS + 1];
	const struct redis_reply *r;

	take_call(s, &k, argv);
	r = redis_servers_call(s->servers, k.hits, ARGUMENTS + 1, argv, NULL);
	return judge_take(s, k.hits, r, redis_servers_error(s->servers), ret);
}

enum store_result
incident_store_take(struct incident_store *s, struct incident_taken *ret)
{
	enum store_result result = STORE_DONE;
	unsigned sent;

	if (!find_links(s))
		return STORE_AWAY;
	sent = queue_takes(s);
	/* All servers at once; that one is gone its answer will tell. */
	for (unsigned p = 0; p < sent; p++)
		(void)redis_link_send(s->links[p]);
	if (sent < s->settings->partitions)
		result = STORE_AWAY;
	/* Every answer is fetched, or the next call would get them. */
	for (unsigned p = 0; p < sent; p++) {
		char key[PARTITION_KEY_SIZE];
		const struct redis_reply *r = redis_link_next(s->links[p]);

		partition_key(p, "hits", key);
		ret[p] = (struct incident_taken){ 0 };
		ret[p].moved = redis_servers_moved(r);
		if (!ret[p].moved && judge_take(s, key, r,
		    redis_link_error(s->links[p]), &ret[p]) != STORE_DONE)
			result = STORE_AWAY;
	}
	for (unsigned p = 0; p < sent && result == STORE_DONE; p++) {
		if (ret[p].moved)
			result = take_moved(s, p, &ret[p]);
	}
	return result;
}

/* Call qw_incidents_apply for ${count} ids. */
static enum store_result
call_apply(struct incident_store *s, const struct keys *k,
    const char (*ids)[STREAM_ID_SIZE], size_t count)
{
	const char *argv[ARGUMENTS + STREAM_BATCH_MAX];
	const struct redis_reply *r;

	begin_call(s, "qw_incidents_apply", k, argv);
	for (size_t i = 0; i < count; i++)
		argv[ARGUMENTS + i] = ids[i];
	r = redis_servers_call(s->servers, k->hits, ARGUMENTS + (int)count, argv,
	    NULL);
	if (!is_answer(r))
		return failure_judge(r, redis_servers_error(s->servers),
		    s->error);
	take_answer(s, k->hits, r);
	return STORE_DONE;
}

/* The function failed with s->error on this entry alone: put it aside, if it
 * has been tried often enough. */
static enum store_result
bury(struct incident_store *s, const struct keys *k, const char *id)
{
	const char *argv[] = { "FCALL", "qw_incidents_bury", "2", k->hits,
	    k->moving, s->settings->group, s->settings->consumer, DEAD_MAX, s->tries,
	    s->error, id };
	const struct redis_reply *r;

	r = redis_servers_call(s->servers, k->hits, 11, argv, NULL);
	if (redis_reply_type(r) != REDIS_INTEGER)
		return away(s, r);
	if (redis_reply_integer(r) > 0)
		log_warnx("%s: put aside %s in %s:dead: %s", k->hits, id,
		    k->hits, s->error);
	s->counters.dead += (uint64_t)redis_reply_integer(r);
	return STORE_DONE;
}

enum store_result
incident_store_apply(struct incident_store *s, unsigned partition,
    const struct stream_batch *batch)
{
	enum store_result result;
	const struct keys k = keys_of(partition);

	result = call_apply(s, &k, batch->id, batch->count);
	if (result != STORE_BROKEN)
		return result;
	for (size_t i = 0; i < batch->count; i++) {
		result = call_apply(s, &k, &batch->id[i], 1);
		if (result == STORE_BROKEN)
			result = bury(s, &k, batch->id[i]);
		if (result != STORE_DONE)
			return result;
	}
	return STORE_DONE;
}

void
incident_store_claimed(struct incident_store *s, size_t count)
{
	s->counters.claimed += count;
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
	if (s == NULL)
		return;
	free(s->links);
	free(s);
}
