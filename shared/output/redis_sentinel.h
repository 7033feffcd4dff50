#ifndef REDIS_SENTINEL_H
#define REDIS_SENTINEL_H

/*
 * redis_sentinel - the master that Redis Sentinel knows by a name.
 */

#include <stddef.h>

#include "output/redis_link.h"

/**
 * redis_sentinel_ask(link, master, retaddress, reterr, size):
 * Ask the sentinel at ${link} where ${master} is: ADDRESS:PORT.  Return 0, or
 * -1 and one sentence in ${reterr} of ${size} octets.
 */
int redis_sentinel_ask(struct redis_link *link, const char *master,
    char retaddress[REDIS_LINK_ADDRESS_SIZE], char *reterr, size_t size);

/**
 * redis_sentinel_check(link, reterr, size):
 * See that the server at ${link} takes itself for a master.  A sentinel may
 * not have heard yet that it no longer is one.  0, or -1 as above.
 */
int redis_sentinel_check(struct redis_link *link, char *reterr, size_t size);

#endif /* !REDIS_SENTINEL_H */
