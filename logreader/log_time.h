#ifndef LOG_TIME_H
#define LOG_TIME_H

/*
 * log_time - the times that nameservers and syslog write.
 *
 *	23-Nov-2026 08:38:08.264	BIND 8 and 9.3+, local
 *	Nov 23 08:05:40.684		BIND 9.0-9.2, local, no year
 *	Nov 23 07:39:21			RFC 3164, local, no year
 *	2026-11-23T08:38:08.264		print-time iso8601, local
 *	2026-11-23T07:38:08.264Z	print-time iso8601-utc, RFC 3339
 *	2026-11-23T08:38:08.264+01:00	iso8601-tzinfo, RFC 3339
 *	2026-11-23T08:38:08+0100	systemd's journal, short-iso
 *	Mon 2026-11-23 08:38:08 CET	the same, short-full: local, or UTC
 *	Mon Nov 23 08:38:08 2026	OpenWrt, local
 *	1795419914.591			seconds since 1970, UTC
 *	[1795420005.17947167]		the same, but after the dot a number of
 *					nanoseconds without leading zeros
 *
 * Finding a time on a line is cheap and checks its shape only.  Converting
 * it is not, and is done for the few lines that matter.
 */

#include <stdbool.h>
#include <stdint.h>

#include "log_zone.h"
#include "text.h"

/* How much a line tells of its time. */
enum log_time_kind {
	LOG_TIME_NONE,		/* nothing: it is when the line was read */
	LOG_TIME_ZONED,
	LOG_TIME_LOCAL,		/* the zone is configured, or the process's */
	LOG_TIME_NO_YEAR,	/* the same, and the year is made up */
	LOG_TIME_KINDS
};

/* What is known of the clock that a log's times come from.  Starts as { 0 },
 * but for the zone. */
struct log_clock {
	const struct log_zone *zone;	/* NULL: UTC */
	int64_t latest;		/* the last time, seconds; 0: none yet */
	enum log_time_kind kind;	/* of that time */
};

/**
 * log_time_scan(c, ret, retfine):
 * Step over the time that comes next and put it into ${ret}; ${retfine} says
 * if it has fractions of a second (syslog's first form has none).  Return
 * false and move nothing if none does.
 */
bool log_time_scan(struct cursor *c, struct text *ret, bool *retfine);

/**
 * log_time_scan_epoch(c, ret):
 * The same for seconds since 1970, which log_time_scan does not take: up to
 * eleven digits, with a fraction or without.
 */
bool log_time_scan_epoch(struct cursor *c, struct text *ret);

/**
 * log_time_is_whole(t), log_time_is_epoch(t):
 * Is all of ${t} a time that log_time_scan finds; or seconds since 1970, with
 * a fraction or without?
 */
bool log_time_is_whole(struct text t);
bool log_time_is_epoch(struct text t);

/**
 * log_time_parse(clock, t, now, ret):
 * Convert ${t}, found by one of these, to microseconds UTC.  Local times
 * are those of the clock's zone; in the hour that autumn repeats the first is
 * meant until the log has come to the second.  A time without a year is the
 * latest such time that is not more than a day after ${now}.  Return 0, or -1
 * if there is no such time ("99-Bad-9999 99:99:99.999").
 */
int log_time_parse(struct log_clock *clock, struct text t, int64_t now,
    int64_t *ret);

#endif /* !LOG_TIME_H */
