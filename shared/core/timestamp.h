#ifndef TIMESTAMP_H
#define TIMESTAMP_H

/*
 * timestamp - event times as microseconds UTC since 1970 and their text.
 */

#include <stddef.h>
#include <stdint.h>

#define TIMESTAMP_SECOND INT64_C(1000000)
#define TIMESTAMP_TEXT_SIZE 32

/**
 * timestamp_now():
 * Return the wall clock.  Only for feeds without times of their own: event
 * times come from packets and lines.
 */
int64_t timestamp_now(void);

/**
 * timestamp_steady():
 * Return microseconds that go on evenly, whatever is done to the wall clock.
 */
int64_t timestamp_steady(void);

/**
 * timestamp_format(time, buf):
 * Write ${time} as 2026-11-23T07:00:00.123456Z (RFC 3339) with a NUL and
 * return its length; years 0 to 9999, others are clamped.
 */
size_t timestamp_format(int64_t time, char buf[TIMESTAMP_TEXT_SIZE]);

/**
 * timestamp_parse(text, ret):
 * Read 2026-11-23, or 2026-11-23T07:00:00 (RFC 3339) with a blank in place of
 * the T, a fraction and a zone (Z, " UTC", +01:00) if they are there; UTC if
 * none is.  Return -1, with ${ret} untouched, if it is neither.
 */
int timestamp_parse(const char *text, int64_t *ret);

/**
 * timestamp_read(text, length, ret):
 * Read a date, which means its first moment, or a date and a time of day
 * (RFC 3339): 2026-11-23T07:00:00, "t" or a space for the "T", a fraction of
 * a second of any length, cut after microseconds, and a zone, Z or +01:00;
 * without one it is UTC.  Second 60 is the first of the next minute.  Return
 * 0, or -1 and leave ${ret} alone if it is anything else or no such day.
 */
int timestamp_read(const char *text, size_t length, int64_t *ret);

#endif /* !TIMESTAMP_H */
