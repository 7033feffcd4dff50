#ifndef HANDOVER_H
#define HANDOVER_H

/*
 * handover - a worker's mailbox: DNS messages of its clients that other
 * workers have found, in tunnels, fragments and the like.
 *
 * Any thread may put, one takes.  There are two buffers: what is put goes to
 * the one, while the owner empties the other; they change places under a
 * lock, which nobody holds for longer than it takes to copy a message.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/query.h"
#include "decap.h"

struct handover;

/* Take a message; all of it is borrowed until this returns. */
typedef void handover_message(void *ctx, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length);

/**
 * handover_new(octets):
 * Return an empty mailbox of ${octets} octets, half of which may wait and half
 * be in the owner's hands (memory is touched as far as it is used); NULL if
 * memory is short.
 */
struct handover *handover_new(size_t octets);

/**
 * handover_put(h, p, transport, message, length):
 * Copy the message and what ${p} says of where it comes from: time, addresses,
 * ports, VLAN and tunnel.  False, and nothing is kept, if it does not fit,
 * which the caller has to count.  Never waits for the owner.
 */
bool handover_put(struct handover *h, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length);

/**
 * handover_take(h, fn, ctx):
 * Give what waits to ${fn}, that of each worker in the order in which it was
 * put, and return how many messages that were.  For the owner only; ${fn} may
 * put into other mailboxes.  An empty mailbox costs one load.
 */
size_t handover_take(struct handover *h, handover_message *fn, void *ctx);

/**
 * handover_free(h):
 * Free ${h} and what waits in it; NULL is fine.
 */
void handover_free(struct handover *h);

#endif /* !HANDOVER_H */
