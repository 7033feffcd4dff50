#include "crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "core/config.h"
#include "core/counters.h"
#include "core/log.h"
#include "core/timestamp.h"
#include "frontend/files_progress.h"
#include "frontend/frontend.h"
#include "frontend/workers.h"
#include "input.h"
#include "watch.h"
#include "worker.h"

#define WATCH_EVERY TIMESTAMP_SECOND

struct crew {
	struct frontend *f;
	struct input *in;
	unsigned workers;
	const struct prefixes *forwarders;
	struct worker **all;
	atomic_size_t next;		/* the file that nobody reads yet */
	pthread_mutex_t lock;		/* of what explains a failure */
	struct files_progress *progress;
	/* The main thread's. */
	struct watch *watch;
	int64_t watched_at;
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
housekeep(void *ctx)
{
	struct crew *c = ctx;
	int64_t now = timestamp_steady();

	frontend_housekeep(c->f);
	if (c->watch != NULL && now - c->watched_at >= WATCH_EVERY) {
		c->watched_at = now;
		look_at_counters(c, now);
	}
	files_progress_show(c->progress);
}

/* --- reading ------------------------------------------------------------------ */

static void
note_progress(struct crew *c, size_t i)
{
	struct capture_counters counters;

	if (c->progress == NULL)
		return;
	capture_counters(c->in->captures[i], &counters);
	files_progress_note(c->progress, i, counters.received,
	    capture_position(c->in->captures[i]));
}

/* Read capture ${i} to its end; keep house meanwhile if nobody else does. */
static void
read_one(struct crew *crew, struct worker *w, size_t i)
{
	struct capture *c = crew->in->captures[i];
	enum capture_status status = CAPTURE_MORE;

	while (!frontend_stopping(crew->f) &&
	    (status == CAPTURE_MORE || status == CAPTURE_QUIET)) {
		status = worker_step(w, c);
		note_progress(crew, i);
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

static void
work(void *ctx, unsigned number)
{
	struct crew *c = ctx;
	struct worker *w = c->all[number];
	size_t i;

	if (c->in->live) {
		read_one(c, w, number);
		return;
	}
	while (!frontend_stopping(c->f) &&
	    (i = atomic_fetch_add(&c->next, 1)) < c->in->count) {
		read_one(c, w, i);
		worker_leave(w, c->in->captures[i]);
		capture_close(c->in->captures[i]);
		c->in->captures[i] = NULL;
	}
}

/* --- set-up ------------------------------------------------------------------- */

static void
free_crew(struct crew *c)
{
	for (unsigned i = 0; c->all != NULL && i < c->workers; i++)
		worker_free(c->all[i]);
	files_progress_free(c->progress);
	watch_free(c->watch);
	free(c->all);
	pthread_mutex_destroy(&c->lock);
}

static int
make_workers(struct crew *c)
{
	const struct worker_options options = {
		.frontend = c->f,
		.sharing = c->in->live ? c->workers : 1,
		.forwarders = c->forwarders,
	};

	for (unsigned i = 0; i < c->workers; i++) {
		struct worker_options o = options;

		o.number = i;
		if ((c->all[i] = worker_new(&o)) == NULL)
			return -1;
	}
	for (unsigned i = 0; i < c->workers; i++)
		worker_meet(c->all[i], c->all);
	return 0;
}

/* Captures are files: how much there is to read is known. */
static void
make_progress(struct crew *c)
{
	c->progress = files_progress_new(c->f, c->in->count,
	    capture_name(c->in->captures[0]), "frames");
	for (size_t i = 0; i < c->in->count; i++)
		note_progress(c, i);
}

static int
make_crew(struct crew *c)
{
	const struct config *config = frontend_config(c->f);
	int64_t now = timestamp_steady();

	pthread_mutex_init(&c->lock, NULL);
	c->all = calloc(c->workers, sizeof(struct worker *));
	if (!c->in->live)
		make_progress(c);
	c->watched_at = now;
	if (c->in->live)
		c->watch = watch_new(now, config_number(config, "quiet") *
		    TIMESTAMP_SECOND);
	if (c->all == NULL ||
	    (c->in->live && c->watch == NULL) ||
	    make_workers(c) != 0)
		return -1;
	return 0;
}

int
crew_run(struct frontend *f, struct input *in, unsigned workers,
    const struct prefixes *forwarders)
{
	struct crew c = {
		.f = f, .in = in, .workers = workers, .forwarders = forwarders
	};
	int status = make_crew(&c);

	if (status != 0) {
		log_warn("cannot start");
		goto done;
	}
	status = workers_run(f, workers, work, housekeep, &c);
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
