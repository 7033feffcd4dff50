#include "followed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "core/log.h"
#include "core/timestamp.h"
#include "frontend/frontend.h"
#include "held.h"
#include "line_reader.h"
#include "log_counters.h"

#define STEP_READS 16		/* before other files get their turn */
#define FULL_OVER 4096		/* a full file is longer by a line at most */

struct followed {
	char *path;
	const struct followed_options *o;
	struct followed_counters *counters;
	struct log_target target;
	struct log_input *in;
	struct account *account;	/* NULL: no positions are kept */
	struct line_reader *lines;
	struct held held;
	struct followed_begin from;
	bool begun;		/* it has been looked for */
	bool said;		/* that it cannot be opened */
	uint64_t number;	/* of the file being read, or read last */
	int64_t quiet_since;
	bool full_said;
};

static struct log_file *
reading(const struct followed *f)
{
	return f->held.file[0];
}

/* --- which file ------------------------------------------------------------ */

/* Read the first file held from ${offset}, as the log's ${number}th. */
static void
start_at(struct followed *f, uint64_t number, uint64_t offset)
{
	if (log_file_seek(reading(f), f->lines, offset) != 0)
		log_warn("%s: cannot go on at octet %llu", f->path,
		    (unsigned long long)offset);
	f->number = number;
	if (f->account != NULL)
		account_file(f->account, number, reading(f), offset);
}

