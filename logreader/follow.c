#include "follow.h"

#include <errno.h>
#include <glob.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/config.h"
#include "core/counters.h"
#include "core/log.h"
#include "core/timestamp.h"
#include "frontend/frontend.h"
#include "log_paths.h"
#include "output/log_positions.h"
#include "pulse.h"
#include "siblings.h"

#define GATHER_MS 5		/* from the first change to the next look */
#define EXPAND_EVERY TIMESTAMP_SECOND
#define REPORT_EVERY (TIMESTAMP_SECOND / 2)

struct follow {
	int changes;		/* inotify: a log may have grown; -1: none */
	int entries;		/* inotify: a path may lead elsewhere */
	size_t path_count;
	char *const *paths;
	struct followed_begin begin;
	struct followed_options options;
	struct followed_counters counters;
	bool begun;		/* the patterns have been looked up once */
	bool unwatched;		/* that inotify fails has been said */
	bool full;		/* so has that there are too many logs */
	int64_t expanded_at, reported_at;
	int64_t looked_at;	/* the former, by the wall clock */
	size_t count;
	struct followed *log[FOLLOW_MAX];
};

/* --- being told ------------------------------------------------------------ */

static void
add_watch(struct follow *w, int fd, const char *path, uint32_t mask)
{
	if (inotify_add_watch(fd, path, mask) >= 0 || errno == ENOENT ||
	    w->unwatched)
		return;
	w->unwatched = true;
	log_warn("inotify: %s: changes are looked for ten times a second "
	    "instead", path);
}

