#ifndef LOG_INPUT_H
#define LOG_INPUT_H

/*
 * log_input - one log: what format it is in, and what becomes of its lines.
 *
 *	line -> parser -> does it matter? -> query -> pipeline
 *
 * The format is given, or is that of the first line in which any format
 * finds a query, and then stays: a name may contain a line of another
 * format.  Lines before that one count as what they are.
 *
 * Only where it finds no query for a hundred lines, and another format does in
 * ten, is the log of that from then on: its server was changed or upgraded.
 * No name can do that, as the line that it stands in is one of the old format.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/query.h"
#include "log_format.h"
#include "log_time.h"

struct line_reader;
struct log_counters;
struct log_zones;
struct pipeline;

/* Where queries go, shared by all inputs; all borrowed. */
struct log_target {
	struct log_counters *counters;
	struct pipeline *pipeline;	/* NULL: none, with print */
	void (*print)(void *ctx, const struct query *q);	/* or NULL */
	void *print_ctx;
	const struct log_zones *zones;	/* NULL: all times are UTC */
	atomic_uint *show;	/* how many broken lines to show; NULL: none */
	bool dnstap;		/* files hold that, whatever they begin with */
	/* A query whose line ends at ${line} of the file is about to be put;
	 * NULL: nobody wants to know. */
	void (*reach)(void *ctx, uint64_t line);
	void *reach_ctx;
	int64_t since;		/* queries before that time do not count */
};

struct log_input;

/**
 * log_input_new(name, format, target):
 * Return an input called ${name} in messages (borrowed, as ${target} is), of
 * ${format} or, if that is NULL, of the one that its lines show; NULL if
 * memory is short.
 */
struct log_input *log_input_new(const char *name,
    const struct log_format *format, const struct log_target *target);

/**
 * log_input_written(in, time):
 * The log was written last at ${time}, microseconds UTC: none of its times
 * is later, which tells the year of those without.
 */
void log_input_written(struct log_input *in, int64_t time);

/**
 * log_input_read(in, r, fd):
 * Read once from ${fd} and take what is complete.  Return the bytes read, 0
 * at the end of the file, or -1 with errno set.
 */
ssize_t log_input_read(struct log_input *in, struct line_reader *r, int fd);

/**
 * log_input_take(in, r):
 * Take all complete lines that wait in ${r}.
 */
void log_input_take(struct log_input *in, struct line_reader *r);

/**
 * log_input_line(in, line, length):
 * Take one line.
 */
void log_input_line(struct log_input *in, const char *line, size_t length);

/**
 * log_input_end(in, r):
 * The lines of ${r} do not go on: count an unfinished one.
 */
void log_input_end(struct log_input *in, struct line_reader *r);

/**
 * log_input_free(in):
 * Warn if nothing useful was found in ${in}, and free it; NULL is fine.  Its
 * target may be gone.
 */
void log_input_free(struct log_input *in);

#endif /* !LOG_INPUT_H */
