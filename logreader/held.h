#ifndef HELD_H
#define HELD_H

/*
 * held - the files of one log that are open, the oldest first: the one being
 * read, and those that it was rotated to or goes on in.
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
	/* Files that were held, by their starts. */
	size_t known_count;
	struct held_known {
		size_t length;
		uint64_t hash;
	} known[HELD_KNOWN];
};

/**
 * held_gather(h, after):
 * Hold the siblings that are newer than the newest file held, or, if none is,
 * that changed after the time ${after}; then the path's own file, if it is
 * not held.  Return how many were added; errno tells of the path, 0 if it is
 * there.
 */
size_t held_gather(struct held *h, int64_t after);

/**
 * held_find(h, p):
 * Hold, before all others, the file of the position ${p}, wherever it is now.
 * Return whether it was found.
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
