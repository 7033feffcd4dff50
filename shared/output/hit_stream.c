#include "output/hit_stream.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/log.h"
#include "core/timestamp.h"
#include "output/hit_stream_state.h"
#include "output/redis_servers.h"

#define LIBRARY_VERSION 4	/* VERSION in qw_hits.lua */
#define TIMEOUT_MS 5000

extern const char _binary_shared_output_qw_hits_lua_start[];
extern const char _binary_shared_output_qw_hits_lua_end[];

uint64_t
hit_stream_spooled(const struct hit_stream *s)
{
	struct spool_counters c;

	if (s->o.spool == NULL)
		return 0;
	spool_counters(s->o.spool, &c);
	return c.records;
}

/* --- begin ----------------------------------------------------------------- */

static void
free_stream(struct hit_stream *s)
{
	redis_servers_free(s->servers);
	log_positions_free(s->stored);
	hit_queue_free(s->queue);
	free(s->asked);
	free(s->again);
	free(s->batch);
	free(s->call);
	free(s);
}

static struct hit_stream *
new_stream(const struct hit_stream_options *o)
{
	struct hit_stream *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->o = *o;
	s->library = (struct redis_library){
		"qw_hits", LIBRARY_VERSION,
		_binary_shared_output_qw_hits_lua_start,
		(size_t)(_binary_shared_output_qw_hits_lua_end -
		    _binary_shared_output_qw_hits_lua_start)
	};
	s->servers = redis_servers_new(o->target, o->config, TIMEOUT_MS);
	s->call = malloc(sizeof(*s->call));
	s->batch = calloc(1, sizeof(*s->batch));
	s->asked = calloc(o->partitions, sizeof(struct redis_link *));
	s->again = calloc(o->partitions, sizeof(*s->again));
	s->queue = hit_queue_new(o->queue);
	s->stored = log_positions_new();
	if (s->servers == NULL || s->call == NULL || s->batch == NULL ||
	    s->asked == NULL || s->again == NULL || s->queue == NULL ||
	    s->stored == NULL) {
		free_stream(s);
		return NULL;
	}
	s->batch->partitions = o->partitions;
	s->start = s->told_start = timestamp_now();
	return s;
}

/* Without a spool all has to be well at the start.  With one, it is the
 * sender's to try on; what it holds is sent before we begin. */
static int
begin(struct hit_stream *s)
{
	bool refused;

	if (hit_take_over_prepare(s, &refused) == 0) {
		s->ready = true;
		if (hit_stream_spooled(s) > 0 || hit_take_over(s) == 0)
			return 0;
		refused = false;
	}
	if (refused || s->o.spool == NULL)
		return -1;
	log_warnx("Redis does not take hits, trying on (they go to the "
	    "spool): %s", s->error);
	s->away = s->outage = true;
	return 0;
}

static void
join_threads(struct hit_stream *s)
{
	if (s->joined)
		return;
	s->joined = true;
	pthread_mutex_lock(&s->lock);
	s->ending = true;
	pthread_cond_broadcast(&s->filled);
	pthread_cond_broadcast(&s->spoolable);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->sender, NULL);
	if (s->o.spool != NULL)
		pthread_join(s->spooler, NULL);
}

static int
start_threads(struct hit_stream *s)
{
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->filled, NULL);
	pthread_cond_init(&s->spoolable, NULL);
	pthread_cond_init(&s->emptied, NULL);
	if (pthread_create(&s->sender, NULL, hit_sender_run, s) != 0)
		return -1;
	if (s->o.spool == NULL ||
	    pthread_create(&s->spooler, NULL, hit_spooler_run, s) == 0)
		return 0;
	s->o.spool = NULL;	/* no second thread to end */
	join_threads(s);
	return -1;
}

struct hit_stream *
hit_stream_open(const struct hit_stream_options *o, char *reterr, size_t size)
{
	struct hit_stream *s = new_stream(o);

	if (s == NULL) {
		snprintf(reterr, size, "out of memory");
		return NULL;
	}
	if (begin(s) != 0) {
		snprintf(reterr, size, "%s", s->error);
		free_stream(s);
		return NULL;
	}
	if (start_threads(s) != 0) {
		snprintf(reterr, size, "cannot start a thread");
		free_stream(s);
		return NULL;
	}
	return s;
}

