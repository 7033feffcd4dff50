#ifndef LOG_QUERY_H
#define LOG_QUERY_H

/*
 * log_query - from the text of a line to the query that it tells of.
 */

#include "core/query.h"
#include "log_format.h"
#include "log_time.h"

/**
 * log_query_from(f, ret):
 * Fill ${ret} with all that ${f} says but the time, which stays 0.  Return 0,
 * or -1 if the name cannot be a name (too long, a broken escape); ${ret} is
 * then undefined.
 */
int log_query_from(const struct log_fields *f, struct query *ret);

/**
 * log_query_time(f, clock, now):
 * Return the time of the event, microseconds UTC; ${now} if the line does
 * not tell.
 */
int64_t log_query_time(const struct log_fields *f, struct log_clock *clock,
    int64_t now);

#endif /* !LOG_QUERY_H */
