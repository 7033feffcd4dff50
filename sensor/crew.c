#include "crew.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/config.h"
#include "core/counters.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/timestamp.h"
#include "frontend/frontend.h"
#include "frontend/rules_setup.h"
#include "match/prefixes.h"
#include "input.h"
#include "watch.h"
#include "worker.h"

#define HOUSEKEEP_MS 100
#define WATCH_EVERY TIMESTAMP_SECOND

/* How far a capture has been read, for the main thread to see. */
struct reading {
	atomic_uint_fast64_t frames, done, total;
};

struct member {
	struct crew *crew;
	struct worker *worker;
	unsigned number;
	pthread_t thread;
};

struct crew {
	struct frontend *f;
	struct input *in;
	unsigned workers;
	struct prefixes *forwarders;
	struct member *members;
	struct worker **all;		/* the members' workers */
	struct reading *readings;	/* of the input's captures */
	atomic_size_t next;		/* the file that nobody reads yet */
	pthread_mutex_t lock;
	pthread_cond_t ended;
	unsigned running;		/* members with work; under the lock */
	/* The main thread's. */
	struct watch *watch;
	int64_t watched_at;
	bool progresses;
	struct progress progress;
	char name[64];			/* of what is read */
};

/* --- house-keeping, by the main thread --------------------------------------- */

static void
look_at_counters(struct crew *c, int64_t now)
{
	struct watch_notice notices[WATCH_KINDS];
	struct watch_sample s;
	struct counters set;
	size_t count;

	frontend_counters(c->f, &set);
	s = (struct watch_sample){
		.received = counters_find(&set, "kernel", "received"),
		.kernel_drops = counters_find(&set, "kernel", "ring_drops"),
		.interface_drops = counters_find(&set, "kernel",
		    "interface_drops"),
		.frames = counters_find(&set, "frames", "total"),
		.queries = counters_find(&set, "dns", "queries"),
		.responses = counters_find(&set, "dns", "responses"),
	};
	s.messages = s.queries + s.responses +
	    counters_find(&set, "dns", "other_opcodes") +
	    counters_find(&set, "dns", "duplicates");
	count = watch_look(c->watch, now, &s, notices);
	for (size_t i = 0; i < count; i++) {
		if (notices[i].over)
			log_info("%s", notices[i].text);
		else
			log_warnx("%s", notices[i].text);
	}
}

static void
show_progress(struct crew *c, int64_t now)
{
	struct progress_state s = { .name = c->name, .unit = "frames" };
	char text[PROGRESS_TEXT_SIZE];
	bool known = true;

	for (size_t i = 0; i < c->in->count; i++) {
		uint64_t total = c->readings[i].total;

		s.count += c->readings[i].frames;
		s.done += c->readings[i].done;
		s.total += total;
		known = known && total > 0;
	}
	if (!known)
		s.total = 0;
	progress_text(&c->progress, now, &s, text);
	log_status(text);
}

static void
housekeep(struct crew *c)
{
	int64_t now = timestamp_steady();

	frontend_housekeep(c->f);
	if (c->watch != NULL && now - c->watched_at >= WATCH_EVERY) {
		c->watched_at = now;
		look_at_counters(c, now);
	}
	if (c->progresses && progress_due(&c->progress, now))
		show_progress(c, now);
}

/* --- reading ------------------------------------------------------------------ */

static void
note_reading(struct reading *r, struct capture *c)
{
	struct byte_stream_position position = capture_position(c);
	struct capture_counters counters;

	capture_counters(c, &counters);
	r->frames = counters.received;
	r->done = position.done;
	r->total = position.total;
}

/* Read capture ${i} to its end; keep house meanwhile if nobody else does. */
static void
read_one(struct member *m, size_t i)
{
	struct crew *crew = m->crew;
	struct capture *c = crew->in->captures[i];
	enum capture_status status = CAPTURE_MORE;

	while (!frontend_stopping(crew->f) &&
	    (status == CAPTURE_MORE || status == CAPTURE_QUIET)) {
		status = worker_step(m->worker, c);
		if (crew->progresses)
			note_reading(&crew->readings[i], c);
		if (crew->workers == 1)
			housekeep(crew);
	}
	/* A signal may have ended a wait as a failure. */
	if (status != CAPTURE_FAILED || frontend_stopping(crew->f))
		return;
	pthread_mutex_lock(&crew->lock);
	input_explain(crew->in, c);
	pthread_mutex_unlock(&crew->lock);
}

