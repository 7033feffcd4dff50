/*
 * A file out of the input, read twice: from a file on disk, as it comes, and
 * through a pipe in pieces whose sizes the first octets choose, taken in small
 * amounts.  Both readings must give the same octets and end alike (before
 * damage, how many there are depends on how a library is fed); plain content
 * must come as it is.
 */

#include "core/byte_stream.h"

#include <sys/mman.h>
#include <unistd.h>

#include "fuzzing.h"

#define MOST ((size_t)32 * 1024)
#define OUT_MAX ((size_t)1 << 20)	/* a small file may hold a lot */
#define PIPE_PIECE 4096

struct reading {
	uint8_t octets[OUT_MAX + BYTE_STREAM_BLOCK + MOST];
	size_t length;
	enum byte_stream_status status;
	char error[512];
};

static struct reading whole, pieces;

/* Take what waits, but for ${leave} octets. */
static void
take(struct byte_stream *s, struct reading *r, size_t leave)
{
	struct cursor c = byte_stream_waiting(s);
	size_t n = cursor_left(&c) > leave ? cursor_left(&c) - leave : 0;

	PROMISE(r->length + n <= sizeof(r->octets));
	memcpy(r->octets + r->length, c.at, n);
	r->length += n;
	byte_stream_take(s, n);
}

static void
note_end(struct byte_stream *s, struct reading *r)
{
	take(s, r, 0);
	r->error[0] = '\0';
	if (r->status == BYTE_STREAM_FAILED)
		snprintf(r->error, sizeof(r->error), "%s",
		    byte_stream_error(s));
	byte_stream_free(s);
}

static void
read_whole(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct byte_stream *s;

	PROMISE(fd >= 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
	s = byte_stream_new(fd, "file", MOST);
	PROMISE(s != NULL);
	whole.length = 0;
	do {
		whole.status = byte_stream_fill(s, 0);
		PROMISE(whole.status != BYTE_STREAM_QUIET);
		take(s, &whole, 0);
	} while (whole.status == BYTE_STREAM_MORE && whole.length < OUT_MAX);
	PROMISE(byte_stream_position(s).done <= size);
	PROMISE(byte_stream_position(s).total == size);
	note_end(s, &whole);
}

static void
read_pieces(const uint8_t *data, size_t size, size_t piece, size_t leave)
{
	struct byte_stream *s;
	size_t at = 0;
	int fds[2];

	PROMISE(pipe(fds) == 0);
	s = byte_stream_new(fds[0], "file", MOST);
	PROMISE(s != NULL);
	pieces.length = 0;
	do {
		size_t n = size - at < piece ? size - at : piece;

		if (n > 0) {
			PROMISE(write(fds[1], data + at, n) == (ssize_t)n);
			at += n;
		} else if (fds[1] >= 0) {
			close(fds[1]);
			fds[1] = -1;
		}
		do {
			pieces.status = byte_stream_fill(s, 0);
			take(s, &pieces, leave);
		} while (pieces.status == BYTE_STREAM_MORE &&
		    pieces.length < OUT_MAX);
		PROMISE(pieces.status != BYTE_STREAM_QUIET || fds[1] >= 0);
	} while (pieces.status == BYTE_STREAM_QUIET);
	if (fds[1] >= 0)
		close(fds[1]);
	note_end(s, &pieces);
}

/* Could this be something else than plain? */
static bool
marked(const uint8_t *data, size_t size)
{
	return size >= 3 && ((data[0] == 0x1f && data[1] == 0x8b) ||
	    (data[1] == 0xb5 && data[2] == 0x2f) ||
	    (data[1] == 0x2a && data[2] == 0x4d) ||
	    (data[1] == '7' && data[2] == 'z'));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = cursor_over(data, size);
	size_t piece = cursor_u8(&c) * (size_t)16 + 1;
	size_t leave = cursor_u8(&c) * (size_t)100;
	size_t length = cursor_left(&c);
	const uint8_t *file = cursor_take(&c, length);
	size_t same;

	if (length == 0)
		return 0;
	read_whole(file, length);
	read_pieces(file, length, piece < PIPE_PIECE ? piece : PIPE_PIECE,
	    leave);
	same = whole.length < pieces.length ? whole.length : pieces.length;
	PROMISE(memcmp(whole.octets, pieces.octets, same) == 0);
	if (same < OUT_MAX) {
		PROMISE(whole.status == pieces.status);
		PROMISE(whole.length == pieces.length ||
		    whole.status == BYTE_STREAM_FAILED);
	}
	if (!marked(file, length))
		PROMISE(whole.status == BYTE_STREAM_END &&
		    whole.length == length &&
		    memcmp(whole.octets, file, length) == 0);
	return 0;
}
