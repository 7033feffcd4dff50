#include "output/transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/timestamp.h"
#include "output/tls.h"

#define MILLISECOND (TIMESTAMP_SECOND / 1000)
#define TOO_LATE "no answer in time"

struct transport {
	int fd;
	struct tls_session *tls;	/* NULL: in clear text */
	short read_wants, write_wants;	/* events of poll, after 0 */
	char error[256];
};

/* Wait for ${events}; -1 and errno if they do not come in time. */
static int
wait_for(int fd, short events, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t end = timestamp_steady() + timeout_ms * MILLISECOND;

	for (;;) {
		int64_t left = (end - timestamp_steady()) / MILLISECOND;
		int found = poll(&p, 1, left > 0 ? (int)left : 0);

		if (found > 0)
			return 0;
		if (found == 0)
			errno = ETIMEDOUT;
		if (found == 0 || errno != EINTR)
			return -1;
	}
}

/* --- connecting ------------------------------------------------------------ */

int
transport_find(const char *host, int port, struct addrinfo **retfound)
{
	struct addrinfo hints = { .ai_family = AF_INET,
	    .ai_socktype = SOCK_STREAM };
	char service[8];

	snprintf(service, sizeof(service), "%d", port);
	if (getaddrinfo(host, service, &hints, retfound) == 0)
		return 0;
	hints.ai_family = AF_INET6;
	return getaddrinfo(host, service, &hints, retfound);
}

/* Return a connected socket, or -1 and errno. */
static int
connect_socket(int family, const struct sockaddr *address, socklen_t length,
    int timeout_ms)
{
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error = 0;
	socklen_t size = sizeof(error);

	if (fd < 0)
		return -1;
	if (connect(fd, address, length) == 0)
		return fd;
	if (errno == EINPROGRESS && wait_for(fd, POLLOUT, timeout_ms) == 0) {
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
			error = errno;
		if (error == 0)
			return fd;
		errno = error;
	}
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

static int
connect_path(const char *path, int timeout_ms, char *reterr, size_t size)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = -1;

	if (strlen(path) >= sizeof(address.sun_path)) {
		snprintf(reterr, size, "%s", strerror(ENAMETOOLONG));
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = connect_socket(AF_UNIX,
	    (const struct sockaddr *)(const void *)&address, sizeof(address),
	    timeout_ms);
	if (fd < 0)
		snprintf(reterr, size, "%s", strerror(errno));
	return fd;
}

static int
connect_host(const char *host, int port, int timeout_ms, char *reterr,
    size_t size)
{
	struct addrinfo *found;
	int error = transport_find(host, port, &found), fd = -1;
	const int on = 1;

	if (error != 0) {
		snprintf(reterr, size, "%s", gai_strerror(error));
		return -1;
	}
	for (const struct addrinfo *a = found; a != NULL && fd < 0;
	    a = a->ai_next)
		fd = connect_socket(a->ai_family, a->ai_addr, a->ai_addrlen,
		    timeout_ms);
	if (fd < 0)
		snprintf(reterr, size, "%s", errno == ETIMEDOUT ? TOO_LATE :
		    strerror(errno));
	freeaddrinfo(found);
	if (fd < 0)
		return -1;
	/* Without them it works as well. */
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

/* Agree on keys, and see that the server is the one that it should be. */
static int
shake_hands(struct transport *t, int timeout_ms)
{
	int64_t end = timestamp_steady() + timeout_ms * MILLISECOND;
	short wants;
	int done;

	while ((done = tls_session_handshake(t->tls, &wants)) == 0) {
		int64_t left = (end - timestamp_steady()) / MILLISECOND;

		if (left <= 0 || wait_for(t->fd, wants, (int)left) != 0) {
			snprintf(t->error, sizeof(t->error), TOO_LATE);
			return -1;
		}
	}
	if (done > 0)
		return 0;
	snprintf(t->error, sizeof(t->error), "%s",
	    tls_session_error(t->tls));
	return -1;
}

struct transport *
transport_open(const struct transport_place *place, int timeout_ms,
    char *reterr, size_t size)
{
	struct transport *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		snprintf(reterr, size, "out of memory");
		goto err0;
	}
	t->fd = place->path != NULL ?
	    connect_path(place->path, timeout_ms, reterr, size) :
	    connect_host(place->host, place->port, timeout_ms, reterr, size);
	if (t->fd < 0)
		goto err1;
	if (place->tls == NULL)
		return t;
	t->tls = tls_session_new(place->tls, t->fd, place->name);
	if (t->tls == NULL) {
		snprintf(reterr, size, "cannot begin TLS");
		goto err2;
	}
	if (shake_hands(t, timeout_ms) != 0) {
		snprintf(reterr, size, "%s", t->error);
		goto err2;
	}
	return t;

err2:
	transport_close(t);
	return NULL;
err1:
	free(t);
err0:
	return NULL;
}

/* --- moving octets --------------------------------------------------------- */

/* What a call on the socket, or of TLS, has moved. */
static ssize_t
moved(struct transport *t, ssize_t count, const char *why)
{
	if (count < 0)
		snprintf(t->error, sizeof(t->error), "%s", why);
	return count;
}

static ssize_t
read_plain(struct transport *t, char *buf, size_t size)
{
	ssize_t count = recv(t->fd, buf, size, 0);

	if (count == 0)
		return moved(t, -1, "Server closed the connection");
	if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
		t->read_wants = POLLIN;
		return 0;
	}
	return moved(t, count, strerror(errno));
}

static ssize_t
write_plain(struct transport *t, const char *buf, size_t size)
{
	ssize_t count = send(t->fd, buf, size, MSG_NOSIGNAL);

	if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
		t->write_wants = POLLOUT;
		return 0;
	}
	return moved(t, count, strerror(errno));
}

ssize_t
transport_read(struct transport *t, char *buf, size_t size)
{
	ssize_t count;

	if (t->tls == NULL)
		return read_plain(t, buf, size);
	count = tls_session_read(t->tls, buf, size, &t->read_wants);
	return moved(t, count, count < 0 ? tls_session_error(t->tls) : "");
}

ssize_t
transport_write(struct transport *t, const char *buf, size_t size)
{
	ssize_t count;

	if (t->tls == NULL)
		return write_plain(t, buf, size);
	count = tls_session_write(t->tls, buf, size, &t->write_wants);
	return moved(t, count, count < 0 ? tls_session_error(t->tls) : "");
}

int
transport_wait(struct transport *t, bool writing, int timeout_ms)
{
	short events = t->read_wants;

	if (writing)
		events = (short)(events | t->write_wants);
	if (wait_for(t->fd, events, timeout_ms) == 0)
		return 0;
	snprintf(t->error, sizeof(t->error), "%s", errno == ETIMEDOUT ?
	    TOO_LATE : strerror(errno));
	return -1;
}

const char *
transport_error(const struct transport *t)
{
	return t->error;
}

void
transport_close(struct transport *t)
{
	if (t == NULL)
		return;
	tls_session_free(t->tls);
	close(t->fd);
	free(t);
}
