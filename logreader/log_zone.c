#include "log_zone.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FIRST INT64_C(946684800)	/* 2000 */
#define LAST INT64_C(4102444800)	/* 2100 */
#define STEP (INT64_C(7) * 86400)	/* no zone changes more often */
#define SPANS_MAX 512
#define DISORDER 300		/* seconds by which lines may be out of order */
#define DAY 86400

struct span {
	int64_t from;		/* to where the next begins */
	int64_t offset;
};

struct log_zone {
	size_t count;
	struct span span[SPANS_MAX];
};

/* --- the table --------------------------------------------------------------- */

static int64_t
system_offset(int64_t time)
{
	time_t t = (time_t)time;
	struct tm tm;

	return localtime_r(&t, &tm) != NULL ? tm.tm_gmtoff : 0;
}

/* The first second after ${from}, up to ${to}, with the offset of ${to}. */
static int64_t
find_change(int64_t from, int64_t to)
{
	int64_t offset = system_offset(to);

	while (to - from > 1) {
		int64_t middle = from + (to - from) / 2;

		if (system_offset(middle) == offset)
			to = middle;
		else
			from = middle;
	}
	return to;
}

static void
fill(struct log_zone *z)
{
	int64_t offset = system_offset(FIRST);

	z->span[z->count++] = (struct span){ INT64_MIN, offset };
	for (int64_t t = FIRST + STEP; t < LAST && z->count < SPANS_MAX;
	    t += STEP) {
		if (system_offset(t) == offset)
			continue;
		offset = system_offset(t);
		z->span[z->count++] = (struct span){
			find_change(t - STEP, t), offset
		};
	}
}

/* Does the system know a zone of that name? */
static bool
is_known(const char *name)
{
	const char *folder = getenv("TZDIR");
	char path[512];
	int n = snprintf(path, sizeof(path), "%s/%s", folder != NULL ?
	    folder : "/usr/share/zoneinfo", name);

	return n > 0 && (size_t)n < sizeof(path) && name[0] != '/' &&
	    name[strlen(name) - 1] != '/' && strstr(name, "..") == NULL &&
	    access(path, R_OK) == 0;
}

/* The table of the zone that TZ names while it is made. */
static int
fill_named(struct log_zone *z, const char *name)
{
	const char *tz = getenv("TZ");
	char *kept = tz != NULL ? strdup(tz) : NULL;
	int status = -1;

	if ((tz == NULL || kept != NULL) && setenv("TZ", name, 1) == 0) {
		tzset();
		fill(z);
		status = tz != NULL ? setenv("TZ", kept, 1) : unsetenv("TZ");
		tzset();
	}
	free(kept);
	return status;
}

struct log_zone *
log_zone_new(const char *name, char reterr[LOG_ZONE_ERROR_SIZE])
{
	bool named = name != NULL && name[0] != '\0';
	struct log_zone *z;

	if (named && !is_known(name)) {
		snprintf(reterr, LOG_ZONE_ERROR_SIZE, "zone '%.80s' is not "
		    "known: give one as Europe/Stockholm", name);
		return NULL;
	}
	if ((z = calloc(1, sizeof(*z))) == NULL)
		goto err0;
	tzset();
	if (!named)
		fill(z);
	else if (fill_named(z, name) != 0)
		goto err0;
	return z;

err0:
	snprintf(reterr, LOG_ZONE_ERROR_SIZE, "out of memory");
	free(z);
	return NULL;
}

void
log_zone_free(struct log_zone *z)
{
	free(z);
}

/* --- asking it --------------------------------------------------------------- */

/* The span that ${time} lies in. */
static size_t
span_of(const struct log_zone *z, int64_t time)
{
	size_t low = 0, high = z->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (z->span[middle].from <= time)
			low = middle;
		else
			high = middle;
	}
	return low;
}

int64_t
log_zone_offset(const struct log_zone *z, int64_t time)
{
	return z == NULL ? 0 : z->span[span_of(z, time)].offset;
}

int64_t
log_zone_time(const struct log_zone *z, int64_t local, int64_t before)
{
	int64_t found[2], gap = local;
	size_t count = 0;

	if (z == NULL)
		return local;
	/* No clock is more than a day ahead or behind. */
	for (size_t i = span_of(z, local - DAY); i < z->count && count < 2 &&
	    z->span[i].from <= local + DAY; i++) {
		int64_t time = local - z->span[i].offset;
		bool ended = i + 1 < z->count && time >= z->span[i + 1].from;

		if (time >= z->span[i].from && !ended)
			found[count++] = time;
		else if (time >= z->span[i].from)
			gap = time;	/* as if it had not ended */
	}
	if (count == 0)
		return gap;
	return count == 2 && found[0] < before - DISORDER &&
	    found[1] >= before - DISORDER ? found[1] : found[0];
}