/* --- put ------------------------------------------------------------------- */

struct timespec
hit_stream_in(int ms)
{
	struct timespec then;

	clock_gettime(CLOCK_REALTIME, &then);
	then.tv_nsec += (long)ms % 1000 * 1000000;
	then.tv_sec += ms / 1000 + then.tv_nsec / 1000000000;
	then.tv_nsec %= 1000000000;
	return then;
}

/* Wait a moment for something to leave the queue, and look at the clock and
 * o.stopping; the lock is held. */
static void
wait_for_room(struct hit_stream *s)
{
	const struct timespec until = hit_stream_in(1000);

	pthread_cond_timedwait(&s->emptied, &s->lock, &until);
}

/* Add an entry to the queue; false if it has no room.  The lock is held. */
static bool
enqueue(struct hit_stream *s, const struct hit *h, const char *log,
    const struct log_position *position)
{
	struct hit_entry *e = hit_queue_add(s->queue);

	if (e == NULL)
		return false;
	e->is_hit = h != NULL;
	e->log = log;
	if (h != NULL) {
		e->hit = *h;
		s->hits++;
	}
	if (log != NULL)
		e->position = *position;
	pthread_cond_signal(&s->filled);
	if (s->o.spool != NULL)
		pthread_cond_signal(&s->spoolable);
	return true;
}

/* Either may be NULL; the position has a log. */
static void
put(struct hit_stream *s, const struct hit *h, const char *log,
    const struct log_position *position)
{
	pthread_mutex_lock(&s->lock);
	while (s->o.wait && hit_queue_full(s->queue) && !s->draining &&
	    !atomic_load(s->o.stopping))
		wait_for_room(s);
	if (s->draining || s->gap || !enqueue(s, h, log, position)) {
		if (s->draining || s->o.wait) {
			/* Somebody wants the end. */
			s->counters.unsent += h != NULL;
			s->gap = s->o.wait;
		} else {
			s->counters.queue_drops++;
		}
	}
	pthread_mutex_unlock(&s->lock);
}

void
hit_stream_put(struct hit_stream *s, const struct hit *h)
{
	put(s, h, NULL, NULL);
}

void
hit_stream_put_of_log(struct hit_stream *s, const struct hit *h,
    const char *log, const struct log_position *position)
{
	put(s, h, log, position);
}

/* --- what is known --------------------------------------------------------- */

const struct log_positions *
hit_stream_stored(const struct hit_stream *s)
{
	return s->stored;
}

unsigned
hit_stream_partition(const struct hit_stream *s, const struct address *client)
{
	return hit_batch_partition(client, s->o.partitions);
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
	ret->waiting = s->hits;
	pthread_mutex_unlock(&s->lock);
}

/* --- the end --------------------------------------------------------------- */

/* Is everything in Redis or on disk?  The lock is held. */
static bool
drained(const struct hit_stream *s)
{
	return hit_queue_count(s->queue) == 0 && s->spooling == 0 &&
	    s->held == 0;
}

void
hit_stream_drain(struct hit_stream *s, int patience_ms)
{
	int64_t patience = (int64_t)patience_ms * 1000;
	int64_t until = timestamp_steady() + patience;
	uint64_t progress;
	bool hurry;

	pthread_mutex_lock(&s->lock);
	s->draining = true;
	pthread_cond_broadcast(&s->filled);
	pthread_cond_broadcast(&s->spoolable);
	while (!drained(s) && !s->hurry) {
		progress = s->progress;
		wait_for_room(s);
		if (s->progress != progress)
			until = timestamp_steady() + patience;
		else if (timestamp_steady() >= until)
			s->hurry = true;
	}
	hurry = s->hurry;
	pthread_cond_broadcast(&s->filled);
	pthread_mutex_unlock(&s->lock);
	if (!hurry)
		return;
	/* Only then is it certain what was not sent. */
	join_threads(s);
	s->counters.unsent += s->hits;
	s->hits = 0;
}

void
hit_stream_close(struct hit_stream *s)
{
	if (s == NULL)
		return;
	join_threads(s);
	pthread_cond_destroy(&s->emptied);
	pthread_cond_destroy(&s->spoolable);
	pthread_cond_destroy(&s->filled);
	pthread_mutex_destroy(&s->lock);
	free_stream(s);
}
