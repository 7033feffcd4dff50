#include "frontend/frontend.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/config.h"
#include "core/log.h"
#include "core/privileges.h"
#include "core/sandbox.h"
#include "core/timestamp.h"
#include "core/usage.h"
#include "frontend/rules_setup.h"
#include "hits/pipeline.h"
#include "output/hit_stream.h"
#include "output/json_lines.h"
#include "output/redis_link.h"

#define CLOSE_PATIENCE_MS 5000	/* at the end, while Redis is silent */

struct frontend {
	const char *program, *help;
	char **argv;
	enum query_via via;
	int exit_status;
	bool check, all;
	bool live;			/* input can't be read again later */
	const char *config_path;
	const char *output;		/* "-", unix:PATH or HOST:PORT */
	char address[REDIS_LINK_ADDRESS_SIZE];	/* the latter, resolved */
	char source[HIT_SOURCE_SIZE];
	struct config *config;
	struct rules_setup setup;
	struct pipeline *pipeline;
	struct hit_stream *stream;	/* NULL: JSON lines, or closed */
	struct hit_stream_counters sent;	/* by the closed stream */
	struct hit_fields fields;	/* of the line being printed */
	bool broken;			/* standard output failed */
	bool unflushed;
	uint64_t matched_before;	/* matches at the last tick, and */
	int64_t matched_at;		/* when they were first that many */
};

static volatile sig_atomic_t stopping;
static volatile sig_atomic_t report_wanted;

static void
note_signal(int number)
{
	if (number == SIGUSR1)
		report_wanted = 1;
	else
		stopping = 1;
}

static void
install_handlers(void)
{
	struct sigaction action = { .sa_handler = note_signal };

	/* No SA_RESTART: a blocking read has to notice. */
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	/* To ask for the counters is no reason to end a read of a pipe, which
	 * libpcap would take for the end of the capture. */
	action.sa_flags = SA_RESTART;
	sigaction(SIGUSR1, &action, NULL);
	/* SIGHUP asks other daemons to read their files again; until we can,
	 * it shall at least not end us. */
	action.sa_handler = SIG_IGN;
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGPIPE, &action, NULL);
}

struct frontend *
frontend_new(const char *program, enum query_via via, const char *help,
    char **argv)
{
	struct frontend *f = calloc(1, sizeof(*f));

	log_program(program);
	if (f == NULL) {
		log_warn("cannot start");
		return NULL;
	}
	f->program = program;
	f->help = help;
	f->argv = argv;
	f->via = via;
	install_handlers();
	return f;
}

/* --- the command line ---------------------------------------------------- */

static int
add_list(struct frontend *f, const char *arg)
{
	char error[256];

	if (rules_setup_add(&f->setup, arg, error, sizeof(error)) == 0)
		return 0;
	f->exit_status = usage_error(f->program, "-b: %s", error);
	return -1;
}

int
frontend_option(struct frontend *f, int letter, const char *value)
{
	switch (letter) {
	case 'a':
		f->all = true;
		return 0;
	case 'b':
		return add_list(f, value);
	case 'c':
		f->config_path = value;
		return 0;
	case 'n':
		f->check = true;
		return 0;
	case 'o':
		f->output = value;
		return 0;
	case 'h':
		printf("%s", f->help);
		f->exit_status = EXIT_SUCCESS;
		return -1;
	case 'V':
		printf("%s %s\n", f->program, VERSION);
		f->exit_status = EXIT_SUCCESS;
		return -1;
	default:
		f->exit_status = usage_option(f->program, letter, f->argv);
		return -1;
	}
}

int
frontend_exit_status(const struct frontend *f)
{
	return f->exit_status;
}

/* --- set-up -------------------------------------------------------------- */

/* The name that hits carry: configured, or made of the host's name. */
static void
choose_source(struct frontend *f)
{
	const char *configured = config_string(f->config, "source");
	char host[HIT_SOURCE_SIZE] = "";

	if (configured[0] != '\0') {
		snprintf(f->source, sizeof(f->source), "%s", configured);
		return;
	}
	gethostname(host, sizeof(host) - 1);
	host[strcspn(host, ".")] = '\0';
	snprintf(f->source, sizeof(f->source), "%.50s-%s",
	    config_source_valid(host) ? host : "host",
	    f->via == QUERY_VIA_CAPTURE ? "sensor" : "log");
}