/* Where the last line that is not finished begins. */
static uint64_t
last_line(const struct log_file *file)
{
	uint64_t size = log_file_size(file);
	char tail[LINE_READER_LINE];
	uint64_t from = size < sizeof(tail) ? 0 : size - sizeof(tail);
	size_t got = log_file_octets(file, tail, (size_t)(size - from), from);
	const char *lf = got > 0 ? memrchr(tail, '\n', got) : NULL;

	if (lf != NULL)
		return from + (uint64_t)(lf + 1 - tail);
	return from == 0 ? 0 : size;
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

/* Go on at ${from}, in whichever file that is now. */
static void
resume(struct followed *f, const struct log_position *from)
{
	if (held_find(&f->held, from)) {
		start_at(f, from->file, from->begin);
		return;
	}
	if (from->head_length > 0 || from->begin > 0) {
		log_warnx("%s: the file that was read last is gone: lines may "
		    "be lost", f->path);
		f->counters->lost++;
	}
	f->number = from->file;
	(void)held_begin(&f->held, from->changed);
	if (f->held.count > 0)
		start_at(f, from->file + 1, 0);
}

static void
begin(struct followed *f)
{
	struct log_position from;
	struct held_found found;

	if (f->account != NULL && account_from(f->account, &from)) {
		resume(f, &from);
		return;
	}
	found = held_begin(&f->held, f->from.after);
	if (f->held.count == 0) {
		say(f, found.error);
		return;
	}
	start_at(f, 1, f->from.end ? last_line(reading(f)) : 0);
}

/* Hold what has come; that the path leads to nothing, as for an instant in
 * every rotation, is fine. */
static void
look(struct followed *f)
{
	size_t before = f->held.count;
	const struct log_file *first = before > 0 ? reading(f) : NULL;
	struct held_found found;

	if (!f->begun) {
		begin(f);
		f->begun = true;
		return;
	}
	found = held_look(&f->held, line_reader_read(f->lines) == 0);
	if (!found.path && found.siblings == 0) {
		if (found.error != 0 && (before == 0 ||
		    found.error != ENOENT))
			say(f, found.error);
		return;
	}
	f->said = false;
	f->counters->rotations += found.path;
	f->counters->skipped += found.siblings;
	if (before == 0)
		start_at(f, f->number + 1, 0);
	else if (reading(f) != first)
		start_at(f, f->number, 0);	/* copied and cut unread */
}

struct followed *
followed_new(const char *path, struct followed_begin begin,
    const struct followed_options *o, struct followed_counters *counters)
{
	struct followed *f = calloc(1, sizeof(*f));

	if (f == NULL)
		goto err;
	f->o = o;
	f->from = begin;
	f->counters = counters;
	f->target = *o->target;
	f->path = strdup(path);
	f->lines = line_reader_new();
	if (f->path == NULL || f->lines == NULL)
		goto err;
	f->held.path = f->path;
	if (o->frontend != NULL) {
		if ((f->account = account_new(o->frontend, f->path)) == NULL)
			goto err;
		f->target.pipeline = account_pipeline(f->account);
		f->target.reach = account_reach;
		f->target.reach_ctx = f->account;
	}
	f->in = log_input_new(f->path, o->format, &f->target);
	if (f->in == NULL)
		goto err;
	return f;
err:
	log_warn("cannot follow %s", path);
	followed_free(f);
	return NULL;
}

const char *
followed_path(const struct followed *f)
{
	return f->path;
}

/* --- reading --------------------------------------------------------------- */

/* The text of the file being read has ended: go on to that of the first one
 * held. */
static void
go_on(struct followed *f)
{
	uint64_t taken = line_reader_taken(f->lines);

	log_input_end(f->in, f->lines);
	if (f->account != NULL)
		account_leave(f->account, taken);
	start_at(f, f->number + 1, 0);
}

/* What was cut off is read in the copy, if there is one; then the file from
 * its start. */
static void
read_copy(struct followed *f)
{
	struct log_position p = { .file = f->number,
	    .begin = line_reader_taken(f->lines) };

	f->counters->copied++;
	log_file_mark(reading(f), &p);
	p.tail_length = 0;
	if (p.head_length == 0 || !held_copy(&f->held, &p)) {
		go_on(f);
		return;
	}
	if (f->account != NULL)
		account_moved(f->account, reading(f));
	(void)log_file_seek(reading(f), f->lines, p.begin);
}

static void
move_on(struct followed *f, int64_t now)
{
	struct log_file *old = held_take(&f->held);

	f->quiet_since = now;
	go_on(f);
	log_file_close(old);	/* now that the account is done with it */
}

/* May the file being read, at whose end we are, be left for the next? */
static bool
may_move_on(const struct followed *f, int64_t now)
{
	if (f->held.count < 2)
		return false;
	if (f->held.count > 2 || log_file_packed(reading(f)))
		return true;
	return now - f->quiet_since >= FOLLOWED_GRACE &&
	    log_file_size(f->held.file[1]) > 0;
}

/* Read once; false at the end for now. */
static bool
read_some(struct followed *f, int64_t now)
{
	ssize_t got;

	if (log_file_cut(reading(f)))
		read_copy(f);
	got = log_file_read(reading(f), f->lines);
	if (got > 0) {
		f->target.counters->bytes += (uint64_t)got;
		log_input_take(f->in, f->lines);
		f->quiet_since = now;
		f->full_said = false;
	}
	if (f->account != NULL)
		account_taken(f->account, line_reader_taken(f->lines), now);
	return got > 0;
}

bool
followed_step(struct followed *f, int64_t now)
{
	if (!f->begun)
		f->quiet_since = now;
	look(f);
	for (int i = 0; i < STEP_READS; i++) {
		if (f->held.count == 0)
			return false;
		if (read_some(f, now))
			continue;
		if (!may_move_on(f, now))
			return false;
		move_on(f, now);
	}
	return true;
}

/* --- what the operator must know ------------------------------------------- */

/* Is ${size} just over one that somebody would configure as the limit? */
static bool
is_round(uint64_t size)
{
	return size >= 1000000 && (size % 1000000 < FULL_OVER ||
	    size % (1 << 20) < FULL_OVER);
}

void
followed_report(struct followed *f, int64_t now)
{
	uint64_t size, read = line_reader_read(f->lines);

	if (f->held.count == 0)
		return;
	size = log_file_size(reading(f));
	if (!log_file_packed(reading(f)) && size > read)
		f->counters->behind += size - read;
	for (size_t i = 1; i < f->held.count; i++)
		f->counters->behind += log_file_size(f->held.file[i]);
	if (f->held.count > 1 || f->o->quiet == 0 || !is_round(size) ||
	    size != read || now - f->quiet_since < f->o->quiet)
		return;
	f->counters->full++;
	if (f->full_said)
		return;
	f->full_said = true;
	log_warnx("%s: %llu octets, and no line for %lld s: is it full? BIND "
	    "stops writing at 'size' where there are no 'versions'", f->path,
	    (unsigned long long)size,
	    (long long)((now - f->quiet_since) / TIMESTAMP_SECOND));
}

/* --- the end --------------------------------------------------------------- */

void
followed_finish(struct followed *f)
{
	if (f->account != NULL)
		account_leave(f->account, line_reader_taken(f->lines));
}

void
followed_free(struct followed *f)
{
	if (f == NULL)
		return;
	held_close(&f->held);
	line_reader_free(f->lines);
	log_input_free(f->in);
	account_free(f->account);
	free(f->path);
	free(f);
}
