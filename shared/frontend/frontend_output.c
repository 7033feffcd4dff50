#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/config.h"
#include "core/log.h"
#include "core/privileges.h"
#include "core/timestamp.h"
#include "frontend/frontend.h"
#include "frontend/frontend_state.h"
#include "output/hit_stream.h"
#include "output/json_lines.h"
#include "output/redis_link.h"
#include "output/spool.h"
#include "output/state_file.h"

#define CLOSE_PATIENCE_MS 5000	/* at the end, while Redis is silent */
#define SAVE_EVERY TIMESTAMP_SECOND

/* --- standard output, under the lock printing ---------------------------- */

/* It fails: once, say why, unless its reader just left. */
static void
note_broken(struct frontend *f)
{
	if (!f->broken && errno != EPIPE)
		log_warn("standard output");
	f->broken = true;
}

static void
print_fields(struct frontend *f)
{
	f->unflushed = true;
	if (!f->broken && json_lines_put(&f->fields) != 0)
		note_broken(f);
}

void
frontend_print(struct frontend *f, const struct query *q)
{
	pthread_mutex_lock(&f->printing);
	if (f->report != NULL) {
		report_add(f->report, q);
	} else {
		hit_fields_of_query(q, f->source, f->via, &f->fields);
		print_fields(f);
	}
	pthread_mutex_unlock(&f->printing);
}

static void
sink_to_lines(void *ctx, const struct hit *h)
{
	struct frontend *f = ctx;

	pthread_mutex_lock(&f->printing);
	hit_fields_of(h, HIT_TIMES_RFC3339, &f->fields);
	print_fields(f);
	pthread_mutex_unlock(&f->printing);
}

static void
flush_lines(struct frontend *f)
{
	if (!f->unflushed)
		return;
	f->unflushed = false;	/* before: what comes meanwhile sets it anew */
	pthread_mutex_lock(&f->printing);
	if (!f->broken && json_lines_flush() != 0)
		note_broken(f);
	pthread_mutex_unlock(&f->printing);
}

/* Write the positions, all of whose hits have been flushed. */
static void
save_state(struct frontend *f)
{
	if (f->broken)
		return;
	f->state_changed = f->state_due = false;
	f->state_saved_at = timestamp_steady();
	if (state_file_save(f->state) != 0) {
		log_warn("%s: cannot write the positions", f->state_path);
		f->state_changed = true;
	}
}

void
frontend_output_flush(struct frontend *f)
{
	flush_lines(f);
	if (f->state_changed && (f->state_due ||
	    timestamp_steady() - f->state_saved_at >= SAVE_EVERY))
		save_state(f);
}

int
frontend_output_check_files(struct frontend *f)
{
	const char *path = f->state_path;
	int status = 0;

	if (f->state != NULL) {
		status = state_file_save(f->state);
	} else if (f->spool != NULL) {
		path = config_string(f->config, "spool");
		/* A full disk is no reason not to start. */
		status = spool_check(f->spool) != 0 && errno != ENOSPC &&
		    errno != EDQUOT ? -1 : 0;
	}
	if (status == 0)
		return 0;
	log_warn("%s: the user that this program becomes cannot write it",
	    path);
	return EXIT_FAILURE;
}

/* --- positions of logs ---------------------------------------------------- */

const struct log_positions *
frontend_positions(const struct frontend *f)
{
	if (!f->positions)
		return NULL;
	return f->stream != NULL ? hit_stream_stored(f->stream) :
	    state_file_positions(f->state);
}

unsigned
frontend_partitions(const struct frontend *f)
{
	return f->stream == NULL ? 1 :
	    (unsigned)config_number(f->config, "partitions");
}

unsigned
frontend_partition(const struct frontend *f, const struct address *client)
{
	return f->stream == NULL ? 0 : hit_stream_partition(f->stream, client);
}

void
frontend_put_of_log(struct frontend *f, const struct hit *h, const char *log,
    const struct log_position *position)
{
	if (f->stream != NULL) {
		hit_stream_put_of_log(f->stream, h, log, position);
		return;
	}
	if (h != NULL)
		sink_to_lines(f, h);
	if (f->state == NULL || f->broken)
		return;
	if (log_positions_set(state_file_positions(f->state), log, 0,
	    position) != 0)
		log_warn("%s", log);
	f->state_changed = true;
	f->state_due |= h == NULL;
}

/* --- the report ------------------------------------------------------------ */

