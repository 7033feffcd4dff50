#include "log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/byte_stream.h"
#include "core/log.h"
#include "line_reader.h"
#include "match/name_hash.h"

struct log_file {
	int fd;				/* the stream's, if there is one */
	char *path;			/* as it was opened, for messages */
	dev_t device;
	ino_t inode;
	struct byte_stream *stream;	/* NULL: it is not compressed */
	bool begun;			/* log_file_seek was called */
	bool failed;			/* the stream did, which was said */
	/* What was read: the file itself may say something else by now. */
	uint64_t read;			/* octets of the text */
	size_t head_length, tail_length;
	char head[LOG_POSITION_HEAD];	/* the first of them */
	char tail[LOG_POSITION_TAIL];	/* the last of them */
	int64_t changed;		/* when that was seen to stand there */
};

struct log_file *
log_file_open(const char *path, bool packed)
{
	struct log_file *f = calloc(1, sizeof(*f));
	struct stat st;
	int error;

	if (f == NULL)
		return NULL;
	f->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (f->fd < 0 || fstat(f->fd, &st) != 0)
		goto err;
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : ESPIPE;
		goto err;
	}
	f->device = st.st_dev;
	f->inode = st.st_ino;
	if ((f->path = strdup(path)) == NULL)
		goto err;
	if (packed && (f->stream = byte_stream_new(f->fd, f->path,
	    LOG_POSITION_HEAD)) == NULL)
		goto err;
	return f;
err:
	error = errno;
	log_file_close(f);
	errno = error;
	return NULL;
}

bool
log_file_same(const struct log_file *f, dev_t device, ino_t inode)
{
	return f->device == device && f->inode == inode;
}

uint64_t
log_file_size(const struct log_file *f)
{
	struct stat st;

	return fstat(f->fd, &st) == 0 && st.st_size > 0 ?
	    (uint64_t)st.st_size : 0;
}

int64_t
log_file_changed(const struct log_file *f)
{
	struct stat st;

	if (fstat(f->fd, &st) != 0)
		return 0;
	return (int64_t)st.st_mtim.tv_sec * 1000000 +
	    st.st_mtim.tv_nsec / 1000;
}

bool
log_file_packed(const struct log_file *f)
{
	return f->stream != NULL;
}

size_t
log_file_octets(const struct log_file *f, char *buf, size_t length,
    uint64_t offset)
{
	ssize_t got = pread(f->fd, buf, length, (off_t)offset);

	return got > 0 ? (size_t)got : 0;
}

/* --- how it is known ------------------------------------------------------- */

/* The first octets of a compressed file, from which nothing was taken yet. */
static size_t
peek_stream(struct log_file *f, char *buf, size_t length)
{
	struct cursor c = byte_stream_waiting(f->stream);
	enum byte_stream_status status = BYTE_STREAM_MORE;

	while (cursor_left(&c) < length && status == BYTE_STREAM_MORE) {
		status = byte_stream_fill(f->stream, 0);
		c = byte_stream_waiting(f->stream);
	}
	if (cursor_left(&c) < length)
		length = cursor_left(&c);
	memcpy(buf, cursor_take(&c, length), length);
	return length;
}

/* The first octets of the text: as they were read, else as they are. */
static size_t
first_octets(struct log_file *f, char *buf, size_t length)
{
	if (f->begun && (f->stream != NULL || f->head_length > 0)) {
		if (length > f->head_length)
			length = f->head_length;
		memcpy(buf, f->head, length);
		return length;
	}
	return f->stream != NULL ? peek_stream(f, buf, length) :
	    log_file_octets(f, buf, length, 0);
}

size_t
log_file_head(struct log_file *f, size_t length, uint64_t *rethash)
{
	char octets[LOG_POSITION_HEAD];

	length = first_octets(f, octets, length);
	*rethash = name_hash(octets, length);
	return length;
}

/* Does the text have ${known} at ${offset} now? */
static bool
stands(const struct log_file *f, const char *known, size_t length,
    uint64_t offset)
{
	char now[LOG_POSITION_HEAD];

	return log_file_octets(f, now, length, offset) == length &&
	    memcmp(now, known, length) == 0;
}

bool
log_file_cut(struct log_file *f)
{
	int64_t changed;

	if (f->stream != NULL)
		return false;
	if (log_file_size(f) < f->read)
		return true;
	if ((changed = log_file_changed(f)) == f->changed)
		return false;
	if (!stands(f, f->head, f->head_length, 0) ||
	    !stands(f, f->tail, f->tail_length, f->read - f->tail_length))
		return true;
	f->changed = changed;
	return false;
}

