#include "output/partition.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "output/redis_link.h"

#define CLUSTER_SLOTS 16384

/* CRC16 with the polynomial 0x1021 and no reflection, bit by bit. */
static uint16_t
crc16(const char *text)
{
	uint16_t crc = 0;

	for (; *text != '\0'; text++) {
		crc ^= (uint16_t)((unsigned char)*text << 8);
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 0x8000 ? crc << 1 ^ 0x1021 :
			    crc << 1);
	}
	return crc;
}

unsigned
partition_of(const char *address, unsigned partitions)
{
	return crc16(address) % CLUSTER_SLOTS % partitions;
}

int
partition_agree(struct redis_link *link, unsigned partitions, char *reterr,
    size_t size)
{
	char wanted[12];
	const char *set[] = { "HSETNX", "qw:meta", "partitions", wanted };
	const char *get[] = { "HGET", "qw:meta", "partitions" };
	const struct redis_reply *reply;

	snprintf(wanted, sizeof(wanted), "%u", partitions);
	reply = redis_link_call(link, 4, set, NULL);
	if (redis_reply_type(reply) == REDIS_INTEGER)
		reply = redis_link_call(link, 3, get, NULL);
	if (redis_reply_type(reply) != REDIS_TEXT) {
		snprintf(reterr, size, "%s", reply != NULL ?
		    redis_reply_text(reply) : redis_link_error(link));
		return 1;
	}
	if (strcmp(redis_reply_text(reply), wanted) != 0) {
		snprintf(reterr, size, "the server's qw:meta says partitions "
		    "%s, the configuration %s: set 'partitions' to %s", redis_reply_text(reply), wanted,
		    redis_reply_text(reply));
		return -1;
	}
	return 0;
}
