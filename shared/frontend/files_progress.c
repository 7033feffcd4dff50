#include "frontend/files_progress.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/log.h"
#include "core/progress.h"
#include "core/timestamp.h"
#include "frontend/frontend.h"

/* How far one has been read. */
struct reading {
	atomic_uint_fast64_t count, done, total;
};

struct files_progress {
	struct progress progress;
	const char *unit;
	char name[64];
	size_t count;
	struct reading reading[];
};

struct files_progress *
files_progress_new(const struct frontend *f, size_t count, const char *name,
    const char *unit)
{
	struct files_progress *p;

	if (!isatty(STDERR_FILENO) ||
	    (frontend_prints(f) && isatty(STDOUT_FILENO)) ||
	    (p = calloc(1, sizeof(*p) + count * sizeof(p->reading[0]))) ==
	    NULL)
		return NULL;
	p->progress = progress_start(timestamp_steady());
	p->unit = unit;
	p->count = count;
	if (count == 1)
		snprintf(p->name, sizeof(p->name), "%s", name);
	else
		snprintf(p->name, sizeof(p->name), "%zu files", count);
	return p;
}

void
files_progress_note(struct files_progress *p, size_t file, uint64_t count,
    struct byte_stream_position position)
{
	if (p == NULL)
		return;
	p->reading[file].count = count;
	p->reading[file].done = position.done;
	p->reading[file].total = position.total;
}

static void
show(struct files_progress *p, int64_t now)
{
	struct progress_state s = { .name = p->name, .unit = p->unit };
	char text[PROGRESS_TEXT_SIZE];
	bool known = true;

	for (size_t i = 0; i < p->count; i++) {
		uint64_t total = p->reading[i].total;

		s.count += p->reading[i].count;
		s.done += p->reading[i].done;
		s.total += total;
		known = known && total > 0;
	}
	if (!known)
		s.total = 0;
	progress_text(&p->progress, now, &s, text);
	log_status(text);
}

void
files_progress_show(struct files_progress *p)
{
	int64_t now = timestamp_steady();

	if (p != NULL && progress_due(&p->progress, now))
		show(p, now);
}

void
files_progress_free(struct files_progress *p)
{
	if (p == NULL)
		return;
	log_status(NULL);
	free(p);
}
