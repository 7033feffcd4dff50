#include "core/byte_stream.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/unpack.h"

#define ALIGN 4096
#define MAGIC_SIZE 6		/* what tells a format at most */
#define BLOCK BYTE_STREAM_BLOCK

struct byte_stream {
	int fd;
	bool regular;			/* a read does not wait */
	const char *name;
	uint64_t done, total;		/* octets of the file */
	uint8_t *memory, *block;	/* see the header */
	const uint8_t *at;
	uint8_t *end;
	size_t carry;			/* room before the block */
	uint64_t skip;			/* octets to come that are taken */
	bool told;			/* it is known what the file is */
	const struct unpack_format *format;	/* NULL: plain */
	void *state;
	uint8_t *packed;		/* a block of the file */
	size_t packed_at, packed_end;
	enum unpack_status status;
	bool full;			/* the last step used up the room */
	const char *reason;		/* why unpacking failed, or NULL */
	char error[512];
};

/* What the first octets say; a mask, as zstd has several. */
static const struct {
	uint8_t magic[MAGIC_SIZE], mask[MAGIC_SIZE];
	const struct unpack_format *format;
} formats[] = {
	{ { 0x1f, 0x8b, 8 }, { 0xff, 0xff, 0xff }, &unpack_gzip },
	{ { 0x28, 0xb5, 0x2f, 0xfd }, { 0xff, 0xff, 0xff, 0xff },
	    &unpack_zstd },
	{ { 0x50, 0x2a, 0x4d, 0x18 }, { 0xf0, 0xff, 0xff, 0xff },
	    &unpack_zstd },	/* a frame to be skipped */
	{ { 0xfd, '7', 'z', 'X', 'Z', 0 },
	    { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, &unpack_xz },
};

struct byte_stream *
byte_stream_new(int fd, const char *name, size_t most)
{
	struct byte_stream *s = calloc(1, sizeof(*s));
	struct stat st;

	if (s == NULL)
		return NULL;
	s->carry = (most + ALIGN - 1) / ALIGN * ALIGN;
	if ((s->memory = aligned_alloc(ALIGN, s->carry + BLOCK)) == NULL) {
		free(s);
		return NULL;
	}
	s->fd = fd;
	s->name = name;
	s->at = s->end = s->block = s->memory + s->carry;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		off_t here = lseek(fd, 0, SEEK_CUR);

		s->regular = true;
		if (here >= 0 && st.st_size > here)
			s->total = (uint64_t)(st.st_size - here);
	}
	return s;
}

struct cursor
byte_stream_waiting(const struct byte_stream *s)
{
	return cursor_over(s->at, s->told ? (size_t)(s->end - s->at) : 0);
}

void
byte_stream_take(struct byte_stream *s, uint64_t length)
{
	size_t waiting = s->told ? (size_t)(s->end - s->at) : 0;

	if (length > waiting) {
		s->skip += length - waiting;
		length = waiting;
	}
	s->at += length;
}

/* --- reading --------------------------------------------------------------- */

static enum byte_stream_status __attribute__((format(printf, 2, 3)))
fail(struct byte_stream *s, const char *format, ...)
{
	char text[400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	snprintf(s->error, sizeof(s->error), "%s: %s", s->name, text);
	return BYTE_STREAM_FAILED;
}

/* Is there something to read? */
static bool
await(const struct byte_stream *s, int timeout_ms)
{
	struct pollfd ready = { .fd = s->fd, .events = POLLIN };

	return s->regular || poll(&ready, 1, timeout_ms) > 0;
}

/* Read once, up to ${room} octets, to ${to}; how many is in ${retgot}. */
static enum byte_stream_status
read_once(struct byte_stream *s, uint8_t *to, size_t room, int timeout_ms,
    size_t *retgot)
{
	ssize_t got;

	if (!await(s, timeout_ms))
		return BYTE_STREAM_QUIET;
	got = read(s->fd, to, room);
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return BYTE_STREAM_QUIET;
	if (got < 0)
		return fail(s, "%s", strerror(errno));
	*retgot = (size_t)got;
	s->done += (uint64_t)got;
	return got > 0 ? BYTE_STREAM_MORE : BYTE_STREAM_END;
}

/* The room for what is read next; 0 if too much waits to be carried. */
static size_t
make_room(struct byte_stream *s)
{
	size_t waiting = (size_t)(s->end - s->at);
	size_t room = (size_t)(s->block + BLOCK - s->end);

	if (waiting == 0) {
		s->at = s->end = s->block;
		return BLOCK;
	}
	/* Small pieces, as from a pipe, go one after the other. */
	if (room >= BLOCK / 2 || waiting > s->carry)
		return room;
	memmove(s->block - waiting, s->at, waiting);
	s->at = s->block - waiting;
	s->end = s->block;
	return BLOCK;
}

/* --- unpacking ------------------------------------------------------------- */

/* What has been read is in ${format}: it goes to where packed octets go. */
static enum byte_stream_status
start_unpacking(struct byte_stream *s, const struct unpack_format *format)
{
	size_t length = (size_t)(s->end - s->at);

	if ((s->packed = aligned_alloc(ALIGN, BLOCK)) == NULL ||
	    (s->state = format->open()) == NULL)
		return fail(s, "out of memory");
	memcpy(s->packed, s->at, length);
	s->packed_end = length;
	s->at = s->end = s->block;
	s->format = format;
	s->status = UNPACK_INSIDE;
	return BYTE_STREAM_MORE;
}

/* Find out what the file is, with its first octets or ${whole} of it read. */
static enum byte_stream_status
tell_format(struct byte_stream *s, bool whole)
{
	size_t length = (size_t)(s->end - s->at);

	if (length < MAGIC_SIZE && !whole)
		return BYTE_STREAM_MORE;
	s->told = true;
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		size_t same = 0;

		while (same < MAGIC_SIZE && (formats[i].mask[same] == 0 ||
		    (same < length && (s->at[same] & formats[i].mask[same]) ==
		    formats[i].magic[same])))
			same++;
		if (same == MAGIC_SIZE)
			return start_unpacking(s, formats[i].format);
	}
	return whole && length == 0 ? BYTE_STREAM_END : BYTE_STREAM_MORE;
}

