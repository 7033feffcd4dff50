#ifndef ALARMS_H
#define ALARMS_H

/*
 * alarms - what a person has to look at, kept in Redis until it is over
 * (qw:{alarms}:now and qw:{alarms}:log, querywatch-streams(7)).
 */

#include <stdbool.h>

#include "incident_store.h"

struct redis_servers;		/* output/redis_servers.h */

struct alarm {			/* texts are borrowed; printable ASCII */
	const char *kind;	/* silent, stream, hosts or dead */
	const char *about;	/* which source, which partition */
	bool on;		/* raise it; else it is over */
	const char *text;	/* one sentence: what is wrong, or was */
};

/**
 * alarms_tell(servers, who, alarm, reterr):
 * See that ${alarm} is raised, or over; if that is news, which it is to one of
 * several consumers only, record and log it.  Unless it returns STORE_DONE,
 * one sentence is in ${reterr}, INCIDENT_STORE_ERROR_SIZE octets.
 */
enum store_result alarms_tell(struct redis_servers *servers, const char *who,
    const struct alarm *alarm, char *reterr);

#endif /* !ALARMS_H */
