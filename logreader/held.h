#ifndef HELD_H
#define HELD_H

/*
 * held - the files of one log that are open, the oldest first: the one being
 * read, and those that it was rotated to or goes on in.
 *
 *	[ being read ] [ next ] ... [ the path's own ]
 *
 * The path's own file may be copied and cut at any time, also while it waits
 * to be read; the copies are then found and take their places before it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "log_file.h"

#define HELD_MAX 64		/* files that may wait to be read */
#define HELD_KNOWN 16		/* files read before that are remembered */

/* The path's own file, if it is held, is the last one. */
struct held {
	const char *path;
	size_t count;
	struct log_file *file[HELD_MAX];
	int64_t after;		/* files that changed no later were read, or
				   are not to be; microseconds UTC */
	/* Files that were held, by their starts. */
	size_t known_count;
	struct held_known {
		size_t length;
		uint64_t hash;
	} known[HELD_KNOWN];
	/* The folder, as it was looked at last. */
	int64_t folder_changed;
	int64_t settles;	/* when its time tells of every later change */
	bool settled;		/* nothing new comes while it stays as it is */
};

/* What was added. */
struct held_found {
	size_t siblings;
	bool path;		/* the path's own file */
	int error;		/* errno of the path, 0 if it is there */
};

/**
 * held_begin(h, after):
 * Nothing is held yet.  Hold the siblings that changed after the time
 * ${after}, or none if that is INT64_MAX, and the path's own file.
 */
struct held_found held_begin(struct held *h, int64_t after);

/**
 * held_look(h, unread):
 * Hold what has come since: siblings newer than those held, and the path's
 * own file.  ${unread}: nothing was read of the first file held, so copies
 * may come before it as well.  One or two stat while nothing happens.
 */
struct held_found held_look(struct held *h, bool unread);

/**
 * held_find(h, p):
 * Nothing is held yet.  Hold the file of the position ${p}, wherever it is
 * now, and what is newer.  Return whether it was found.
 */
bool held_find(struct held *h, const struct log_position *p);

/**
 * held_copy(h, p):
 * The first file held was cut: read on in the copy of it that ${p} is a
 * position in.  If there is one, it takes the first place, before later copies
 * and the file itself; return whether.
 */
bool held_copy(struct held *h, const struct log_position *p);

/**
 * held_take(h):
 * Take the first file out, remembering it, and return it: the caller's.
 */
struct log_file *held_take(struct held *h);

/**
 * held_close(h):
 * Close all.
 */
void held_close(struct held *h);

#endif /* !HELD_H */
