#ifndef LOG_DOUBT_H
#define LOG_DOUBT_H

/*
 * log_doubt - is a log still of the format that it was?  Only where no query
 * was found for a hundred lines, and another format finds ten meanwhile.
 */

#include <stddef.h>

#include "log_format.h"
#include "log_memory.h"

/* Plain data; all zero is a good start. */
struct log_doubt {
	unsigned dry;		/* lines since a query */
	unsigned votes;		/* for ${rival} since then */
	const struct log_format *rival;
	struct log_memory memory;	/* what other formats keep meanwhile */
};

/**
 * log_doubt_line(d, format, line, length, ret, retverdict):
 * ${line} is no query of ${format}.  Return the format that the log seems to
 * be of now, for which it is one, with its fields in ${ret} and how it counts
 * in ${retverdict}; NULL as long as there is none, and once it was told.  Of
 * most lines nothing is read.
 */
const struct log_format *log_doubt_line(struct log_doubt *d,
    const struct log_format *format, const char *line, size_t length,
    struct log_fields *ret, enum log_verdict *retverdict);

/**
 * log_doubt_settle(d):
 * There was a query: begin anew.
 */
static inline void
log_doubt_settle(struct log_doubt *d)
{
	d->dry = d->votes = 0;
}

#endif /* !LOG_DOUBT_H */
