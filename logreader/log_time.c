#include "log_time.h"

#include <time.h>

#include "core/timestamp.h"

/* A time taken apart; year -1: none given. */
struct parts {
	int year, month, day, hour, minute, second;
	int32_t micros;
	bool zoned;		/* with an offset from UTC, seconds */
	int offset;
};

/* Step over ${count} digits and put their value into ${ret}. */
static bool
digits(struct cursor *c, size_t count, int *ret)
{
	int value = 0;

	if (cursor_left(c) < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!text_next_is(c, TEXT_DIGIT))
			return false;
		value = value * 10 + (cursor_u8(c) - '0');
	}
	*ret = value;
	return true;
}

/* An English month, 0 to 11, or -1 for the "Bad" of a clock that failed. */
static bool
month(struct cursor *c, int *ret)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	if (cursor_left(c) < 3)
		return false;
	for (int i = 0; i < 12; i++) {
		if (memcmp(c->at, &names[3 * i], 3) == 0) {
			cursor_take(c, 3);
			*ret = i;
			return true;
		}
	}
	*ret = -1;
	return text_skip(c, "Bad");
}

/* A fraction of a second, one to nine digits after its dot; none is fine
 * unless ${needed}. */
static bool
fraction(struct cursor *c, bool needed, int32_t *ret)
{
	struct text t = { NULL, 0 };
	int32_t unit = 100000;

	*ret = 0;
	if (text_skip(c, "."))
		t = text_while(c, TEXT_DIGIT);
	else if (!needed)
		return true;
	if (t.length == 0 || t.length > 9)
		return false;
	for (size_t i = 0; i < t.length && unit > 0; i++, unit /= 10)
		*ret += (t.at[i] - '0') * unit;
	return true;
}

/* HH:MM:SS, and its fraction. */
static bool
clock_time(struct cursor *c, bool fine, struct parts *p)
{
	if (!digits(c, 2, &p->hour) || !text_skip(c, ":") ||
	    !digits(c, 2, &p->minute) || !text_skip(c, ":") ||
	    !digits(c, 2, &p->second))
		return false;
	return fraction(c, fine, &p->micros);
}

/* Nothing, Z, or an offset. */
static bool
zone(struct cursor *c, struct parts *p)
{
	int hours, minutes;
	bool west = text_peek(c) == '-';

	p->offset = 0;
	p->zoned = text_skip(c, "Z");
	if (p->zoned || (!west && text_peek(c) != '+'))
		return true;
	cursor_take(c, 1);
	if (!digits(c, 2, &hours))
		return false;
	(void)text_skip(c, ":");
	if (!digits(c, 2, &minutes))
		return false;
	p->zoned = true;
	p->offset = (hours * 60 + minutes) * (west ? -60 : 60);
	return true;
}

/* YYYY-MM-DD */
static bool
date(struct cursor *c, struct parts *p)
{
	if (!digits(c, 4, &p->year) || !text_skip(c, "-") ||
	    !digits(c, 2, &p->month) || !text_skip(c, "-") ||
	    !digits(c, 2, &p->day))
		return false;
	p->month--;
	return true;
}

/* "Nov  3 08:05:40" */
static bool
yearless(struct cursor *c, struct parts *p)
{
	p->year = -1;
	if (!month(c, &p->month) || !text_skip(c, " "))
		return false;
	if (text_skip(c, " ") ? !digits(c, 1, &p->day) :
	    !digits(c, 2, &p->day))
		return false;
	return text_skip(c, " ") && clock_time(c, false, p);
}

/* The word for a zone: all but UTC are the log's own. */
static bool
zone_word(struct cursor *c, struct parts *p)
{
	struct text word = text_while(c, TEXT_LETTER);

	p->offset = 0;
	p->zoned = text_is(word, "UTC");
	return word.length > 0;
}

/* What follows on the day of the week: "2026-11-23 08:38:08 UTC" or
 * "Nov 23 08:38:08 2026". */
static bool
after_weekday(struct cursor *c, struct parts *p)
{
	struct cursor start = *c;

	if (date(c, p))
		return text_skip(c, " ") && clock_time(c, false, p) &&
		    text_skip(c, " ") && zone_word(c, p);
	*c = start;
	return yearless(c, p) && text_skip(c, " ") && digits(c, 4, &p->year);
}

static bool
weekday(struct cursor *c)
{
	static const char names[] = "MonTueWedThuFriSatSun";

	for (int i = 0; i < 7 && cursor_left(c) > 3; i++) {
		if (memcmp(c->at, &names[3 * i], 3) == 0) {
			cursor_take(c, 3);
			return text_skip(c, " ");
		}
	}
	return false;
}

/* Take apart the time that comes next. */
static bool
take_apart(struct cursor *c, struct parts *p)
{
	struct cursor start = *c;

	p->zoned = false;
	if (digits(c, 2, &p->day) && text_skip(c, "-") &&
	    month(c, &p->month) && text_skip(c, "-") &&
	    digits(c, 4, &p->year) && text_skip(c, " "))
		return clock_time(c, true, p);
	*c = start;
	if (date(c, p) && text_skip(c, "T"))
		return clock_time(c, false, p) && zone(c, p);
	*c = start;
	return weekday(c) ? after_weekday(c, p) : yearless(c, p);
}

bool
log_time_scan(struct cursor *c, struct text *ret, bool *retfine)
{
	struct cursor start = *c;
	struct parts p;

	if (!take_apart(c, &p)) {
		*c = start;
		return false;
	}
	ret->at = (const char *)start.at;
	ret->length = cursor_left(&start) - cursor_left(c);
	*retfine = p.year >= 0 || memchr(ret->at, '.', ret->length) != NULL;
	return true;
}

