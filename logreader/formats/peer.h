#ifndef PEER_H
#define PEER_H

/*
 * peer - an address and port as PowerDNS and others write them:
 * 192.0.2.1:53, [2001:db8::1]:53, or an address alone.
 */

#include "text.h"

/**
 * peer_take(c, retclient, retport):
 * Step over the peer that comes next; ${retport} is empty if there is none.
 * Return false if it is not valid; ${c} may have moved then.
 */
bool peer_take(struct cursor *c, struct text *retclient,
    struct text *retport);

/**
 * peer_is_address(t):
 * Is all of ${t} an address?
 */
bool peer_is_address(struct text t);

/**
 * peer_is_port(t):
 * Is all of ${t} a port?
 */
bool peer_is_port(struct text t);

#endif /* !PEER_H */
