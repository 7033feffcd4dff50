#ifndef WORKERS_H
#define WORKERS_H

/*
 * workers - threads that read input side by side, while the main thread keeps
 * house.  What they read and how is the front end's affair; here is how they
 * start and end.  One worker alone runs in the main thread.
 */

#include <stddef.h>

struct frontend;

/* What a worker does, from its first input to its last; it returns soon when
 * frontend_stopping.  One that is alone also keeps house, ten times a second
 * or more. */
typedef void workers_work(void *ctx, unsigned worker);

/* What the main thread does ten times a second while several work; calls
 * frontend_housekeep. */
typedef void workers_house(void *ctx);

/**
 * workers_parse(text):
 * Return what --workers says, or 0 if it is no number of workers.
 */
unsigned workers_parse(const char *text);

/**
 * workers_choose(asked, configured, files):
 * How many there is work for: so many as were ${asked} for (0: as the
 * configuration says), but no more than there are ${files}, and one at least.
 */
unsigned workers_choose(unsigned asked, long configured, size_t files);

/**
 * workers_run(f, count, work, house, ctx):
 * Let ${count} workers work, between frontend_enter and frontend_leave, and
 * wait until all have come to their end; then frontend_settle.
 * Return 0, or -1 if a thread could not be started, which has been said.
 */
int workers_run(struct frontend *f, unsigned count, workers_work *work,
    workers_house *house, void *ctx);

#endif /* !WORKERS_H */
