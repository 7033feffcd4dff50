#ifndef HOST_PORT_H
#define HOST_PORT_H

/*
 * host_port - HOST:PORT as options write it.
 */

#include <stddef.h>

#define HOST_PORT_SIZE 256	/* of a host's name and a NUL */

/**
 * host_port_split(target, host, size, retport):
 * Split HOST:PORT, or [HOST]:PORT, as an IPv6 address has to be written:
 * put the host into ${host} of ${size} octets.  Return 0, or -1 if ${target}
 * is neither, or the host is too long.
 */
int host_port_split(const char *target, char *host, size_t size,
    int *retport);

#endif /* !HOST_PORT_H */
