#include "core/timestamp.h"

#include <stdio.h>
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

int
timestamp_parse(const char *text, int64_t *ret)
{
	static const char *const forms[] = { "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S",
	    "%Y-%m-%dT%H:%M:%SZ" };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tm tm = { .tm_mday = 1 };
		const char *end = strptime(text, forms[i], &tm);

		if (end == NULL || *end != '\0')
			continue;
		*ret = timegm(&tm) * TIMESTAMP_SECOND;
		return 0;
	}
	return -1;
}
