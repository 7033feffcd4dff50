#include "output/hit_stream.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/log.h"
#include "core/timestamp.h"
#include "output/hit_call.h"
#include "output/partition.h"
#include "output/redis_library.h"
#include "output/redis_link.h"

#define LIBRARY_VERSION 2	/* VERSION in qw_hits.lua */
#define BATCH HIT_CALL_HITS
#define TIMEOUT_MS 5000
#define FIRST_PAUSE_MS 50
#define LONGEST_PAUSE_MS 5000

extern const char _binary_shared_output_qw_hits_lua_start[];
extern const char _binary_shared_output_qw_hits_lua_end[];

struct hit_stream {
	const char *source;
	unsigned partitions;
	bool wait;
	const atomic_bool *stopping;
	struct redis_library library;
	struct redis_link *link;	/* the thread's, once it runs */
	struct hit_call *call;		/* likewise, as is all up to the lock */
	int64_t start;			/* with the sequence, our position */
	bool away;			/* an outage has been logged */
	int pause_ms;
	struct heartbeat sending;

	pthread_t thread;
	bool joined;			/* the front end's */
	pthread_mutex_t lock;		/* guards what follows */
	pthread_cond_t filled;		/* something to send, or an end */
	pthread_cond_t emptied;		/* room in the queue, or all sent */
	struct hit *queue;		/* a ring of ${size} */
	size_t size, first, count;
	uint64_t sequence;		/* of the hit at ${first} */
	struct heartbeat beat;		/* the newest, to be sent if... */
	bool beating;
	bool draining;			/* no hit is taken any more */
	bool hurry;			/* and patience has run out */
	bool ending;			/* all hits are sent: the end */
	struct hit_stream_counters counters;
};

/* How a call ended.  STALE: a later process has our source's name. */
enum outcome { SENT, STALE, GIVEN_UP };

/* --- sending (the thread) ----------------------------------------------- */

static unsigned
partition_of_hit(const struct hit_stream *s, const struct hit *h)
{
	char address[ADDRESS_TEXT_SIZE];

	if (s->partitions == 1)
		return 0;
	address_format(&h->query.client, address);
	return partition_of(address, s->partitions);
}

/* Build the call for those of the first ${count} hits that belong to
 * ${partition}; return how many those are. */
static size_t
build_call(struct hit_stream *s, size_t count, unsigned partition)
{
	hit_call_begin(s->call, partition, s->source, s->start,
	    s->sequence + count - 1);
	for (size_t i = 0; i < count; i++) {
		const struct hit *h = &s->queue[(s->first + i) % s->size];

		if (partition_of_hit(s, h) == partition)
			hit_call_add(s->call, h);
	}
	return s->call->hits;
}

/* Say once that Redis is away. */
static void
note_outage(struct hit_stream *s, const char *why)
{
	if (s->away)
		return;
	s->away = true;
	log_warnx("Redis does not take hits, trying on: %s", why);
	pthread_mutex_lock(&s->lock);
	s->counters.outages++;
	pthread_mutex_unlock(&s->lock);
}

static void
note_success(struct hit_stream *s)
{
	if (s->away)
		log_info("Redis takes hits again");
	s->away = false;
	s->pause_ms = FIRST_PAUSE_MS;
}

/* Wait a little longer each time; true if patience has run out. */
static bool
pause_sending(struct hit_stream *s)
{
	struct timespec until;
	bool hurry;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += (long)s->pause_ms % 1000 * 1000000;
	until.tv_sec += s->pause_ms / 1000 + until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	s->pause_ms = s->pause_ms * 2 < LONGEST_PAUSE_MS ? s->pause_ms * 2 :
	    LONGEST_PAUSE_MS;
	pthread_mutex_lock(&s->lock);
	while (!s->hurry && pthread_cond_timedwait(&s->filled, &s->lock,
	    &until) != ETIMEDOUT)
		continue;
	hurry = s->hurry;
	pthread_mutex_unlock(&s->lock);
	return hurry;
}

/* Make the call; NULL, and an outage noted, if Redis did not do it. */
static const struct redis_reply *
try_call(struct hit_stream *s)
{
	const struct redis_reply *reply;
	char error[REDIS_LINK_ERROR_SIZE];

	for (;;) {
		reply = redis_link_call(s->link, s->call->argc, s->call->argv,
		    s->call->lengths);
		if (redis_reply_type(reply) == REDIS_INTEGER) {
			note_success(s);
			return reply;
		}
		snprintf(error, sizeof(error), "%s", reply == NULL ?
		    redis_link_error(s->link) : redis_reply_text(reply));
		/* A server that came back empty has lost our functions. */
		if (strstr(error, "Function not found") == NULL ||
		    redis_library_ensure(&s->library, s->link, error,
		    sizeof(error)) != 0)
			break;
	}
	note_outage(s, error);
	return NULL;
}

