#ifndef FRONTEND_H
#define FRONTEND_H

/*
 * frontend - what the mains of the sensor and of the logreader share:
 * command line, set-up in the right order, signals, the printing of hits
 * and queries, the closing summary.
 *
 * A main reads straight down:
 *
 *	struct frontend *f = frontend_new("querywatch-sensor", via, help, argv);
 *	while ((c = getopt_long(...)) != -1)
 *		frontend_option(f, c, optarg) or its own letters;
 *	frontend_configure(f)	  the configuration is read and checked, the
 *				  lists are opened, with the rights we have;
 *	...open what needs rights...
 *	frontend_drop(f)	  no way back;
 *	frontend_load(f)	  lists are read, the output is connected;
 *	...loop until frontend_stopping()...
 *	return frontend_finish(f, status);
 *
 * Input may be read by several workers, threads that the main starts after
 * frontend_load and joins before frontend_finish.  Each has a pipeline of its
 * own.  A worker's loop, between frontend_enter and frontend_leave:
 *
 *	...take a batch of input, or wait for it 100 ms at most...
 *	frontend_tick(f, worker);
 *	if (frontend_due(f, worker))
 *		...count, and frontend_publish(f, worker, &counters, time);
 *
 * and once more frontend_publish at its end.  Meanwhile the main thread calls
 * frontend_housekeep ten times a second.  Where there is one worker only, all
 * of it may be done by one thread, in that order.
 *
 * Lists that are read again are swapped in frontend_tick, between two batches,
 * so that a message is looked at and taken by the same rules.
 *
 * Each step prints what is wrong and what to do; on failure a main ends
 * with the step's return value.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/query.h"
#include "core/usage.h"

/* Letters for getopt_long, and the one line each that --help shows.  The
 * colon in front makes getopt leave the complaints to us. */
#define FRONTEND_LETTERS ":ab:c:hno:V"
#define FRONTEND_HELP \
    "  -a        print every query as a JSON line, matched or not\n" \
    "  -b LIST   bad names: PATH[,match=MODE][,format=FORMAT][,label=NAME]\n" \
    "            [,severity=WORD][,age=DAYS]; MODE is exact, suffix, below,\n" \
    "            search, substring or regex; or address: of answers\n" \
    "  -c CONF   read this configuration\n" \
    "  -n        check configuration and lists, say what was found, exit\n" \
    "  -o OUTPUT - (JSON lines, default), unix:PATH or HOST:PORT[,...] " \
    "(Redis)\n" \
    "  --force   use lists that cannot be meant, which are refused " \
    "otherwise\n" \
    "  --only-new LIST\n" \
    "            without what this list, an older one, holds: for old input\n" \
    "  --report[=text|json|html]\n" \
    "            count all queries, and print a report at the end; no hits\n" \
    "  --top N   rows in each of its tables (default 20)\n" \
    "  -h        this help (also --help)\n" \
    "  -V        the version (also --version)\n"

/* Rows for its table of long options; needs getopt.h.  What they return is
 * for frontend_option. */
enum { FRONTEND_REPORT = 512, FRONTEND_TOP, FRONTEND_FORCE,
    FRONTEND_ONLY_NEW };

#define FRONTEND_LONG_OPTIONS \
	{ "force", no_argument, NULL, FRONTEND_FORCE }, \
	{ "help", no_argument, NULL, 'h' }, \
	{ "only-new", required_argument, NULL, FRONTEND_ONLY_NEW }, \
	{ "report", optional_argument, NULL, FRONTEND_REPORT }, \
	{ "top", required_argument, NULL, FRONTEND_TOP }, \
	{ "version", no_argument, NULL, 'V' }

#define FRONTEND_WORKERS_MAX 64

struct config;
struct counters;
struct frontend;
struct hit;
struct log_position;
struct log_positions;
struct pipeline;

