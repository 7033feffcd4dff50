#include "line_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/byte_stream.h"

/* Room before the block for the longest unfinished line, its CR included. */
#define CARRY (LINE_READER_LINE + 4096)
#define ALIGN 4096

struct line_reader {
	const char *at;		/* next byte to look at */
	const char *end;	/* one past the last byte read */
	uint64_t offset;	/* of that place, in the file */
	bool skipping;		/* inside a line that is too long */
	uint64_t skipped;	/* bytes of it so far */
	uint64_t too_long;
	char *block;
	char *memory;
};

struct line_reader *
line_reader_new(void)
{
	struct line_reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->memory = aligned_alloc(ALIGN, CARRY + LINE_READER_BLOCK);
	if (r->memory == NULL) {
		free(r);
		return NULL;
	}
	r->block = r->memory + CARRY;
	r->at = r->end = r->block;
	return r;
}

/* Carry the unfinished line to before the block. */
static void
carry(struct line_reader *r)
{
	size_t waiting = (size_t)(r->end - r->at);

	/* line_reader_next leaves at most LINE_READER_LINE + 1 bytes. */
	memmove(r->block - waiting, r->at, waiting);
	r->at = r->block - waiting;
	r->end = r->block;
}

ssize_t
line_reader_fill(struct line_reader *r, int fd)
{
	ssize_t got;

	carry(r);
	do {
		got = read(fd, r->block, LINE_READER_BLOCK);
	} while (got < 0 && errno == EINTR);
	if (got > 0) {
		r->end += got;
		r->offset += (uint64_t)got;
	}
	return got;
}

void
line_reader_show(struct line_reader *r, struct cursor bytes)
{
	r->at = (const char *)bytes.at;
	r->end = r->at + cursor_left(&bytes);
}

/* Inside a line that is too long no line starts. */
struct cursor
line_reader_rest(const struct line_reader *r)
{
	return cursor_over(r->at, r->skipping ? 0 : (size_t)(r->end - r->at));
}

void
line_reader_step(struct line_reader *r, const uint8_t *to)
{
	r->at = (const char *)to;
}

ssize_t
line_reader_fill_from(struct line_reader *r, struct byte_stream *s)
{
	struct cursor c = byte_stream_waiting(s);
	size_t length;

	carry(r);
	while (cursor_left(&c) == 0) {
		switch (byte_stream_fill(s, 0)) {
		case BYTE_STREAM_FAILED:
			return -1;
		case BYTE_STREAM_END:
			c = byte_stream_waiting(s);
			if (cursor_left(&c) == 0)
				return 0;
			break;
		case BYTE_STREAM_MORE:
		case BYTE_STREAM_QUIET:
			c = byte_stream_waiting(s);
			break;
		}
	}
	length = cursor_left(&c) < LINE_READER_BLOCK ? cursor_left(&c) :
	    LINE_READER_BLOCK;
	memcpy(r->block, cursor_take(&c, length), length);
	byte_stream_take(s, length);
	r->end += length;
	r->offset += length;
	return (ssize_t)length;
}

/* There is no LF in what is left: drop it if it is too long already. */
static void
end_of_block(struct line_reader *r)
{
	size_t left = (size_t)(r->end - r->at);

	if (r->skipping || left > LINE_READER_LINE + 1) {
		r->skipped += left;
		r->skipping = true;
		r->at = r->end;
	}
}

bool
line_reader_next(struct line_reader *r, const char **ret, size_t *retlength)
{
	for (;;) {
		const char *line = r->at, *lf = line == r->end ? NULL :
		    memchr(line, '\n', (size_t)(r->end - line));
		size_t n;

		if (lf == NULL) {
			end_of_block(r);
			return false;
		}
		r->at = lf + 1;
		n = (size_t)(lf - line);
		if (n > 0 && lf[-1] == '\r')
			n--;
		if (r->skipping || n > LINE_READER_LINE) {
			r->too_long++;
			r->skipping = false;
			r->skipped = 0;
			continue;
		}
		*ret = line;
		*retlength = n;
		return true;
	}
}

size_t
line_reader_unfinished(const struct line_reader *r)
{
	return r->skipped + (size_t)(r->end - r->at);
}

uint64_t
line_reader_taken(const struct line_reader *r)
{
	return r->offset - line_reader_unfinished(r);
}

uint64_t
line_reader_read(const struct line_reader *r)
{
	return r->offset;
}

size_t
line_reader_tail(const struct line_reader *r, size_t most, const char **ret)
{
	size_t length = (size_t)(r->end - r->block);

	if (length > most)
		length = most;
	*ret = r->end - length;
	return length;
}

void
line_reader_seek(struct line_reader *r, uint64_t offset)
{
	(void)line_reader_restart(r);
	r->offset = offset;
}

bool
line_reader_restart(struct line_reader *r)
{
	bool unfinished = line_reader_unfinished(r) > 0;

	r->at = r->end = r->block;
	r->skipping = false;
	r->skipped = 0;
	r->offset = 0;
	return unfinished;
}

uint64_t
line_reader_long(struct line_reader *r)
{
	uint64_t n = r->too_long;

	r->too_long = 0;
	return n;
}

void
line_reader_free(struct line_reader *r)
{
	if (r == NULL)
		return;
	free(r->memory);
	free(r);
}
