#ifndef FOLLOWED_H
#define FOLLOWED_H

/*
 * followed - one log that grows and is rotated.
 *
 * What is known by its path changes; what is read is held open:
 *
 *	held: [ being read ] [ next ] ... [ newest ] <--stat-- path
 *
 * When the path leads to a file that is not held, its siblings (siblings.h)
 * that are newer than the newest held are taken as well, since there may
 * have been several rotations between two looks.
 *
 * A held file is read to its end, and left for the next one when it can be
 * trusted to have ended: a writer that was not told of the rotation yet
 * (logrotate's create) still appends to the renamed file, so it must have
 * been quiet for a while, and the next must have data; or there are two
 * newer ones.  No inode number is ever compared with that of a file that is
 * not held open: the system gives them out again at once.
 *
 * A file that was cut to nothing and written anew (copytruncate) is noticed
 * by its size, or by what stands at its start and before the place that was
 * read.  What was cut off before it was read is then read in the copy.
 */

#include <stdbool.h>
#include <stdint.h>

#include "log_input.h"

#define FOLLOWED_GRACE 2000000	/* microseconds of quiet before moving on */

struct frontend;

/* Where a log is begun whose position is not known. */
struct followed_begin {
	bool end;		/* with what comes; else with what it holds */
	int64_t after;		/* and with all of its rotated files that
				   changed after that time; INT64_MAX: none */
};

struct followed_options {
	struct frontend *frontend;	/* NULL: no positions are kept */
	const struct log_format *format;	/* NULL: told by the lines */
	const struct log_target *target;	/* borrowed, as the others */
	int64_t quiet;		/* microseconds without a line after which a
				   full file is said; 0: never */
};

/* What happened to the logs, all together. */
struct followed_counters {
	uint64_t rotations;	/* a log went on in another file */
	uint64_t copied;	/* a log was cut (copytruncate) */
	uint64_t skipped;	/* files found that were rotated unseen */
	uint64_t lost;		/* a position's file was not found again */
	uint64_t full;		/* logs full and silent now */
	uint64_t behind;	/* octets that are not read yet now */
};

struct followed;

/**
 * followed_new(path, begin, o, counters):
 * Return the log known by ${path} (copied), to be read from where its
 * position says; without one, from ${begin}.  That it does not exist yet is
 * said and is fine; then it will be read from its start.  Return NULL after
 * saying why if memory is short.
 */
struct followed *followed_new(const char *path, struct followed_begin begin,
    const struct followed_options *o, struct followed_counters *counters);

/**
 * followed_path(f):
 * Return its path.
 */
const char *followed_path(const struct followed *f);

/**
 * followed_step(f, now):
 * Look at the path, read some of what is new.  ${now} is timestamp_steady's.
 * Return true if there is more to read at once.
 */
bool followed_step(struct followed *f, int64_t now);

/**
 * followed_report(f, now):
 * Add to the counters how far behind its end the log is read, and whether it
 * is full and silent, which is also said once.
 */
void followed_report(struct followed *f, int64_t now);

/**
 * followed_finish(f):
 * Nothing more is read: put out what waits.
 */
void followed_finish(struct followed *f);

/**
 * followed_free(f):
 * Close what is held and free ${f}; NULL is fine.
 */
void followed_free(struct followed *f);

#endif /* !FOLLOWED_H */
