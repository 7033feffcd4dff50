#include "dnstap/dnstap_server.h"

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/counters.h"
#include "core/log.h"
#include "core/timestamp.h"
#include "dnstap/dnstap_connection.h"
#include "dnstap/dnstap_socket.h"

#define CONNECTIONS DNSTAP_SERVER_CONNECTIONS
/* Who connects has to begin within this time, to keep its place. */
#define PATIENCE (10 * TIMESTAMP_SECOND)

struct dnstap_server {
	size_t sockets;
	struct dnstap_socket socket[DNSTAP_SERVER_SOCKETS];
	uint64_t accepted;
	uint64_t refused;	/* there was no room */
	uint64_t idle;		/* closed, since they did not begin */
	uint64_t cut;		/* lost in the middle of a stream */
	uint64_t broken;	/* closed, for they sent something else */
	size_t open;
	struct dnstap_connection connection[CONNECTIONS];
};

struct dnstap_server *
dnstap_server_open(const char *const *targets, size_t count,
    const char *group)
{
	/* Not calloc: a buffer costs memory when it is used first. */
	struct dnstap_server *s = malloc(sizeof(*s));

	if (s == NULL) {
		log_warn("cannot listen");
		return NULL;
	}
	memset(s, 0, offsetof(struct dnstap_server, connection));
	for (size_t i = 0; i < CONNECTIONS; i++)
		s->connection[i].fd = -1;
	for (; s->sockets < count; s->sockets++) {
		if (dnstap_socket_open(&s->socket[s->sockets],
		    targets[s->sockets], group) != 0) {
			dnstap_server_free(s);
			return NULL;
		}
	}
	return s;
}

/* --- connections ----------------------------------------------------------- */

static void
accept_one(struct dnstap_server *s, int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct dnstap_connection *c = s->connection;

	if (fd < 0)
		return;		/* it has gone again */
	while (c < s->connection + CONNECTIONS && c->fd >= 0)
		c++;
	if (c == s->connection + CONNECTIONS) {
		s->refused++;
		close(fd);
		return;
	}
	dnstap_connection_begin(c, fd, timestamp_steady());
	s->accepted++;
	s->open++;
}

static void
end(struct dnstap_server *s, struct dnstap_connection *c)
{
	close(c->fd);
	c->fd = -1;
	s->open--;
}

static void
read_one(struct dnstap_server *s, struct dnstap_connection *c,
    struct dnstap_feed *feed)
{
	switch (dnstap_connection_read(c, feed)) {
	case DNSTAP_CONNECTION_OPEN:
		return;
	case DNSTAP_CONNECTION_BROKEN:
		if (s->broken++ == 0)
			log_warnx("a connection is closed, since it brings no "
			    "dnstap; others are only counted");
		break;
	case DNSTAP_CONNECTION_CUT:
		s->cut++;
		break;
	case DNSTAP_CONNECTION_ENDED:
		break;
	}
	end(s, c);
}

/* Do not let who never begins keep others out. */
static void
end_idle(struct dnstap_server *s)
{
	int64_t now = timestamp_steady();

	for (size_t i = 0; i < CONNECTIONS && s->open > 0; i++) {
		struct dnstap_connection *c = &s->connection[i];

		if (c->fd < 0 || dnstap_connection_started(c) ||
		    now - c->since < PATIENCE)
			continue;
		s->idle++;
		end(s, c);
	}
}

/* --- waiting --------------------------------------------------------------- */

void
dnstap_server_step(struct dnstap_server *s, struct dnstap_feed *feed,
    int timeout_ms)
{
	struct pollfd polled[DNSTAP_SERVER_SOCKETS + CONNECTIONS];
	struct dnstap_connection *of[CONNECTIONS];
	nfds_t count = 0;

	for (size_t i = 0; i < s->sockets; i++)
		polled[count++] = (struct pollfd){ .fd = s->socket[i].fd,
		    .events = POLLIN };
	for (size_t i = 0; i < CONNECTIONS; i++) {
		if (s->connection[i].fd < 0)
			continue;
		of[count - s->sockets] = &s->connection[i];
		polled[count++] = (struct pollfd){
		    .fd = s->connection[i].fd, .events = POLLIN };
	}
	if (poll(polled, count, timeout_ms) > 0) {
		for (size_t i = s->sockets; i < count; i++) {
			if (polled[i].revents != 0)
				read_one(s, of[i - s->sockets], feed);
		}
		for (size_t i = 0; i < s->sockets; i++) {
			if (polled[i].revents != 0)
				accept_one(s, s->socket[i].fd);
		}
	}
	end_idle(s);
}

void
dnstap_server_count(const struct dnstap_server *s, struct counters *c)
{
	counters_always(c, "connections", "open", s->open);
	counters_add(c, "connections", "accepted", s->accepted);
	counters_add(c, "connections", "refused", s->refused);
	counters_add(c, "connections", "idle", s->idle);
	counters_add(c, "connections", "cut", s->cut);
	counters_add(c, "connections", "broken", s->broken);
}

void
dnstap_server_free(struct dnstap_server *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < CONNECTIONS; i++) {
		if (s->connection[i].fd >= 0)
			close(s->connection[i].fd);
	}
	for (size_t i = 0; i < s->sockets; i++)
		dnstap_socket_close(&s->socket[i]);
	free(s);
}
