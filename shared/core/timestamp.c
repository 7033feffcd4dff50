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

/* The number that the next ${digits} octets write; -1 if they write none. */
static int
take_number(const char **at, int digits)
{
	int number = 0;

	for (int i = 0; i < digits; i++, ++*at) {
		if (**at < '0' || **at > '9')
			return -1;
		number = 10 * number + (**at - '0');
	}
	return number;
}

/* Step over ${c}, if it is next. */
static bool
take_char(const char **at, char c)
{
	if (**at != c)
		return false;
	++*at;
	return true;
}

static bool
take_date(const char **at, struct tm *tm)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
	    31 };
	int year, month, day, last;

	if ((year = take_number(at, 4)) < 0 || !take_char(at, '-') ||
	    (month = take_number(at, 2)) < 1 || month > 12 ||
	    !take_char(at, '-') || (day = take_number(at, 2)) < 1)
		return false;
	last = days[month - 1] + (month == 2 && year % 4 == 0 &&
	    (year % 100 != 0 || year % 400 == 0));
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return day <= last;
}

static bool
take_clock(const char **at, struct tm *tm)
{
	return (tm->tm_hour = take_number(at, 2)) >= 0 && tm->tm_hour < 24 &&
	    take_char(at, ':') && (tm->tm_min = take_number(at, 2)) >= 0 &&
	    tm->tm_min < 60 && take_char(at, ':') &&
	    (tm->tm_sec = take_number(at, 2)) >= 0 && tm->tm_sec <= 60;
}

/* ".123" as microseconds; what is finer is not looked at. */
static bool
take_fraction(const char **at, int64_t *ret)
{
	int64_t unit = TIMESTAMP_SECOND / 10;

	*ret = 0;
	if (!take_char(at, '.'))
		return true;
	if (**at < '0' || **at > '9')
		return false;
	for (; **at >= '0' && **at <= '9'; ++*at, unit /= 10)
		*ret += unit * (**at - '0');
	return true;
}

/* "Z", " UTC", "+01:00" or nothing, as the seconds that the clock is ahead. */
static bool
take_zone(const char **at, int64_t *ret)
{
	int sign = **at == '-' ? -1 : 1, hours, minutes;

	*ret = 0;
	if (strcmp(*at, "") == 0 || strcmp(*at, "Z") == 0 ||
	    strcmp(*at, " UTC") == 0)
		return true;
	if ((!take_char(at, '+') && !take_char(at, '-')) ||
	    (hours = take_number(at, 2)) < 0 || hours > 23 ||
	    !take_char(at, ':') || (minutes = take_number(at, 2)) < 0 ||
	    minutes > 59 || **at != '\0')
		return false;
	*ret = sign * (hours * 3600 + minutes * 60);
	return true;
}

int
timestamp_parse(const char *text, int64_t *ret)
{
	struct tm tm = { .tm_mday = 1 };
	int64_t fraction = 0, ahead = 0;
	const char *at = text;

	if (!take_date(&at, &tm))
		return -1;
	if (*at != '\0' && ((!take_char(&at, 'T') && !take_char(&at, ' ')) ||
	    !take_clock(&at, &tm) || !take_fraction(&at, &fraction) ||
	    !take_zone(&at, &ahead)))
		return -1;
	*ret = (timegm(&tm) - ahead) * TIMESTAMP_SECOND + fraction;
	return 0;
}
