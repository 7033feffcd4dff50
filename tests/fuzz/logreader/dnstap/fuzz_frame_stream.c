/*
 * A stream, read whole and read in pieces, gives the same frames, each within
 * what was shown.  The first octet tells how long the pieces are.
 */

#include "dnstap/frame_stream.h"
#include "fuzzing.h"

/* What came out: frames, a hash of them, and how it ended. */
struct outcome {
	size_t frames, ends, answers;
	uint64_t hash;
	enum frame_stream_event last;
};

static void
note(struct outcome *o, enum frame_stream_event event,
    const struct frame_stream_frame *f)
{
	o->last = event;
	if (event == FRAME_STREAM_MORE || event == FRAME_STREAM_BROKEN)
		return;
	o->frames += event == FRAME_STREAM_DATA;
	o->answers += event == FRAME_STREAM_ANSWER;
	o->ends += event == FRAME_STREAM_END;
	PROMISE(event != FRAME_STREAM_DATA || f->length > 0);
	PROMISE(f->length <= FRAME_STREAM_PAYLOAD);
	for (size_t i = 0; i < f->length; i++)
		o->hash = (o->hash ^ f->octets[i]) *
		    UINT64_C(0x100000001b3);
	o->hash += f->length;
}

/* Show ${shown} octets of which ${taken} are done with, as a copy. */
static size_t
show(struct frame_stream *s, const uint8_t *data, size_t taken, size_t shown,
    struct outcome *o)
{
	uint8_t *copy = fuzzing_copy(data + taken, shown - taken);
	struct cursor c = cursor_over(copy, shown - taken);
	struct frame_stream_frame f;
	enum frame_stream_event event;

	do {
		event = frame_stream_next(s, &c, &f);
		PROMISE(event != FRAME_STREAM_DATA || (f.octets >= copy &&
		    f.octets + f.length <= c.at));
		note(o, event, &f);
	} while (event != FRAME_STREAM_MORE && event != FRAME_STREAM_BROKEN);
	taken = shown - cursor_left(&c);
	PROMISE(event != FRAME_STREAM_MORE ||
	    shown - taken < FRAME_STREAM_FRAME);
	free(copy);
	return taken;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frame_stream whole = { .both_ways = false }, parts = whole;
	struct outcome a = { .frames = 0 }, b = { .frames = 0 };
	size_t piece, taken = 0, shown = 0;

	if (size == 0)
		return 0;
	piece = (size_t)data[0] + 1;
	data++;
	size--;
	show(&whole, data, 0, size, &a);
	do {
		shown = size - shown < piece ? size : shown + piece;
		taken = show(&parts, data, taken, shown, &b);
	} while (shown < size && b.last != FRAME_STREAM_BROKEN);
	PROMISE(a.frames == b.frames && a.answers == b.answers);
	PROMISE(a.ends == b.ends && a.hash == b.hash && a.last == b.last);
	PROMISE(a.answers <= 1 && a.ends <= 1);
	PROMISE(!frame_stream_begins(data, size) ||
	    size >= FRAME_STREAM_MAGIC);
	return 0;
}