/* Send the call as often as it takes; GIVEN_UP if patience has run out. */
static enum outcome
send_call(struct hit_stream *s)
{
	const struct redis_reply *reply;

	while ((reply = try_call(s)) == NULL) {
		if (pause_sending(s))
			return GIVEN_UP;
	}
	return redis_reply_integer(reply) < 0 ? STALE : SENT;
}

/* A heartbeat is tried once: the next one is as good. */
static void
send_heartbeat(struct hit_stream *s)
{
	hit_call_heartbeat(s->call, s->source, s->start, &s->sending);
	(void)try_call(s);
}

/* Send the first ${count} hits of the queue; -1 if patience has run out. */
static int
send_batch(struct hit_stream *s, size_t count, size_t *retrefused)
{
	for (unsigned p = 0; p < s->partitions; p++) {
		size_t hits = build_call(s, count, p);
		enum outcome outcome = hits > 0 ? send_call(s) : SENT;

		if (outcome == GIVEN_UP)
			return -1;
		if (outcome == STALE)
			*retrefused += hits;
	}
	if (*retrefused > 0)
		log_warnx("%zu hits dropped: another process sends as source "
		    "'%s': give each its own 'source'", *retrefused,
		    s->source);
	return 0;
}

/* Wait for something to send: hits, ${retcount} of them now, or a heartbeat
 * or both.  False when it is all over. */
static bool
next_task(struct hit_stream *s, size_t *retcount, bool *retbeat)
{
	pthread_mutex_lock(&s->lock);
	while (s->count == 0 && !s->beating && !s->ending && !s->hurry)
		pthread_cond_wait(&s->filled, &s->lock);
	*retcount = s->count < BATCH ? s->count : BATCH;
	/* In an outage hits come first, and the end is not waited for. */
	*retbeat = s->beating && !(s->away && (s->count > 0 || s->ending));
	if (*retbeat) {
		s->sending = s->beat;
		s->beating = false;
	}
	pthread_mutex_unlock(&s->lock);
	return *retcount > 0 || *retbeat;
}

static void
drop_first(struct hit_stream *s, size_t count, size_t refused)
{
	pthread_mutex_lock(&s->lock);
	s->first = (s->first + count) % s->size;
	s->count -= count;
	s->sequence += count;
	s->counters.sent += count - refused;
	s->counters.refused += refused;
	pthread_cond_broadcast(&s->emptied);
	pthread_mutex_unlock(&s->lock);
}

static void *
run(void *arg)
{
	struct hit_stream *s = arg;
	size_t count, refused;
	bool beat;

	while (next_task(s, &count, &beat)) {
		if (beat)
			send_heartbeat(s);
		if (count == 0)
			continue;
		refused = 0;
		if (send_batch(s, count, &refused) != 0)
			break;
		drop_first(s, count, refused);
	}
	pthread_mutex_lock(&s->lock);
	s->draining = s->hurry = true;
	pthread_cond_broadcast(&s->emptied);
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* --- the front end's side ------------------------------------------------ */

static void
free_stream(struct hit_stream *s)
{
	redis_link_free(s->link);
	free(s->call);
	free(s->queue);
	free(s);
}

static struct hit_stream *
new_stream(const struct hit_stream_options *o)
{
	struct hit_stream *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->source = o->source;
	s->partitions = o->partitions;
	s->wait = o->wait;
	s->stopping = o->stopping;
	s->size = o->queue;
	s->sequence = 1;
	s->pause_ms = FIRST_PAUSE_MS;
	s->library = (struct redis_library){
		"qw_hits", LIBRARY_VERSION,
		_binary_shared_output_qw_hits_lua_start,
		(size_t)(_binary_shared_output_qw_hits_lua_end -
		    _binary_shared_output_qw_hits_lua_start)
	};
	s->link = redis_link_new(o->target, TIMEOUT_MS);
	s->call = malloc(sizeof(*s->call));
	s->queue = malloc(s->size * sizeof(*s->queue));
	if (s->link == NULL || s->call == NULL || s->queue == NULL) {
		free_stream(s);
		return NULL;
	}
	return s;
}

/* Let our start be later than any that this source has used: a clock that
 * was set back must not make our hits look like old ones. */
static int
choose_start(struct hit_stream *s, char *reterr, size_t size)
{
	const struct redis_reply *reply;
	char key[32];
	const char *argv[] = { "HGET", key, s->source };
	long long used;

	s->start = timestamp_now();
	for (unsigned p = 0; p < s->partitions; p++) {
		snprintf(key, sizeof(key), "qw:{%u}:positions", p);
		reply = redis_link_call(s->link, 3, argv, NULL);
		if (reply == NULL || redis_reply_type(reply) == REDIS_ERROR) {
			snprintf(reterr, size, "%s", reply != NULL ?
			    redis_reply_text(reply) :
			    redis_link_error(s->link));
			return -1;
		}
		used = strtoll(redis_reply_text(reply), NULL, 10);
		if (used >= s->start)
			s->start = used + 1;
	}
	return 0;
}

struct hit_stream *
hit_stream_open(const struct hit_stream_options *o, char *reterr, size_t size)
{
	struct hit_stream *s = new_stream(o);

	if (s == NULL) {
		snprintf(reterr, size, "out of memory");
		return NULL;
	}
	if (redis_library_ensure(&s->library, s->link, reterr, size) != 0 ||
	    partition_agree(s->link, s->partitions, reterr, size) != 0 ||
	    choose_start(s, reterr, size) != 0)
		goto err;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->filled, NULL);
	pthread_cond_init(&s->emptied, NULL);
	if (pthread_create(&s->thread, NULL, run, s) != 0) {
		snprintf(reterr, size, "cannot start a thread");
		goto err;
	}
	return s;
err:
	free_stream(s);
	return NULL;
}

