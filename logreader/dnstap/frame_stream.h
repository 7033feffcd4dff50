#ifndef FRAME_STREAM_H
#define FRAME_STREAM_H

/*
 * frame_stream - the Frame Streams protocol, read: frames out of the octets of
 * a file or a connection, and what a reader has to answer.
 *
 *	one way		START data... STOP
 *	both ways	READY >	< ACCEPT	START data... STOP > < FINISH
 *
 *	data		length (not 0), so many octets
 *	control		0, length, type, then for each content type 1, its
 *			length, so many octets
 *
 * Every number has 32 bits.  Only streams of dnstap are taken.  Nothing here
 * reads, writes or allocates: who holds the octets shows what waits.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cursor.h"

#define FRAME_STREAM_CONTENT "protobuf:dnstap.Dnstap"
#define FRAME_STREAM_PAYLOAD ((size_t)192 * 1024)	/* the longest */
#define FRAME_STREAM_FRAME (FRAME_STREAM_PAYLOAD + 8)
#define FRAME_STREAM_MAGIC 12	/* octets that tell a stream from a text */

enum frame_stream_event {
	FRAME_STREAM_MORE,	/* no whole frame waits */
	FRAME_STREAM_DATA,	/* a frame's payload */
	FRAME_STREAM_ANSWER,	/* to be sent */
	FRAME_STREAM_END,	/* the sender has ended; what is to be sent */
	FRAME_STREAM_BROKEN	/* this is no such stream, or no longer */
};

/* Plain data, nothing to free; all zero is a stream's start. */
struct frame_stream {
	enum { FRAME_STREAM_NEW, FRAME_STREAM_ACCEPTED, FRAME_STREAM_STARTED,
	    FRAME_STREAM_ENDED } state;
	bool both_ways;
};

/* A payload, borrowed from the octets; or an answer, a constant, which may
 * be empty. */
struct frame_stream_frame {
	const uint8_t *octets;
	size_t length;
};

/**
 * frame_stream_next(s, c, ret):
 * Take the next frame from what waits in ${c}.  Fill ${ret} for
 * FRAME_STREAM_DATA, _ANSWER and _END.  With FRAME_STREAM_MORE, what is left
 * in ${c}, less than FRAME_STREAM_FRAME octets, has to be shown again, with
 * more behind it.
 */
enum frame_stream_event frame_stream_next(struct frame_stream *s,
    struct cursor *c, struct frame_stream_frame *ret);

/**
 * frame_stream_begins(octets, length):
 * Is this how a stream in a file begins?  A text never does.  Wants
 * FRAME_STREAM_MAGIC octets.
 */
bool frame_stream_begins(const uint8_t *octets, size_t length);

#endif /* !FRAME_STREAM_H */
