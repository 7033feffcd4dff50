#include "followed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/log.h"
#include "line_reader.h"

#define HELD_MAX 64		/* rotations that may wait to be read */
#define FIRST_SIZE 256		/* bytes by which a file's start is known */
#define STEP_READS 16		/* before other files get their turn */

struct held {
	int fd;
	dev_t device;
	ino_t inode;
};

struct followed {
	const char *path;
	struct log_input *in;
	struct line_reader *lines;
	bool said;		/* that it cannot be opened */
	size_t count;
	struct held held[HELD_MAX];
	/* Of the one being read: */
	off_t offset;		/* bytes read */
	bool at_end;		/* the last read found the end */
	int64_t quiet_since;
	struct timespec changed;	/* its mtime when last checked */
	size_t first_length;
	char first[FIRST_SIZE];
};

/* Remember how the file being read begins. */
static void
remember_first(struct followed *f)
{
	size_t want = f->offset < FIRST_SIZE ? (size_t)f->offset : FIRST_SIZE;
	ssize_t got;

	if (f->first_length >= want)
		return;
	got = pread(f->held[0].fd, f->first, want, 0);
	f->first_length = got > 0 ? (size_t)got : 0;
}

/* Start reading held[0] at ${offset}. */
static void
start_at(struct followed *f, off_t offset)
{
	(void)lseek(f->held[0].fd, offset, SEEK_SET);
	f->offset = offset;
	f->at_end = false;
	f->first_length = 0;
	f->changed = (struct timespec){ 0, 0 };
	remember_first(f);
}

/* Where the last line that is not finished begins. */
static off_t
last_line(int fd, off_t size)
{
	char tail[LINE_READER_LINE];
	size_t want = size < (off_t)sizeof(tail) ? (size_t)size :
	    sizeof(tail);
	ssize_t got = pread(fd, tail, want, size - (off_t)want);
	const char *lf = got > 0 ? memrchr(tail, '\n', (size_t)got) : NULL;

	if (lf != NULL)
		return size - (off_t)want + (lf + 1 - tail);
	return size == (off_t)want ? 0 : size;
}

/* Say once that the path is of no use now. */
static void
say(struct followed *f, int error)
{
	if (f->said)
		return;
	f->said = true;
	errno = error;
	if (error == ENOENT)
		log_warnx("%s does not exist yet: waiting for it", f->path);
	else
		log_warn("%s", f->path);
}

/*
 * Hold the file that the path leads to, if it is not the newest held.
 * Return -1 if there is something there that cannot be followed; that there
 * is nothing, as for an instant in every rotation, is fine.
 */
static int
followed_look(struct followed *f)
{
	const struct held *newest = f->count > 0 ?
	    &f->held[f->count - 1] : NULL;
	struct stat st;
	int fd;

	if (stat(f->path, &st) != 0) {
		if (newest == NULL || errno != ENOENT)
			say(f, errno);
		return 0;
	}
	if (newest != NULL && st.st_dev == newest->device &&
	    st.st_ino == newest->inode)
		return 0;
	if (!S_ISREG(st.st_mode)) {
		say(f, S_ISDIR(st.st_mode) ? EISDIR : ESPIPE);
		return -1;
	}
	if (f->count == HELD_MAX)
		return 0;	/* wait until some have been read */
	fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		if (fd < 0)
			say(f, errno);
		else
			close(fd);
		return 0;
	}
	f->said = false;
	f->held[f->count++] = (struct held){ fd, st.st_dev, st.st_ino };
	if (f->count == 1)
		start_at(f, 0);
	return 0;
}

struct followed *
followed_new(const char *path, bool from_start)
{
	struct followed *f = calloc(1, sizeof(*f));
	struct stat st;

	if (f == NULL || (f->lines = line_reader_new()) == NULL) {
		log_warn("cannot follow %s", path);
		goto err0;
	}
	f->path = path;
	if (followed_look(f) != 0)
		goto err0;
	if (f->count > 0 && !from_start && fstat(f->held[0].fd, &st) == 0)
		start_at(f, last_line(f->held[0].fd, st.st_size));
	return f;

err0:
	followed_free(f);
	return NULL;
}

void
followed_input(struct followed *f, struct log_input *in)
{
	f->in = in;
}

/* Was the file being read cut and written anew since the last read? */
static bool
was_cut(struct followed *f)
{
	off_t line = f->offset -
	    (off_t)line_reader_unfinished(f->lines);
	char first[FIRST_SIZE], lf = '\n';
	struct stat st;
	int fd = f->held[0].fd;

	if (fstat(fd, &st) != 0)
		return false;
	if (st.st_size < f->offset)
		return true;
	if (st.st_size == f->offset &&
	    st.st_mtim.tv_sec == f->changed.tv_sec &&
	    st.st_mtim.tv_nsec == f->changed.tv_nsec)
		return false;
	f->changed = st.st_mtim;
	if (pread(fd, first, f->first_length, 0) !=
	    (ssize_t)f->first_length ||
	    memcmp(first, f->first, f->first_length) != 0)
		return true;
	return line > 0 && pread(fd, &lf, 1, line - 1) == 1 && lf != '\n';
}

/* The file being read has ended: go on to the next one held. */
static void
move_on(struct followed *f, int64_t now)
{
	log_input_end(f->in, f->lines);
	close(f->held[0].fd);
	f->count--;
	memmove(f->held, f->held + 1, f->count * sizeof(f->held[0]));
	f->quiet_since = now;
	if (f->count > 0)
		start_at(f, 0);
}

/* May the file being read, at whose end we are, be left for the next? */
static bool
may_move_on(const struct followed *f, int64_t now)
{
	struct stat st;

	if (f->count < 2)
		return false;
	if (f->count > 2)
		return true;
	return now - f->quiet_since >= FOLLOWED_GRACE &&
	    fstat(f->held[1].fd, &st) == 0 && st.st_size > 0;
}

/* Read once; false at the end for now. */
static bool
read_some(struct followed *f, int64_t now)
{
	ssize_t got;

	if (f->at_end && was_cut(f)) {
		log_input_end(f->in, f->lines);
		start_at(f, 0);
	}
	got = log_input_read(f->in, f->lines, f->held[0].fd);
	f->at_end = got <= 0;
	if (got < 0)
		say(f, errno);
	if (got <= 0)
		return false;
	f->offset += got;
	f->quiet_since = now;
	remember_first(f);
	return true;
}

bool
followed_step(struct followed *f, int64_t now)
{
	(void)followed_look(f);
	for (int i = 0; i < STEP_READS; i++) {
		if (f->count == 0)
			return false;
		if (read_some(f, now))
			continue;
		if (!may_move_on(f, now))
			return false;
		move_on(f, now);
	}
	return true;
}

void
followed_free(struct followed *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->count; i++)
		close(f->held[i].fd);
	line_reader_free(f->lines);
	log_input_free(f->in);
	free(f);
}