static void *
work(void *arg)
{
	struct member *m = arg;
	struct crew *c = m->crew;

	if (c->in->live) {
		read_one(m, m->number);
	} else {
		size_t i;

		while (!frontend_stopping(c->f) &&
		    (i = atomic_fetch_add(&c->next, 1)) < c->in->count) {
			read_one(m, i);
			worker_leave(m->worker, c->in->captures[i]);
			capture_close(c->in->captures[i]);
			c->in->captures[i] = NULL;
		}
	}
	pthread_mutex_lock(&c->lock);
	c->running--;
	pthread_cond_signal(&c->ended);
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* Keep house until no member has work any more. */
static void
wait_for_members(struct crew *c)
{
	struct timespec until;

	pthread_mutex_lock(&c->lock);
	while (c->running > 0) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += HOUSEKEEP_MS * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&c->ended, &c->lock, &until);
		pthread_mutex_unlock(&c->lock);
		housekeep(c);
		pthread_mutex_lock(&c->lock);
	}
	pthread_mutex_unlock(&c->lock);
}

static int
run_threads(struct crew *c)
{
	unsigned started = 0;
	int error = 0;

	while (started < c->workers && error == 0) {
		struct member *m = &c->members[started];

		error = pthread_create(&m->thread, NULL, work, m);
		started += error == 0;
	}
	if (error != 0) {
		log_warnx("cannot start worker %u: %s", started,
		    strerror(error));
		pthread_mutex_lock(&c->lock);
		c->running -= c->workers - started;
		pthread_mutex_unlock(&c->lock);
		frontend_stop(c->f);
	}
	wait_for_members(c);
	for (unsigned i = 0; i < started; i++)
		pthread_join(c->members[i].thread, NULL);
	return error == 0 ? 0 : -1;
}

/* --- set-up ------------------------------------------------------------------- */

static void
free_crew(struct crew *c)
{
	for (unsigned i = 0; c->members != NULL && i < c->workers; i++)
		worker_free(c->members[i].worker);
	watch_free(c->watch);
	prefixes_free(c->forwarders);
	free(c->members);
	free(c->all);
	free(c->readings);
	pthread_cond_destroy(&c->ended);
	pthread_mutex_destroy(&c->lock);
}

static int
make_members(struct crew *c)
{
	const struct worker_options options = {
		.frontend = c->f,
		.sharing = c->in->live ? c->workers : 1,
		.forwarders = c->forwarders,
	};

	for (unsigned i = 0; i < c->workers; i++) {
		struct worker_options o = options;

		o.number = i;
		c->members[i] = (struct member){ .crew = c, .number = i };
		c->members[i].worker = c->all[i] = worker_new(&o);
		if (c->all[i] == NULL)
			return -1;
	}
	for (unsigned i = 0; i < c->workers; i++)
		worker_meet(c->all[i], c->all);
	return 0;
}

/* On a terminal, unless lines of ours would get in between. */
static bool
may_progress(const struct crew *c)
{
	return !c->in->live && isatty(STDERR_FILENO) &&
	    !(frontend_prints(c->f) && isatty(STDOUT_FILENO));
}

static void
name_input(struct crew *c)
{
	if (c->in->count == 1)
		snprintf(c->name, sizeof(c->name), "%s",
		    capture_name(c->in->captures[0]));
	else
		snprintf(c->name, sizeof(c->name), "%zu files", c->in->count);
}

static int
make_crew(struct crew *c)
{
	const struct config *config = frontend_config(c->f);
	int64_t now = timestamp_steady();

	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->ended, NULL);
	c->running = c->workers;
	c->members = calloc(c->workers, sizeof(*c->members));
	c->all = calloc(c->workers, sizeof(struct worker *));
	c->readings = calloc(c->in->count, sizeof(*c->readings));
	if ((c->progresses = may_progress(c)))
		name_input(c);
	c->progress = progress_start(now);
	c->watched_at = now;
	if (c->in->live)
		c->watch = watch_new(now, config_number(config, "quiet") *
		    TIMESTAMP_SECOND);
	if (c->members == NULL || c->all == NULL || c->readings == NULL ||
	    (c->in->live && c->watch == NULL) ||
	    rules_setup_netblocks(config, "forwarders", &c->forwarders) != 0 ||
	    make_members(c) != 0)
		return -1;
	return 0;
}

int
crew_run(struct frontend *f, struct input *in, unsigned workers)
{
	struct crew c = { .f = f, .in = in, .workers = workers };
	int status = make_crew(&c);

	if (status != 0) {
		log_warn("cannot start");
		goto done;
	}
	if (workers == 1)
		work(&c.members[0]);
	else
		status = run_threads(&c);
	log_status(NULL);
	/* Twice: the last segments of one may be messages for another. */
	for (int round = 0; round < 2; round++) {
		for (unsigned i = 0; i < workers; i++)
			worker_finish(c.all[i], in->live ? in->captures[i] :
			    NULL);
	}
done:
	free_crew(&c);
	return status == 0 && !in->failed ? 0 : -1;
}
