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
#include "output/redis_servers.h"

#define LIBRARY_VERSION 3	/* VERSION in qw_hits.lua */
#define BATCH HIT_CALL_HITS
#define TIMEOUT_MS 5000
#define FIRST_PAUSE_MS 50
#define LONGEST_PAUSE_MS 5000

extern const char _binary_shared_output_qw_hits_lua_start[];
extern const char _binary_shared_output_qw_hits_lua_end[];

/* What waits: a hit, or how far a log has come, or both. */
struct entry {
	bool is_hit;
	const char *log;		/* NULL: the hit is of no log */
	struct log_position position;
	struct hit hit;
};

struct hit_stream {
	const char *source;
	unsigned partitions;
	bool wait;
	const atomic_bool *stopping;
	struct redis_library library;
	struct redis_servers *servers;	/* the thread's, once it runs */
	struct hit_call *call;		/* likewise, as is all up to the lock */
	int64_t start;			/* with the sequence, our position */
	struct log_positions *stored;	/* at the start */
	bool away;			/* an outage has been logged */
	int pause_ms;
	struct heartbeat sending;

	pthread_t thread;
	bool joined;			/* the front end's */
	pthread_mutex_t lock;		/* guards what follows */
	pthread_cond_t filled;		/* something to send, or an end */
	pthread_cond_t emptied;		/* room in the queue, or all sent */
	struct entry *queue;		/* a ring of ${size} */
	size_t size, first, count;
	size_t hits;			/* among the ${count} */
	uint64_t sequence;		/* of the entry at ${first} */
	struct heartbeat beat;		/* the newest, to be sent if... */
	bool beating;
	bool gap;			/* a hit is missing: nothing after it
					   goes out, with ${wait} */
	bool draining;			/* no hit is taken any more */
	bool hurry;			/* and patience has run out */
	bool ending;			/* all hits are sent: the end */
	struct hit_stream_counters counters;
};

/* How a call ended.  STALE: a later process has our source's name. */
enum outcome { SENT, STALE, GIVEN_UP };

/* --- sending (the thread) ----------------------------------------------- */

unsigned
hit_stream_partition(const struct hit_stream *s, const struct address *client)
{
	char address[ADDRESS_TEXT_SIZE];

	if (s->partitions == 1)
		return 0;
	address_format(client, address);
	return partition_of(address, s->partitions);
}

/* The ${i}th that waits. */
static const struct entry *
entry_at(const struct hit_stream *s, size_t i)
{
	return &s->queue[(s->first + i) % s->size];
}

static bool
belongs(const struct hit_stream *s, const struct entry *e, unsigned partition)
{
	return !e->is_hit ||
	    hit_stream_partition(s, &e->hit.query.client) == partition;
}

/* Is ${log} in the call already?  Names are told by their pointers. */
static bool
call_has_log(const struct hit_call *call, const char *log)
{
	for (size_t i = 0; i < call->logs; i++) {
		if (call->argv[HIT_CALL_HEAD + 2 * i] == log)
			return true;
	}
	return false;
}

/* How far each log has come with the last of ${count} entries, if any of them
 * is of that log and ${mine}: else the partition may be further already. */
static void
add_logs(struct hit_stream *s, size_t count, const bool mine[BATCH])
{
	for (size_t i = 0; i < count; i++) {
		const struct entry *last = entry_at(s, i);

		if (!mine[i] || last->log == NULL ||
		    call_has_log(s->call, last->log))
			continue;
		for (size_t k = i + 1; k < count; k++) {
			if (entry_at(s, k)->log == last->log)
				last = entry_at(s, k);
		}
		hit_call_log(s->call, last->log, &last->position);
	}
}

/* Build the call for those of the first ${count} entries that belong to
 * ${partition}; false if there are none.  */
