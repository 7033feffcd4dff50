#ifndef DUPLICATES_H
#define DUPLICATES_H

/*
 * duplicates - a message that a mirror shows twice counts once.
 *
 * A SPAN of several ports, or of both directions of one, copies a packet once
 * where it comes in and once where it goes out.  The copies may differ in VLAN
 * and tunnel; what makes them the same is the message, octet by octet, its
 * addresses, ports and transport, and that they come shortly after each other.
 *
 * A table of fixed size, in buckets of one cache line.  It keeps a hash of 64
 * bits under a key that is chosen at random: two different messages are taken
 * for one in no more than one of 10^18 cases, and nobody can bring that about.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/query.h"
#include "decap.h"

struct duplicates;

struct duplicates_counters {
	uint64_t seen;		/* messages that were the same again */
	uint64_t evicted;	/* forgotten before their time was over */
};

/**
 * duplicates_new(capacity, window):
 * Return a table of at least ${capacity} messages that are remembered for
 * ${window} microseconds; NULL if memory, or randomness, is short.  16 octets
 * a message.
 */
struct duplicates *duplicates_new(size_t capacity, int64_t window);

/**
 * duplicates_seen(d, p, transport, message, length):
 * Was this message of ${p} counted at most the window before (or after: the
 * times of frames may go back a little)?  If not, it is from now on; of a
 * full bucket the oldest is forgotten.  About 15 ns for a usual query.
 */
bool duplicates_seen(struct duplicates *d, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length);

/**
 * duplicates_counters(d), duplicates_free(d):
 * The counters, borrowed; free ${d}, NULL is fine.
 */
const struct duplicates_counters *duplicates_counters(
    const struct duplicates *d);
void duplicates_free(struct duplicates *d);

#endif /* !DUPLICATES_H */
