#ifndef FRONTEND_STATE_H
#define FRONTEND_STATE_H

/*
 * frontend_state - what the files of frontend share, and ask of each other:
 *
 *	frontend.c		the steps of a main, in their order; signals
 *	frontend_options.c	the command line, and what goes together
 *	frontend_output.c	hits and queries to standard output or Redis
 *	frontend_report.c	the counters: lines in the log, the heartbeat
 *
 * Nobody else includes it.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/counters.h"
#include "core/query.h"
#include "frontend/rules_reload.h"
#include "frontend/rules_setup.h"
#include "frontend/rules_swap.h"
#include "hits/hit.h"
#include "hits/pipeline.h"
#include "report/report_print.h"

#define FRONTEND_INPUT_SIZE 256

/* A pipeline, and how its event time goes on. */
struct frontend_feed {
	struct pipeline *pipeline;
	int64_t time_before;		/* event time at the last tick, and */
	int64_t moved_at;		/* when it was that first */
};

/* What belongs to one thread that reads input... */
struct frontend_worker {
	struct frontend_feed feed;	/* no pipeline with -a */
	size_t log_count;		/* one each for logs that have a */
	struct frontend_feed *log;	/* position */
	const struct rules *rules;	/* that its pipelines use */
	int64_t published_at;
	/* ...and what it lets others see, under the front end's lock. */
	struct counters counters;
	struct pipeline_counters of_pipeline;
	int64_t time;			/* of its last input, 0: unknown */
};

struct frontend {
	const char *program, *help;
	char **argv;
	enum query_via via;
	int exit_status;
	bool check, all;
	bool live;			/* input can't be read again later */
	bool listening;			/* it comes over sockets of ours */
	const char *config_path;
	const char *output;		/* "-", unix:PATH or HOST:PORT[,...] */
	char *addresses;		/* the latter, resolved, or NULL */
	char source[HIT_SOURCE_SIZE];
	struct config *config;
	struct rules_setup setup;
	bool reloads;			/* lists are to be read again... */
	struct rules_swap swap;
	struct rules_reload *reload;	/* ...by this thread, or NULL */
	bool settled;			/* and never again */
	unsigned workers;
	struct frontend_worker *worker;	/* ${workers}, once loaded */
	struct hit_stream *stream;	/* NULL: JSON lines */
	struct spool *spool;		/* NULL: none */
	bool positions;			/* those of logs are kept */
	const char *state_path;		/* or NULL: not in a file */
	struct state_file *state;	/* open, if there is a path */
	bool state_changed, state_due;	/* to be written, at once */
	int64_t state_saved_at;
	pthread_mutex_t lock;		/* of what workers publish */

	/* --report: in place of hits; under the lock printing. */
	bool reports;
	enum report_print_format report_format;
	size_t top;
	struct report *report;

	/* Standard output. */
	pthread_mutex_t printing;	/* guards the fields and the stream */
	struct hit_fields fields;	/* of the line being printed */
	atomic_bool broken;		/* it failed */
	atomic_bool unflushed;

	/* For the heartbeat; the main thread's. */
	char host[HIT_SOURCE_SIZE];
	char input[FRONTEND_INPUT_SIZE];	/* its names */
	unsigned heartbeat;		/* seconds between two, 0: none */
	int64_t started_at, beat_at;	/* as timestamp_steady tells */
};

/**
 * frontend_options_check(f):
 * Are the arguments, with the configuration, something that we can do?  0 or
 * the status to exit with.
 */
int frontend_options_check(struct frontend *f);

/**
 * frontend_asked_to_stop(), frontend_asked_to_report():
 * Has a signal asked for the end?  Or for the counters?
 */
const atomic_bool *frontend_asked_to_stop(void);
atomic_bool *frontend_asked_to_report(void);

/**
 * frontend_output_prepare(f):
 * Open what the output needs while files may be opened; 0 or the status to exit
 * with.
 */
int frontend_output_prepare(struct frontend *f);

/**
 * frontend_output_open(f), frontend_output_sink(f):
 * Connect, if hits go to Redis; 0 or the status to exit with.  Then: where
 * pipelines send their hits, with ${f} as the context; for any thread.
 */
int frontend_output_open(struct frontend *f);
pipeline_sink *frontend_output_sink(const struct frontend *f);

/**
 * frontend_output_flush(f):
 * Hand what was printed to the system, if anything was.
 */
void frontend_output_flush(struct frontend *f);

/**
 * frontend_output_open_spool(f):
 * Open the spool, if one is configured and of use; 0 or the status to exit
 * with.
 */
int frontend_output_open_spool(struct frontend *f);

/**
 * frontend_output_check_files(f):
 * Can the file of positions and the spool be written?  0 or the status to exit
 * with.
 */
int frontend_output_check_files(struct frontend *f);

/**
 * frontend_output_drain(f):
 * Print the report, wait until everything is out; -1 if something was lost, which has been
 * said.
 */
int frontend_output_drain(struct frontend *f);

/**
 * frontend_report_snapshot(f, worker):
 * Let the main thread see the counters of that worker's pipeline.
 */
void frontend_report_snapshot(struct frontend *f, unsigned worker);

/**
 * frontend_report_last(f):
 * The output is drained: log the counters, and give the heartbeat that says
 * that this is the end.
 */
void frontend_report_last(struct frontend *f);

#endif /* !FRONTEND_STATE_H */
