#include "frontend/rules_reload.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "core/counters.h"
#include "core/log.h"
#include "core/timestamp.h"
#include "frontend/rules_setup.h"
#include "frontend/rules_swap.h"

#define LISTEN_MS 100		/* how often to see whether we are asked */
#define LOOK_EVERY (TIMESTAMP_SECOND / 2)
/* A changed file is read when it has been quiet for so long: a moment for what
 * took its place, as others may be replaced too; longer for what was written,
 * as more may come.  But one is not put off for ever. */
#define QUIET_REPLACED TIMESTAMP_SECOND
#define QUIET_WRITTEN (3 * TIMESTAMP_SECOND)
#define PATIENCE (10 * TIMESTAMP_SECOND)
#define NICE 10			/* packets and lines come first */

struct rules_reload {
	struct rules_setup *setup;
	struct rules_swap *swap;
	atomic_bool *asked;
	pthread_t thread;
	bool started;
	pthread_mutex_t lock;		/* for stopping */
	pthread_cond_t stopped;
	bool stopping;
	atomic_uint_fast64_t generation, names, reloads, refused;
	/* The thread's own: a change that is not read yet. */
	int64_t looked_at;
	int64_t first_change, last_change;	/* 0: none */
	int64_t quiet;
};

/* --- reading again --------------------------------------------------------- */

static uint64_t
names_in(const struct rules *rules)
{
	return rules_size(rules).names;
}

/* Make new rules and let everyone have them, or say why not. */
static void
reload(struct rules_reload *r)
{
	struct rules *rules = rules_setup_again(r->setup), *former;
	uint64_t before = atomic_load(&r->names);

	r->first_change = r->last_change = 0;
	if (rules == NULL) {
		atomic_fetch_add(&r->refused, 1);
		log_warnx("lists: kept the former ones, generation %" PRIu64,
		    atomic_load(&r->generation));
		return;
	}
	r->setup->rules = rules;
	former = rules_swap_put(r->swap, rules);
	allow_setup_tell(former);
	rules_free(former);
	rules_setup_forget(r->setup);
	atomic_store(&r->names, names_in(rules));
	atomic_store(&r->generation, rules_generation(rules));
	atomic_fetch_add(&r->reloads, 1);
	log_info("lists: generation %" PRIu64 ": %" PRIu64 " names, %" PRIu64
	    " before", rules_generation(rules), names_in(rules), before);
}

/* Somebody wants a reload: what can't be done is worth a word. */
static void
reload_all(struct rules_reload *r)
{
	for (size_t i = 0; i < r->setup->count; i++) {
		if (r->setup->source[i].once)
			log_info("list %s was read once, and stays as it was",
			    r->setup->source[i].path);
	}
	/* What has changed until now is about to be read. */
	(void)rules_setup_look(r->setup);
	reload(r);
}

/* --- when ------------------------------------------------------------------ */

/* Look at the files; has what changed been quiet for long enough? */
static bool
look(struct rules_reload *r, int64_t now)
{
	enum list_source_change change = rules_setup_look(r->setup);
	int64_t quiet = change == LIST_SOURCE_WRITTEN ? QUIET_WRITTEN :
	    QUIET_REPLACED;

	r->looked_at = now;
	if (change != LIST_SOURCE_SAME) {
		if (r->first_change == 0) {
			r->first_change = now;
			r->quiet = 0;
		}
		r->last_change = now;
		r->quiet = quiet > r->quiet ? quiet : r->quiet;
	}
	return r->first_change != 0 && (now - r->last_change >= r->quiet ||
	    now - r->first_change >= PATIENCE);
}

/* Wait a little; true when it is time to stop. */
static bool
wait_for_stop(struct rules_reload *r)
{
	struct timespec until;
	bool stopping;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += LISTEN_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&r->lock);
	if (!r->stopping)
		pthread_cond_timedwait(&r->stopped, &r->lock, &until);
	stopping = r->stopping;
	pthread_mutex_unlock(&r->lock);
	return stopping;
}

static void *
run(void *arg)
{
	struct rules_reload *r = arg;

	/* Of this thread alone, on Linux. */
	(void)setpriority(PRIO_PROCESS, 0, NICE);
	rules_setup_try(r->setup);
	while (!wait_for_stop(r)) {
		int64_t now = timestamp_steady();

		if (atomic_exchange(r->asked, false))
			reload_all(r);
		else if (now - r->looked_at >= LOOK_EVERY && look(r, now))
			reload(r);
	}
	return NULL;
}

/* --- from outside ---------------------------------------------------------- */

struct rules_reload *
rules_reload_start(struct rules_setup *setup, struct rules_swap *swap,
    atomic_bool *asked)
{
	struct rules_reload *r = calloc(1, sizeof(*r));
	int error;

	if (r == NULL) {
		log_warn("cannot watch the lists");
		return NULL;
	}
	r->setup = setup;
	r->swap = swap;
	r->asked = asked;
	atomic_init(&r->generation, rules_generation(setup->rules));
	atomic_init(&r->names, names_in(setup->rules));
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->stopped, NULL);
	error = pthread_create(&r->thread, NULL, run, r);
	r->started = error == 0;
	if (r->started)
		return r;
	log_warnx("cannot watch the lists: %s", strerror(error));
	rules_reload_free(r);
	return NULL;
}

void
rules_reload_count(struct rules_reload *r, struct counters *c)
{
	counters_always(c, "lists", "generation", atomic_load(&r->generation));
	counters_always(c, "lists", "reloads", atomic_load(&r->reloads));
	counters_always(c, "lists", "refused", atomic_load(&r->refused));
}

uint64_t
rules_reload_generation(struct rules_reload *r)
{
	return atomic_load(&r->generation);
}

uint64_t
rules_reload_names(struct rules_reload *r)
{
	return atomic_load(&r->names);
}

void
rules_reload_stop(struct rules_reload *r)
{
	if (r == NULL || !r->started)
		return;
	r->started = false;
	pthread_mutex_lock(&r->lock);
	r->stopping = true;
	pthread_cond_signal(&r->stopped);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->thread, NULL);
}

void
rules_reload_free(struct rules_reload *r)
{
	if (r == NULL)
		return;
	pthread_cond_destroy(&r->stopped);
	pthread_mutex_destroy(&r->lock);
	free(r);
}
