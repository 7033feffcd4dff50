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
static struct sensors sensors[SENSORS];

static void
start(void)
{
	if (freopen("/dev/null", "w", stdout) == NULL)
		abort();
	sensors_start(&sensors[PRINTING], sensors_frontend(SENSORS_SMALL,
	    NULL));
	sensors_start(&sensors[MATCHING], sensors_frontend(SENSORS_SMALL,
	    "bad.example\nexample.com\ncom.net\norg.test\n"));
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
read_capture(struct sensor *s, enum link_type link, int64_t time,
    struct cursor c)
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
		sensor_frame(s, time, link, frame, length);
		free(frame);
		frames++;
		PROMISE(sensor_time(s) == time);
		if (octet & 32)
			sensor_tick(s, time);
	}
	return frames;
}

/* Counters of frames, each of which is counted under one of them; the last
 * are about the same frames again. */
static const char *const kinds[] = {
	"udp", "tcp", "fragments", "other_ip", "not_ip", "malformed_link",
	"malformed_tag", "malformed_ip", "malformed_transport",
	"malformed_tunnel", "too_deep",
};

/* What came to be counted while ${s} has read a capture. */
struct seen {
	uint64_t queries, responses, duplicates, other_opcodes, malformed;
	uint64_t other_ports;
};

static struct seen
seen_of(const struct counters *c)
{
	return (struct seen){
		.queries = counters_find(c, "dns", "queries"),
		.responses = counters_find(c, "dns", "responses"),
		.duplicates = counters_find(c, "dns", "duplicates"),
		.other_opcodes = counters_find(c, "dns", "other_opcodes"),
		.malformed = counters_find(c, "dns", "malformed"),
		.other_ports = counters_find(c, "frames", "other_ports"),
	};
}

static struct seen
run(struct sensors *s, enum link_type link, int64_t time, struct cursor c)
{
	struct counters before = sensors_count(s), after;
	uint64_t sum = 0, frames = read_capture(s->sensor, link, time, c);

	sensors_end(s);
	after = sensors_count(s);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		sum += counters_find(&after, "frames", kinds[i]);
	PROMISE(counters_find(&after, "frames", "total") == sum);
	PROMISE(sum == counters_find(&before, "frames", "total") + frames);
	return seen_of(&after);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int64_t time;
	struct seen printing, matching;
	struct cursor c = cursor_over(data, size);
	enum link_type link;

	if (sensors[0].sensor == NULL)
		start();
	time += DAY;
	link = (enum link_type)(cursor_u8(&c) % (LINK_PKTAP + 1));
	printing = run(&sensors[PRINTING], link, time, c);
	matching = run(&sensors[MATCHING], link, time, c);
	/* Printing counts what is a duplicate under its kind, too. */
	PROMISE(printing.duplicates == matching.duplicates);
	PROMISE(printing.queries + printing.responses >=
	    matching.queries + matching.responses);
	PROMISE(printing.queries + printing.responses <=
	    matching.queries + matching.responses + matching.duplicates);
	PROMISE(printing.other_opcodes >= matching.other_opcodes);
	PROMISE(printing.other_ports == matching.other_ports);
	/* What cannot be a hit is not decoded. */
	PROMISE(printing.malformed >= matching.malformed);
	return 0;
}
