#ifndef LINE_READER_H
#define LINE_READER_H

/*
 * line_reader - complete lines out of a stream of bytes.
 *
 *	     carried  block
 *	+-----------+----------------------------------+
 *	|    ....xxx|xxxxLF xxxxxxxLF xxxxxLF xxxx      |
 *	+-----------+----------------------------------+
 *	      ^start           ^at               ^end
 *
 * Reads always go to the start of the block, large and aligned.  The
 * unfinished line at the end of one block is carried to just before the
 * next, so every line lies in one piece, and only those are copied.
 *
 * A line ends in LF; a CR before it is dropped.  Without its LF a line is
 * not given out: a cut line can look like a whole one.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/cursor.h"

#define LINE_READER_LINE 8192	/* longest line that is given out */
#define LINE_READER_BLOCK (256 * 1024)

struct byte_stream;
struct line_reader;

/**
 * line_reader_new():
 * Return an empty reader, or NULL if memory is short.
 */
struct line_reader *line_reader_new(void);

/**
 * line_reader_fill(r, fd):
 * Read once from ${fd}.  All lines must have been taken before.  Return the
 * bytes read, 0 at the end of the file, or -1 with errno set.
 */
ssize_t line_reader_fill(struct line_reader *r, int fd);

/**
 * line_reader_show(r, bytes):
 * The same for bytes that somebody else reads (borrowed), as they wait in a
 * byte_stream: ${bytes} begins with what was left of those shown before.
 */
void line_reader_show(struct line_reader *r, struct cursor bytes);

/**
 * line_reader_rest(r), line_reader_step(r, to):
 * What is left to be taken, for who finds the ends of lines on his own; all
 * before ${to}, the start of a line in it, has been.
 */
struct cursor line_reader_rest(const struct line_reader *r);
void line_reader_step(struct line_reader *r, const uint8_t *to);

/**
 * line_reader_fill_from(r, s):
 * The same from ${s}, which unpacks: -1 means that byte_stream_error tells
 * why.
 */
ssize_t line_reader_fill_from(struct line_reader *r, struct byte_stream *s);

/**
 * line_reader_next(r, ret, retlength):
 * Take the next complete line, without its end, borrowed until the next
 * line_reader_fill.  Return false if there is none yet.  Lines that are too
 * long are stepped over and counted.
 */
bool line_reader_next(struct line_reader *r, const char **ret,
    size_t *retlength);

/**
 * line_reader_unfinished(r):
 * Return how many bytes of an unfinished line wait.
 */
size_t line_reader_unfinished(const struct line_reader *r);

/**
 * line_reader_taken(r), line_reader_read(r):
 * Where in the file the line that was taken last ends; where the next octets
 * to be read are.
 */
uint64_t line_reader_taken(const struct line_reader *r);
uint64_t line_reader_read(const struct line_reader *r);

/**
 * line_reader_tail(r, most, ret):
 * Point ${ret} at the octets read last, at most ${most}, and return how many.
 */
size_t line_reader_tail(const struct line_reader *r, size_t most,
    const char **ret);

/**
 * line_reader_seek(r, offset):
 * What is read next begins at ${offset} of its file.
 */
void line_reader_seek(struct line_reader *r, uint64_t offset);

/**
 * line_reader_restart(r):
 * What is read next does not continue what was read before, but is the start
 * of a file: forget the unfinished line.  Return whether there was one.
 */
bool line_reader_restart(struct line_reader *r);

/**
 * line_reader_long(r):
 * Return how many lines were too long since the last call.
 */
uint64_t line_reader_long(struct line_reader *r);

/**
 * line_reader_free(r):
 * Free ${r}; NULL is fine.
 */
void line_reader_free(struct line_reader *r);

#endif /* !LINE_READER_H */
