#ifndef FOLLOW_H
#define FOLLOW_H

/*
 * follow - several logs at once, for as long as they grow and rotate.
 *
 * A log is given by its path, or by a pattern (glob(7)) that is looked up
 * again and again, so that logs named by the day appear by themselves.
 *
 * Every log is looked at ten times a second, and at once when the system
 * says (inotify) that a file or its folder has changed; where it does not
 * say so, as on a network file system or when it has no more to give, only
 * the wait is longer.
 */

#include <stdbool.h>
#include <stddef.h>

#include "followed.h"
#include "log_input.h"

#define FOLLOW_MAX 1024		/* logs at once */

struct follow;
struct frontend;

/**
 * follow_open(paths, count, begin):
 * Check the logs and patterns ${paths} (borrowed), which are begun at
 * ${begin} where no position is known.  Return NULL after saying why if one
 * of them cannot be followed.
 */
struct follow *follow_open(char *const *paths, size_t count,
    struct followed_begin begin);

/**
 * follow_run(w, f, format, target):
 * Read until ${f} is to stop.  Return the status to exit with.
 */
int follow_run(struct follow *w, struct frontend *f,
    const struct log_format *format, const struct log_target *target);

/**
 * follow_free(w):
 * Close everything and free ${w}; NULL is fine.  After frontend_finish, which
 * needs the names of the logs.
 */
void follow_free(struct follow *w);

#endif /* !FOLLOW_H */
