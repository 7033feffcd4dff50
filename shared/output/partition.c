#include "output/partition.h"

#include <stdio.h>
#include <string.h>

#include "output/redis_link.h"
#include "output/redis_servers.h"
#include "output/redis_slots.h"

#define KEY "qw:meta"

unsigned
partition_of(const char *address, unsigned partitions)
{
	return redis_slots_of_text(address) % partitions;
}

int
partition_agree(struct redis_servers *servers, unsigned partitions,
    char *reterr, size_t size)
{
	char wanted[12];
	const char *set[] = { "HSETNX", KEY, "partitions", wanted };
	const char *get[] = { "HGET", KEY, "partitions" };
	const struct redis_reply *reply;

	snprintf(wanted, sizeof(wanted), "%u", partitions);
	reply = redis_servers_call(servers, KEY, 3, get, NULL);
	/* Who only reads has no right to more, and needs none but once. */
	if (reply != NULL && redis_reply_type(reply) == REDIS_NIL) {
		reply = redis_servers_call(servers, KEY, 4, set, NULL);
		if (redis_reply_type(reply) == REDIS_INTEGER)
			reply = redis_servers_call(servers, KEY, 3, get, NULL);
	}
	if (redis_reply_type(reply) != REDIS_TEXT) {
		snprintf(reterr, size, "%s", reply != NULL ?
		    redis_reply_text(reply) : redis_servers_error(servers));
		return 1;
	}
	if (strcmp(redis_reply_text(reply), wanted) != 0) {
		snprintf(reterr, size, "the server's qw:meta says partitions "
		    "%s, the configuration %s: set 'partitions' to %s",
		    redis_reply_text(reply), wanted, redis_reply_text(reply));
		return -1;
	}
	return 0;
}
