#include "follow.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "core/log.h"
#include "core/timestamp.h"
#include "followed.h"
#include "frontend/frontend.h"
#include "pulse.h"

#define GATHER_MS 5		/* from the first change to the next look */

struct follow {
	int changes;		/* inotify: a log may have grown; -1: none */
	int entries;		/* inotify: a path may lead elsewhere */
	size_t count;
	char *const *paths;
	struct followed *log[];
};

/* Let changes to a log, or to what its path leads to, wake us. */
static void
watch(const struct follow *w, const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[4096];

	/* A folder's watch tells of its files as well; the file's own is
	 * for a path that is a link to another folder. */
	(void)inotify_add_watch(w->changes, path, IN_MODIFY);
	if (slash == NULL)
		snprintf(folder, sizeof(folder), ".");
	else
		snprintf(folder, sizeof(folder), "%.*s",
		    slash == path ? 1 : (int)(slash - path), path);
	(void)inotify_add_watch(w->changes, folder, IN_MODIFY);
	(void)inotify_add_watch(w->entries, folder, IN_CREATE | IN_MOVED_TO);
}

struct follow *
follow_open(char *const *paths, size_t count, bool from_start)
{
	struct follow *w = calloc(1, sizeof(*w) + count * sizeof(w->log[0]));

	if (w == NULL) {
		log_warn("cannot follow");
		return NULL;
	}
	/* Without these (-1) every call below fails, which is fine. */
	w->changes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	w->entries = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	w->paths = paths;
	for (w->count = 0; w->count < count; w->count++) {
		watch(w, paths[w->count]);
		w->log[w->count] = followed_new(paths[w->count], from_start);
		if (w->log[w->count] == NULL) {
			follow_free(w);
			return NULL;
		}
	}
	return w;
}

static void
drain(int fd)
{
	char ignored[4096];

	while (read(fd, ignored, sizeof(ignored)) > 0)
		continue;
}

/* Wait for a change, but not longer than a pulse. */
static void
wait_for_change(const struct follow *w)
{
	struct pollfd p[] = {
		{ .fd = w->entries, .events = POLLIN },
		{ .fd = w->changes, .events = POLLIN },
	};

	if (poll(p, 2, PULSE_MS) <= 0)
		return;
	/* Lines come one by one; reading them so would be dear.  But a new
	 * file may not keep its name for long. */
	if (!(p[0].revents & POLLIN))
		(void)poll(p, 1, GATHER_MS);
	drain(w->entries);
	drain(w->changes);
}

int
follow_run(struct follow *w, struct frontend *f,
    const struct log_format *format, const struct log_target *target)
{
	const struct pulse pulse = {
		.frontend = f, .counters = target->counters,
	};

	for (size_t i = 0; i < w->count; i++) {
		struct log_input *in = log_input_new(w->paths[i], format,
		    target);

		if (in == NULL) {
			log_warn("cannot follow %s", w->paths[i]);
			return EXIT_FAILURE;
		}
		followed_input(w->log[i], in);
	}
	while (!frontend_stopping(f)) {
		bool more = false;

		for (size_t i = 0; i < w->count; i++)
			more |= followed_step(w->log[i], timestamp_steady());
		if (!more)
			wait_for_change(w);
		pulse_beat(&pulse);
	}
	pulse_end(&pulse);
	return EXIT_SUCCESS;
}

void
follow_free(struct follow *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < w->count; i++)
		followed_free(w->log[i]);
	if (w->changes >= 0)
		close(w->changes);
	if (w->entries >= 0)
		close(w->entries);
	free(w);
}
