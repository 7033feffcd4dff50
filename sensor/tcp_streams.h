#ifndef TCP_STREAMS_H
#define TCP_STREAMS_H

/*
 * tcp_streams - DNS messages out of TCP: each has its length in two octets
 * before it (RFC 1035, 4.2.2; RFC 7766), and segments cut where they like.
 *
 * One direction of a connection is a stream.  Segments that come early wait
 * for the ones before them, but not for long: a mirror may never have seen
 * those.  The table of streams, the pool of early segments and that of
 * messages that have begun are all bounded; the stream that was quiet longest
 * makes room and is counted.
 */

#include <stddef.h>
#include <stdint.h>

#include "decap.h"

struct tcp_streams;

/* Take one whole message; borrowed until it returns. */
typedef void tcp_message(void *ctx, const struct packet *p,
    const uint8_t *message, size_t length);

struct tcp_counters {
	uint64_t evicted;	/* streams not yet over that had to make room */
	uint64_t early;		/* segments that had to wait for others */
	uint64_t gaps;		/* holes that were never filled */
	uint64_t broken;	/* streams given up: not DNS framing */
};

/**
 * tcp_streams_new(capacity):
 * Return a table of at least ${capacity} streams, or NULL if memory is short.
 * At most 48 MiB for the two pools, touched only as far as they are used.
 */
struct tcp_streams *tcp_streams_new(size_t capacity);

/**
 * tcp_streams_add(t, p, fn, ctx):
 * Take the segment ${p}; give every message that it completes to ${fn}, with
 * the packet that held its end.  A stream that starts in the middle is taken to
 * start with a message; after a hole that stays the next segment is.
 */
void tcp_streams_add(struct tcp_streams *t, const struct packet *p,
    tcp_message *fn, void *ctx);

/**
 * tcp_streams_expire(t, now, fn, ctx):
 * Give up the holes that have been waited for long enough by ${now};
 * INT64_MAX gives up all, at the end of the input.
 */
void tcp_streams_expire(struct tcp_streams *t, int64_t now, tcp_message *fn,
    void *ctx);

/**
 * tcp_streams_counters(t), tcp_streams_free(t):
 * The counters, borrowed; free ${t}, NULL is fine.
 */
const struct tcp_counters *tcp_streams_counters(const struct tcp_streams *t);
void tcp_streams_free(struct tcp_streams *t);

#endif /* !TCP_STREAMS_H */