int
frontend_output_prepare(struct frontend *f)
{
	if (!f->reports || f->check)
		return 0;
	f->report = report_new();
	if (f->report != NULL)
		return 0;
	log_warnx("cannot start the report: memory is short, or there is no "
	    "list of public suffixes");
	return EXIT_FAILURE;
}

/* Nobody reads input any more. */
static void
print_report(struct frontend *f)
{
	const struct report_print_about about = {
		.program = f->program,
		.version = VERSION,
		.input = f->input,
		.colour = isatty(STDOUT_FILENO),
	};
	struct report_figures figures;

	if (report_figures(f->report, f->top, &figures) != 0) {
		log_warnx("cannot make the report: memory is short");
		f->broken = true;
	} else if (report_print(&figures, f->report_format, &about,
	    stdout) != 0) {
		note_broken(f);
	}
	report_clear(&figures);
}

/* --- Redis --------------------------------------------------------------- */

#define MEBI (UINT64_C(1) << 20)

/* Say what waits there, and return how many hits were lost on it. */
static uint64_t
tell_spool(struct frontend *f)
{
	struct spool_counters c;

	if (f->spool == NULL)
		return 0;
	spool_counters(f->spool, &c);
	if (c.records > 0)
		log_info("spool: %" PRIu64 " hits wait", c.records);
	if (c.torn + c.forced > 0)
		log_warnx("spool: %" PRIu64 " hits were lost: %" PRIu64 " cut "
		    "or damaged, %" PRIu64 " over spool_size",
		    c.torn + c.forced, c.torn, c.forced);
	return c.torn + c.forced;
}

int
frontend_output_open_spool(struct frontend *f)
{
	const char *folder = config_string(f->config, "spool");
	uint64_t size = MEBI * (uint64_t)config_number(f->config, "spool_size");
	char error[512];

	/* What can be read again needs none. */
	if (folder[0] == '\0' || !f->live || f->check ||
	    strcmp(f->output, "-") == 0)
		return 0;
	if (privileges_make_folder(folder, config_string(f->config, "user"),
	    error, sizeof(error)) == 0)
		f->spool = spool_open(folder, f->source, size, error,
		    sizeof(error));
	if (f->spool == NULL) {
		log_warnx("spool: %s", error);
		return EXIT_FAILURE;
	}
	(void)tell_spool(f);
	return 0;
}

static void
sink_to_stream(void *ctx, const struct hit *h)
{
	struct frontend *f = ctx;

	hit_stream_put(f->stream, h);
}

int
frontend_output_open(struct frontend *f)
{
	const struct hit_stream_options o = {
		.target = f->output,
		.config = f->config,
		.source = f->source,
		.spool = f->spool,
		.replicas =
		    (unsigned)config_number(f->config, "redis_replicas"),
		.limit = (uint64_t)config_number(f->config, "stream_max"),
		.queue = (size_t)config_number(f->config, "queue"),
		.partitions = (unsigned)config_number(f->config, "partitions"),
		.wait = !f->live,
		.stopping = frontend_asked_to_stop(),
	};
	char error[REDIS_LINK_ERROR_SIZE + 128];

	if (strcmp(f->output, "-") == 0)
		return 0;
	f->stream = hit_stream_open(&o, error, sizeof(error));
	if (f->stream != NULL)
		return 0;
	log_warnx("%s", error);
	return EXIT_FAILURE;
}

pipeline_sink *
frontend_output_sink(const struct frontend *f)
{
	return f->stream != NULL ? sink_to_stream : sink_to_lines;
}

int
frontend_output_drain(struct frontend *f)
{
	struct hit_stream_counters c;
	uint64_t lost;

	if (f->report != NULL && f->worker != NULL)
		print_report(f);
	f->state_due = true;
	frontend_output_flush(f);
	if (f->stream == NULL)
		return f->broken ? -1 : 0;
	hit_stream_drain(f->stream, CLOSE_PATIENCE_MS);
	hit_stream_counters(f->stream, &c);
	/* What a log holds is read again. */
	if (f->positions && c.unsent > 0)
		log_info("%" PRIu64 " hits wait in the logs: Redis did not "
		    "take them", c.unsent);
	lost = c.queue_drops + c.refused + c.damaged +
	    (f->positions ? 0 : c.unsent);
	if (lost > 0)
		log_warnx("%" PRIu64 " hits were lost: Redis did not take "
		    "them", lost);
	return lost + tell_spool(f) > 0 ? -1 : 0;
}
