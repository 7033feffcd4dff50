#include "frontend/frontend.h"

#include <malloc.h>
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
#include "frontend/frontend_state.h"
#include "output/hit_stream.h"
#include "output/redis_servers.h"
#include "output/spool.h"
#include "output/state_file.h"

#define TABLE (256 << 10)	/* octets that are mapped for themselves */

/* --- signals ------------------------------------------------------------- */

/* Atomic, since a handler runs in any thread and others look. */
static atomic_bool stopping;
static atomic_bool report_wanted;
static atomic_bool reload_wanted;

static void
note_signal(int number)
{
	if (number == SIGUSR1)
		atomic_store(&report_wanted, true);
	else if (number == SIGHUP)
		atomic_store(&reload_wanted, true);
	else
		atomic_store(&stopping, true);
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
	/* SIGHUP asks to read lists again; where they are not, it shall at
	 * least not end us. */
	action.sa_handler = SIG_IGN;
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGPIPE, &action, NULL);
}

const atomic_bool *
frontend_asked_to_stop(void)
{
	return &stopping;
}

atomic_bool *
frontend_asked_to_report(void)
{
	return &report_wanted;
}

void
frontend_stop(struct frontend *f)
{
	(void)f;
	stopping = true;
}

bool
frontend_stopping(const struct frontend *f)
{
	return stopping || f->broken;
}

/* --- set-up -------------------------------------------------------------- */

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
	f->workers = 1;
	f->started_at = timestamp_steady();
	/* In the sandbox nobody tells. */
	gethostname(f->host, sizeof(f->host) - 1);
	pthread_mutex_init(&f->lock, NULL);
	pthread_mutex_init(&f->printing, NULL);
	install_handlers();
	return f;
}

/* The name that hits carry: configured, or made of the host's name. */
static void
choose_source(struct frontend *f)
{
	const char *configured = config_string(f->config, "source");
	char host[HIT_SOURCE_SIZE];

	if (configured[0] != '\0') {
		snprintf(f->source, sizeof(f->source), "%s", configured);
		return;
	}
	snprintf(host, sizeof(host), "%.*s", (int)strcspn(f->host, "."),
	    f->host);
	snprintf(f->source, sizeof(f->source), "%.50s-%s",
	    config_source_valid(host) ? host : "host",
	    f->via == QUERY_VIA_CAPTURE ? "sensor" : "log");
}

int
frontend_configure(struct frontend *f)
{
	char error[512];
	int status;

	f->config = config_load(f->config_path, error, sizeof(error));
	if (f->config == NULL) {
		log_warnx("%s", error);
		return EXIT_FAILURE;
	}
	choose_source(f);
	f->heartbeat = (unsigned)config_number(f->config, "heartbeat");
	if (rules_setup_open(&f->setup, f->config) != 0)
		return EXIT_FAILURE;
	if ((status = frontend_options_check(f)) != 0)
		return status;
	if (strcmp(f->output, "-") != 0 && redis_servers_prepare(f->config,
	    error, sizeof(error)) != 0) {
		log_warnx("%s", error);
		return EXIT_FAILURE;
	}
	return frontend_output_prepare(f);
}

void
frontend_set_live(struct frontend *f)
{
	f->live = true;
}

void
frontend_set_listening(struct frontend *f)
{
	f->live = f->listening = true;
}

void
frontend_set_reloading(struct frontend *f)
{
	struct sigaction action = {
		.sa_handler = note_signal, .sa_flags = SA_RESTART,
	};

	if (frontend_all(f) || f->check)
		return;
	f->reloads = f->setup.again = true;
	/* glibc would learn from the first tables that are freed to keep such
	 * memory: from now on it goes back to the system. */
	(void)mallopt(M_MMAP_THRESHOLD, TABLE);
	sigaction(SIGHUP, &action, NULL);
}

void
frontend_set_workers(struct frontend *f, unsigned workers)
{
	f->workers = workers;
}

int
frontend_keep_positions(struct frontend *f, const char *state)
{
	char error[512];

	if (state != NULL && strcmp(f->output, "-") != 0)
		return usage_error(f->program, "--state is for standard "
		    "output: with -o %s positions are kept in Redis",
		    f->output);
	f->positions = state != NULL || strcmp(f->output, "-") != 0;
	f->state_path = state;
	if (state == NULL)
		return 0;
	f->state = state_file_open(state, error, sizeof(error));
	if (f->state != NULL)
		return 0;
	log_warnx("%s", error);
	return EXIT_FAILURE;
}

