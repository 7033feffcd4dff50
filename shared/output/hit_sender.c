#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/log.h"
#include "output/hit_stream_state.h"
#include "output/redis_servers.h"

#define FIRST_PAUSE_MS 50
#define LONGEST_PAUSE_MS 5000
#define WAIT_MS "1000"		/* for replicas */
#define TRIES 3			/* while functions are loaded anew */

/* --- outages --------------------------------------------------------------- */

/* Keep what went wrong for note_outage, and return -1. */
static int
fail(struct hit_stream *s, const struct redis_reply *reply,
    const char *otherwise)
{
	s->answering = reply != NULL;
	snprintf(s->error, sizeof(s->error), "%s",
	    redis_reply_type(reply) == REDIS_ERROR ? redis_reply_text(reply) :
	    otherwise);
	return -1;
}

/* Say once that Redis is away. */
static void
note_outage(struct hit_stream *s)
{
	if (s->away)
		return;
	s->away = true;
	log_warnx("Redis does not take hits, trying on%s: %s",
	    s->o.spool != NULL ? " (they go to the spool)" : "", s->error);
	pthread_mutex_lock(&s->lock);
	s->counters.outages++;
	s->outage = true;
	pthread_cond_signal(&s->spoolable);
	pthread_mutex_unlock(&s->lock);
}

static void
note_success(struct hit_stream *s)
{
	s->pause_ms = FIRST_PAUSE_MS;
	if (!s->away)
		return;
	s->away = false;
	log_info("Redis takes hits again");
	pthread_mutex_lock(&s->lock);
	s->outage = false;
	pthread_mutex_unlock(&s->lock);
}

/* Wait a little longer each time; true if patience has run out. */
static bool
pause_sending(struct hit_stream *s)
{
	int pause = s->pause_ms < FIRST_PAUSE_MS ? FIRST_PAUSE_MS : s->pause_ms;
	struct timespec until;
	bool over;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += (long)pause % 1000 * 1000000;
	until.tv_sec += pause / 1000 + until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	s->pause_ms = pause * 2 < LONGEST_PAUSE_MS ? pause * 2 :
	    LONGEST_PAUSE_MS;
	pthread_mutex_lock(&s->lock);
	while (!s->hurry && !s->ending &&
	    pthread_cond_timedwait(&s->filled, &s->lock, &until) != ETIMEDOUT)
		continue;
	over = s->hurry || s->ending;
	pthread_mutex_unlock(&s->lock);
	return over;
}

/* --- one call -------------------------------------------------------------- */

/* Has the server lost our functions, or never had them? */
static bool
lacks_functions(const struct redis_reply *reply)
{
	return redis_reply_type(reply) == REDIS_ERROR &&
	    strstr(redis_reply_text(reply), "unction not found") != NULL;
}

static int
load_functions(struct hit_stream *s)
{
	for (size_t i = 0; i < redis_servers_count(s->servers); i++) {
		if (redis_library_ensure(&s->library,
		    redis_servers_at(s->servers, i), s->error,
		    sizeof(s->error)) != 0)
			return -1;
	}
	return 0;
}

/* Make the call that is built, wherever its key is; NULL if it was not done,
 * and s->error says why. */
static const struct redis_reply *
make_call(struct hit_stream *s, const char *key)
{
	const struct redis_reply *reply;

	for (int i = 0; ; i++) {
		reply = redis_servers_call(s->servers, key, s->call->argc,
		    s->call->argv, s->call->lengths);
		if (redis_reply_type(reply) == REDIS_INTEGER)
			return reply;
		if (!lacks_functions(reply) || i == TRIES)
			break;
		if (load_functions(s) != 0)
			return NULL;
	}
	(void)fail(s, reply, redis_servers_error(s->servers));
	return NULL;
}

/* A heartbeat is tried once: the next one is as good. */
static void
send_heartbeat(struct hit_stream *s)
{
	hit_call_heartbeat(s->call, s->o.source, s->told_start, &s->sending);
	if (make_call(s, s->call->key) == NULL)
		note_outage(s);
	else if (s->batch->count == 0)
		note_success(s);
}

/* --- a batch --------------------------------------------------------------- */

/* Build the call for the partition; false if it gets none. */
static bool
build_call(struct hit_stream *s, unsigned partition)
{
	const struct hit_call_source source = {
		.name = s->o.source,
		.start = s->batch->start == s->start ? s->told_start :
		    s->batch->start,
		.limit = s->o.limit,
	};

	return hit_batch_call(s->batch, partition, &source, s->call);
}

