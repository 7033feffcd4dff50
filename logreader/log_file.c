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
	bool read;			/* some of the stream was taken */
	bool failed;			/* the stream did, which was said */
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

/* The first octets of a compressed file, from which nothing was taken yet. */
static size_t
head_of_stream(struct log_file *f, size_t length, uint64_t *rethash)
{
	struct cursor c = byte_stream_waiting(f->stream);
	enum byte_stream_status status = BYTE_STREAM_MORE;

	if (f->read)
		return 0;
	while (cursor_left(&c) < length && status == BYTE_STREAM_MORE) {
		status = byte_stream_fill(f->stream, 0);
		c = byte_stream_waiting(f->stream);
	}
	if (cursor_left(&c) < length)
		length = cursor_left(&c);
	*rethash = name_hash(cursor_take(&c, length), length);
	return length;
}

uint64_t
log_file_hash(const char *octets, size_t length)
{
	return name_hash(octets, length);
}

size_t
log_file_head(struct log_file *f, size_t length, uint64_t *rethash)
{
	char octets[LOG_POSITION_HEAD];

	if (f->stream != NULL)
		return head_of_stream(f, length, rethash);
	length = log_file_octets(f, octets, length, 0);
	*rethash = log_file_hash(octets, length);
	return length;
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
	*rethash = log_file_hash(octets, length);
	return length;
}

void
log_file_mark(struct log_file *f, struct log_position *p)
{
	uint64_t hash;
	size_t length;

	p->changed = log_file_changed(f);
	p->device = f->device;
	p->inode = f->inode;
	p->tail_length = hash_tail(f, p->begin, &p->tail);
	/* Only now is it certain that this was the file's text still: it may
	 * have been cut and written anew. */
	if (f->stream == NULL && (log_file_head(f, p->head_length, &hash) !=
	    p->head_length || hash != (p->head_length > 0 ? p->head : hash))) {
		p->tail_length = 0;
		return;
	}
	if (p->head_length == LOG_POSITION_HEAD)
		return;
	length = log_file_head(f, LOG_POSITION_HEAD, &hash);
	if (length > p->head_length) {
		p->head_length = length;
		p->head = hash;
	}
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
	    log_file_hash(octets, p->tail_length) == p->tail));
}

int
log_file_seek(struct log_file *f, struct line_reader *r, uint64_t offset)
{
	line_reader_seek(r, offset);
	if (f->stream == NULL)
		return lseek(f->fd, (off_t)offset, SEEK_SET) < 0 ? -1 : 0;
	if (f->read)
		return -1;
	f->read = true;
	byte_stream_take(f->stream, offset);
	return 0;
}

ssize_t
log_file_read(struct log_file *f, struct line_reader *r)
{
	ssize_t got;

	if (f->stream != NULL) {
		got = f->failed ? 0 : line_reader_fill_from(r, f->stream);
		f->failed |= got < 0;
		if (got < 0)
			log_warnx("%s", byte_stream_error(f->stream));
		return got;
	}
	got = line_reader_fill(r, f->fd);
	if (got < 0)
		log_warn("%s", f->path);
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
