#ifndef FANOUT_H
#define FANOUT_H

/*
 * fanout - one interface shared between workers, so that the traffic of a
 * client stays with one of them.
 *
 * Each worker has a packet socket of its own.  Together they are a fanout
 * group (packet(7)), and a program of ours tells the kernel which member gets
 * a frame: by a hash of the client's address, which is the side without a
 * DNS port.  Where the few instructions can't tell (fragments, tunnels,
 * extension headers, a port that is DNS on both sides or neither) they hash
 * both outer addresses, either way round alike, and give what is no IP to the
 * first worker: such a frame just goes to some worker, which hands what it
 * finds in it over to the client's own (handover.h).
 */

#include <stddef.h>
#include <stdint.h>

#include "filter.h"

#define FANOUT_NEW (-1)		/* no group yet */
#define FANOUT_ERROR_SIZE 256

struct address;

/**
 * fanout_worker(client, workers):
 * Return which of ${workers} (1 or more) workers, counted from 0, the traffic
 * of ${client} belongs to: the one that the kernel gives a plain frame of it.
 */
unsigned fanout_worker(const struct address *client, unsigned workers);

/**
 * fanout_program(ports, count, ret):
 * Fill ${ret} with the group's program, where DNS is spoken on the ${count}
 * (FILTER_PORTS_MAX at most) ports of UDP and TCP at ${ports}.  It returns
 * the hash, of which the kernel takes the remainder by the number of members.
 */
void fanout_program(const uint16_t *ports, size_t count, struct filter *ret);

/**
 * fanout_join(fd, program, group, reterr):
 * Make the packet socket ${fd}, bound to an interface that is up, the next
 * member of ${*group}; if that is FANOUT_NEW, the first of a group of its own,
 * whose number goes there and whose members ${program} tells apart.  The
 * sockets of workers 0, 1, 2, ... join in that order, from one process, and
 * stay open as long as any is read.  Until all have joined, frames go to
 * others than fanout_worker says.
 *
 * For a socket of libpcap's: after pcap_activate.  Nothing has to be set
 * afterwards, so the sandbox need not know of it.  -1 and one sentence in
 * ${reterr} if the kernel refuses.
 */
int fanout_join(int fd, struct filter *program, int *group,
    char reterr[FANOUT_ERROR_SIZE]);

#endif /* !FANOUT_H */
