#include <errno.h>
#include <string.h>

#include "core/log.h"
#include "core/timestamp.h"
#include "output/hit_record.h"
#include "output/hit_stream_state.h"

#define AT_ONCE 64		/* entries taken out of the queue */
#define BACKLOG 1024		/* so many wait for a slow Redis in memory */
#define SLOW 200000		/* microseconds in which a call should end */
#define LOOK_AGAIN 1000		/* milliseconds: at a full disk, and to sync */

/* Is what is in the queue better on disk?  The lock is held. */
static bool
must_spool(struct hit_stream *s)
{
	size_t count = hit_queue_count(s->queue);

	return count > 0 && (s->outage || count > BACKLOG ||
	    count > s->o.queue / 2 || hit_stream_spooled(s) > 0 ||
	    (s->held > 0 && timestamp_steady() - s->held_since > SLOW));
}

/* Append the entries in their order; return how many the disk took. */
static size_t
append(struct hit_stream *s, struct hit_entry *const *entries, size_t count)
{
	uint8_t record[HIT_RECORD_SIZE];
	struct hit_fields fields;

	for (size_t i = 0; i < count; i++) {
		size_t length;

		hit_fields_of(&entries[i]->hit, HIT_TIMES_MICROSECONDS,
		    &fields);
		length = hit_record_write(s->start, entries[i]->sequence,
		    &fields, record);
		if (spool_append(s->o.spool, record, length) != 0)
			return i;
	}
	return count;
}

/* Take entries out; the lock is held. */
static size_t
take(struct hit_stream *s, struct hit_entry **entries)
{
	size_t count = 0;

	while (count < AT_ONCE &&
	    (entries[count] = hit_queue_take(s->queue)) != NULL)
		count++;
	s->spooling = count;
	return count;
}

/* The first ${done} of ${count} entries are on disk; the lock is held. */
static void
settle(struct hit_stream *s, struct hit_entry *const *entries, size_t count,
    size_t done)
{
	while (count > done)
		hit_queue_put_back(s->queue, entries[--count]);
	while (count > 0)
		hit_queue_release(s->queue, entries[--count]);
	s->hits -= done;
	s->progress += done;
	s->counters.spooled += done;
	s->spooling = 0;
	pthread_cond_broadcast(&s->emptied);
	pthread_cond_broadcast(&s->filled);
}

/* Wait for more to do, or a second; the lock is held. */
static void
wait_a_little(struct hit_stream *s)
{
	const struct timespec until = hit_stream_in(LOOK_AGAIN);

	pthread_cond_timedwait(&s->spoolable, &s->lock, &until);
}

/* Say once that the disk refuses, and once that it no longer does. */
static void
note_disk(int error, bool *failing)
{
	if (error != 0 && !*failing)
		log_warnx("the spool takes no hits, which wait in memory: %s",
		    strerror(error));
	if (error == 0 && *failing)
		log_info("the spool takes hits again");
	*failing = error != 0;
}

/* Say once that the bound has been reached. */
static void
note_bound(struct hit_stream *s, bool *said)
{
	struct spool_counters c;

	if (*said)
		return;
	spool_counters(s->o.spool, &c);
	*said = c.forced > 0;
	if (*said)
		log_warnx("the spool is full: the oldest hits in it are lost "
		    "(spool_size)");
}

void *
hit_spooler_run(void *arg)
{
	struct hit_stream *s = arg;
	struct hit_entry *entries[AT_ONCE];
	bool failing = false, dirty = false, said = false;
	size_t count, done;

	pthread_mutex_lock(&s->lock);
	while (!s->ending) {
		if (!must_spool(s)) {
			if (dirty) {
				pthread_mutex_unlock(&s->lock);
				spool_sync(s->o.spool);
				dirty = false;
				pthread_mutex_lock(&s->lock);
			}
			wait_a_little(s);
			continue;
		}
		count = take(s, entries);
		pthread_mutex_unlock(&s->lock);
		done = append(s, entries, count);
		dirty |= done > 0;
		note_disk(done < count ? errno : 0, &failing);
		note_bound(s, &said);
		pthread_mutex_lock(&s->lock);
		settle(s, entries, count, done);
		if (done < count)
			wait_a_little(s);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}
