#include "output/redis_servers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/config.h"
#include "core/timestamp.h"
#include "output/redis_access.h"
#include "output/redis_link.h"
#include "output/redis_nodes.h"
#include "output/redis_refusal.h"
#include "output/redis_sentinel.h"
#include "output/redis_slots.h"

#define ATTEMPTS 12		/* of one call, 1.5 s of pauses in between... */
#define PATIENCE (2 * TIMESTAMP_SECOND)	/* ...and none begins later */
#define FIRST_PAUSE_MS 20
#define LONGEST_PAUSE_MS 160

enum kind { KIND_UNKNOWN, KIND_ONE, KIND_CLUSTER, KIND_SENTINELS };

struct redis_servers {
	struct redis_access *access;	/* NULL: none */
	char *sentinel;			/* the master's name there, or NULL */
	struct redis_access sentinel_access;	/* without a log-in */
	struct redis_nodes *sentinels;	/* NULL: there are none */
	struct redis_nodes *nodes;	/* that hold keys */
	enum kind kind;
	bool stale;			/* look again where keys are */
	int one;			/* the server, unless it is a cluster */
	int teller;			/* the node, or sentinel, asked last */
	char error[REDIS_LINK_ERROR_SIZE];
};

/* A command, as redis_link_call takes it. */
struct command {
	int argc;
	const char **argv;
	const size_t *lengths;
};

/* --- set-up ---------------------------------------------------------------- */

bool
redis_servers_target_valid(const char *target)
{
	char one[REDIS_LINK_ADDRESS_SIZE];

	if (strncmp(target, "unix:", 5) == 0)
		return redis_link_target_valid(target);
	for (;;) {
		size_t length = strcspn(target, ",");

		if (length >= sizeof(one))
			return false;
		memcpy(one, target, length);
		one[length] = '\0';
		if (strncmp(one, "unix:", 5) == 0 ||
		    !redis_link_target_valid(one))
			return false;
		if (target[length] == '\0')
			return true;
		target += length + 1;
	}
}

char *
redis_servers_resolve(const char *target, char *reterr, size_t size)
{
	char one[REDIS_LINK_ADDRESS_SIZE];
	char *list = strdup(target), *rest = list, *found = NULL, *longer;

	if (list == NULL || strncmp(target, "unix:", 5) == 0)
		return list;
	while (rest != NULL) {
		/* One that is not known now may be known by the others. */
		if (redis_link_resolve(strsep(&rest, ","), one, reterr,
		    size) != 0)
			continue;
		if (asprintf(&longer, "%s%s%s", found != NULL ? found : "",
		    found != NULL ? "," : "", one) < 0)
			continue;
		free(found);
		found = longer;
	}
	free(list);
	return found;
}

int
redis_servers_prepare(struct config *config, char *reterr, size_t size)
{
	struct redis_access *access;

	if (config_read_files(config, reterr, size) != 0 ||
	    (access = redis_access_new(config, reterr, size)) == NULL)
		return -1;
	redis_access_free(access);
	return 0;
}

static int
set_up(struct redis_servers *s, const char *target,
    const struct config *config, int timeout_ms)
{
	const char *sentinel = config != NULL ?
	    config_string(config, "redis_sentinel") : "";

	if (config != NULL && (s->access = redis_access_new(config, s->error,
	    sizeof(s->error))) == NULL)
		return -1;
	if (sentinel[0] == '\0') {
		s->nodes = redis_nodes_new(target, s->access, timeout_ms);
		return s->nodes != NULL ? 0 : -1;
	}
	s->kind = KIND_SENTINELS;
	s->stale = true;
	s->sentinel_access.tls = s->access->tls;
	s->sentinel_access.name = s->access->name;
	s->sentinel = strdup(sentinel);
	s->sentinels = redis_nodes_new(target, &s->sentinel_access,
	    timeout_ms);
	s->nodes = redis_nodes_new(NULL, s->access, timeout_ms);
	return s->sentinel != NULL && s->sentinels != NULL &&
	    s->nodes != NULL ? 0 : -1;
}

struct redis_servers *
redis_servers_new(const char *target, const struct config *config,
    int timeout_ms)
{
	struct redis_servers *s = calloc(1, sizeof(*s));

	if (s != NULL && set_up(s, target, config, timeout_ms) == 0)
		return s;
	redis_servers_free(s);
	return NULL;
}

/* --- looking where keys are -------------------------------------------------- */

static void
note(struct redis_servers *s, const char *error)
{
	snprintf(s->error, sizeof(s->error), "%s", error);
}