/* The octets before ${begin}, as a hash; return how many. */
static size_t
hash_tail(const struct log_file *f, uint64_t begin, uint64_t *rethash)
{
	char octets[LOG_POSITION_TAIL];
	size_t length = begin < sizeof(octets) ? (size_t)begin :
	    sizeof(octets);

	if (f->stream != NULL || log_file_octets(f, octets, length,
	    begin - length) != length)
		return 0;
	/* It may have been cut and written anew. */
	if (!stands(f, f->head, f->head_length, 0))
		return 0;
	*rethash = name_hash(octets, length);
	return length;
}

void
log_file_mark(const struct log_file *f, struct log_position *p)
{
	p->changed = log_file_changed(f);
	p->device = f->device;
	p->inode = f->inode;
	p->head_length = f->head_length;
	p->head = name_hash(f->head, f->head_length);
	p->tail_length = hash_tail(f, p->begin, &p->tail);
}

bool
log_file_is(struct log_file *f, const struct log_position *p)
{
	char octets[LOG_POSITION_TAIL];
	uint64_t hash;

	if (p->head_length == 0)
		return log_file_same(f, p->device, p->inode) && p->begin == 0;
	if (log_file_head(f, p->head_length, &hash) != p->head_length ||
	    hash != p->head)
		return false;
	if (f->stream != NULL)
		return true;
	return log_file_size(f) >= p->begin && (p->tail_length == 0 ||
	    (log_file_octets(f, octets, p->tail_length, p->begin -
	    p->tail_length) == p->tail_length &&
	    name_hash(octets, p->tail_length) == p->tail));
}

bool
log_file_starts_as(struct log_file *f, struct log_file *other)
{
	char a[LOG_POSITION_HEAD], b[LOG_POSITION_HEAD];
	size_t length = first_octets(f, a, sizeof(a));
	size_t other_length = first_octets(other, b, sizeof(b));

	if (other_length < length)
		length = other_length;
	return length > 0 && memcmp(a, b, length) == 0;
}

/* --- reading --------------------------------------------------------------- */

int
log_file_seek(struct log_file *f, struct line_reader *r, uint64_t offset)
{
	size_t known = offset < LOG_POSITION_HEAD ? (size_t)offset :
	    LOG_POSITION_HEAD;

	if (f->stream == NULL) {
		f->head_length = log_file_octets(f, f->head, known, 0);
		if (lseek(f->fd, (off_t)offset, SEEK_SET) < 0)
			return -1;
	} else {
		if (f->begun)
			return -1;
		f->head_length = peek_stream(f, f->head, known);
		byte_stream_take(f->stream, offset);
	}
	line_reader_seek(r, offset);
	f->begun = true;
	f->read = offset;
	f->tail_length = 0;
	f->changed = 0;
	return 0;
}

void
log_file_forget(struct log_file *f)
{
	f->begun = false;
	f->read = f->head_length = f->tail_length = 0;
	f->changed = 0;
}

/* Of the ${got} octets that ${r} was just given, keep the first and the
 * last. */
static void
remember(struct log_file *f, const struct line_reader *r, size_t got)
{
	const char *octets;
	size_t length = line_reader_tail(r, got, &octets);

	if (f->head_length == f->read && f->read < LOG_POSITION_HEAD) {
		size_t more = LOG_POSITION_HEAD - f->head_length;

		if (more > length)
			more = length;
		memcpy(f->head + f->head_length, octets, more);
		f->head_length += more;
	}
	f->read += got;
	f->tail_length = line_reader_tail(r, LOG_POSITION_TAIL, &octets);
	memcpy(f->tail, octets, f->tail_length);
}

static ssize_t
fill(struct log_file *f, struct line_reader *r)
{
	ssize_t got;

	if (f->stream == NULL) {
		got = line_reader_fill(r, f->fd);
		if (got < 0)
			log_warn("%s", f->path);
		return got;
	}
	got = f->failed ? 0 : line_reader_fill_from(r, f->stream);
	if (got < 0) {
		f->failed = true;
		log_warnx("%s", byte_stream_error(f->stream));
	}
	return got;
}

ssize_t
log_file_read(struct log_file *f, struct line_reader *r)
{
	ssize_t got = fill(f, r);

	if (got > 0)
		remember(f, r, (size_t)got);
	return got;
}

void
log_file_close(struct log_file *f)
{
	if (f == NULL)
		return;
	if (f->stream != NULL)
		byte_stream_free(f->stream);
	else if (f->fd >= 0)
		close(f->fd);
	free(f->path);
	free(f);
}