/* What the rest of the run may do; what it may not is done here. */
static int
enter_sandbox(struct frontend *f)
{
	unsigned allowed = f->listening ? SANDBOX_LISTEN :
	    f->via == QUERY_VIA_LOG ? SANDBOX_READ_FILES :
	    f->live ? SANDBOX_CAPTURE : 0;
	char error[256];

	if (f->workers > 1)
		allowed |= SANDBOX_THREADS;
	if (f->reloads)
		allowed |= SANDBOX_REREAD;
	if (strncmp(f->output, "unix:", 5) == 0) {
		allowed |= SANDBOX_UNIX;
	} else if (strcmp(f->output, "-") != 0 && !f->check) {
		/* Resolvers read files and ask over UDP. */
		f->addresses = redis_servers_resolve(f->output, error,
		    sizeof(error));
		if (f->addresses == NULL) {
			log_warnx("%s", error);
			return EXIT_FAILURE;
		}
		f->output = f->addresses;
		allowed |= SANDBOX_TCP;
	}
	if (f->state != NULL)
		sandbox_write_in(state_file_folder(f->state));
	if (f->spool != NULL)
		sandbox_write_in(spool_folder(f->spool));
	if (sandbox_enter(allowed, error, sizeof(error)) == 0)
		return 0;
	log_warnx("%s", error);
	return EXIT_FAILURE;
}

int
frontend_drop(struct frontend *f, bool keep_reading)
{
	char error[256];

	if (frontend_output_open_spool(f) != 0)
		return EXIT_FAILURE;
	if (privileges_drop(config_string(f->config, "user"), keep_reading,
	    error, sizeof(error)) != 0) {
		log_warnx("%s", error);
		return EXIT_FAILURE;
	}
	return config_switch(f->config, "sandbox") ? enter_sandbox(f) : 0;
}

/* How much longer, in seconds, hits wait for responses where nameservers bring
 * both: libfstrm hands on what its threads' queues hold once a second, one
 * queue after the other. */
#define QUEUED 1

/* A pipeline to ${sink}, of one log if ${ended} is given: nothing ties its
 * responses to its queries.  The rules are shared by all. */
static struct pipeline *
make_pipeline(struct frontend *f, unsigned worker, const struct rules *rules,
    pipeline_sink *sink, void (*ended)(void *ctx, uint64_t line), void *ctx)
{
	long wait = config_number(f->config, "answer_wait") +
	    (f->via == QUERY_VIA_LOG ? QUEUED : 0);
	const struct pipeline_options o = {
		.source = f->source,
		.via = f->via,
		.coalesce = config_number(f->config, "coalesce") *
		    TIMESTAMP_SECOND,
		.table = (size_t)config_number(f->config, "coalesce_table"),
		.answer_wait = wait * TIMESTAMP_SECOND,
		.pairs = ended != NULL ? 0 :
		    (size_t)config_number(f->config, "answer_table"),
		.thread = worker,
		.rules = rules,
		.sink = sink,
		.sink_ctx = ctx,
		.ended = ended,
	};

	return pipeline_new(&o);
}

/* Every worker has a pipeline of its own. */
static int
make_pipelines(struct frontend *f)
{
	for (unsigned i = 0; i < f->workers; i++) {
		f->worker[i].rules = f->setup.rules;
		f->worker[i].feed.pipeline = make_pipeline(f, i, f->setup.rules,
		    frontend_output_sink(f), NULL, f);
		if (f->worker[i].feed.pipeline == NULL)
			return -1;
	}
	return 0;
}

struct pipeline *
frontend_add_pipeline(struct frontend *f, unsigned worker,
    pipeline_sink *sink, void (*ended)(void *ctx, uint64_t line), void *ctx)
{
	struct frontend_worker *w = &f->worker[worker];
	struct frontend_feed *more = realloc(w->log,
	    (w->log_count + 1) * sizeof(*more));
	struct pipeline *p;

	if (more == NULL)
		return NULL;
	w->log = more;
	p = make_pipeline(f, worker, w->rules, sink, ended, ctx);
	if (p != NULL)
		w->log[w->log_count++] = (struct frontend_feed){ p, 0, 0 };
	return p;
}

