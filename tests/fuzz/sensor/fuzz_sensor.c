/*
 * A capture: an octet for the link type, then for each frame two octets of
 * length, one of time (see pass), and the frame.  Two sensors read it, one that
 * prints every query and one that looks for bad names.  Each counts every
 * frame once, and both see the same messages.
 */

#include <signal.h>

#include "core/cursor.h"
#include "fuzzing.h"
#include "sensors.h"

#define DAY INT64_C(86400000000)

enum { PRINTING, MATCHING, SENSORS };

/* For all inputs, as a new sensor takes a third of a second under ASan.  A
 * day passes between two inputs: what waited is given up, but for the streams
 * of TCP. */
static struct frontend *frontends[SENSORS];
static struct sensor *sensors[SENSORS][LINK_PKTAP + 1];

static void
start(void)
{
	if (freopen("/dev/null", "w", stdout) == NULL)
		abort();
	frontends[PRINTING] = sensors_frontend(SENSORS_SMALL, NULL);
	frontends[MATCHING] = sensors_frontend(SENSORS_SMALL,
	    "bad.example\nexample.com\ncom.net\norg.test\n");
	/* Whoever ends the fuzzing shall be heard. */
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
}

/* The time goes on by a power of two of microseconds, up to half an hour, or
 * back (128); 32: the main's loop comes round. */
static int64_t
pass(int64_t time, uint8_t octet)
{
	int64_t step = INT64_C(1) << (octet & 31);

	return octet & 128 ? time - step : time + step;
}

static uint64_t
read_capture(struct sensor *s, int64_t time, struct cursor c)
{
	uint64_t frames = 0;

	while (cursor_left(&c) > 0) {
		size_t length = cursor_u16(&c);
		uint8_t octet = cursor_u8(&c);
		uint8_t *frame;

		if (length > cursor_left(&c))
			length = cursor_left(&c);
		frame = fuzzing_copy(cursor_take(&c, length), length);
		time = pass(time, octet);
		sensors_frame(s, time, frame, length);
		free(frame);
		frames++;
		PROMISE(sensor_time(s) == time);
		if (octet & 32)
			sensor_tick(s, time);
	}
	return frames;
}

/* What of ${counters} has come since ${before}. */
static void
subtract(struct sensor_counters *counters,
    const struct sensor_counters *before)
{
	counters->frames -= before->frames;
	for (size_t i = 0; i < DECAP_RESULTS; i++)
		counters->results[i] -= before->results[i];
	counters->other_ports -= before->other_ports;
	counters->queries -= before->queries;
	counters->responses -= before->responses;
	counters->other_opcodes -= before->other_opcodes;
	counters->malformed -= before->malformed;
}

static struct sensor_counters
run(size_t which, enum link_type link, int64_t time, struct cursor c)
{
	struct frontend *f = frontends[which];
	struct sensor **s = &sensors[which][link];
	struct sensor_counters before, counters;
	uint64_t frames, sum = 0;

	if (*s == NULL)
		*s = sensors_new(f, link);
	before = *sensor_counters(*s);
	frames = read_capture(*s, time, c);
	sensors_end(f, *s);
	counters = *sensor_counters(*s);
	subtract(&counters, &before);
	for (size_t i = 0; i < DECAP_RESULTS; i++)
		sum += counters.results[i];
	PROMISE(counters.frames == frames && sum == frames);
	return counters;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int64_t time;
	struct sensor_counters printing, matching;
	struct cursor c = cursor_over(data, size);
	enum link_type link;

	if (frontends[0] == NULL)
		start();
	time += DAY;
	link = (enum link_type)(cursor_u8(&c) % (LINK_PKTAP + 1));
	printing = run(PRINTING, link, time, c);
	matching = run(MATCHING, link, time, c);
	PROMISE(printing.queries == matching.queries);
	PROMISE(printing.responses == matching.responses);
	PROMISE(printing.other_opcodes == matching.other_opcodes);
	PROMISE(printing.other_ports == matching.other_ports);
	/* What cannot be a hit is not decoded. */
	PROMISE(printing.malformed >= matching.malformed);
	return 0;
}