/* Let changes to a log, or to what its path leads to, wake us. */
static void
watch(struct follow *w, const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[4096];

	/* A folder's watch tells of its files as well; the file's own is
	 * for a path that is a link to another folder. */
	add_watch(w, w->changes, path, IN_MODIFY);
	if (slash == NULL)
		snprintf(folder, sizeof(folder), ".");
	else
		snprintf(folder, sizeof(folder), "%.*s",
		    slash == path ? 1 : (int)(slash - path), path);
	add_watch(w, w->changes, folder, IN_MODIFY);
	add_watch(w, w->entries, folder, IN_CREATE | IN_MOVED_TO);
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

/* --- which logs ------------------------------------------------------------ */

struct follow *
follow_open(char *const *paths, size_t count, struct followed_begin begin)
{
	struct follow *w = calloc(1, sizeof(*w));
	struct stat st;

	if (w == NULL) {
		log_warn("cannot follow");
		return NULL;
	}
	w->changes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	w->entries = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	w->paths = paths;
	w->path_count = count;
	w->begin = begin;
	for (size_t i = 0; i < count; i++) {
		if (log_paths_is_pattern(paths[i]) || stat(paths[i], &st) != 0 ||
		    S_ISREG(st.st_mode))
			continue;
		errno = S_ISDIR(st.st_mode) ? EISDIR : ESPIPE;
		log_warn("%s", paths[i]);
		follow_free(w);
		return NULL;
	}
	return w;
}

static bool
is_followed(const struct follow *w, const char *path)
{
	for (size_t i = 0; i < w->count; i++) {
		if (strcmp(followed_path(w->log[i]), path) == 0)
			return true;
	}
	return false;
}

/* Is ${path} what a log that is followed, in the same folder, was rotated
 * to?  Then it is read as part of that. */
static bool
belongs_to_another(const struct follow *w, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t folder = slash == NULL ? 0 : (size_t)(slash + 1 - path);
	bool packed;

	for (size_t i = 0; i < w->count; i++) {
		const char *log = followed_path(w->log[i]);

		if (strncmp(log, path, folder) == 0 &&
		    strchr(log + folder, '/') == NULL && siblings_rotated(
		    log + folder, path + folder, &packed))
			return true;
	}
	return false;
}

/* When the newest file had changed that was read before; 0: none was. */
static int64_t
read_before(const struct follow *w)
{
	const struct log_positions *all = w->options.frontend == NULL ? NULL :
	    frontend_positions(w->options.frontend);
	int64_t newest = 0;
	const char *log;

	for (size_t i = 0; all != NULL && i < log_positions_count(all); i++) {
		int64_t changed = log_positions_at(all, i, &log)->changed;

		newest = changed > newest ? changed : newest;
	}
	return newest;
}

/* Where to begin a log that matches a pattern: if it has appeared since the
 * logs were looked for, or were read, with all that there is of it. */
static struct followed_begin
begin_new(const struct follow *w)
{
	int64_t after = w->begun ? w->looked_at - EXPAND_EVERY :
	    read_before(w);

	if (!w->begun && after == 0)
		return w->begin;
	return (struct followed_begin){ false, after };
}

static int
add(struct follow *w, const char *path, struct followed_begin begin)
{
	struct followed *log;

	if (w->count == FOLLOW_MAX) {
		if (!w->full)
			log_warnx("%s: not followed: there are %d logs "
			    "already", path, FOLLOW_MAX);
		w->full = true;
		return 0;
	}
	log = followed_new(path, begin, &w->options, &w->counters);
	if (log == NULL)
		return -1;
	w->log[w->count++] = log;
	watch(w, path);
	return 0;
}

/* Add the logs that match ${pattern} and are not followed yet. */
static int
expand(struct follow *w, const char *pattern)
{
	struct followed_begin begin = begin_new(w);
	int status = 0;
	struct stat st;
	glob_t found;

	if (glob(pattern, 0, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc && status == 0; i++) {
		const char *path = found.gl_pathv[i];

		if (is_followed(w, path) || belongs_to_another(w, path) ||
		    stat(path, &st) != 0 || !S_ISREG(st.st_mode))
			continue;
		status = add(w, path, begin);
	}
	globfree(&found);
	return status;
}

/* Begin to follow what is new; -1 if memory is short. */
static int
look_for_logs(struct follow *w, int64_t now)
{
	int status = 0;

	if (w->begun && now - w->expanded_at < EXPAND_EVERY)
		return 0;
	w->expanded_at = now;
	for (size_t i = 0; i < w->path_count && status == 0; i++) {
		if (log_paths_is_pattern(w->paths[i]))
			status = expand(w, w->paths[i]);
		else if (!w->begun && !is_followed(w, w->paths[i]))
			status = add(w, w->paths[i], w->begin);
	}
	w->begun = true;
	w->looked_at = timestamp_now();
	return status;
}

/* --- running --------------------------------------------------------------- */

static void
count(void *ctx, struct counters *c)
{
	const struct follow *w = ctx;

	counters_always(c, "logs", "followed", w->count);
	counters_always(c, "logs", "behind", w->counters.behind);
	counters_add(c, "logs", "rotations", w->counters.rotations);
	counters_add(c, "logs", "copied", w->counters.copied);
	counters_add(c, "logs", "skipped", w->counters.skipped);
	counters_add(c, "logs", "lost", w->counters.lost);
	counters_add(c, "logs", "full", w->counters.full);
}

static void
report(struct follow *w, int64_t now)
{
	if (now - w->reported_at < REPORT_EVERY)
		return;
	w->reported_at = now;
	w->counters.behind = w->counters.full = 0;
	for (size_t i = 0; i < w->count; i++)
		followed_report(w->log[i], now);
}

int
follow_run(struct follow *w, struct frontend *f,
    const struct log_format *format, const struct log_target *target)
{
	const struct pulse pulse = {
		.frontend = f, .counters = target->counters,
		.count = count, .count_ctx = w,
	};
	int status = EXIT_SUCCESS;

	w->options = (struct followed_options){
		.frontend = frontend_positions(f) != NULL ? f : NULL,
		.format = format,
		.target = target,
		.quiet = config_number(frontend_config(f), "quiet") *
		    TIMESTAMP_SECOND,
	};
	frontend_enter(f, 0);
	while (!frontend_stopping(f)) {
		int64_t now = timestamp_steady();
		bool more = false;

		if (look_for_logs(w, now) != 0) {
			status = EXIT_FAILURE;
			break;
		}
		for (size_t i = 0; i < w->count; i++)
			more |= followed_step(w->log[i], now);
		report(w, now);
		if (!more)
			wait_for_change(w);
		pulse_beat(&pulse);
	}
	for (size_t i = 0; i < w->count; i++)
		followed_finish(w->log[i]);
	frontend_leave(f, 0);
	report(w, timestamp_steady() + REPORT_EVERY);
	pulse_end(&pulse);
	return status;
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