/* Send a call to each partition that gets one, without waiting for answers;
 * -1 if some could not be sent. */
static int
ask_all(struct hit_stream *s)
{
	int status = 0;

	for (unsigned p = 0; p < s->o.partitions; p++) {
		struct redis_link *link;

		s->asked[p] = NULL;
		if (!build_call(s, p))
			continue;
		link = redis_servers_link(s->servers, s->call->key);
		if (link != NULL && redis_link_append(link, s->call->argc,
		    s->call->argv, s->call->lengths) == 0)
			s->asked[p] = link;
		else
			status = fail(s, NULL, link != NULL ?
			    redis_link_error(link) :
			    redis_servers_error(s->servers));
	}
	return status;
}

/* Take the partition's answer, asking once more where that may help. */
static int
take_answer(struct hit_stream *s, unsigned partition, size_t *refused)
{
	const struct redis_reply *reply = redis_link_next(s->asked[partition]);

	if (redis_servers_moved(reply) || lacks_functions(reply)) {
		s->asked[partition] = NULL;
		return 1;
	}
	if (redis_reply_type(reply) != REDIS_INTEGER)
		return fail(s, reply, redis_link_error(s->asked[partition]));
	s->answering = true;
	if (redis_reply_integer(reply) < 0 && build_call(s, partition))
		*refused += s->call->hits;
	return 0;
}

/* The partition is elsewhere, or its server knows no functions. */
static int
ask_again(struct hit_stream *s, unsigned partition, size_t *refused)
{
	const struct redis_reply *reply;

	if (!build_call(s, partition))
		return 0;
	if ((reply = make_call(s, s->call->key)) == NULL)
		return -1;
	if (redis_reply_integer(reply) < 0)
		*refused += s->call->hits;
	return 0;
}

/* Take all answers, those of calls that were not the last as well. */
static int
take_answers(struct hit_stream *s, size_t *refused)
{
	int status = 0;
	bool again = false;

	for (unsigned p = 0; p < s->o.partitions; p++) {
		int one = s->asked[p] == NULL ? 0 :
		    take_answer(s, p, refused);

		if (one < 0)
			status = -1;
		again |= one > 0;
	}
	for (unsigned p = 0; again && status == 0 && p < s->o.partitions;
	    p++) {
		if (s->asked[p] == NULL)
			status = ask_again(s, p, refused);
	}
	return status;
}

/* Is the batch on as many replicas as the operator wants?  Who becomes the
 * master after a failure then has it. */
static int
wait_for_replicas(struct hit_stream *s)
{
	char wanted[12];
	const char *argv[] = { "WAIT", wanted, WAIT_MS };

	if (s->o.replicas == 0)
		return 0;
	snprintf(wanted, sizeof(wanted), "%u", s->o.replicas);
	for (size_t i = 0; i < redis_servers_count(s->servers); i++) {
		struct redis_link *link = redis_servers_at(s->servers, i);
		const struct redis_reply *reply = redis_link_call(link, 3,
		    argv, NULL);

		if (redis_reply_type(reply) != REDIS_INTEGER)
			return fail(s, reply, redis_link_error(link));
		if (redis_reply_integer(reply) < (long long)s->o.replicas) {
			(void)fail(s, reply, "");
			snprintf(s->error, sizeof(s->error), "%lld of %s "
			    "replicas have the hits (redis_replicas)",
			    redis_reply_integer(reply), wanted);
			return -1;
		}
	}
	return 0;
}

/* Is all ready for the batch? */
static int
get_ready(struct hit_stream *s)
{
	bool refused;

	if (!s->ready && hit_take_over_prepare(s, &refused) != 0)
		return -1;
	s->ready = true;
	/* Hits of the process before come first, as its own. */
	if (!s->begun && s->batch->start == s->start)
		return hit_take_over(s);
	return 0;
}

/* Send the batch; -1, and an outage noted, if not all of it was taken. */
static int
send_batch(struct hit_stream *s, size_t *refused)
{
	int status;

	*refused = 0;
	status = get_ready(s);
	if (status == 0) {
		int asked = ask_all(s);

		status = take_answers(s, refused);
		if (asked != 0)
			status = -1;
	}
	if (status == 0)
		status = wait_for_replicas(s);
	if (status != 0) {
		note_outage(s);
		return -1;
	}
	note_success(s);
	if (*refused > 0)
		log_warnx("%zu hits dropped: another process sends as source "
		    "'%s': give each its own 'source'", *refused, s->o.source);
	return 0;
}

