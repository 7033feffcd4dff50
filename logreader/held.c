#include "held.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/timestamp.h"
#include "siblings.h"

#define TRIES 200		/* while files are being renamed */
#define TRY_PAUSE 5000		/* microseconds between the later of them */
#define TRIES_AT_ONCE 4
#define SETTLE 50000		/* microseconds; a kernel's tick is 1 to 10 ms */

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

/* Is ${f}, by its start, a file that was held?  It is then a copy, or what was
 * made of it by compressing. */
static bool
was_held(const struct held *h, struct log_file *f)
{
	uint64_t hash;

	for (size_t i = 0; i < h->known_count; i++) {
		size_t length = h->known[i].length;

		if (length > 0 && log_file_head(f, length, &hash) == length &&
		    hash == h->known[i].hash)
			return true;
	}
	return false;
}

/* Is it one that is held, or ${own}? */
static bool
copies_held(const struct held *h, struct log_file *own, struct log_file *f)
{
	for (size_t i = 0; i < h->count; i++) {
		if (log_file_starts_as(f, h->file[i]))
			return true;
	}
	return own != NULL && log_file_starts_as(f, own);
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

/* --- what is newer --------------------------------------------------------- */

/* One look at the folder, and what it changes. */
struct search {
	struct held *h;
	size_t before;		/* files that were held */
	struct log_file *own;	/* the path's own, taken out; NULL: none */
	bool own_placed;	/* it is among those held again */
	bool rotated;		/* the path leads elsewhere now */
	bool by_time;		/* names do not tell what is newer... */
	int64_t after;		/* but that it changed after this does */
};

/* Which of ${all} come after the newest file held, by their order. */
static size_t
first_after(struct search *s, const struct siblings *all)
{
	const struct log_file *last = newest(s->h);
	size_t i = all->count;

	s->by_time = false;
	s->after = s->h->after;
	if (last != NULL) {
		while (i > 0 && !log_file_same(last, all->at[i - 1].device,
		    all->at[i - 1].inode))
			i--;
		if (i > 0)
			return i;
		s->after = log_file_changed(last);
	}
	s->by_time = true;
	return 0;
}

/* Is the sibling ${f}, just opened, to be read?  A copy of what the path still
 * has is, once that has been cut off there. */
static bool
is_new(struct search *s, struct log_file *f)
{
	if (log_file_packed(f))
		return !was_held(s->h, f) && !copies_held(s->h, s->own, f);
	if (log_file_size(f) == 0 || (s->own != NULL && !s->rotated &&
	    log_file_starts_as(f, s->own))) {
		s->h->settled = false;
		return false;
	}
	return !s->by_time || !was_held(s->h, f);
}

/* Hold ${one}, unless it is held or known; -1 if it is not what it was. */
static int
hold(struct search *s, const struct sibling *one)
{
	struct held *h = s->h;
	struct log_file *f;

	if (s->own != NULL && !s->own_placed &&
	    log_file_same(s->own, one->device, one->inode)) {
		h->file[h->count++] = s->own;
		s->own_placed = true;
		return 0;
	}
	if (h->count >= HELD_MAX - 2 || is_held(h, one->device, one->inode))
		return 0;
	/* Whatever its name says: names may count the other way. */
	if (newest(h) != NULL && one->changed < log_file_changed(newest(h)))
		return 0;
	if (s->by_time && one->changed <= s->after)
		return 0;
	f = log_file_open(one->path, one->packed);
	if (f == NULL)
		return errno == ENOENT ? -1 : 0;
	if (!log_file_same(f, one->device, one->inode)) {
		log_file_close(f);
		return -1;
	}
	if (is_new(s, f))
		h->file[h->count++] = f;
	else
		log_file_close(f);
	return 0;
}

/* Are the same files still called as in ${all}?  A compressed one gets its
 * time when it is complete. */
static bool
unchanged(const char *path, const struct siblings *all)
{
	struct siblings now;
	bool same;

	siblings_list(path, &now);
	same = now.count == all->count;
	for (size_t i = 0; same && i < now.count; i++)
		same = now.at[i].inode == all->at[i].inode &&
		    now.at[i].device == all->at[i].device &&
		    (!now.at[i].packed ||
		    now.at[i].changed == all->at[i].changed);
	siblings_free(&now);
	return same;
}

/* Hold what the path leads to, last; the errno of that. */
static int
hold_path(struct search *s)
{
	struct held *h = s->h;
	struct log_file *f;
	struct stat st;
	int error = stat(h->path, &st) != 0 ? errno : 0;

	if (s->own != NULL && !s->own_placed) {
		h->file[h->count++] = s->own;
		s->own_placed = true;
	}
	if (error != 0 || h->count == HELD_MAX ||
	    is_held(h, st.st_dev, st.st_ino))
		return error;
	if ((f = log_file_open(h->path, false)) == NULL)
		return errno;
	h->file[h->count++] = f;
	return 0;
}

/* Take back what was added. */
static void
undo(struct search *s)
{
	struct held *h = s->h;

	while (h->count > s->before) {
		struct log_file *f = h->file[--h->count];

		if (f != s->own)
			log_file_close(f);
	}
	s->own_placed = false;
}

/* Add what is newer, once; -1 if names changed meanwhile. */
static int
gather(struct search *s, int *reterror)
{
	struct siblings all;
	int status = 0;

	siblings_list(s->h->path, &all);
	for (size_t i = first_after(s, &all); i < all.count && status == 0;
	    i++)
		status = hold(s, &all.at[i]);
	*reterror = hold_path(s);
	if (status == 0 && !unchanged(s->h->path, &all))
		status = -1;
	siblings_free(&all);
	return status;
}

/* Does the path lead to the newest file held? */
static bool
is_newest(const struct held *h)
{
	struct stat st;

	return newest(h) != NULL && stat(h->path, &st) == 0 &&
	    log_file_same(newest(h), st.st_dev, st.st_ino);
}

/* Let who renames come to an end before try ${i}. */
static void
pause_before(int i)
{
	if (i >= TRIES_AT_ONCE)
		usleep(TRY_PAUSE);
}

/* Hold what is newer than the first ${keep} files. */
static struct held_found
search(struct held *h, size_t keep)
{
	struct search s = { .h = h };
	struct held_found found = { 0, false, 0 };
	size_t had = h->count;

	s.rotated = !is_newest(h);
	if (!s.rotated && had == keep)
		return found;
	if (h->count > keep)
		s.own = h->file[--h->count];
	s.before = h->count;
	for (int i = 0; i < TRIES && gather(&s, &found.error) != 0; i++) {
		if (i < TRIES - 1)
			undo(&s);
		pause_before(i);
	}
	found.path = h->count > had && newest(h) != s.own && is_newest(h);
	found.siblings = h->count - had - found.path;
	return found;
}

/* May there be something new in the folder?  The times of files stand still
 * for some milliseconds. */
static bool
may_have_changed(struct held *h)
{
	const char *slash = strrchr(h->path, '/');
	int64_t now = timestamp_steady();
	struct stat st = { 0 };
	char folder[PATH_MAX];
	int64_t changed;

	snprintf(folder, sizeof(folder), "%.*s", slash == NULL ? 1 :
	    (int)(slash + 1 - h->path), slash == NULL ? "." : h->path);
	(void)stat(folder, &st);
	changed = (int64_t)st.st_mtim.tv_sec * TIMESTAMP_SECOND +
	    st.st_mtim.tv_nsec / 1000;
	if (changed != h->folder_changed) {
		h->folder_changed = changed;
		h->settles = now + SETTLE;
	} else if (h->settled) {
		return false;
	}
	h->settled = now >= h->settles;
	return true;
}

struct held_found
held_look(struct held *h, bool unread)
{
	size_t keep = unread ? 0 : 1;

	if (h->count > keep && is_newest(h) && !may_have_changed(h))
		return (struct held_found){ 0, false, 0 };
	return search(h, keep);
}

/* Nothing that is there is to be read: what comes after it is. */
static void
pass_over(struct held *h)
{
	struct siblings all;
	struct log_file *f;

	h->after = 0;
	siblings_list(h->path, &all);
	for (size_t i = 0; i < all.count; i++) {
		if (all.at[i].changed > h->after)
			h->after = all.at[i].changed;
	}
	if (all.count > 0 && (f = log_file_open(all.at[all.count - 1].path,
	    all.at[all.count - 1].packed)) != NULL) {
		remember(h, f);
		log_file_close(f);
	}
	siblings_free(&all);
}

struct held_found
held_begin(struct held *h, int64_t after)
{
	h->after = after;
	if (after == INT64_MAX)
		pass_over(h);
	return search(h, 0);
}

/* --- what was read before -------------------------------------------------- */

/* Open whichever of ${path} and ${all} is that of ${p}. */
static struct log_file *
find_among(const char *path, const struct siblings *all,
    const struct log_position *p)
{
	struct log_file *f = log_file_open(path, false);

	for (size_t i = all->count; i > 0; i--) {
		if (f != NULL && log_file_is(f, p))
			return f;
		log_file_close(f);
		f = log_file_open(all->at[i - 1].path, all->at[i - 1].packed);
	}
	if (f != NULL && log_file_is(f, p))
		return f;
	log_file_close(f);
	return NULL;
}

/* Open whichever of the path and its siblings is that of ${p}.  That there is
 * none is believed when nothing was renamed while we looked. */
static struct log_file *
find(const struct held *h, const struct log_position *p)
{
	struct log_file *f = NULL;
	bool still = false;

	for (int i = 0; i < TRIES && f == NULL && !still; i++) {
		struct siblings all;

		pause_before(i);
		siblings_list(h->path, &all);
		f = find_among(h->path, &all, p);
		still = f == NULL && unchanged(h->path, &all);
		siblings_free(&all);
	}
	return f;
}

bool
held_find(struct held *h, const struct log_position *p)
{
	struct log_file *f = find(h, p);

	if (f == NULL)
		return false;
	h->file[h->count++] = f;
	h->after = p->changed;
	(void)search(h, p->head_length == 0 ? 0 : 1);
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
	memmove(h->file + 2, h->file + 1, (h->count - 1) *
	    sizeof(h->file[0]));
	log_file_forget(cut);
	h->file[1] = cut;
	h->count++;
	/* It may have been copied and cut again since. */
	(void)held_look(h, false);
	return true;
}

struct log_file *
held_take(struct held *h)
{
	struct log_file *f = h->file[0];
	int64_t changed = log_file_changed(f);

	remember(h, f);
	if (changed > h->after)
		h->after = changed;
	h->count--;
	memmove(h->file, h->file + 1, h->count * sizeof(h->file[0]));
	return f;
}

void
held_close(struct held *h)
{
	while (h->count > 0)
		log_file_close(h->file[--h->count]);
}
