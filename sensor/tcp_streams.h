#ifndef TCP_STREAMS_H
#define TCP_STREAMS_H

/*
 * tcp_streams - DNS messages out of TCP: each has its length in two octets
 * before it (RFC 1035, 4.2.2; RFC 7766), and segments cut where they like.
 *
 * One direction of a connection is a stream.  Both the table of streams and
 * the pool of buffers for messages that have begun are bounded; the stream
 * that was quiet longest makes room and is counted.
 */

#include <stddef.h>
#include <stdint.h>

#include "decap.h"

struct tcp_streams;

/* Take one whole message; borrowed until it returns. */
typedef void tcp_message(void *ctx, const struct packet *p,
    const uint8_t *message, size_t length);

struct tcp_counters {
	uint64_t evicted;	/* streams that had to make room */
	uint64_t gaps;		/* segments that did not follow the last one */
	uint64_t broken;	/* streams given up: not DNS framing */
};

/**
 * tcp_streams_new(capacity):
 * Return a table of at least ${capacity} streams, or NULL if memory is short.
 */
struct tcp_streams *tcp_streams_new(size_t capacity);

/**
 * tcp_streams_add(t, p, fn, ctx):
 * Take the segment ${p}; give every message that it completes to ${fn}.  A
 * stream that starts in the middle is taken to start with a message; after a
 * gap the next segment is.
 */
void tcp_streams_add(struct tcp_streams *t, const struct packet *p,
    tcp_message *fn, void *ctx);

/**
 * tcp_streams_counters(t), tcp_streams_free(t):
 * The counters, borrowed; free ${t}, NULL is fine.
 */
const struct tcp_counters *tcp_streams_counters(const struct tcp_streams *t);
void tcp_streams_free(struct tcp_streams *t);

#endif /* !TCP_STREAMS_H */
