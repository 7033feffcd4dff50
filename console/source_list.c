#include "source_list.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_redis.h"
#include "core/config.h"
#include "core/log.h"
#include "output/redis_link.h"

#define KNOWN "qw:{alarms}:sources"
#define POSITIONS "qw:{0}:positions"

const char *
source_list_word(enum source_state state)
{
	static const char *const words[] = { "running", "stopped", "silent" };

	return words[state];
}

/* Is there one of that name? */
static bool
holds(const struct source_list *l, const char *name)
{
	for (size_t i = 0; i < l->count; i++) {
		if (strcmp(l->at[i].name, name) == 0)
			return true;
	}
	return false;
}

/* Add one of that name, if that is a name and new, and it was last seen as
 * ${known} tells, "STATE TIME".  Return -1 if memory is short. */
static int
add(struct source_list *l, const char *name, const char *known)
{
	struct source *more;
	char state[16] = "";
	int64_t seen = 0;

	if (!config_source_valid(name) || holds(l, name))
		return 0;
	more = realloc(l->at, (l->count + 1) * sizeof(*more));
	if (more == NULL)
		return -1;
	l->at = more;
	more = &more[l->count++];
	*more = (struct source){ .count = 0 };
	snprintf(more->name, sizeof(more->name), "%s", name);
	if (sscanf(known, "%15s %" SCNd64, state, &seen) == 2)
		more->seen = seen;
	/* Without a record: all but one that said that it stops. */
	more->state = strcmp(state, "stopped") == 0 ? SOURCE_STOPPED :
	    SOURCE_SILENT;
	return 0;
}

/* Find the names: those that the consumer remembers, and those that have put
 * hits, should it never have run. */
static int
find_names(struct command_redis *r, struct source_list *l)
{
	const char *known[] = { "HGETALL", KNOWN };
	const char *positions[] = { "HKEYS", POSITIONS };
	const struct redis_reply *reply;

	if ((reply = command_redis_ask(r, KNOWN, 2, known)) == NULL)
		return -1;
	for (size_t i = 0; i + 1 < redis_reply_count(reply); i += 2) {
		if (add(l, redis_reply_text(redis_reply_at(reply, i)),
		    redis_reply_text(redis_reply_at(reply, i + 1))) != 0)
			goto err0;
	}
	if ((reply = command_redis_ask(r, POSITIONS, 2, positions)) == NULL)
		return -1;
	for (size_t i = 0; i < redis_reply_count(reply); i++) {
		if (add(l, redis_reply_text(redis_reply_at(reply, i)),
		    "") != 0)
			goto err0;
	}
	return 0;

err0:
	log_warn("sources");
	return -1;
}

/* Copy the record.  Return -1 if memory is short. */
static int
copy_fields(struct source *s, const struct redis_reply *r)
{
	size_t count = redis_reply_count(r) / 2;

	s->field = calloc(count, sizeof(*s->field));
	if (s->field == NULL)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct source_field *f = &s->field[s->count++];

		f->key = strdup(redis_reply_text(redis_reply_at(r, 2 * i)));
		f->value = strdup(redis_reply_text(
		    redis_reply_at(r, 2 * i + 1)));
		if (f->key == NULL || f->value == NULL)
			return -1;
	}
	return 0;
}

static int
read_record(struct command_redis *r, struct source *s)
{
	char key[sizeof("qw:source:") + sizeof(s->name)];
	const char *argv[] = { "HGETALL", key };
	const struct redis_reply *reply;

	snprintf(key, sizeof(key), "qw:source:%s", s->name);
	if ((reply = command_redis_ask(r, key, 2, argv)) == NULL)
		return -1;
	if (redis_reply_count(reply) == 0)
		return 0;
	if (copy_fields(s, reply) != 0) {
		log_warn("sources");
		return -1;
	}
	s->state = strcmp(source_list_value(s, "state"), "stopped") == 0 ?
	    SOURCE_STOPPED : SOURCE_RUNNING;
	s->seen = strtoll(source_list_value(s, "time"), NULL, 10);
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	const struct source *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void
free_source(struct source *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->field[i].key);
		free(s->field[i].value);
	}
	free(s->field);
}

/* Leave out those that nothing is known of: they have never told how they
 * are, as with heartbeat = 0. */
static void
drop_unknown(struct source_list *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->count; i++) {
		if (l->at[i].seen != 0)
			l->at[kept++] = l->at[i];
		else
			free_source(&l->at[i]);
	}
	l->count = kept;
}

int
source_list_read(struct command_redis *r, struct source_list *ret)
{
	struct source_list l = { .count = 0 };
	int status = find_names(r, &l);

	for (size_t i = 0; i < l.count && status == 0; i++)
		status = read_record(r, &l.at[i]);
	if (status != 0) {
		source_list_free(&l);
		return -1;
	}
	drop_unknown(&l);
	if (l.count > 0)
		qsort(l.at, l.count, sizeof(*l.at), by_name);
	*ret = l;
	return 0;
}

const char *
source_list_value(const struct source *s, const char *key)
{
	for (size_t i = 0; i < s->count; i++) {
		if (strcmp(s->field[i].key, key) == 0)
			return s->field[i].value;
	}
	return "";
}

void
source_list_free(struct source_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free_source(&l->at[i]);
	free(l->at);
}
