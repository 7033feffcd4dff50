#ifndef LOG_ZONE_H
#define LOG_ZONE_H

/*
 * log_zone - the zone of the times in a log that do not tell one.
 *
 * A zone is a table of its offsets from UTC, from 2000 to 2100, made from the
 * system's zone data when the program starts: nothing is opened later, and
 * any number of zones serve any number of threads.
 */

#include <stddef.h>
#include <stdint.h>

#define LOG_ZONE_ERROR_SIZE 160

struct log_zone;		/* opaque, immutable */

/**
 * log_zone_new(name, reterr):
 * Return the zone ${name}, such as "Europe/Stockholm", or that of the process
 * (TZ) if it is NULL or empty.  Return NULL and one sentence in ${reterr} if
 * there is none of that name or memory is short.  Sets TZ for a moment: for
 * the start, when there is one thread.
 */
struct log_zone *log_zone_new(const char *name,
    char reterr[LOG_ZONE_ERROR_SIZE]);
void log_zone_free(struct log_zone *z);

/**
 * log_zone_offset(z, time):
 * Return how many seconds the zone's clocks are ahead of UTC at ${time},
 * seconds since 1970.  ${z} may be NULL, which is UTC.
 */
int64_t log_zone_offset(const struct log_zone *z, int64_t time);

/**
 * log_zone_time(z, local, before):
 * Return the time, seconds since 1970, at which the zone's clocks show
 * ${local}, counted as if they showed UTC.  In an hour that is repeated the
 * first is meant, unless the log had come to ${before} and that is minutes
 * later.  In one that is left out, the time so long after it began.
 */
int64_t log_zone_time(const struct log_zone *z, int64_t local,
    int64_t before);

#endif /* !LOG_ZONE_H */
