#include "frontend/list_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lists/list_folder.h"

/* Paths of descriptors: of a shell's <(...), of standard input. */
static const char *const descriptors[] = {
	"/dev/stdin", "/dev/fd/", "/proc/self/fd/"
};

static int64_t
nanoseconds(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

static struct list_stamp
stamp_of(const struct stat *st)
{
	return (struct list_stamp){
		.device = st->st_dev, .inode = st->st_ino,
		.size = st->st_size,
		.written = nanoseconds(&st->st_mtim),
		.changed = nanoseconds(&st->st_ctim),
	};
}

static bool
same_file(const struct list_stamp *a, const struct list_stamp *b)
{
	return a->device == b->device && a->inode == b->inode;
}

static bool
same(const struct list_stamp *a, const struct list_stamp *b)
{
	return same_file(a, b) && a->size == b->size &&
	    a->written == b->written && a->changed == b->changed;
}

static bool
is_descriptor(const char *path)
{
	for (size_t i = 0; i < sizeof(descriptors) / sizeof(descriptors[0]);
	    i++) {
		if (strncmp(path, descriptors[i], strlen(descriptors[i])) == 0)
			return true;
	}
	return false;
}

/* The folder ${folder}, which is closed, as one file. */
static FILE *
read_folder(FILE *folder)
{
	FILE *feed = list_folder_open(fileno(folder));
	int error = errno;

	fclose(folder);
	errno = error;
	return feed;
}

FILE *
list_source_open(struct list_source *s)
{
	FILE *file = fopen(s->path, "re");
	struct stat st;

	if (file == NULL || fstat(fileno(file), &st) != 0)
		goto err;
	s->once = !S_ISREG(st.st_mode) || is_descriptor(s->path);
	if (S_ISDIR(st.st_mode) && (file = read_folder(file)) == NULL)
		return NULL;
	s->seen = s->opened = stamp_of(&st);
	return file;
err:
	if (file != NULL) {
		int error = errno;

		fclose(file);
		errno = error;
	}
	return NULL;
}

FILE *
list_source_keep(struct list_source *s, FILE *file)
{
	FILE *kept = open_memstream(&s->text, &s->length);
	char buf[65536];
	size_t got;
	int error = 0;

	while (kept != NULL &&
	    (got = fread(buf, 1, sizeof(buf), file)) > 0) {
		if (fwrite(buf, 1, got, kept) != got)
			break;
	}
	if (kept == NULL || ferror(file) || ferror(kept))
		error = errno;
	if (kept != NULL && fclose(kept) != 0 && error == 0)
		error = errno;
	fclose(file);
	errno = error;
	return error == 0 ? list_source_again(s) : NULL;
}

FILE *
list_source_again(struct list_source *s)
{
	struct stat st;
	FILE *file;
	int error, fd;

	if (s->once)
		return fmemopen(s->text, s->length, "r");
	/* What a path leads to by now might let us wait for ever. */
	fd = open(s->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) != 0)
		goto err;
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		goto err;
	}
	s->opened = stamp_of(&st);
	if ((file = fdopen(fd, "r")) != NULL)
		return file;
err:
	error = errno;
	close(fd);
	errno = error;
	return NULL;
}

bool
list_source_steady(const struct list_source *s, FILE *file)
{
	struct list_stamp now;
	struct stat st;

	if (s->once)
		return true;
	if (fstat(fileno(file), &st) != 0)
		return false;
	now = stamp_of(&st);
	/* A new name, or none, is no new text. */
	now.changed = s->opened.changed;
	return same(&now, &s->opened);
}

enum list_source_change
list_source_look(struct list_source *s)
{
	struct list_stamp now = { .size = 0 }, before = s->seen;
	struct stat st;

	if (s->once)
		return LIST_SOURCE_SAME;
	if (stat(s->path, &st) == 0)
		now = stamp_of(&st);
	s->seen = now;
	if (same(&now, &before))
		return LIST_SOURCE_SAME;
	return same_file(&now, &before) ? LIST_SOURCE_WRITTEN :
	    LIST_SOURCE_REPLACED;
}

void
list_source_free(struct list_source *s)
{
	free(s->text);
	s->text = NULL;
}
