#ifndef LOG_COUNTERS_H
#define LOG_COUNTERS_H

/*
 * log_counters - what lines of logs were.  Plain data.
 */

#include <stdint.h>

#include "log_format.h"
#include "log_time.h"

struct counters;

/* What the lines of all inputs were. */
struct log_counters {
	uint64_t bytes;
	uint64_t lines;		/* complete ones, not too long */
	uint64_t verdict[LOG_VERDICTS];	/* queries include responses */
	uint64_t responses;
	uint64_t truncated;	/* queries cut by a relay, known by their echo */
	uint64_t strange;	/* queries with unknown flags or blocks */
	uint64_t clientless;	/* queries that do not tell the client */
	uint64_t cut;		/* unfinished lines at an end */
	uint64_t too_long;
	uint64_t nul;		/* no queries, with a NUL inside */
	uint64_t times[LOG_TIME_KINDS];	/* of what has been passed on */
	uint64_t not_understood;	/* warnings: too many are broken, */
	uint64_t format_changed;	/* another format than before */
	int64_t newest;		/* no counter: the time of the last query, about;
				   0: not known */
};

/**
 * log_counters_add(l, c):
 * Add ${l} to ${c}, the lines that are broken by what was wrong with them.
 */
void log_counters_add(const struct log_counters *l, struct counters *c);

#endif /* !LOG_COUNTERS_H */
