#ifndef FOLLOW_H
#define FOLLOW_H

/*
 * follow - several logs at once, for as long as they grow and rotate.
 *
 * Every log is looked at ten times a second, and at once when the system
 * says (inotify) that a file or its folder has changed; where it does not
 * say so, as on a network file system, only the wait is longer.
 */

#include <stdbool.h>
#include <stddef.h>

#include "log_input.h"

struct follow;
struct frontend;

/**
 * follow_open(paths, count, from_start):
 * Begin to follow the logs ${paths} (borrowed): what is in them already
 * counts only with ${from_start}.  Return NULL after saying why.
 */
struct follow *follow_open(char *const *paths, size_t count,
    bool from_start);

/**
 * follow_run(w, f, format, target):
 * Read until ${f} is to stop.  Return the status to exit with.
 */
int follow_run(struct follow *w, struct frontend *f,
    const struct log_format *format, const struct log_target *target);

/**
 * follow_free(w):
 * Close everything and free ${w}; NULL is fine.
 */
void follow_free(struct follow *w);

#endif /* !FOLLOW_H */