/* Wait a moment for something to leave the queue; the lock is held. */
static void
wait_for_room(struct hit_stream *s)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec++;		/* and look at the clock and ${stopping} */
	pthread_cond_timedwait(&s->emptied, &s->lock, &until);
}

void
hit_stream_put(struct hit_stream *s, const struct hit *h)
{
	pthread_mutex_lock(&s->lock);
	while (s->wait && s->count == s->size && !s->draining &&
	    !atomic_load(s->stopping))
		wait_for_room(s);
	if (s->count < s->size && !s->draining) {
		s->queue[(s->first + s->count++) % s->size] = *h;
		pthread_cond_signal(&s->filled);
	} else if (s->draining || s->wait) {
		s->counters.unsent++;	/* somebody wants the end */
	} else {
		s->counters.queue_drops++;
	}
	pthread_mutex_unlock(&s->lock);
}

void
hit_stream_heartbeat(struct hit_stream *s, const struct heartbeat *b)
{
	pthread_mutex_lock(&s->lock);
	s->beat = *b;
	s->beating = true;
	pthread_cond_signal(&s->filled);
	pthread_mutex_unlock(&s->lock);
}

void
hit_stream_counters(struct hit_stream *s, struct hit_stream_counters *ret)
{
	pthread_mutex_lock(&s->lock);
	*ret = s->counters;
	ret->waiting = s->count;
	pthread_mutex_unlock(&s->lock);
}

static void
join_thread(struct hit_stream *s)
{
	if (!s->joined)
		pthread_join(s->thread, NULL);
	s->joined = true;
}

void
hit_stream_drain(struct hit_stream *s, int patience_ms)
{
	int64_t until = timestamp_steady() + (int64_t)patience_ms * 1000;
	uint64_t sequence;
	bool hurry;

	pthread_mutex_lock(&s->lock);
	s->draining = true;
	pthread_cond_broadcast(&s->filled);
	while (s->count > 0 && !s->hurry) {
		sequence = s->sequence;
		wait_for_room(s);
		if (s->sequence != sequence)
			until = timestamp_steady() + (int64_t)patience_ms * 1000;
		else if (timestamp_steady() >= until)
			s->hurry = true;
	}
	hurry = s->hurry;
	pthread_cond_broadcast(&s->filled);
	pthread_mutex_unlock(&s->lock);
	if (!hurry)
		return;
	/* Only then is it certain what was not sent. */
	join_thread(s);
	s->counters.unsent += s->count;
	s->count = 0;
}

void
hit_stream_close(struct hit_stream *s)
{
	if (s == NULL)
		return;
	pthread_mutex_lock(&s->lock);
	s->ending = true;
	pthread_cond_broadcast(&s->filled);
	pthread_mutex_unlock(&s->lock);
	join_thread(s);
	pthread_cond_destroy(&s->emptied);
	pthread_cond_destroy(&s->filled);
	pthread_mutex_destroy(&s->lock);
	free_stream(s);
}
