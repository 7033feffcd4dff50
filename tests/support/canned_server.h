#ifndef CANNED_SERVER_H
#define CANNED_SERVER_H

/*
 * canned_server - a server on a socket file, for one connection, that gives
 * the same octets for so many that it gets, and reads nothing while it writes.
 */

#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "unit.h"

static struct {
	char path[64], target[80];
	int fd;
	pthread_t thread;
	size_t takes;
	const char *gives;
	size_t size;
} canned;

static void
canned_give(int fd)
{
	size_t done = 0;

	while (done < canned.size) {
		ssize_t count = write(fd, canned.gives + done,
		    canned.size - done);

		if (count <= 0)
			return;
		done += (size_t)count;
	}
}

static void *
canned_serve(void *arg)
{
	static char buf[65536];
	int fd = accept(canned.fd, NULL, NULL);
	size_t got = 0;
	ssize_t count;

	while ((count = read(fd, buf, sizeof(buf))) > 0) {
		for (got += (size_t)count; got >= canned.takes;
		    got -= canned.takes)
			canned_give(fd);
	}
	close(fd);
	return arg;
}

/* The server's target. */
static const char *
canned_start(size_t takes, const char *gives, size_t size)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(canned.path, sizeof(canned.path), "/tmp/qw-canned-%d",
	    (int)getpid());
	snprintf(canned.target, sizeof(canned.target), "unix:%s",
	    canned.path);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s",
	    canned.path);
	canned.takes = takes;
	canned.gives = gives;
	canned.size = size;
	unlink(canned.path);
	canned.fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(canned.fd,
	    (const struct sockaddr *)(const void *)&address,
	    sizeof(address)), 0);
	assert_int_equal(listen(canned.fd, 1), 0);
	assert_int_equal(pthread_create(&canned.thread, NULL, canned_serve,
	    NULL), 0);
	return canned.target;
}

/* The client has closed its connection. */
static void
canned_stop(void)
{
	pthread_join(canned.thread, NULL);
	close(canned.fd);
	unlink(canned.path);
}

#endif /* !CANNED_SERVER_H */
