#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/timestamp.h"
#include "output/hit_stream_state.h"
#include "output/partition.h"
#include "output/redis_servers.h"

#define FIRST_PAUSE_MS 50
#define LONGEST_PAUSE_MS 5000
#define WAIT_MS "1000"		/* for replicas */
#define TRIES 3			/* while functions are loaded, or keys move */

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
	const struct timespec until = hit_stream_in(pause);
	bool over;

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
		if (redis_library_ensure_all(&s->library, s->servers,
		    s->error, sizeof(s->error)) != 0)
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
	else if (s->batch->count == 0 && hit_stream_spooled(s) == 0)
		note_success(s);
}

/* --- a batch --------------------------------------------------------------- */

static void
build_call(struct hit_stream *s, unsigned partition)
{
	const struct hit_call_source source = {
		.name = s->o.source,
		.start = s->batch->start == s->start ? s->told_start :
		    s->batch->start,
		.limit = s->o.limit,
	};

	hit_batch_call(s->batch, partition, &source, s->call);
}

/* Find out whom to ask for each partition that gets something, before anybody
 * is asked: to find one out, another may have to be asked. */
static int
find_servers(struct hit_stream *s)
{
	char key[PARTITION_KEY_SIZE];

	for (unsigned p = 0; p < s->o.partitions; p++) {
		s->asked[p] = NULL;
		if (!hit_batch_has(s->batch, p))
			continue;
		partition_key(p, "hits", key);
		s->asked[p] = redis_servers_link(s->servers, key);
		if (s->asked[p] == NULL)
			return fail(s, NULL, redis_servers_error(s->servers));
	}
	return 0;
}

/* Is the partition the first one that its server was asked for? */
static bool
is_first(const struct hit_stream *s, unsigned partition)
{
	for (unsigned p = 0; p < partition; p++) {
		if (s->asked[p] == s->asked[partition])
			return false;
	}
	return s->asked[partition] != NULL;
}

/* Queue the command at the server; it is no longer asked if that fails. */
static int
queue_command(struct hit_stream *s, struct redis_link *link, int argc,
    const char **argv, const size_t *lengths)
{
	if (redis_link_append(link, argc, argv, lengths) == 0)
		return 0;
	for (unsigned p = 0; p < s->o.partitions; p++) {
		if (s->asked[p] == link)
			s->asked[p] = NULL;
	}
	return fail(s, NULL, redis_link_error(link));
}

/* Ask each server how many replicas have what it was sent before. */
static int
queue_waits(struct hit_stream *s)
{
	char wanted[12];
	const char *argv[] = { "WAIT", wanted, WAIT_MS };
	int status = 0;

	snprintf(wanted, sizeof(wanted), "%u", s->o.replicas);
	for (unsigned p = 0; s->o.replicas > 0 && p < s->o.partitions; p++) {
		if (is_first(s, p) && queue_command(s, s->asked[p], 3, argv,
		    NULL) != 0)
			status = -1;
	}
	return status;
}

/* Send a call for each partition that gets one, without waiting for answers;
 * -1 if some could not be sent. */
static int
ask_all(struct hit_stream *s)
{
	int status = 0;

	for (unsigned p = 0; p < s->o.partitions; p++) {
		if (s->asked[p] == NULL)
			continue;
		build_call(s, p);
		if (queue_command(s, s->asked[p], s->call->argc,
		    s->call->argv, s->call->lengths) != 0)
			status = -1;
	}
	if (queue_waits(s) != 0)
		status = -1;
	for (unsigned p = 0; p < s->o.partitions; p++) {
		if (is_first(s, p) && redis_link_send(s->asked[p]) != 0)
			status = fail(s, NULL, redis_link_error(s->asked[p]));
	}
	return status;
}

/* Take the partition's answer.  1: it has to be asked again, elsewhere or when
 * its server knows our functions. */
static int
take_answer(struct hit_stream *s, unsigned partition, size_t *refused)
{
	const struct redis_reply *reply = redis_link_next(s->asked[partition]);

	if (redis_servers_moved(reply) || lacks_functions(reply))
		return 1;
	if (redis_reply_type(reply) != REDIS_INTEGER)
		return fail(s, reply, redis_link_error(s->asked[partition]));
	s->answering = true;
	if (redis_reply_integer(reply) < 0)
		*refused += hit_batch_hits(s->batch, partition);
	return 0;
}

/* The answer to WAIT: who becomes the master after a failure has to have the
 * batch. */
static int
take_wait(struct hit_stream *s, struct redis_link *link)
{
	const struct redis_reply *reply = redis_link_next(link);

	if (redis_reply_type(reply) != REDIS_INTEGER)
		return fail(s, reply, redis_link_error(link));
	if (redis_reply_integer(reply) >= (long long)s->o.replicas)
		return 0;
	(void)fail(s, reply, "");
	snprintf(s->error, sizeof(s->error), "%lld of %u replicas have the "
	    "hits (redis_replicas)", redis_reply_integer(reply),
	    s->o.replicas);
	return -1;
}

/* Is one of the server's partitions elsewhere?  It may be a replica by now,
 * which cannot WAIT. */
static bool
has_moved(const struct hit_stream *s, const struct redis_link *link)
{
	for (unsigned p = 0; p < s->o.partitions; p++) {
		if (s->asked[p] == link && s->again[p])
			return true;
	}
	return false;
}

/* Make the partition's call once more, by itself. */
static int
ask_again(struct hit_stream *s, unsigned partition, size_t *refused)
{
	const struct redis_reply *reply;

	build_call(s, partition);
	if ((reply = make_call(s, s->call->key)) == NULL)
		return -1;
	if (redis_reply_integer(reply) < 0)
		*refused += s->call->hits;
	return 0;
}

/* Take all answers, also after one that was no good: 0 if all is well, 1 if
 * partitions had to be asked again, -1 if something was not taken. */
static int
take_answers(struct hit_stream *s, size_t *refused)
{
	int status = 0, one;

	for (unsigned p = 0; p < s->o.partitions; p++) {
		if (s->asked[p] == NULL)
			continue;
		one = take_answer(s, p, refused);
		s->again[p] = one > 0;
		if (one < 0 || status == 0)
			status = one;
	}
	for (unsigned p = 0; s->o.replicas > 0 && p < s->o.partitions; p++) {
		if (is_first(s, p) && take_wait(s, s->asked[p]) != 0 &&
		    !has_moved(s, s->asked[p]))
			status = -1;
	}
	for (unsigned p = 0; status > 0 && p < s->o.partitions; p++) {
		if (s->asked[p] != NULL && s->again[p] &&
		    ask_again(s, p, refused) != 0)
			status = -1;
	}
	return status;
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

/* Send the batch once; as take_answers. */
static int
try_batch(struct hit_stream *s, size_t *refused)
{
	int asked, taken;

	*refused = 0;
	if (get_ready(s) != 0 || find_servers(s) != 0)
		return -1;
	asked = ask_all(s);
	taken = take_answers(s, refused);
	return asked != 0 ? -1 : taken;
}

/* Send the batch; -1, and an outage noted, if not all of it was taken. */
static int
send_batch(struct hit_stream *s, size_t *refused)
{
	int status = try_batch(s, refused);

	/* What was asked again was not waited for: now we know where to. */
	for (int i = 0; i < TRIES && status > 0 && s->o.replicas > 0; i++)
		status = try_batch(s, refused);
	if (status > 0 && s->o.replicas > 0)
		status = fail(s, NULL, "keys move from server to server");
	if (status < 0) {
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
		s->held_since = timestamp_steady();
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