/* Seconds since 1970; ${retfraction} is the text after the dot. */
static bool
epoch(struct cursor *c, struct text *retseconds, struct text *retfraction)
{
	bool brackets = text_skip(c, "[");

	*retfraction = (struct text){ NULL, 0 };
	*retseconds = text_while(c, TEXT_DIGIT);
	if (retseconds->length == 0 || retseconds->length > 11)
		return false;
	if (text_skip(c, ".")) {
		*retfraction = text_while(c, TEXT_DIGIT);
		if (retfraction->length == 0 || retfraction->length > 9)
			return false;
	}
	return !brackets || text_skip(c, "]");
}

bool
log_time_scan_epoch(struct cursor *c, struct text *ret)
{
	struct cursor start = *c;
	struct text seconds, fraction;

	if (!epoch(c, &seconds, &fraction)) {
		*c = start;
		return false;
	}
	ret->at = (const char *)start.at;
	ret->length = cursor_left(&start) - cursor_left(c);
	return true;
}

/* The value of digits, of which there are not too many. */
static int64_t
value(struct text t)
{
	int64_t sum = 0;

	for (size_t i = 0; i < t.length; i++)
		sum = sum * 10 + (t.at[i] - '0');
	return sum;
}

static int
parse_epoch(struct text t, int64_t *ret)
{
	struct cursor c = cursor_over(t.at, t.length);
	struct text seconds, fraction;
	int64_t nanos;

	if (!epoch(&c, &seconds, &fraction) || !text_done(&c))
		return -1;
	nanos = value(fraction);
	for (size_t i = fraction.length; i < 9 && *t.at != '['; i++)
		nanos *= 10;
	*ret = value(seconds) * TIMESTAMP_SECOND + nanos / 1000;
	return 0;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Is there such a day and time?  A leap second counts as the next one. */
static bool
exists(const struct parts *p, int year)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };

	return p->month >= 0 && p->month < 12 && p->day >= 1 &&
	    p->day <= days[p->month] + (p->month == 1 && is_leap(year)) &&
	    p->hour < 24 && p->minute < 60 && p->second <= 60;
}

/* The parts in ${year} as seconds since 1970, as if they were UTC. */
static int64_t
seconds_of(const struct parts *p, int year)
{
	struct tm tm = {
		.tm_year = year - 1900,
		.tm_mon = p->month,
		.tm_mday = p->day,
		.tm_hour = p->hour,
		.tm_min = p->minute,
		.tm_sec = p->second,
	};

	return (int64_t)timegm(&tm);
}

/* The year in the clock's zone. */
static int
year_of(const struct log_clock *clock, int64_t time)
{
	time_t local = (time_t)(time + log_zone_offset(clock->zone, time));
	struct tm tm;

	return gmtime_r(&local, &tm) != NULL ? tm.tm_year + 1900 : 1970;
}

/* The seconds of a local time, if it was not after ${last}; else -1. */
static int64_t
local_seconds(const struct log_clock *clock, const struct parts *p, int year,
    int64_t last)
{
	int64_t seconds = log_zone_time(clock->zone, seconds_of(p, year),
	    clock->latest);

	return seconds <= last ? seconds : -1;
}

/* The same, of the latest year for which that is so. */
static int64_t
seconds_without_year(const struct log_clock *clock, const struct parts *p,
    int64_t last)
{
	int64_t seconds = -1;

	/* Eight years back there has been a 29 February, even over 1900. */
	for (int year = year_of(clock, last), n = 0; n <= 8 && seconds < 0;
	    n++, year--) {
		if (exists(p, year))
			seconds = local_seconds(clock, p, year, last);
	}
	return seconds;
}

bool
log_time_is_whole(struct text t)
{
	struct cursor c = cursor_over(t.at, t.length);
	struct text all;
	bool fine;

	return t.length > 0 && log_time_scan(&c, &all, &fine) && text_done(&c);
}

bool
log_time_is_epoch(struct text t)
{
	struct cursor c = cursor_over(t.at, t.length);
	struct text all;

	return t.length > 0 && *t.at != '[' &&
	    log_time_scan_epoch(&c, &all) && text_done(&c);
}

int
log_time_parse(struct log_clock *clock, struct text t, int64_t now,
    int64_t *ret)
{
	struct cursor c = cursor_over(t.at, t.length);
	struct parts p;
	int64_t seconds;

	clock->kind = LOG_TIME_NONE;
	if (t.length == 0)
		return -1;
	if (parse_epoch(t, ret) == 0) {
		clock->kind = LOG_TIME_ZONED;
		return 0;
	}
	if (!take_apart(&c, &p) || !text_done(&c) ||
	    (p.year >= 0 && !exists(&p, p.year)))
		return -1;
	if (p.zoned)
		seconds = seconds_of(&p, p.year) - p.offset;
	else if (p.year >= 0)
		seconds = local_seconds(clock, &p, p.year, INT64_MAX);
	else if ((seconds = seconds_without_year(clock, &p,
	    now / TIMESTAMP_SECOND + 86400)) < 0)
		return -1;
	clock->kind = p.zoned ? LOG_TIME_ZONED : p.year >= 0 ?
	    LOG_TIME_LOCAL : LOG_TIME_NO_YEAR;
	clock->latest = seconds;
	*ret = seconds * TIMESTAMP_SECOND + p.micros;
	return 0;
}
