#ifndef DNSTAP_SERVER_H
#define DNSTAP_SERVER_H

/*
 * dnstap_server - sockets on which nameservers bring dnstap, several at once:
 * they connect, the reader listens.
 *
 * One thread, which never waits for one of them: each connection has a buffer
 * for a frame and is read once in its turn.
 */

#include <stddef.h>

struct counters;
struct dnstap_feed;
struct dnstap_server;

#define DNSTAP_SERVER_SOCKETS 8		/* that can be listened on */
#define DNSTAP_SERVER_CONNECTIONS 64

/**
 * dnstap_server_open(targets, count, group):
 * Listen on the ${count} sockets ${targets} (borrowed), at most
 * DNSTAP_SERVER_SOCKETS and each dnstap_socket_valid.  A socket file belongs
 * to ${group} if that is not empty, and only owner and group may connect; one
 * that was left behind is replaced.  Return NULL after having said what is
 * wrong.
 */
struct dnstap_server *dnstap_server_open(const char *const *targets,
    size_t count, const char *group);

/**
 * dnstap_server_step(s, feed, timeout_ms):
 * Wait for at most ${timeout_ms} until something comes, and take it.
 */
void dnstap_server_step(struct dnstap_server *s, struct dnstap_feed *feed,
    int timeout_ms);

/**
 * dnstap_server_count(s, c):
 * Add to ${c} what it has counted.
 */
void dnstap_server_count(const struct dnstap_server *s, struct counters *c);

/**
 * dnstap_server_free(s):
 * Close all, remove the socket files if they are still ours and the system
 * lets us, and free ${s}; NULL is fine.
 */
void dnstap_server_free(struct dnstap_server *s);

#endif /* !DNSTAP_SERVER_H */
