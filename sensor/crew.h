#ifndef CREW_H
#define CREW_H

/*
 * crew - the workers, side by side until the input ends: of an interface each
 * has a ring of its own, of files each takes the next one that nobody reads.
 *
 * One worker runs in the main thread; several have threads of their own, while
 * the main thread keeps house: counters, heartbeat, warnings, progress.
 */

#include <stdbool.h>
#include <stddef.h>

struct frontend;
struct input;
struct prefixes;

/**
 * crew_run(f, in, workers, forwarders):
 * Let ${workers} workers read ${in} until it ends, fails, or somebody wants
 * the end; then close what was read.  ${forwarders}, NULL for all, is borrowed
 * meanwhile.  Return 0, or -1 if something went wrong, which has been said.
 */
int crew_run(struct frontend *f, struct input *in, unsigned workers,
    const struct prefixes *forwarders);

#endif /* !CREW_H */