/* What a node without CLUSTER SLOTS is. */
static int
take_no_cluster(struct redis_servers *s, const char *error)
{
	struct redis_refusal refusal;

	redis_refusal_read(error, &refusal);
	if (refusal.kind == REFUSAL_NONE && s->kind == KIND_UNKNOWN &&
	    redis_nodes_seeds(s->nodes) == 1 &&
	    strncmp(error, "NOAUTH", 6) != 0) {
		s->kind = KIND_ONE;
		s->one = 0;
		return 0;
	}
	snprintf(s->error, sizeof(s->error), "%s: %s",
	    redis_link_target(redis_nodes_link(s->nodes, s->teller)), error);
	return -1;
}

/* Ask the node s->teller for all slots. */
static int
ask_slots(struct redis_servers *s)
{
	const char *argv[] = { "CLUSTER", "SLOTS" };
	struct redis_link *link = redis_nodes_link(s->nodes, s->teller);
	const struct redis_reply *reply = redis_link_call(link, 2, argv, NULL);

	if (reply == NULL) {
		note(s, redis_link_error(link));
		return -1;
	}
	if (redis_reply_type(reply) == REDIS_ERROR)
		return take_no_cluster(s, redis_reply_text(reply));
	if (redis_nodes_take(s->nodes, reply, s->teller) != 0) {
		snprintf(s->error, sizeof(s->error), "%s: its cluster has no "
		    "slots", redis_link_target(link));
		return -1;
	}
	s->kind = KIND_CLUSTER;
	return 0;
}

/* Ask one node after the other, each time beginning with another one, and
 * those last that could not be reached lately. */
static int
find_slots(struct redis_servers *s)
{
	int count = redis_nodes_count(s->nodes), first = s->teller + 1;
	bool failed[REDIS_NODES_MAX];

	for (int i = 0; i < count; i++)
		failed[i] = redis_link_failed(redis_nodes_link(s->nodes, i));
	for (int i = 0; i < 2 * count; i++) {
		s->teller = (first + i) % count;
		if (failed[s->teller] == (i >= count) && ask_slots(s) == 0)
			return 0;
	}
	return -1;
}

/* Ask the sentinel s->teller, and look at what it says. */
static int
ask_sentinel(struct redis_servers *s)
{
	char address[REDIS_LINK_ADDRESS_SIZE];
	int master;

	if (redis_sentinel_ask(redis_nodes_link(s->sentinels, s->teller),
	    s->sentinel, address, s->error, sizeof(s->error)) != 0)
		return -1;
	if ((master = redis_nodes_add(s->nodes, address)) < 0) {
		note(s, "out of memory");
		return -1;
	}
	if (redis_sentinel_check(redis_nodes_link(s->nodes, master), s->error,
	    sizeof(s->error)) != 0)
		return -1;
	s->one = master;
	return 0;
}

static int
find_master(struct redis_servers *s)
{
	int count = redis_nodes_count(s->sentinels), first = s->teller;

	for (int i = 0; i < count; i++) {
		s->teller = (first + i) % count;
		if (ask_sentinel(s) == 0)
			return 0;
	}
	return -1;
}

static int
look(struct redis_servers *s)
{
	if ((s->kind == KIND_SENTINELS ? find_master(s) : find_slots(s)) != 0)
		return -1;
	s->stale = false;
	return 0;
}

/* The node that holds ${key}, as far as is known; -1, with the error noted. */
static int
holder(struct redis_servers *s, const char *key)
{
	int found;

	if (s->kind != KIND_CLUSTER)
		return s->one;
	found = redis_nodes_owner(s->nodes, redis_slots_of(key));
	if (found >= 0)
		return found;
	snprintf(s->error, sizeof(s->error), "no server of the cluster holds "
	    "the slot of %s", key);
	s->stale = true;
	return -1;
}

/* As holder, after asking if nothing is known, or if what is known seems to be
 * no longer true: its connection has failed. */
static int
locate(struct redis_servers *s, const char *key)
{
	bool looked = s->kind == KIND_UNKNOWN || s->stale;
	int i;

	if (looked && look(s) != 0)
		return -1;
	i = holder(s, key);
	if (i < 0 || looked || s->kind == KIND_ONE ||
	    !redis_link_failed(redis_nodes_link(s->nodes, i)))
		return i;
	return look(s) != 0 ? -1 : holder(s, key);
}

void
redis_servers_look_again(struct redis_servers *s)
{
	s->stale = s->kind != KIND_ONE;
}

/* --- commands ------------------------------------------------------------------ */

struct redis_link *
redis_servers_link(struct redis_servers *s, const char *key)
{
	int i = locate(s, key);

	return i >= 0 ? redis_nodes_link(s->nodes, i) : NULL;
}

/* Send ${c} to the node ${i}, behind an ASKING if ${asking}.  NULL with
 * *${retsent} false means that nothing was sent. */
