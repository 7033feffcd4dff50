#ifndef FIGURES_H
#define FIGURES_H

/*
 * figures - how a partition is, in numbers, as qw_upkeep_state tells them.
 */

#include <stdint.h>

#include "incident_store.h"

struct redis_servers;		/* output/redis_servers.h */

struct figures {
	int64_t length;		/* entries in the stream of hits */
	int64_t waiting;	/* of these, not given to our group; -1: not
				   known */
	int64_t pending;	/* given to a consumer, and not done */
	int64_t oldest;		/* when the oldest that waits came, ms; 0 */
	int64_t dead;		/* dead entries */
	int64_t hosts, incidents, open;
	int64_t refused, evicted, expired;	/* counted so far */
};

/**
 * figures_read(servers, settings, partition, ret, reterr):
 * Fill ${ret}.  Unless it returns STORE_DONE, one sentence is in ${reterr},
 * INCIDENT_STORE_ERROR_SIZE octets, and ${ret} is left alone.
 */
enum store_result figures_read(struct redis_servers *servers,
    const struct incident_settings *settings, unsigned partition,
    struct figures *ret, char *reterr);

/**
 * figures_add(sum, f):
 * Add ${f} to ${sum}: numbers are added, of times the earlier one stays.
 */
void figures_add(struct figures *sum, const struct figures *f);

#endif /* !FIGURES_H */