/**
 * frontend_new(program, via, help, argv):
 * Return a new front end for ${program}, or NULL if memory is short.  The
 * texts and the command line are borrowed.  Installs handlers for SIGINT,
 * SIGTERM and SIGUSR1 and ignores SIGPIPE, and SIGHUP unless
 * frontend_set_reloading is called.
 */
struct frontend *frontend_new(const char *program, enum query_via via,
    const char *help, char **argv);

/**
 * frontend_option(f, letter, value):
 * Take one of FRONTEND_LETTERS or FRONTEND_LONG_OPTIONS, or what getopt_long
 * returns for a wrong option.  Return 0 to go on; else the main must exit, with status
 * frontend_exit_status(f): 0 after -h or -V, EXIT_USAGE after something
 * wrong, which has been said.
 */
int frontend_option(struct frontend *f, int letter, const char *value);
int frontend_exit_status(const struct frontend *f);

/**
 * frontend_configure(f), frontend_drop(f, keep_reading), frontend_load(f):
 * The steps drawn above; 0, or the exit status to end with.  With
 * ${keep_reading} the right to read any file survives the drop (a
 * logreader has to open the next log after a rotation).  After the drop only
 * the system calls of core/sandbox.h are allowed, unless the configuration
 * says otherwise.
 */
int frontend_configure(struct frontend *f);
int frontend_drop(struct frontend *f, bool keep_reading);
int frontend_load(struct frontend *f);

/**
 * frontend_set_live(f):
 * Input can't be read again later: when Redis does not take hits, drop and
 * count them rather than wait.  Before frontend_drop.
 */
void frontend_set_live(struct frontend *f);

/**
 * frontend_set_listening(f):
 * Input comes over sockets that the main listens on, and nothing else is
 * opened any more but lists; it is live.  Before frontend_drop.
 */
void frontend_set_listening(struct frontend *f);

/**
 * frontend_set_reloading(f):
 * Input may go on for days: lists are read again when their files change, and
 * on SIGHUP.  Without it one run has one set of rules.  Before frontend_drop.
 */
void frontend_set_reloading(struct frontend *f);

/**
 * frontend_set_workers(f, workers):
 * So many workers, 1 (the default) to FRONTEND_WORKERS_MAX, are going to read
 * input.  Before frontend_drop, which forbids threads where there is one.
 */
void frontend_set_workers(struct frontend *f, unsigned workers);

/**
 * frontend_keep_positions(f, state):
 * Logs that are followed go on where they were when the program last ran:
 * their positions are kept in Redis with the hits, or, where these go to
 * standard output, in the file ${state} (borrowed), opened here; NULL: not at
 * all then.  After frontend_configure, before frontend_drop; 0 or the exit
 * status to end with.
 */
int frontend_keep_positions(struct frontend *f, const char *state);

/**
 * frontend_add_input(f, name):
 * Name an interface or a file that is read, for the heartbeat; those that go
 * beyond 255 octets are cut.
 */
void frontend_add_input(struct frontend *f, const char *name);

/**
 * frontend_checking(f):
 * Was -n given?  Then a main checks its own arguments after frontend_load
 * and ends with frontend_checked(f), which says that all is well.
 */
bool frontend_checking(const struct frontend *f);
int frontend_checked(const struct frontend *f);

/**
 * frontend_config(f), frontend_pipeline(f, worker), frontend_all(f):
 * The configuration; the pipeline of that worker, counted from 0, after
 * frontend_load; whether -a or --report was given, in which case there are no
 * pipelines and each question goes to frontend_print instead.
 */
const struct config *frontend_config(const struct frontend *f);
struct pipeline *frontend_pipeline(struct frontend *f, unsigned worker);
bool frontend_all(const struct frontend *f);

/**
 * frontend_add_pipeline(f, worker, sink, ended, ctx):
 * A further pipeline for that worker, of one log, whose hits go to ${sink}
 * instead and whose windows' ends to ${ended} (pipeline.h), both with
 * ${ctx}.  It is ticked, counted and freed as the worker's own is.  NULL if
 * memory is short.
 */
