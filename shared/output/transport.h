#ifndef TRANSPORT_H
#define TRANSPORT_H

/*
 * transport - octets to and from a server, over a socket, with TLS or
 * without.
 *
 * Nothing blocks but transport_open and transport_wait, which have a time
 * limit.  After any error there is nothing left to do but to close.  Not for
 * two threads at once.
 */

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct tls_context;		/* output/tls.h */
struct transport;		/* opaque */

/* Where to.  Texts are borrowed for the call. */
struct transport_place {
	const char *path;	/* of a socket file, or NULL: */
	const char *host;	/* a name or an address */
	int port;
	const struct tls_context *tls;	/* NULL: in clear text; borrowed until
				   the transport is closed */
	const char *name;	/* that the server's certificate must have */
};

/**
 * transport_find(host, port, retfound):
 * Get the addresses of ${host}, IPv6 ones only if it has no IPv4.  Return 0,
 * and the caller must freeaddrinfo *${retfound}; else what getaddrinfo did.
 */
int transport_find(const char *host, int port, struct addrinfo **retfound);

/**
 * transport_open(place, timeout_ms, reterr, size):
 * Connect.  Return what the caller must transport_close, or NULL and one
 * phrase in ${reterr} of ${size} octets.
 */
struct transport *transport_open(const struct transport_place *place,
    int timeout_ms, char *reterr, size_t size);

/**
 * transport_read(t, buf, size), transport_write(t, buf, size):
 * Move what can be moved now.  Return how many octets, 0 if none, or -1:
 * transport_error tells why, the other side's end included.
 */
ssize_t transport_read(struct transport *t, char *buf, size_t size);
ssize_t transport_write(struct transport *t, const char *buf, size_t size);

/**
 * transport_wait(t, writing, timeout_ms):
 * After a read that moved nothing, and a write that moved nothing if
 * ${writing}: wait until one of them may get on.  -1 if that takes too long.
 */
int transport_wait(struct transport *t, bool writing, int timeout_ms);

/**
 * transport_error(t):
 * Return the last error as a phrase, borrowed until ${t} is closed.
 */
const char *transport_error(const struct transport *t);

/**
 * transport_close(t):
 * Close and free; NULL is fine.
 */
void transport_close(struct transport *t);

#endif /* !TRANSPORT_H */