/* Are the arguments, with the configuration, something that we can do? */
static int
check_usage(struct frontend *f)
{
	if (f->output == NULL || f->output[0] == '\0')
		f->output = config_string(f->config, "output");
	if (f->output[0] == '\0')
		f->output = "-";
	if (strcmp(f->output, "-") != 0 &&
	    !redis_link_target_valid(f->output))
		return usage_error(f->program, "output '%s': give -, "
		    "unix:PATH or HOST:PORT", f->output);
	if (f->all && strcmp(f->output, "-") != 0)
		return usage_error(f->program, "-a prints on standard "
		    "output: it goes without -o %s", f->output);
	if (!f->all && !f->check && f->setup.count == 0)
		return usage_error(f->program, "no list of bad names: give "
		    "-b LIST (or -a to print every query)");
	return 0;
}

int
frontend_configure(struct frontend *f)
{
	char error[512];

	f->config = config_load(f->config_path, error, sizeof(error));
	if (f->config == NULL) {
		log_warnx("%s", error);
		return EXIT_FAILURE;
	}
	choose_source(f);
	if (rules_setup_open(&f->setup, f->config) != 0)
		return EXIT_FAILURE;
	return check_usage(f);
}

/* What the rest of the run may do; what it may not is done here. */
static int
enter_sandbox(struct frontend *f)
{
	unsigned allowed = f->via == QUERY_VIA_LOG ? SANDBOX_READ_FILES : 0;
	char error[REDIS_LINK_ERROR_SIZE];

	if (f->live)
		allowed |= SANDBOX_CAPTURE;
	if (strncmp(f->output, "unix:", 5) == 0) {
		allowed |= SANDBOX_UNIX;
	} else if (strcmp(f->output, "-") != 0 && !f->check) {
		/* Resolvers read files and ask over UDP. */
		if (redis_link_resolve(f->output, f->address, error,
		    sizeof(error)) != 0) {
			log_warnx("%s", error);
			return EXIT_FAILURE;
		}
		f->output = f->address;
		allowed |= SANDBOX_TCP;
	}
	if (sandbox_enter(allowed, error, sizeof(error)) == 0)
		return 0;
	log_warnx("%s", error);
	return EXIT_FAILURE;
}

int
frontend_drop(struct frontend *f, bool keep_reading)
{
	char error[256];

	if (privileges_drop(config_string(f->config, "user"), keep_reading,
	    error, sizeof(error)) != 0) {
		log_warnx("%s", error);
		return EXIT_FAILURE;
	}
	return config_switch(f->config, "sandbox") ? enter_sandbox(f) : 0;
}

static void
sink_to_stream(void *ctx, const struct hit *h)
{
	struct frontend *f = ctx;

	hit_stream_put(f->stream, h);
}

/* Standard output fails: once, say why, unless its reader just left. */
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

static void
sink_to_lines(void *ctx, const struct hit *h)
{
	struct frontend *f = ctx;

	hit_fields_of(h, HIT_TIMES_RFC3339, &f->fields);
	print_fields(f);
}

static int
open_stream(struct frontend *f)
{
	const struct hit_stream_options o = {
		.target = f->output,
		.source = f->source,
		.queue = (size_t)config_number(f->config, "queue"),
		.partitions = (unsigned)config_number(f->config, "partitions"),
		.wait = !f->live,
		.stopping = &stopping,
	};
	char error[REDIS_LINK_ERROR_SIZE + 128];

	f->stream = hit_stream_open(&o, error, sizeof(error));
	if (f->stream == NULL) {
		log_warnx("%s", error);
		return EXIT_FAILURE;
	}
	return 0;
}

int
frontend_load(struct frontend *f)
{
	struct pipeline_options o = {
		.source = f->source,
		.via = f->via,
		.sink = sink_to_lines,
		.sink_ctx = f,
	};

	if (rules_setup_load(&f->setup, f->check) != 0)
		return EXIT_FAILURE;
	if (f->all || f->check)
		return 0;
	if (strcmp(f->output, "-") != 0) {
		if (open_stream(f) != 0)
			return EXIT_FAILURE;
		o.sink = sink_to_stream;
	}
	o.coalesce = config_number(f->config, "coalesce") * TIMESTAMP_SECOND;
	o.table = (size_t)config_number(f->config, "coalesce_table");
	o.rules = f->setup.rules;
	if ((f->pipeline = pipeline_new(&o)) == NULL) {
		log_warn("cannot start the pipeline");
		return EXIT_FAILURE;
	}
	return 0;
}