struct pipeline *frontend_add_pipeline(struct frontend *f, unsigned worker,
    void (*sink)(void *ctx, const struct hit *h),
    void (*ended)(void *ctx, uint64_t line), void *ctx);

/**
 * frontend_positions(f), frontend_partitions(f), frontend_partition(f,
 * client):
 * The positions of logs as they were at the start, or NULL if they are not
 * kept; how many partitions have one each; in which hits of ${client} are
 * counted.  After frontend_load.
 */
const struct log_positions *frontend_positions(const struct frontend *f);
unsigned frontend_partitions(const struct frontend *f);
unsigned frontend_partition(const struct frontend *f,
    const struct address *client);

/**
 * frontend_put_of_log(f, h, log, position):
 * Put out ${h}, a hit of the log called ${log} (borrowed until
 * frontend_finish), after which that has come to ${position}.  NULL: no hit,
 * a window of the log is complete.
 */
void frontend_put_of_log(struct frontend *f, const struct hit *h,
    const char *log, const struct log_position *position);

/**
 * frontend_prints(f):
 * Does anything go to standard output?
 */
bool frontend_prints(const struct frontend *f);

/**
 * frontend_print(f, q):
 * Print ${q} as a JSON line (-a), or count it (--report).  For any thread.
 */
void frontend_print(struct frontend *f, const struct query *q);

/**
 * frontend_tick(f, worker):
 * To be called by the worker after each batch of input, and every 100 ms or
 * so when input is quiet: lets go what has waited long enough if event time,
 * while it stands still, went on with the clock, and flushes standard output.
 */
void frontend_tick(struct frontend *f, unsigned worker);

/**
 * frontend_enter(f, worker), frontend_rest(f, worker), frontend_leave(f,
 * worker):
 * The calling thread begins to work as that worker; is between two messages,
 * and takes new rules if there are any (part of frontend_tick); works no more.
 * Who has entered must rest within a second or so, or the memory of former
 * rules is kept.  While a log of its is read anew after a stop, it goes on
 * with the rules that it has.
 */
void frontend_enter(struct frontend *f, unsigned worker);
void frontend_rest(struct frontend *f, unsigned worker);
void frontend_leave(struct frontend *f, unsigned worker);

/**
 * frontend_settle(f):
 * All workers have left: lists are not read again any more, and what is left
 * to do is for one thread, by the rules of now.
 */
void frontend_settle(struct frontend *f);

/**
 * frontend_due(f, worker), frontend_publish(f, worker, c, time):
 * Is it a tenth of a second since the worker has published?  Then it gives
 * all that it has counted since its start (copied; those of its pipeline are
 * added here) and the event time of its last input; 0 if it is not known,
 * or long past, as in a file.
 */
bool frontend_due(const struct frontend *f, unsigned worker);
void frontend_publish(struct frontend *f, unsigned worker,
    const struct counters *c, int64_t time);

/**
 * frontend_counters(f, ret):
 * Fill ${ret} with the counters of all workers, as they were published last,
 * and of the output.  For the main thread.
 */
void frontend_counters(struct frontend *f, struct counters *ret);

/**
 * frontend_housekeep(f):
 * To be called by the main thread ten times a second or more: logs the
 * counters of all workers if SIGUSR1 has asked for them, and gives them to
 * Redis when a heartbeat is due.
 */
void frontend_housekeep(struct frontend *f);

/**
 * frontend_stop(f), frontend_stopping(f):
 * Ask for the end, as a signal would.  Has that been asked for, by a signal,
 * or by an output that is closed or broken?  For any thread.
 */
void frontend_stop(struct frontend *f);
bool frontend_stopping(const struct frontend *f);

/**
 * frontend_finish(f, status):
 * Flush, wait until the output has everything (bounded), print the report if
 * one was asked for, log the counters,
 * free ${f}, and return the status to exit with: ${status}, or EXIT_FAILURE
 * if output was lost.
 */
int frontend_finish(struct frontend *f, int status);

#endif /* !FRONTEND_H */
