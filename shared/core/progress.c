#include "core/progress.h"

#include <stdio.h>
#include <string.h>

#include "core/timestamp.h"

#define PATIENCE TIMESTAMP_SECOND	/* before the first line */
#define PAUSE (TIMESTAMP_SECOND / 4)	/* between two */
#define NAME_MAX_SHOWN 24
#define NUMBER_SIZE 24

struct progress
progress_start(int64_t now)
{
	return (struct progress){ .started = now, .due = now + PATIENCE };
}

bool
progress_due(struct progress *p, int64_t now)
{
	if (now < p->due)
		return false;
	p->due = now + PAUSE;
	return true;
}

/* The last part of ${path}, its end if it is long. */
static void
short_name(const char *path, char buf[NAME_MAX_SHOWN + 1])
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL && slash[1] != '\0' ? slash + 1 :
	    path;
	size_t length = strlen(name), at = 0;

	if (length > NAME_MAX_SHOWN)
		name += length - NAME_MAX_SHOWN;
	for (; name[at] != '\0'; at++)
		buf[at] = name[at] >= ' ' && name[at] < 0x7f ? name[at] : '?';
	buf[at] = '\0';
}

/* ${n} with three digits or so: 950, 12.3 k, 4.56 M. */
static const char *
short_number(double n, char buf[NUMBER_SIZE])
{
	static const char units[] = " kMGTPE";
	size_t unit = 0;

	while (n >= 999.5 && unit + 2 < sizeof(units)) {
		n /= 1000;
		unit++;
	}
	if (unit == 0)
		snprintf(buf, NUMBER_SIZE, "%.0f", n);
	else
		snprintf(buf, NUMBER_SIZE, "%.*f %c", n < 9.995 ? 2 :
		    n < 99.95 ? 1 : 0, n, units[unit]);
	return buf;
}

/* What is left to be done, if it goes on as it has gone so far. */
static void
time_left(double seconds, const struct progress_state *s,
    char buf[NUMBER_SIZE])
{
	double left = s->done >= s->total ? 0 : seconds *
	    (double)(s->total - s->done) / (double)s->done;

	if (left < 60)
		snprintf(buf, NUMBER_SIZE, "%.0f s", left);
	else if (left < 3600)
		snprintf(buf, NUMBER_SIZE, "%.0f min", left / 60);
	else
		snprintf(buf, NUMBER_SIZE, "%.1f h",
		    left < 3600e6 ? left / 3600 : 1e6);
}

size_t
progress_text(const struct progress *p, int64_t now,
    const struct progress_state *s, char buf[PROGRESS_TEXT_SIZE])
{
	double seconds = (double)(now - p->started) / TIMESTAMP_SECOND;
	char name[NAME_MAX_SHOWN + 1], count[NUMBER_SIZE], rate[NUMBER_SIZE];
	char left[NUMBER_SIZE];

	short_name(s->name, name);
	short_number((double)s->count, count);
	short_number(seconds > 0 ? (double)s->count / seconds : 0, rate);
	if (s->total > 0 && s->done > 0) {
		time_left(seconds, s, left);
		snprintf(buf, PROGRESS_TEXT_SIZE, "%s: %u %%, %s %s, %s/s, "
		    "%s left", name, (unsigned)(s->done >= s->total ? 100 :
		    (double)s->done / (double)s->total * 100), count, s->unit,
		    rate, left);
	} else {
		short_number((double)s->done, left);
		snprintf(buf, PROGRESS_TEXT_SIZE, "%s: %s octets, %s %s, %s/s",
		    name, left, count, s->unit, rate);
	}
	return strlen(buf);
}