static bool
build_call(struct hit_stream *s, size_t count, unsigned partition)
{
	bool mine[BATCH], any = false;

	for (size_t i = 0; i < count; i++) {
		mine[i] = belongs(s, entry_at(s, i), partition);
		any |= mine[i];
	}
	if (!any)
		return false;
	hit_call_begin(s->call, partition, s->source, s->start,
	    s->sequence + count - 1);
	add_logs(s, count, mine);
	for (size_t i = 0; i < count; i++) {
		if (mine[i] && entry_at(s, i)->is_hit)
			hit_call_add(s->call, &entry_at(s, i)->hit);
	}
	return true;
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
		reply = redis_servers_call(s->servers, s->call->argv[3],
		    s->call->argc, s->call->argv, s->call->lengths);
		if (redis_reply_type(reply) == REDIS_INTEGER) {
			note_success(s);
			return reply;
		}
		snprintf(error, sizeof(error), "%s", reply == NULL ?
		    redis_servers_error(s->servers) : redis_reply_text(reply));
		/* A server that came back empty has lost our functions. */
		if (strstr(error, "Function not found") == NULL ||
		    redis_library_ensure_all(&s->library, s->servers, error,
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

/* Send the first ${count} entries of the queue; -1 if patience has run out. */
static int
send_batch(struct hit_stream *s, size_t count, size_t *retrefused)
{
	for (unsigned p = 0; p < s->partitions; p++) {
		enum outcome outcome = build_call(s, count, p) ?
		    send_call(s) : SENT;

		if (outcome == GIVEN_UP)
			return -1;
		if (outcome == STALE)
			*retrefused += s->call->hits;
	}
	if (*retrefused > 0)
		log_warnx("%zu hits dropped: another process sends as source "
		    "'%s': give each its own 'source'", *retrefused,
		    s->source);
	return 0;
}

/* How many entries go next.  A position alone goes alone, since it goes to
 * every partition: so none gets ahead of one that does not know the log yet. */
static size_t
batch_size(const struct hit_stream *s)
{
	size_t count = 0;

	while (count < s->count && count < BATCH && entry_at(s, count)->is_hit)
		count++;
	return count == 0 && s->count > 0 ? 1 : count;
}

/* Wait for something to send: hits, ${retcount} of them now, or a heartbeat
 * or both.  False when it is all over. */
static bool
next_task(struct hit_stream *s, size_t *retcount, bool *retbeat)
{
	pthread_mutex_lock(&s->lock);
	while (s->count == 0 && !s->beating && !s->ending && !s->hurry)
		pthread_cond_wait(&s->filled, &s->lock);
	*retcount = batch_size(s);
	/* In an outage hits come first, and the end is not waited for. */
	*retbeat = s->beating && !(s->away && (s->count > 0 || s->ending));
	if (*retbeat) {
		s->sending = s->beat;
		s->beating = false;
	}
	pthread_mutex_unlock(&s->lock);
	return *retcount > 0 || *retbeat;
}

/* How many of the first ${count} entries are hits. */
static size_t
count_hits(const struct hit_stream *s, size_t count)
{
	size_t hits = 0;

	for (size_t i = 0; i < count; i++)
		hits += entry_at(s, i)->is_hit;
	return hits;
}

static void
drop_first(struct hit_stream *s, size_t count, size_t refused)
{
	size_t hits = count_hits(s, count);

	pthread_mutex_lock(&s->lock);
	s->hits -= hits;
	s->first = (s->first + count) % s->size;
	s->count -= count;
	s->sequence += count;
	s->counters.sent += hits - refused;
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
	redis_servers_free(s->servers);
	log_positions_free(s->stored);
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
	s->servers = redis_servers_new(o->target, o->config, TIMEOUT_MS);
	s->call = malloc(sizeof(*s->call));
	s->queue = malloc(s->size * sizeof(*s->queue));
	s->stored = log_positions_new();
	if (s->servers == NULL || s->call == NULL || s->queue == NULL ||
	    s->stored == NULL) {
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
		reply = redis_servers_call(s->servers, key, 3, argv, NULL);
		if (reply == NULL || redis_reply_type(reply) == REDIS_ERROR) {
			snprintf(reterr, size, "%s", reply != NULL ?
			    redis_reply_text(reply) :
			    redis_servers_error(s->servers));
			return -1;
		}
		used = strtoll(redis_reply_text(reply), NULL, 10);
		if (used >= s->start)
			s->start = used + 1;
	}
	return 0;
}

/* Keep what ${reply} of qw_hits_begin says about the logs. */
static int
keep_positions(struct hit_stream *s, unsigned partition,
    const struct redis_reply *reply, char *reterr, size_t size)
{
	for (size_t i = 0; i + 1 < redis_reply_count(reply); i += 2) {
		const char *log = redis_reply_text(redis_reply_at(reply, i));
		struct log_position position;

		if (log_position_parse(redis_reply_text(redis_reply_at(reply,
		    i + 1)), &position) != 0) {
			snprintf(reterr, size, "qw:{%u}:logs:%s: the position "
			    "of '%s' cannot be understood", partition,
			    s->source, log);
			return -1;
		}
		if (log_positions_set(s->stored, log, partition,
		    &position) != 0) {
			snprintf(reterr, size, "out of memory");
			return -1;
		}
	}
	return 0;
}

/* From now on nothing comes in any more that an earlier process has sent. */
static int
take_over(struct hit_stream *s, char *reterr, size_t size)
{
	const struct redis_reply *reply;

	for (unsigned p = 0; p < s->partitions; p++) {
		hit_call_take_over(s->call, p, s->source, s->start);
		reply = redis_servers_call(s->servers, s->call->argv[3],
		    s->call->argc, s->call->argv, s->call->lengths);
		if (redis_reply_type(reply) != REDIS_ARRAY) {
			snprintf(reterr, size, "cannot begin as source '%s': "
			    "%s", s->source,
			    reply == NULL ? redis_servers_error(s->servers) :
			    redis_reply_type(reply) == REDIS_ERROR ?
			    redis_reply_text(reply) :
			    "another process has just begun");
			return -1;
		}
		if (keep_positions(s, p, reply, reterr, size) != 0)
			return -1;
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
	if (redis_library_ensure_all(&s->library, s->servers, reterr,
	    size) != 0 || partition_agree(s->servers, s->partitions, reterr, size) != 0 ||
	    choose_start(s, reterr, size) != 0 ||
	    take_over(s, reterr, size) != 0)
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

/* Add an entry to the queue, which has room; the lock is held. */
static void
enqueue(struct hit_stream *s, const struct hit *h, const char *log,
    const struct log_position *position)
{
	struct entry *e = &s->queue[(s->first + s->count++) % s->size];

	e->is_hit = h != NULL;
	e->log = log;
	if (h != NULL) {
		e->hit = *h;
		s->hits++;
	}
	if (log != NULL)
		e->position = *position;
	pthread_cond_signal(&s->filled);
}

/* Either may be NULL; the position has a log. */
static void
put(struct hit_stream *s, const struct hit *h, const char *log,
    const struct log_position *position)
{
	pthread_mutex_lock(&s->lock);
	while (s->wait && s->count == s->size && !s->draining &&
	    !atomic_load(s->stopping))
		wait_for_room(s);
	if (s->count < s->size && !s->draining && !s->gap) {
		enqueue(s, h, log, position);
	} else if (s->draining || s->wait) {
		s->counters.unsent += h != NULL; /* somebody wants the end */
		s->gap = s->wait;
	} else {
		s->counters.queue_drops++;
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

const struct log_positions *
hit_stream_stored(const struct hit_stream *s)
{
	return s->stored;
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
	s->counters.unsent += s->hits;
	s->count = s->hits = 0;
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
