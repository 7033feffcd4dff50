#ifndef BYTE_STREAM_H
#define BYTE_STREAM_H

/*
 * byte_stream - a file or pipe read from its start to its end, plain or
 * compressed (gzip, zstd, xz: told by the first octets).
 *
 *	     carried     block
 *	+--------------+----------------------------------+
 *	|      ....xxxx|xxxxxxxxxxxxxxxxxxxxxxx            |
 *	+--------------+----------------------------------+
 *	           ^at                        ^end
 *
 * What waits lies in one piece.  Plain content is read straight into the
 * block; when that is full, what has not been taken is carried to just before
 * it, so that only rests of records are ever copied.
 *
 * All memory is had when it is made, but for what a compressed file needs,
 * which is had with its first octets: about 128 MiB at most.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/cursor.h"

#define BYTE_STREAM_BLOCK ((size_t)256 * 1024)

enum byte_stream_status {
	BYTE_STREAM_MORE,	/* go on: more may have come */
	BYTE_STREAM_QUIET,	/* nothing came in time */
	BYTE_STREAM_END,	/* all has been read */
	BYTE_STREAM_FAILED	/* byte_stream_error says why */
};

/* How far it has been read, in octets of the file as it is. */
struct byte_stream_position {
	uint64_t done;
	uint64_t total;		/* 0: nobody knows, as with a pipe */
};

struct byte_stream;

/**
 * byte_stream_new(fd, name, most):
 * Return a stream over ${fd}, which it closes at its end, or NULL if memory
 * is short: then ${fd} is still the caller's.  Nothing is read yet.  Errors
 * call it ${name}, which is borrowed.  Up to ${most} octets may be left
 * waiting when it is filled again.
 */
struct byte_stream *byte_stream_new(int fd, const char *name, size_t most);

/**
 * byte_stream_waiting(s):
 * Return a cursor over what has been read and not taken; valid until the next
 * byte_stream_fill.
 */
struct cursor byte_stream_waiting(const struct byte_stream *s);

/**
 * byte_stream_take(s, length):
 * The next ${length} octets are done with, whether or not they have been read
 * yet.
 */
void byte_stream_take(struct byte_stream *s, uint64_t length);

/**
 * byte_stream_fill(s, timeout_ms):
 * Read once, and unpack what that gives, so that more waits; possibly not
 * much more.  From a pipe what has come is given at once; if nothing has,
 * wait for at most ${timeout_ms} (or until a signal comes).  What was read
 * before a failure waits before the failure is told.
 */
enum byte_stream_status byte_stream_fill(struct byte_stream *s,
    int timeout_ms);

/**
 * byte_stream_error(s), byte_stream_position(s):
 * One sentence about the failure, with the name; how far it has come.
 */
const char *byte_stream_error(const struct byte_stream *s);
struct byte_stream_position byte_stream_position(const struct byte_stream *s);

/**
 * byte_stream_free(s):
 * Close and free; NULL is fine.
 */
void byte_stream_free(struct byte_stream *s);

#endif /* !BYTE_STREAM_H */
