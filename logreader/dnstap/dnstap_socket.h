#ifndef DNSTAP_SOCKET_H
#define DNSTAP_SOCKET_H

/*
 * dnstap_socket - a socket to listen on, a file or a port.
 */

#include <stdbool.h>
#include <sys/stat.h>

struct dnstap_socket {
	int fd;			/* listening, not blocking */
	const char *path;	/* of a socket file; NULL: a port */
	struct stat made;	/* what was made there */
};

/**
 * dnstap_socket_valid(target):
 * Is ${target} unix:PATH, with a path that is not too long, or HOST:PORT?
 */
bool dnstap_socket_valid(const char *target);

/**
 * dnstap_socket_open(s, target, group):
 * Listen on ${target}, whose text is borrowed.  A socket file that nobody
 * listens on any more is replaced; the new one belongs to ${group}, if that
 * is not empty, and nobody else may connect.  Return 0, or -1 after having
 * said what is wrong.
 */
int dnstap_socket_open(struct dnstap_socket *s, const char *target,
    const char *group);

/**
 * dnstap_socket_close(s):
 * Close it, and remove the socket file if it is still the same.
 */
void dnstap_socket_close(struct dnstap_socket *s);

#endif /* !DNSTAP_SOCKET_H */