/* It is all in Redis. */
static void
confirm(struct hit_stream *s, size_t refused)
{
	if (s->batch->of_spool)
		spool_done(s->o.spool);
	pthread_mutex_lock(&s->lock);
	if (!s->batch->of_spool)
		s->hits -= s->batch->hits;
	s->progress += s->batch->count;
	s->counters.sent += s->batch->hits - refused;
	s->counters.refused += refused;
	hit_batch_clear(s->batch, s->queue);
	s->held = 0;
	pthread_cond_broadcast(&s->emptied);
	pthread_mutex_unlock(&s->lock);
}

/* It is not, or not known to be: it goes back to where it is safe, if there
 * is such a place.  It may be sent twice: hits have numbers. */
static void
set_aside(struct hit_stream *s)
{
	bool spooled = !s->batch->of_spool && s->o.spool != NULL &&
	    hit_batch_set_aside(s->batch, s->o.spool) == 0;

	if (s->batch->of_spool)
		spool_again(s->o.spool);
	else if (!spooled)
		return;
	pthread_mutex_lock(&s->lock);
	if (spooled) {
		s->hits -= s->batch->hits;
		s->progress += s->batch->count;
		s->counters.spooled += s->batch->count;
	}
	hit_batch_clear(s->batch, s->queue);
	s->held = 0;
	pthread_cond_broadcast(&s->emptied);
	pthread_mutex_unlock(&s->lock);
}

/* Fill the batch with the oldest that waits; false if there is nothing. */
static bool
fill_batch(struct hit_stream *s)
{
	struct hit_batch *b = s->batch;

	if (b->count > 0)
		return true;	/* it is tried again */
	pthread_mutex_lock(&s->lock);
	if (s->spooling == 0 && hit_stream_spooled(s) == 0) {
		hit_batch_take(b, s->queue, s->start);
		s->held = b->count;
	}
	pthread_mutex_unlock(&s->lock);
	if (b->count > 0 || hit_stream_spooled(s) == 0)
		return b->count > 0;
	hit_batch_read(b, s->o.spool);
	pthread_mutex_lock(&s->lock);
	s->counters.damaged += b->damaged;
	pthread_mutex_unlock(&s->lock);
	if (b->count > 0)
		return true;
	spool_done(s->o.spool);	/* what was read is no hit */
	if (hit_stream_spooled(s) > 0) {
		(void)fail(s, NULL, "the spool cannot be read");
		note_outage(s);
		(void)pause_sending(s);
	}
	return false;
}

/* --- the thread ------------------------------------------------------------ */

static bool
has_work(struct hit_stream *s)
{
	if (s->batch->count > 0 || hit_stream_spooled(s) > 0)
		return true;
	return hit_queue_count(s->queue) > 0 && s->spooling == 0;
}

/* Wait for something to send: hits, a heartbeat, or both.  False when it is
 * all over. */
static bool
wait_for_task(struct hit_stream *s, bool *retbeat)
{
	bool over;

	pthread_mutex_lock(&s->lock);
	while (!has_work(s) && !s->beating && !s->ending && !s->hurry)
		pthread_cond_wait(&s->filled, &s->lock);
	over = s->ending || s->hurry;
	/* While nobody answers hits come first, and the end is not waited
	 * for. */
	*retbeat = s->beating && !(s->away && !s->answering &&
	    (has_work(s) || over));
	if (*retbeat) {
		s->sending = s->beat;
		s->beating = false;
	}
	pthread_mutex_unlock(&s->lock);
	return !over || *retbeat;
}

void *
hit_sender_run(void *arg)
{
	struct hit_stream *s = arg;
	size_t refused;
	bool beat;

	while (wait_for_task(s, &beat)) {
		if (beat)
			send_heartbeat(s);
		if (!fill_batch(s))
			continue;
		if (send_batch(s, &refused) == 0) {
			confirm(s, refused);
			continue;
		}
		set_aside(s);
		if (pause_sending(s))
			break;
	}
	pthread_mutex_lock(&s->lock);
	s->draining = s->hurry = true;
	pthread_cond_broadcast(&s->emptied);
	pthread_mutex_unlock(&s->lock);
	return NULL;
}
