#include "dnstap/dnstap_connection.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "dnstap/dnstap_feed.h"

void
dnstap_connection_begin(struct dnstap_connection *c, int fd, int64_t now)
{
	c->fd = fd;
	c->since = now;
	c->stream = (struct frame_stream){ .both_ways = false };
	c->used = 0;
}

/* Answers are so short that there is room for them, unless the other side
 * never reads. */
static bool
answer(const struct dnstap_connection *c,
    const struct frame_stream_frame *frame)
{
	return frame->length == 0 ||
	    write(c->fd, frame->octets, frame->length) ==
	    (ssize_t)frame->length;
}

/* Take the frames that wait in the buffer, and keep the rest. */
static enum dnstap_connection_status
take_waiting(struct dnstap_connection *c, struct dnstap_feed *feed)
{
	struct cursor waiting = cursor_over(c->buffer, c->used);
	struct frame_stream_frame frame;

	for (;;) {
		switch (frame_stream_next(&c->stream, &waiting, &frame)) {
		case FRAME_STREAM_DATA:
			dnstap_feed_take(feed, frame.octets, frame.length);
			break;
		case FRAME_STREAM_ANSWER:
			if (!answer(c, &frame))
				return DNSTAP_CONNECTION_CUT;
			break;
		case FRAME_STREAM_END:
			(void)answer(c, &frame);
			return DNSTAP_CONNECTION_ENDED;
		case FRAME_STREAM_BROKEN:
			return DNSTAP_CONNECTION_BROKEN;
		case FRAME_STREAM_MORE:
			c->used = cursor_left(&waiting);
			memmove(c->buffer, waiting.at, c->used);
			return DNSTAP_CONNECTION_OPEN;
		}
	}
}

enum dnstap_connection_status
dnstap_connection_read(struct dnstap_connection *c, struct dnstap_feed *feed)
{
	ssize_t got = read(c->fd, c->buffer + c->used,
	    sizeof(c->buffer) - c->used);

	if (got < 0)
		return errno == EAGAIN || errno == EINTR ?
		    DNSTAP_CONNECTION_OPEN : DNSTAP_CONNECTION_CUT;
	if (got == 0)
		return c->used == 0 && c->stream.state == FRAME_STREAM_NEW ?
		    DNSTAP_CONNECTION_ENDED : DNSTAP_CONNECTION_CUT;
	c->used += (size_t)got;
	return take_waiting(c, feed);
}

bool
dnstap_connection_started(const struct dnstap_connection *c)
{
	return c->stream.state == FRAME_STREAM_STARTED;
}