int
frontend_load(struct frontend *f)
{
	f->setup.threads = f->workers;
	if (rules_setup_load(&f->setup, f->check) != 0)
		return EXIT_FAILURE;
	if (f->check)
		return 0;
	if (frontend_output_open(f) != 0 ||
	    frontend_output_check_files(f) != 0)
		return EXIT_FAILURE;
	f->worker = calloc(f->workers, sizeof(f->worker[0]));
	if (f->worker == NULL || (!frontend_all(f) && make_pipelines(f) != 0)) {
		log_warn("cannot start the pipeline");
		return EXIT_FAILURE;
	}
	if (!f->reloads)
		return 0;
	rules_swap_init(&f->swap, f->setup.rules);
	f->reload = rules_reload_start(&f->setup, &f->swap, &reload_wanted);
	return f->reload != NULL ? 0 : EXIT_FAILURE;
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
frontend_pipeline(struct frontend *f, unsigned worker)
{
	return f->worker[worker].feed.pipeline;
}

bool
frontend_all(const struct frontend *f)
{
	return f->all || f->reports;
}

bool
frontend_prints(const struct frontend *f)
{
	return strcmp(f->output, "-") == 0;
}

/* --- rules ---------------------------------------------------------------- */

static void
use_rules(struct frontend_worker *w, const struct rules *rules)
{
	if (rules == w->rules)
		return;
	w->rules = rules;
	pipeline_use_rules(w->feed.pipeline, rules);
	for (size_t i = 0; i < w->log_count; i++)
		pipeline_use_rules(w->log[i].pipeline, rules);
}

void
frontend_enter(struct frontend *f, unsigned worker)
{
	if (f->reload == NULL)
		return;
	rules_swap_enter();
	use_rules(&f->worker[worker], rules_swap_take(&f->swap));
}

void
frontend_rest(struct frontend *f, unsigned worker)
{
	struct frontend_worker *w = &f->worker[worker];

	if (f->reload == NULL || f->settled)
		return;
	/* Windows made anew have to be what they were. */
	for (size_t i = 0; i < w->log_count; i++) {
		if (pipeline_held(w->log[i].pipeline))
			return;
	}
	use_rules(w, rules_swap_take(&f->swap));
}

void
frontend_leave(struct frontend *f, unsigned worker)
{
	(void)worker;
	if (f->reload != NULL)
		rules_swap_leave();
}

void
frontend_settle(struct frontend *f)
{
	f->settled = true;
	if (f->reload == NULL)
		return;
	rules_reload_stop(f->reload);
	for (unsigned i = 0; i < f->workers; i++)
		use_rules(&f->worker[i], f->setup.rules);
}

/* --- running ------------------------------------------------------------- */

/* While event time stands still, it goes on as the clock does. */
static void
tick_feed(struct frontend_feed *feed)
{
	int64_t time = pipeline_time(feed->pipeline);
	int64_t now = timestamp_steady();

	if (time != feed->time_before) {
		feed->time_before = time;
		feed->moved_at = now;
	}
	pipeline_idle(feed->pipeline, now - feed->moved_at);
}

void
frontend_tick(struct frontend *f, unsigned worker)
{
	struct frontend_worker *w = &f->worker[worker];

	frontend_rest(f, worker);
	if (w->feed.pipeline != NULL)
		tick_feed(&w->feed);
	for (size_t i = 0; i < w->log_count; i++)
		tick_feed(&w->log[i]);
	frontend_output_flush(f);
}

static void
free_worker(struct frontend_worker *w)
{
	pipeline_free(w->feed.pipeline);
	for (size_t i = 0; i < w->log_count; i++)
		pipeline_free(w->log[i].pipeline);
	free(w->log);
}

static void
free_frontend(struct frontend *f)
{
	hit_stream_close(f->stream);
	spool_close(f->spool);
	report_free(f->report);
	for (unsigned i = 0; f->worker != NULL && i < f->workers; i++)
		free_worker(&f->worker[i]);
	free(f->worker);
	state_file_close(f->state);
	rules_reload_free(f->reload);
	rules_setup_free(&f->setup);
	free(f->addresses);
	config_free(f->config);
	pthread_mutex_destroy(&f->printing);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

int
frontend_finish(struct frontend *f, int status)
{
	frontend_settle(f);
	for (unsigned i = 0; f->worker != NULL && i < f->workers; i++) {
		if (f->worker[i].feed.pipeline != NULL)
			pipeline_flush(f->worker[i].feed.pipeline);
	}
	if (frontend_output_drain(f) != 0 && status == EXIT_SUCCESS)
		status = EXIT_FAILURE;
	if (f->worker != NULL)
		frontend_report_last(f);
	free_frontend(f);
	return status;
}
