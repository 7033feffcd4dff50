#ifndef FOLLOWED_H
#define FOLLOWED_H

/*
 * followed - one log that grows and is rotated.
 *
 * What is known by its path changes; what is read is held open:
 *
 *	path --stat--> the newest file, if it is not held yet: open it
 *
 *	held: [ being read ] [ next ] ... [ newest ]
 *
 * A held file is read to its end, and left for the next one when it can be
 * trusted to have ended: a writer that was not told of the rotation yet
 * (logrotate's create) still appends to the renamed file, so it must have
 * been quiet for a while, and the next must have data; or there are two
 * newer ones.  No inode number is ever compared with that of a file that is
 * not held open: the system gives them out again at once.
 *
 * A file that was cut to nothing and written anew (copytruncate) is noticed
 * by its size, by its first bytes, or by the lack of a LF where one was, and
 * read from its start.
 *
 * Several rotations between two looks lose the files in between: to find
 * them by their numbers (.1, .0) is the place of followed_look.
 */

#include <stdbool.h>
#include <stdint.h>

#include "log_input.h"

#define FOLLOWED_GRACE 2000000	/* microseconds of quiet before moving on */

struct followed;

/**
 * followed_new(path, from_start):
 * Return a log known by ${path} (borrowed), to be read from the end of what
 * it has now, or from the start.  That it does not exist yet is said and is
 * fine; then it will be read from its start.  Return NULL after saying why
 * if it is something that cannot be followed (a directory, a pipe) or
 * memory is short.
 */
struct followed *followed_new(const char *path, bool from_start);

/**
 * followed_input(f, in):
 * From now on lines go to ${in}, which ${f} then owns.
 */
void followed_input(struct followed *f, struct log_input *in);

/**
 * followed_step(f, now):
 * Look at the path, read some of what is new.  ${now} is timestamp_steady's.
 * Return true if there is more to read at once.
 */
bool followed_step(struct followed *f, int64_t now);

/**
 * followed_free(f):
 * Close what is held and free ${f}; NULL is fine.
 */
void followed_free(struct followed *f);

#endif /* !FOLLOWED_H */
