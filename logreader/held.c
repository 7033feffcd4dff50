#include "held.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "siblings.h"

#define TRIES 8			/* while files are being renamed */

static const struct log_file *
newest(const struct held *h)
{
	return h->count > 0 ? h->file[h->count - 1] : NULL;
}

static bool
is_held(const struct held *h, dev_t device, ino_t inode)
{
	for (size_t i = 0; i < h->count; i++) {
		if (log_file_same(h->file[i], device, inode))
			return true;
	}
	return false;
}

/* Is ${f}, by its start, a file that is or was held?  It is then a copy, or
 * one being compressed. */
static bool
is_known(const struct held *h, struct log_file *f)
{
	uint64_t hash, other;
	size_t length;

	for (size_t i = 0; i < h->known_count; i++) {
		length = h->known[i].length;
		if (length > 0 && log_file_head(f, length, &hash) == length &&
		    hash == h->known[i].hash)
			return true;
	}
	for (size_t i = 0; i < h->count; i++) {
		length = log_file_head(h->file[i], LOG_POSITION_HEAD, &other);
		if (length > 0 && log_file_head(f, length, &hash) == length &&
		    hash == other)
			return true;
	}
	return false;
}

static void
remember(struct held *h, struct log_file *f)
{
	struct held_known one;

	one.length = log_file_head(f, LOG_POSITION_HEAD, &one.hash);
	if (h->known_count == HELD_KNOWN)
		memmove(h->known, h->known + 1, --h->known_count *
		    sizeof(h->known[0]));
	h->known[h->known_count++] = one;
}

static void
close_from(struct held *h, size_t first)
{
	while (h->count > first)
		log_file_close(h->file[--h->count]);
}

/* --- finding --------------------------------------------------------------- */

/* Which of ${all} come after the newest file held, by their order. */
static size_t
first_after(const struct held *h, const struct siblings *all, int64_t after)
{
	const struct log_file *last = newest(h);
	size_t i = all->count;

	if (last != NULL) {
		while (i > 0 && !log_file_same(last, all->at[i - 1].device,
		    all->at[i - 1].inode))
			i--;
		if (i > 0)
			return i;
		after = log_file_changed(last);
	}
	i = 0;
	while (i < all->count && all->at[i].changed <= after)
		i++;
	return i;
}

/* Hold ${s}, unless it is held or known; -1 if it is not what it was. */
static int
hold(struct held *h, const struct sibling *s)
{
	struct log_file *f;

	if (h->count == HELD_MAX || is_held(h, s->device, s->inode))
		return 0;
	/* Whatever its name says: names may count the other way. */
	if (newest(h) != NULL && s->changed < log_file_changed(newest(h)))
		return 0;
	f = log_file_open(s->path, s->packed);
	if (f == NULL)
		return errno == ENOENT ? -1 : 0;
	if (!log_file_same(f, s->device, s->inode)) {
		log_file_close(f);
		return -1;
	}
	if (s->packed && is_known(h, f))
		log_file_close(f);
	else
		h->file[h->count++] = f;
	return 0;
}

/* Are the same files still called as in ${all}? */
static bool
unchanged(const char *path, const struct siblings *all)
{
	struct siblings now;
	bool same;

	siblings_list(path, &now);
	same = now.count == all->count;
	for (size_t i = 0; same && i < now.count; i++)
		same = now.at[i].inode == all->at[i].inode &&
		    now.at[i].device == all->at[i].device;
	siblings_free(&now);
	return same;
}

/* Hold what the path leads to; the errno of that. */
static int
hold_path(struct held *h)
{
	struct stat st;
	struct log_file *f;

	if (h->count == HELD_MAX)
		return 0;
	if (stat(h->path, &st) != 0)
		return errno;
	if (is_held(h, st.st_dev, st.st_ino))
		return 0;
	if ((f = log_file_open(h->path, false)) == NULL)
		return errno;
	h->file[h->count++] = f;
	return 0;
}

/* Does the path lead to the newest file held?  Then none is newer. */
static bool
is_newest(const struct held *h)
{
	struct stat st;

	return newest(h) != NULL && stat(h->path, &st) == 0 &&
	    log_file_same(newest(h), st.st_dev, st.st_ino);
}

/* As held_gather, once; -1 if names changed meanwhile. */
static int
gather(struct held *h, int64_t after, int *reterror)
{
	struct siblings all;
	int status = 0;

	*reterror = 0;
	if (is_newest(h))
		return 0;
	siblings_list(h->path, &all);
	for (size_t i = first_after(h, &all, after);
	    i < all.count && status == 0; i++)
		status = hold(h, &all.at[i]);
	if (status == 0) {
		*reterror = hold_path(h);
		if (!unchanged(h->path, &all))
			status = -1;
	}
	siblings_free(&all);
	return status;
}

size_t
held_gather(struct held *h, int64_t after)
{
	size_t before = h->count;
	int error = 0;

	for (int i = 0; i < TRIES; i++) {
		if (gather(h, after, &error) == 0)
			break;
		if (i < TRIES - 1)
			close_from(h, before);
	}
	errno = error;
	return h->count - before;
}

/* As find, once. */
static struct log_file *
find_now(const struct held *h, const struct log_position *p)
{
	struct log_file *f = log_file_open(h->path, false);
	struct siblings all;

	if (f != NULL && log_file_is(f, p))
		return f;
	log_file_close(f);
	f = NULL;
	siblings_list(h->path, &all);
	for (size_t i = all.count; i > 0 && f == NULL; i--) {
		f = log_file_open(all.at[i - 1].path, all.at[i - 1].packed);
		if (f != NULL && !log_file_is(f, p)) {
			log_file_close(f);
			f = NULL;
		}
	}
	siblings_free(&all);
	return f;
}

/* Open whichever of the path and its siblings is that of ${p}.  What is
 * renamed, or has just been compressed, while we look may be missed. */
static struct log_file *
find(const struct held *h, const struct log_position *p)
{
	struct log_file *f = NULL;

	for (int i = 0; i < TRIES && f == NULL; i++)
		f = find_now(h, p);
	return f;
}

bool
held_find(struct held *h, const struct log_position *p)
{
	struct log_file *f = find(h, p);

	if (f == NULL)
		return false;
	h->file[h->count++] = f;
	return true;
}

bool
held_copy(struct held *h, const struct log_position *p)
{
	struct log_file *f = find(h, p), *cut = h->file[0];

	if (f == NULL || h->count == HELD_MAX) {
		log_file_close(f);
		return false;
	}
	h->file[0] = f;
	if (h->count == 1) {
		/* It may have been copied and cut again since: then there
		 * are more copies before the file itself. */
		log_file_close(cut);
		(void)held_gather(h, INT64_MAX);
		return true;
	}
	memmove(h->file + 2, h->file + 1, (h->count - 1) *
	    sizeof(h->file[0]));
	h->file[1] = cut;
	h->count++;
	return true;
}

struct log_file *
held_take(struct held *h)
{
	struct log_file *f = h->file[0];

	remember(h, f);
	h->count--;
	memmove(h->file, h->file + 1, h->count * sizeof(h->file[0]));
	return f;
}

void
held_close(struct held *h)
{
	close_from(h, 0);
}
