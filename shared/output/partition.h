#ifndef PARTITION_H
#define PARTITION_H

/*
 * partition - which of the P partitions holds all that concerns one client,
 * and that all programs agree on P.
 */

#include <stddef.h>
#include <stdio.h>

struct redis_servers;

/**
 * partition_of(address, partitions):
 * Return the partition, 0 to ${partitions} - 1, of the client whose address
 * reads ${address}: Redis Cluster's key slot of that text (CRC16/XMODEM mod
 * 16384), modulo ${partitions}, so that a cluster's own `redis-cli cluster
 * keyslot ADDRESS` tells it to people.
 */
unsigned partition_of(const char *address, unsigned partitions);

#define PARTITION_KEY_SIZE 32

/**
 * partition_key(partition, name, buf):
 * Write "qw:{PARTITION}:NAME", the name of at most 16 octets.
 *
 * Functions on the server that touch more keys than they are told are given
 * the partition's "moving" beside its "hits": a key that never exists.  While
 * the slot of both is moved to another server, key by key, Redis refuses calls
 * some of whose keys are not there (TRYAGAIN), and so all of these: none gets
 * to see a part of the records only.
 */
static inline void
partition_key(unsigned partition, const char *name,
    char buf[PARTITION_KEY_SIZE])
{
	snprintf(buf, PARTITION_KEY_SIZE, "qw:{%u}:%s", partition, name);
}

/**
 * partition_agree(servers, partitions, reterr, size):
 * Write ${partitions} to qw:meta if nothing is there yet.  Return 0 if
 * qw:meta now holds the same number; -1 and one sentence in ${reterr} of
 * ${size} octets if it holds another; 1 and one sentence if the server could
 * not be asked now.
 */
int partition_agree(struct redis_servers *servers, unsigned partitions,
    char *reterr, size_t size);

#endif /* !PARTITION_H */