static enum byte_stream_status
broken(struct byte_stream *s)
{
	return fail(s, "the %s data cannot be read after %llu octets (%s)",
	    s->format->name, (unsigned long long)(s->done -
	    (s->packed_end - s->packed_at)), s->reason);
}

static enum byte_stream_status
unpack_once(struct byte_stream *s, size_t room)
{
	struct unpack_step step = {
		.in = s->packed + s->packed_at,
		.in_left = s->packed_end - s->packed_at,
		.out = s->end, .out_left = room,
	};

	s->status = s->format->step(s->state, &step);
	s->packed_at = s->packed_end - step.in_left;
	s->full = step.out_left == 0;
	if (s->status == UNPACK_FAILED) {
		s->reason = step.reason;
		/* What came out before waits to be taken first. */
		if (step.out == s->end)
			return broken(s);
	}
	s->end = step.out;
	return BYTE_STREAM_MORE;
}

static enum byte_stream_status
fill_packed(struct byte_stream *s, size_t room, int timeout_ms)
{
	bool waits = s->status == UNPACK_INSIDE && s->full;

	if (s->reason != NULL)
		return broken(s);
	if (s->packed_at == s->packed_end && !waits) {
		size_t got = 0;
		enum byte_stream_status status = read_once(s, s->packed,
		    BLOCK, timeout_ms, &got);

		if (status == BYTE_STREAM_END && s->status != UNPACK_WHOLE)
			return fail(s, "the %s data is cut off after %llu "
			    "octets", s->format->name,
			    (unsigned long long)s->done);
		if (status != BYTE_STREAM_MORE)
			return status;
		s->packed_at = 0;
		s->packed_end = got;
	}
	return unpack_once(s, room);
}

/* --- both ------------------------------------------------------------------ */

static enum byte_stream_status
fill_plain(struct byte_stream *s, size_t room, int timeout_ms)
{
	size_t got = 0;
	enum byte_stream_status status = read_once(s, s->end, room,
	    timeout_ms, &got);

	s->end += got;
	if (!s->told && (status == BYTE_STREAM_MORE ||
	    status == BYTE_STREAM_END))
		return tell_format(s, status == BYTE_STREAM_END);
	return status;
}

enum byte_stream_status
byte_stream_fill(struct byte_stream *s, int timeout_ms)
{
	enum byte_stream_status status;
	size_t room = make_room(s);

	if (room == 0)
		return fail(s, "more than %zu octets belong together",
		    s->carry);
	status = s->format != NULL ? fill_packed(s, room, timeout_ms) :
	    fill_plain(s, room, timeout_ms);
	if (s->skip > 0 && s->told) {
		uint64_t skip = s->skip;

		s->skip = 0;
		byte_stream_take(s, skip);
	}
	if (status == BYTE_STREAM_END && s->skip > 0)
		return fail(s, "%llu octets are missing",
		    (unsigned long long)s->skip);
	return status;
}

const char *
byte_stream_error(const struct byte_stream *s)
{
	return s->error;
}

struct byte_stream_position
byte_stream_position(const struct byte_stream *s)
{
	return (struct byte_stream_position){ s->done, s->total };
}

void
byte_stream_free(struct byte_stream *s)
{
	if (s == NULL)
		return;
	if (s->state != NULL)
		s->format->close(s->state);
	close(s->fd);
	free(s->packed);
	free(s->memory);
	free(s);
}
