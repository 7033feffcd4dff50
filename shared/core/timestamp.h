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

#endif /* !TIMESTAMP_H */
