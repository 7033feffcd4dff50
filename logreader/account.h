#ifndef ACCOUNT_H
#define ACCOUNT_H

/*
 * account - of one log, what has been put out, so that after a stop of any
 * kind nothing is lost and nothing counted twice.
 *
 *	log_input -> account_reach -> the log's own pipeline -> hits, with the
 *							position after each
 *
 * After a start the windows that were not complete everywhere are made anew
 * from the log, with the ends that they are known to have had, and each
 * partition is spared what it has (output/log_position.h;
 * docs/decisions/log-positions.md).
 */

#include <stdbool.h>
#include <stdint.h>

#include "output/log_position.h"

struct account;
struct frontend;
struct log_file;
struct pipeline;

/**
 * account_new(f, log):
 * Return the account of ${log} (borrowed until frontend_finish) as ${f} has
 * kept it, with a pipeline of its own unless every query is printed.  NULL if
 * memory is short.
 */
struct account *account_new(struct frontend *f, const char *log);

/**
 * account_pipeline(a):
 * Return where the log's queries go; NULL if all are printed.
 */
struct pipeline *account_pipeline(const struct account *a);

/**
 * account_from(a, ret):
 * Write the position to go on from, the lowest of all partitions, into
 * ${ret}; return false at the first start.
 */
bool account_from(const struct account *a, struct log_position *ret);

/**
 * account_file(a, number, file, offset):
 * Reading goes on in ${file} (borrowed until the next call) at ${offset}: the
 * log's file of that ${number}.  The former one was left with account_leave.
 */
void account_file(struct account *a, uint64_t number, struct log_file *file,
    uint64_t offset);

/**
 * account_moved(a, file):
 * The file is the same text as before, but is read from ${file} now.
 */
void account_moved(struct account *a, struct log_file *file);

/**
 * account_reach(ctx, line):
 * A query whose line ends at ${line} comes: end a window that is known to
 * have ended before.  ${ctx} is the account: for struct log_target.
 */
void account_reach(void *ctx, uint64_t line);

/**
 * account_taken(a, taken, now):
 * All lines up to ${taken} have been given to the pipeline.  Now and then,
 * and if nothing of them waits there, the position is put out.  ${now} is
 * timestamp_steady's.
 */
void account_taken(struct account *a, uint64_t taken, int64_t now);

/**
 * account_leave(a, taken):
 * No more of the file comes, now or at all, and all up to ${taken} has been
 * given: end the window, and put the position out.
 */
void account_leave(struct account *a, uint64_t taken);

/**
 * account_free(a):
 * Free ${a}, but not its pipeline, which is the front end's; NULL is fine.
 */
void account_free(struct account *a);

#endif /* !ACCOUNT_H */