void
frontend_set_live(struct frontend *f)
{
	f->live = true;
}

bool
frontend_checking(const struct frontend *f)
{
	return f->check;
}

int
frontend_checked(const struct frontend *f)
{
	log_info("configuration and lists are good");
	(void)f;
	return EXIT_SUCCESS;
}

const struct config *
frontend_config(const struct frontend *f)
{
	return f->config;
}

struct pipeline *
frontend_pipeline(struct frontend *f)
{
	return f->pipeline;
}

bool
frontend_all(const struct frontend *f)
{
	return f->all;
}

/* --- running ------------------------------------------------------------- */

void
frontend_print(struct frontend *f, const struct query *q)
{
	hit_fields_of_query(q, f->source, f->via, &f->fields);
	print_fields(f);
}

/* Event time goes on as the clock does since the last match. */
static void
tick_pipeline(struct frontend *f)
{
	uint64_t matched = pipeline_counters(f->pipeline)->matched;
	int64_t now = timestamp_steady();

	if (matched != f->matched_before) {
		f->matched_before = matched;
		f->matched_at = now;
	}
	pipeline_idle(f->pipeline, now - f->matched_at);
}

void
frontend_tick(struct frontend *f)
{
	if (f->pipeline != NULL)
		tick_pipeline(f);
	if (f->unflushed && !f->broken && json_lines_flush() != 0)
		note_broken(f);
	f->unflushed = false;
}

bool
frontend_stopping(const struct frontend *f)
{
	return stopping || f->broken;
}

bool
frontend_report_due(void)
{
	bool due = report_wanted;

	report_wanted = 0;
	return due;
}

static void
report_stream(const struct frontend *f)
{
	struct hit_stream_counters c = f->stream != NULL ?
	    hit_stream_counters(f->stream) : f->sent;

	log_info("Redis: %llu hits sent, %llu lost, %llu outages",
	    (unsigned long long)c.sent, (unsigned long long)c.lost,
	    (unsigned long long)c.outages);
}

void
frontend_report(const struct frontend *f)
{
	const struct pipeline_counters *c;

	if (f->pipeline == NULL)
		return;
	c = pipeline_counters(f->pipeline);
	log_info("%llu queries: %llu matched a bad name (%llu hits), "
	    "%llu from outside the monitored netblocks, %llu excluded",
	    (unsigned long long)c->queries, (unsigned long long)c->matched,
	    (unsigned long long)c->hits, (unsigned long long)c->unmonitored,
	    (unsigned long long)c->excluded);
	if (c->table_full > 0)
		log_info("coalescing: the table was full %llu times (raise "
		    "coalesce_table)", (unsigned long long)c->table_full);
	if (strcmp(f->output, "-") != 0)
		report_stream(f);
}

static void
free_frontend(struct frontend *f)
{
	pipeline_free(f->pipeline);
	rules_setup_free(&f->setup);
	config_free(f->config);
	free(f);
}

/* Send what waits; EXIT_FAILURE if that could not be done. */
static int
close_stream(struct frontend *f)
{
	if (f->stream == NULL)
		return EXIT_SUCCESS;
	hit_stream_close(f->stream, CLOSE_PATIENCE_MS, &f->sent);
	f->stream = NULL;
	if (f->sent.lost == 0)
		return EXIT_SUCCESS;
	log_warnx("%llu hits were lost: Redis did not take them",
	    (unsigned long long)f->sent.lost);
	return EXIT_FAILURE;
}

int
frontend_finish(struct frontend *f, int status)
{
	if (f->pipeline != NULL)
		pipeline_flush(f->pipeline);
	frontend_tick(f);
	if (close_stream(f) != EXIT_SUCCESS || f->broken)
		status = status == EXIT_SUCCESS ? EXIT_FAILURE : status;
	if (f->pipeline != NULL)
		frontend_report(f);
	free_frontend(f);
	return status;
}
