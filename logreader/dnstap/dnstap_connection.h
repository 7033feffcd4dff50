#ifndef DNSTAP_CONNECTION_H
#define DNSTAP_CONNECTION_H

/*
 * dnstap_connection - one nameserver that brings dnstap over a socket.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnstap/frame_stream.h"

struct dnstap_feed;

enum dnstap_connection_status {
	DNSTAP_CONNECTION_OPEN,
	DNSTAP_CONNECTION_ENDED,	/* as it should */
	DNSTAP_CONNECTION_CUT,		/* in the middle of its stream */
	DNSTAP_CONNECTION_BROKEN	/* it sent what is no dnstap */
};

struct dnstap_connection {
	int fd;				/* not blocking; -1: free */
	int64_t since;			/* when it came, as timestamp_steady */
	struct frame_stream stream;
	size_t used;			/* octets of the next frame */
	uint8_t buffer[FRAME_STREAM_FRAME];
};

/**
 * dnstap_connection_begin(c, fd, now):
 * ${c} is a new connection over ${fd}, which came ${now}.
 */
void dnstap_connection_begin(struct dnstap_connection *c, int fd,
    int64_t now);

/**
 * dnstap_connection_read(c, feed):
 * Read once, answer, and give what is complete to ${feed}.  Whatever the
 * result, ${c->fd} stays open.
 */
enum dnstap_connection_status dnstap_connection_read(
    struct dnstap_connection *c, struct dnstap_feed *feed);

/**
 * dnstap_connection_started(c):
 * Has its stream begun?
 */
bool dnstap_connection_started(const struct dnstap_connection *c);

#endif /* !DNSTAP_CONNECTION_H */
