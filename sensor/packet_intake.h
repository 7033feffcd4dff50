#ifndef PACKET_INTAKE_H
#define PACKET_INTAKE_H

/*
 * packet_intake - the DNS messages of packets, each once, to hits/intake.h.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/query.h"
#include "decap.h"

struct counters;
struct intake_options;
struct packet_intake;

/**
 * packet_intake_new(o, window):
 * Return a new one that gives what it takes to an intake of the options
 * ${o}; NULL if memory is short.  The same message within ${window}
 * microseconds is a duplicate; 0: none is one.
 */
struct packet_intake *packet_intake_new(const struct intake_options *o,
    int64_t window);

/**
 * packet_intake_take(in, p, transport, message, length):
 * Take the message of ${length} octets that came with ${p}; all is borrowed
 * until it returns.
 */
void packet_intake_take(struct packet_intake *in, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length);

/**
 * packet_intake_count(in, c), packet_intake_free(in):
 * Add to ${c} all that it has counted; free ${in}, NULL is fine.
 */
void packet_intake_count(const struct packet_intake *in, struct counters *c);
void packet_intake_free(struct packet_intake *in);

#endif /* !PACKET_INTAKE_H */
