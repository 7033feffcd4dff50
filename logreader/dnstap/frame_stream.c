#include "dnstap/frame_stream.h"

#include <string.h>

/* What libfstrm, which most servers use, allows. */
#define CONTROL_MOST 512
#define CONTENT_MOST 256

#define CONTENT_LENGTH (sizeof(FRAME_STREAM_CONTENT) - 1)
_Static_assert(CONTENT_LENGTH == 22, "as the answer below has it");

enum control { ACCEPT = 1, START, STOP, READY, FINISH };
enum { CONTENT_TYPE = 1 };	/* the one field there is */

static const uint8_t accept_frame[] =
    "\0\0\0\0" "\0\0\0\042" "\0\0\0\1" "\0\0\0\1" "\0\0\0\026"
    FRAME_STREAM_CONTENT;
static const uint8_t finish_frame[] = "\0\0\0\0" "\0\0\0\4" "\0\0\0\5";

/* Their NUL is not sent. */
static const struct frame_stream_frame nothing = { NULL, 0 },
    accepting = { accept_frame, sizeof(accept_frame) - 1 },
    finishing = { finish_frame, sizeof(finish_frame) - 1 };

/* Is dnstap what the rest of the control frame offers?  One that names no
 * content may have any. */
static bool
offers_dnstap(struct cursor *c)
{
	bool any = false, ours = false;

	while (cursor_left(c) > 0) {
		uint32_t field = cursor_u32(c);
		size_t length = cursor_u32(c);
		const uint8_t *content;

		if (field != CONTENT_TYPE || length > CONTENT_MOST ||
		    (content = cursor_take(c, length)) == NULL)
			return false;
		any = true;
		ours |= length == CONTENT_LENGTH && memcmp(content,
		    FRAME_STREAM_CONTENT, CONTENT_LENGTH) == 0;
	}
	return ours || !any;
}

/* A control frame, whole; FRAME_STREAM_MORE: nothing to be told of. */
static enum frame_stream_event
take_control(struct frame_stream *s, struct cursor c,
    struct frame_stream_frame *ret)
{
	uint32_t type = cursor_u32(&c);

	if (c.failed)
		return FRAME_STREAM_BROKEN;
	if (s->state == FRAME_STREAM_STARTED) {
		if (type != STOP)	/* as libfstrm: others say nothing */
			return FRAME_STREAM_MORE;
		s->state = FRAME_STREAM_ENDED;
		*ret = s->both_ways ? finishing : nothing;
		return FRAME_STREAM_END;
	}
	if (s->state == FRAME_STREAM_NEW && type == READY &&
	    offers_dnstap(&c)) {
		s->state = FRAME_STREAM_ACCEPTED;
		s->both_ways = true;
		*ret = accepting;
		return FRAME_STREAM_ANSWER;
	}
	if (s->state != FRAME_STREAM_ENDED && type == START &&
	    offers_dnstap(&c)) {
		s->state = FRAME_STREAM_STARTED;
		return FRAME_STREAM_MORE;
	}
	return FRAME_STREAM_BROKEN;
}

/* Take one frame.  FRAME_STREAM_MORE with ${c} moved on: go on. */
static enum frame_stream_event
take(struct frame_stream *s, struct cursor *c,
    struct frame_stream_frame *ret)
{
	struct cursor at = *c;
	size_t length = cursor_u32(&at);
	bool control = length == 0;
	const uint8_t *octets;

	if (control)
		length = cursor_u32(&at);
	if (at.failed)
		return FRAME_STREAM_MORE;
	if (length > (control ? CONTROL_MOST : FRAME_STREAM_PAYLOAD) ||
	    (!control && s->state != FRAME_STREAM_STARTED))
		return FRAME_STREAM_BROKEN;
	if ((octets = cursor_take(&at, length)) == NULL)
		return FRAME_STREAM_MORE;
	*c = at;
	if (control)
		return take_control(s, cursor_over(octets, length), ret);
	*ret = (struct frame_stream_frame){ octets, length };
	return FRAME_STREAM_DATA;
}

enum frame_stream_event
frame_stream_next(struct frame_stream *s, struct cursor *c,
    struct frame_stream_frame *ret)
{
	enum frame_stream_event event;
	size_t before;

	do {
		before = cursor_left(c);
		event = take(s, c, ret);
	} while (event == FRAME_STREAM_MORE && cursor_left(c) < before);
	return event;
}

bool
frame_stream_begins(const uint8_t *octets, size_t length)
{
	struct cursor c = cursor_over(octets, length);
	uint32_t escape = cursor_u32(&c), size = cursor_u32(&c),
	    type = cursor_u32(&c);

	return !c.failed && escape == 0 && size <= CONTROL_MOST &&
	    type == START;
}
