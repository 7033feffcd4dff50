#ifndef FRAGMENTS_H
#define FRAGMENTS_H

/*
 * fragments - IP packets put together again from their fragments (RFC 791,
 * 3.2; RFC 8200, 4.5), in whatever order they come.
 *
 * A bounded table of packets under way.  A packet that overlaps itself is
 * dropped whole (RFC 5722; no honest sender does it), one that is not
 * complete in time is given up, and when the table is full the oldest makes
 * room.  All of that is counted.
 */

#include <stddef.h>
#include <stdint.h>

#include "decap.h"

struct fragments;

struct fragments_counters {
	uint64_t fragments;	/* taken */
	uint64_t packets;	/* completed */
	uint64_t overlaps;	/* packets dropped */
	uint64_t timeouts;	/* packets given up */
	uint64_t evicted;	/* packets that had to make room */
	uint64_t malformed;	/* fragments that cannot be right */
};

/**
 * fragments_new(capacity):
 * Return a table of ${capacity} packets under way, each of up to 64 KiB (its
 * memory is touched only as far as it is filled); NULL if memory is short.
 */
struct fragments *fragments_new(size_t capacity);

/**
 * fragments_add(t, p, retlength):
 * Take the fragment ${p}.  If it completes its packet, return the payload of
 * the whole and its length, and set the protocol of ${p}'s fragment to the
 * whole's; else NULL.  The payload is borrowed until the next call, which may
 * well be about a fragment in it.
 */
const uint8_t *fragments_add(struct fragments *t, struct packet *p,
    size_t *retlength);

/**
 * fragments_counters(t), fragments_free(t):
 * The counters, borrowed; free ${t}, NULL is fine.
 */
const struct fragments_counters *fragments_counters(const struct fragments *t);
void fragments_free(struct fragments *t);

#endif /* !FRAGMENTS_H */