static const struct redis_reply *
send_to(struct redis_servers *s, int i, bool asking, const struct command *c,
    bool *retsent)
{
	const char *ask[] = { "ASKING" };
	struct redis_link *link = redis_nodes_link(s->nodes, i);
	const struct redis_reply *reply = NULL;

	*retsent = false;
	if ((!asking || redis_link_append(link, 1, ask, NULL) == 0) &&
	    redis_link_append(link, c->argc, c->argv, c->lengths) == 0) {
		*retsent = true;
		if (!asking || redis_link_next(link) != NULL)
			reply = redis_link_next(link);
	}
	if (reply == NULL)
		note(s, redis_link_error(link));
	return reply;
}

static void
pause_before(unsigned attempt)
{
	long ms = FIRST_PAUSE_MS;
	struct timespec pause;

	while (--attempt > 0 && ms < LONGEST_PAUSE_MS)
		ms *= 2;
	pause = (struct timespec){ 0, ms * 1000000 };
	nanosleep(&pause, NULL);
}

/* What ${reply} of the node ${i}, NULL for none, asks for: true to try again,
 * at *${retnext} if that is not negative. */
static bool
follow(struct redis_servers *s, int i, const struct redis_reply *reply,
    struct redis_refusal *refusal, int *retnext)
{
	*retnext = -1;
	redis_refusal_read(redis_reply_type(reply) == REDIS_ERROR ?
	    redis_reply_text(reply) : "", refusal);
	if (reply != NULL && refusal->kind == REFUSAL_NONE)
		return false;
	if (refusal->kind == REFUSAL_MOVED || refusal->kind == REFUSAL_ASK) {
		if (s->kind == KIND_SENTINELS)
			return false;
		s->kind = KIND_CLUSTER;
		*retnext = redis_nodes_near(s->nodes, refusal->address, i);
	}
	if (refusal->kind == REFUSAL_MOVED && *retnext >= 0)
		redis_nodes_move(s->nodes, refusal->slot, *retnext);
	/* Others may have moved as well. */
	if (refusal->kind != REFUSAL_ASK)
		redis_servers_look_again(s);
	return s->kind != KIND_ONE;
}

const struct redis_reply *
redis_servers_call(struct redis_servers *s, const char *key, int argc,
    const char **argv, const size_t *lengths)
{
	const struct command command = { argc, argv, lengths };
	struct redis_refusal refusal = { .kind = REFUSAL_NONE };
	const struct redis_reply *reply;
	int64_t end = timestamp_steady() + PATIENCE;
	int i, next = -1;
	bool sent, again;

	for (unsigned attempt = 1; ; attempt++) {
		i = next >= 0 ? next : locate(s, key);
		if (i < 0)
			return NULL;
		reply = send_to(s, i, refusal.kind == REFUSAL_ASK, &command,
		    &sent);
		again = follow(s, i, reply, &refusal, &next);
		/* What was sent without an answer may have been done. */
		if (!again || (reply == NULL && sent) ||
		    attempt == ATTEMPTS || timestamp_steady() > end)
			return reply;
		/* A redirection is followed at once, unless they go on. */
		if (next < 0 || attempt > 2)
			pause_before(attempt);
	}
}

bool
redis_servers_moved(const struct redis_reply *r)
{
	struct redis_refusal refusal;

	redis_refusal_read(redis_reply_type(r) == REDIS_ERROR ?
	    redis_reply_text(r) : "", &refusal);
	return refusal.kind != REFUSAL_NONE;
}

/* --- all of them ----------------------------------------------------------------- */

size_t
redis_servers_count(struct redis_servers *s)
{
	size_t count = 0;

	if (s->kind != KIND_CLUSTER)
		return redis_nodes_count(s->nodes) > 0 ? 1 : 0;
	for (int i = 0; i < redis_nodes_count(s->nodes); i++)
		count += redis_nodes_is_master(s->nodes, i);
	return count;
}

struct redis_link *
redis_servers_at(struct redis_servers *s, size_t i)
{
	if (s->kind != KIND_CLUSTER)
		return redis_nodes_link(s->nodes, s->one);
	for (int k = 0; k < redis_nodes_count(s->nodes); k++) {
		if (redis_nodes_is_master(s->nodes, k) && i-- == 0)
			return redis_nodes_link(s->nodes, k);
	}
	return NULL;
}

const char *
redis_servers_error(const struct redis_servers *s)
{
	return s->error;
}

void
redis_servers_free(struct redis_servers *s)
{
	if (s == NULL)
		return;
	redis_nodes_free(s->nodes);
	redis_nodes_free(s->sentinels);
	redis_access_free(s->access);
	free(s->sentinel);
	free(s);
}
