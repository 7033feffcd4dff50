#include "frontend/workers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/log.h"
#include "frontend/frontend.h"

#define HOUSEKEEP_MS 100

struct member {
	struct party *party;
	unsigned number;
	pthread_t thread;
};

struct party {
	struct frontend *frontend;
	workers_work *work;
	void *ctx;
	pthread_mutex_t lock;
	pthread_cond_t ended;
	unsigned running;	/* members with work; under the lock */
	struct member member[FRONTEND_WORKERS_MAX];
};

unsigned
workers_parse(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	return text[0] >= '0' && text[0] <= '9' && *end == '\0' &&
	    number <= FRONTEND_WORKERS_MAX ? (unsigned)number : 0;
}

unsigned
workers_choose(unsigned asked, long configured, size_t files)
{
	unsigned workers = asked > 0 ? asked : (unsigned)configured;

	if (workers > files)
		workers = (unsigned)files;
	return workers > 0 ? workers : 1;
}

/* Be that worker, from its first input to its last. */
static void
be_member(const struct party *p, unsigned number)
{
	frontend_enter(p->frontend, number);
	p->work(p->ctx, number);
	frontend_leave(p->frontend, number);
}

static void *
run_member(void *arg)
{
	struct member *m = arg;
	struct party *p = m->party;

	be_member(p, m->number);
	pthread_mutex_lock(&p->lock);
	p->running--;
	pthread_cond_signal(&p->ended);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* Keep house until no member has work any more. */
static void
wait_for_members(struct party *p, workers_house *house)
{
	struct timespec until;

	pthread_mutex_lock(&p->lock);
	while (p->running > 0) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += HOUSEKEEP_MS * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000;
		until.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&p->ended, &p->lock, &until);
		pthread_mutex_unlock(&p->lock);
		house(p->ctx);
		pthread_mutex_lock(&p->lock);
	}
	pthread_mutex_unlock(&p->lock);
}

/* Start ${count} members; return how many did start. */
static unsigned
start_members(struct party *p, unsigned count)
{
	unsigned started = 0;
	int error = 0;

	p->running = count;
	while (started < count && error == 0) {
		struct member *m = &p->member[started];

		*m = (struct member){ .party = p, .number = started };
		error = pthread_create(&m->thread, NULL, run_member, m);
		started += error == 0;
	}
	if (error == 0)
		return started;
	log_warnx("cannot start worker %u: %s", started, strerror(error));
	pthread_mutex_lock(&p->lock);
	p->running -= count - started;
	pthread_mutex_unlock(&p->lock);
	return started;
}

int
workers_run(struct frontend *f, unsigned count, workers_work *work,
    workers_house *house, void *ctx)
{
	struct party p = { .frontend = f, .work = work, .ctx = ctx };
	unsigned started;

	if (count == 1) {
		be_member(&p, 0);
		frontend_settle(f);
		return 0;
	}
	pthread_mutex_init(&p.lock, NULL);
	pthread_cond_init(&p.ended, NULL);
	if ((started = start_members(&p, count)) < count)
		frontend_stop(f);
	wait_for_members(&p, house);
	for (unsigned i = 0; i < started; i++)
		pthread_join(p.member[i].thread, NULL);
	pthread_cond_destroy(&p.ended);
	pthread_mutex_destroy(&p.lock);
	frontend_settle(f);
	return started == count ? 0 : -1;
}
