#include "account.h"

#include <stdlib.h>

#include "core/timestamp.h"
#include "frontend/frontend.h"
#include "hits/hit.h"
#include "hits/pipeline.h"
#include "log_file.h"
#include "output/log_positions.h"

#define MARK_EVERY (2 * TIMESTAMP_SECOND)

struct account {
	struct frontend *frontend;
	const char *log;
	struct pipeline *pipeline;
	struct log_file *file;		/* being read */
	struct log_position at;		/* what is out now */
	int64_t marked_at;
	/* As it was at the start: */
	unsigned partitions;
	struct log_position *stored;	/* of each; file 0: none */
	bool replaying;			/* some have not been reached yet */
};

/* The next place, beyond ${after} in the file being read, where a window is
 * known to have begun or ended; 0: none. */
static uint64_t
next_end(const struct account *a, uint64_t after)
{
	uint64_t next = 0;

	for (unsigned p = 0; p < a->partitions; p++) {
		const struct log_position *s = &a->stored[p];
		const uint64_t at[] = { s->begin, s->end };

		for (int i = 0; i < 2 && s->file == a->at.file; i++) {
			if (at[i] > after && (next == 0 || at[i] < next))
				next = at[i];
		}
	}
	return next;
}

/* Does any partition have something of what is beyond ${place}? */
static bool
known_beyond(const struct account *a, uint64_t place)
{
	for (unsigned p = 0; p < a->partitions; p++) {
		const struct log_position *s = &a->stored[p];

		if (s->file > a->at.file || (s->file == a->at.file &&
		    (s->begin > place || s->end > place || s->taken > place)))
			return true;
	}
	return false;
}

/* --- what comes out of the pipeline ---------------------------------------- */

static void
put(void *ctx, const struct hit *h)
{
	struct account *a = ctx;
	unsigned p;

	a->at.taken = h->query.line;
	a->at.end = h->window;
	/* A short file is known better the longer it gets. */
	if (a->at.head_length < LOG_POSITION_HEAD)
		log_file_mark(a->file, &a->at);
	if (a->replaying) {
		p = frontend_partition(a->frontend, &h->query.client);
		if (log_position_has(&a->stored[p], a->at.file, h))
			return;
	}
	frontend_put_of_log(a->frontend, h, a->log, &a->at);
}

/* All up to ${line} is out.  While what is read was read before, positions
 * alone are not put out: they would take partitions back. */
static void
put_place(struct account *a, uint64_t line)
{
	a->at.begin = a->at.taken = line;
	a->at.end = 0;
	log_file_mark(a->file, &a->at);
	a->marked_at = timestamp_steady();
	if (!a->replaying)
		frontend_put_of_log(a->frontend, NULL, a->log, &a->at);
}

static void
window_ended(void *ctx, uint64_t line)
{
	put_place(ctx, line);
}

/* --- set-up ---------------------------------------------------------------- */

static int
take_stored(struct account *a)
{
	const struct log_positions *all = frontend_positions(a->frontend);

	a->partitions = frontend_partitions(a->frontend);
	a->stored = calloc(a->partitions, sizeof(a->stored[0]));
	if (a->stored == NULL)
		return -1;
	for (unsigned p = 0; p < a->partitions; p++) {
		const struct log_position *s = log_positions_get(all, a->log,
		    p);

		if (s != NULL)
			a->stored[p] = *s;
	}
	return 0;
}

struct account *
account_new(struct frontend *f, const char *log)
{
	struct account *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->frontend = f;
	a->log = log;
	if (take_stored(a) != 0)
		goto err;
	if (!frontend_all(f) && (a->pipeline = frontend_add_pipeline(f, 0,
	    put, window_ended, a)) == NULL)
		goto err;
	return a;
err:
	account_free(a);
	return NULL;
}

struct pipeline *
account_pipeline(const struct account *a)
{
	return a->pipeline;
}

bool
account_from(const struct account *a, struct log_position *ret)
{
	return log_position_lowest(a->stored, a->partitions, ret);
}

/* --- reading --------------------------------------------------------------- */

/* All up to ${place} has been given to the pipeline: is it beyond all that
 * was known at the start? */
static void
end_replay(struct account *a, uint64_t place)
{
	a->replaying = a->replaying && known_beyond(a, place);
	if (a->pipeline != NULL)
		pipeline_hold(a->pipeline, a->replaying);
}

/* End each window whose end is before ${place}. */
static void
end_windows(struct account *a, uint64_t place)
{
	uint64_t end;

	while (a->replaying && (end = next_end(a, a->at.begin)) != 0 &&
	    end < place) {
		if (a->pipeline != NULL)
			pipeline_flush(a->pipeline);
		a->at.begin = a->at.taken = end;
		a->at.end = 0;
		log_file_mark(a->file, &a->at);
	}
}

void
account_file(struct account *a, uint64_t number, struct log_file *file,
    uint64_t offset)
{
	a->file = file;
	a->at = (struct log_position){ .file = number, .begin = offset,
	    .taken = offset };
	log_file_mark(file, &a->at);
	a->replaying = true;
	end_replay(a, offset);
	/* That the log is known at all has to come before its hits. */
	if (a->at.head_length > 0 || number == 1)
		put_place(a, offset);
}

void
account_moved(struct account *a, struct log_file *file)
{
	a->file = file;
}

void
account_reach(void *ctx, uint64_t line)
{
	struct account *a = ctx;

	if (a->replaying)
		end_windows(a, line);
}

void
account_taken(struct account *a, uint64_t taken, int64_t now)
{
	if (a->replaying) {
		end_windows(a, taken + 1);
		end_replay(a, taken);
	}
	if (now - a->marked_at >= MARK_EVERY && taken > a->at.begin &&
	    (a->pipeline == NULL || !pipeline_open(a->pipeline)))
		put_place(a, taken);
}

void
account_leave(struct account *a, uint64_t taken)
{
	if (a->at.file == 0)
		return;
	end_windows(a, taken + 1);
	if (a->pipeline != NULL)
		pipeline_flush(a->pipeline);
	end_replay(a, taken);
	if (taken > a->at.begin)
		put_place(a, taken);
}

void
account_free(struct account *a)
{
	if (a == NULL)
		return;
	free(a->stored);
	free(a);
}
