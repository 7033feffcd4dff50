#include "core/timestamp.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t
read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * TIMESTAMP_SECOND + now.tv_nsec / 1000;
}

int64_t
timestamp_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t
timestamp_steady(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

size_t
timestamp_format(int64_t time, char buf[TIMESTAMP_TEXT_SIZE])
{
	const int64_t first = INT64_C(-62167219200) * TIMESTAMP_SECOND;
	const int64_t last = INT64_C(253402300800) * TIMESTAMP_SECOND - 1;
	int64_t micros;
	time_t seconds;
	struct tm tm;
	size_t length;

	if (time < first)
		time = first;
	if (time > last)
		time = last;
	micros = time % TIMESTAMP_SECOND;
	if (micros < 0)
		micros += TIMESTAMP_SECOND;
	seconds = (time_t)((time - micros) / TIMESTAMP_SECOND);
	gmtime_r(&seconds, &tm);
	length = (size_t)snprintf(buf, TIMESTAMP_TEXT_SIZE,
	    "%04u-%02u-%02uT%02u:%02u:%02u.%06uZ",
	    (unsigned)(tm.tm_year + 1900) % 10000,
	    (unsigned)(tm.tm_mon + 1) % 100, (unsigned)tm.tm_mday % 100,
	    (unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100,
	    (unsigned)tm.tm_sec % 100, (unsigned)micros);
	return length;
}

/* --- RFC 3339 ------------------------------------------------------------ */

/* What is left of a text, and whether all of it was right up to now. */
struct reading {
	const char *at, *end;
	bool wrong;
};

/* Is one of the octets ${any} next?  If so step over it. */
static bool
take(struct reading *r, const char *any)
{
	for (; r->at < r->end && *any != '\0'; any++) {
		if (*r->at == *any) {
			r->at++;
			return true;
		}
	}
	return false;
}

static void
expect(struct reading *r, const char *any)
{
	if (!take(r, any))
		r->wrong = true;
}

/* Read exactly ${digits}, which say ${least} to ${most}. */
static int
number(struct reading *r, int digits, int least, int most)
{
	int value = 0;

	for (; digits > 0; digits--) {
		if (r->at == r->end || *r->at < '0' || *r->at > '9') {
			r->wrong = true;
			return least;
		}
		value = value * 10 + (*r->at++ - '0');
	}
	if (value < least || value > most)
		r->wrong = true;
	return value;
}

static int
days_of_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
	    30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	if (month < 1 || month > 12)
		return 0;
	return days[month - 1] + (month == 2 && leap);
}

/* Microseconds out of the digits after a dot, of which there must be one. */
static int64_t
read_fraction(struct reading *r)
{
	int64_t unit = TIMESTAMP_SECOND, micros = 0;

	if (!take(r, "."))
		return 0;
	do {
		unit /= 10;
		micros += number(r, 1, 0, 9) * unit;
	} while (!r->wrong && r->at < r->end && *r->at >= '0' &&
	    *r->at <= '9');
	return micros;
}

/* Seconds that local time is ahead of UTC. */
static int64_t
read_zone(struct reading *r)
{
	bool ahead, behind;
	int64_t seconds;

	if (r->at == r->end || take(r, "Zz"))
		return 0;
	ahead = take(r, "+");
	behind = !ahead && take(r, "-");
	r->wrong = r->wrong || (!ahead && !behind);
	seconds = number(r, 2, 0, 23) * 3600;
	expect(r, ":");
	seconds += number(r, 2, 0, 59) * 60;
	return behind ? -seconds : seconds;
}

int
timestamp_read(const char *text, size_t length, int64_t *ret)
{
	struct reading r = { text, text + length, false };
	struct tm tm = { .tm_isdst = 0 };
	int64_t micros = 0, ahead = 0;
	int year;

	year = number(&r, 4, 0, 9999);
	tm.tm_year = year - 1900;
	expect(&r, "-");
	tm.tm_mon = number(&r, 2, 1, 12) - 1;
	expect(&r, "-");
	tm.tm_mday = number(&r, 2, 1, days_of_month(year, tm.tm_mon + 1));
	if (r.at < r.end) {
		expect(&r, "Tt ");
		tm.tm_hour = number(&r, 2, 0, 23);
		expect(&r, ":");
		tm.tm_min = number(&r, 2, 0, 59);
		expect(&r, ":");
		tm.tm_sec = number(&r, 2, 0, 60);
		micros = read_fraction(&r);
		ahead = read_zone(&r);
	}
	if (r.wrong || r.at != r.end)
		return -1;
	*ret = (timegm(&tm) - ahead) * TIMESTAMP_SECOND + micros;
	return 0;
}

int
timestamp_parse(const char *text, int64_t *ret)
{
	static const char utc[] = " UTC";
	size_t length = strlen(text), end = sizeof(utc) - 1;

	if (length > end && strcmp(text + length - end, utc) == 0)
		length -= end;
	return timestamp_read(text, length, ret);
}
