#include "sources.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarms.h"
#include "core/config.h"
#include "core/timestamp.h"
#include "failure.h"
#include "output/redis_link.h"
#include "output/redis_servers.h"

#define NAME_SIZE 65
#define STATE_SIZE 16
#define KNOWN "qw:{alarms}:sources"
#define POSITIONS "qw:{0}:positions"	/* every front end has one there */

/* What is remembered of a source: its last known state, and when its record
 * was written last; no state if it has never had a record. */
struct source {
	char name[NAME_SIZE];
	char state[STATE_SIZE];
	int64_t seen;
};

struct sources {
	struct redis_servers *servers;
	const char *own;
	size_t count;
	struct source at[SOURCES_MAX];
};

struct sources *
sources_new(struct redis_servers *servers)
{
	struct sources *s = calloc(1, sizeof(*s));

	if (s != NULL)
		s->servers = servers;
	return s;
}

static enum store_result
failed(const struct sources *s, const struct redis_reply *r, char *reterr)
{
	return failure_judge(r, redis_servers_error(s->servers), reterr);
}

/* The source called ${name}, a new one if need be; NULL if that is no name, or
 * one too many. */
static struct source *
find(struct sources *s, const char *name)
{
	struct source *found = &s->at[s->count];

	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(s->at[i].name, name) == 0)
			return &s->at[i];
	}
	if (s->count == SOURCES_MAX || !config_source_valid(name))
		return NULL;
	*found = (struct source){ .seen = 0 };
	snprintf(found->name, sizeof(found->name), "%s", name);
	s->count++;
	return found;
}

/* What is remembered, "STATE TIME". */
static void
take_known(struct source *source, const char *text)
{
	char state[STATE_SIZE];
	int64_t seen;

	if (sscanf(text, "%15s %" SCNd64, state, &seen) != 2)
		return;
	snprintf(source->state, sizeof(source->state), "%s", state);
	source->seen = seen;
}

/* Gather all names there are. */
static enum store_result
gather(struct sources *s, char *reterr)
{
	const char *known[] = { "HGETALL", KNOWN };
	const char *positions[] = { "HKEYS", POSITIONS };
	const struct redis_reply *r;
	struct source *source;

	s->count = 0;
	r = redis_servers_call(s->servers, KNOWN, 2, known, NULL);
	if (redis_reply_type(r) != REDIS_ARRAY)
		return failed(s, r, reterr);
	for (size_t i = 0; i + 1 < redis_reply_count(r); i += 2) {
		source = find(s, redis_reply_text(redis_reply_at(r, i)));
		if (source != NULL)
			take_known(source,
			    redis_reply_text(redis_reply_at(r, i + 1)));
	}
	r = redis_servers_call(s->servers, POSITIONS, 2, positions, NULL);
	if (redis_reply_type(r) != REDIS_ARRAY)
		return failed(s, r, reterr);
	for (size_t i = 0; i < redis_reply_count(r); i++)
		find(s, redis_reply_text(redis_reply_at(r, i)));
	find(s, s->own);
	return STORE_DONE;
}

/* Remember the state that it has now. */
static enum store_result
remember(struct sources *s, const struct source *source, char *reterr)
{
	char text[64];
	const char *argv[] = { "HSET", KNOWN, source->name, text };
	const struct redis_reply *r;

	snprintf(text, sizeof(text), "%s %" PRId64, source->state,
	    source->seen);
	r = redis_servers_call(s->servers, KNOWN, 4, argv, NULL);
	return redis_reply_type(r) == REDIS_INTEGER ? STORE_DONE :
	    failed(s, r, reterr);
}

/* Raise the alarm of one that is silent, or say that it is back. */
static enum store_result
tell(struct sources *s, const struct source *source, bool silent,
    char *reterr)
{
	char time[TIMESTAMP_TEXT_SIZE], text[256];
	const struct alarm alarm = { "silent", source->name, silent, text };

	timestamp_format(source->seen, time);
	snprintf(text, sizeof(text), silent ? "source %s is silent since %s" :
	    "source %s is heard again, %s", source->name, time);
	return alarms_tell(s->servers, s->own, &alarm, reterr);
}

/* Compare what is remembered with what is there now. */
static enum store_result
watch_one(struct sources *s, struct source *source, char *reterr)
{
	enum store_result result = STORE_DONE;
	char key[sizeof("qw:source:") + NAME_SIZE];
	const char *argv[] = { "HMGET", key, "state", "time" };
	const struct redis_reply *r, *state;

	snprintf(key, sizeof(key), "qw:source:%s", source->name);
	r = redis_servers_call(s->servers, key, 4, argv, NULL);
	if (redis_reply_type(r) != REDIS_ARRAY)
		return failed(s, r, reterr);
	state = redis_reply_at(r, 0);
	if (redis_reply_type(state) == REDIS_TEXT) {
		bool back = strcmp(source->state, "silent") == 0;

		snprintf(source->state, sizeof(source->state), "%s",
		    strcmp(redis_reply_text(state), "stopped") == 0 ?
		    "stopped" : "running");
		source->seen = strtoll(redis_reply_text(redis_reply_at(r, 1)),
		    NULL, 10);
		if (back)
			result = tell(s, source, false, reterr);
	} else if (strcmp(source->state, "running") == 0) {
		result = tell(s, source, true, reterr);
		snprintf(source->state, sizeof(source->state), "silent");
	} else {
		return STORE_DONE;
	}
	/* After the alarm: it is told again should this fail. */
	return result == STORE_DONE ? remember(s, source, reterr) : result;
}

enum store_result
sources_watch(struct sources *s, const char *own, char *reterr)
{
	enum store_result result;

	s->own = own;
	result = gather(s, reterr);
	for (size_t i = 0; i < s->count && result == STORE_DONE; i++)
		result = watch_one(s, &s->at[i], reterr);
	return result;
}

void
sources_free(struct sources *s)
{
	free(s);
}
