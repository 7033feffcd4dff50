#include "dnstap/dnstap_socket.h"

#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/host_port.h"
#include "core/log.h"

#define BACKLOG 16
#define FLAGS (SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK)

static const char *
path_of(const char *target)
{
	return strncmp(target, "unix:", 5) == 0 ? target + 5 : NULL;
}

bool
dnstap_socket_valid(const char *target)
{
	struct sockaddr_un address;
	const char *path = path_of(target);
	char host[HOST_PORT_SIZE];
	int port;

	if (path != NULL)
		return path[0] != '\0' &&
		    strlen(path) < sizeof(address.sun_path);
	return host_port_split(target, host, sizeof(host), &port) == 0;
}

/* --- socket files ---------------------------------------------------------- */

/* Remove what an earlier run has left at the address; -1 if it is in use, or
 * no socket. */
static int
remove_stale(const struct sockaddr_un *address)
{
	const char *path = address->sun_path;
	struct stat st;
	int fd, error = 0;

	if (lstat(path, &st) != 0)
		return 0;	/* bind says what else is wrong */
	if (!S_ISSOCK(st.st_mode)) {
		log_warnx("%s: is there already, and no socket", path);
		return -1;
	}
	fd = socket(AF_UNIX, FLAGS, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)address,
	    sizeof(*address)) != 0)
		error = errno;
	if (fd >= 0)
		close(fd);
	if (error != ECONNREFUSED) {
		log_warnx("%s: somebody listens there already", path);
		return -1;
	}
	if (unlink(path) == 0)
		return 0;
	log_warn("%s", path);
	return -1;
}

/* Make the file with the group that it is to have: root changes the group of
 * nothing that somebody else may have put there meanwhile. */
static int
bind_file(struct dnstap_socket *s, const struct sockaddr_un *address,
    const struct group *group)
{
	gid_t own = getegid();
	bool became = group != NULL && setegid(group->gr_gid) == 0;
	mode_t mask = umask(0117);
	int status = bind(s->fd, (const struct sockaddr *)address,
	    sizeof(*address));

	umask(mask);
	if (became && setegid(own) != 0)
		return -1;
	if (status != 0 || lstat(s->path, &s->made) != 0)
		return -1;
	return group == NULL || s->made.st_gid == group->gr_gid ? 0 :
	    lchown(s->path, (uid_t)-1, group->gr_gid);
}

static int
open_file(struct dnstap_socket *s, const char *group)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const struct group *found = NULL;

	if (group[0] != '\0' && (found = getgrnam(group)) == NULL) {
		log_warnx("dnstap_group: there is no group '%s'", group);
		return -1;
	}
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", s->path);
	if (remove_stale(&address) != 0)
		return -1;
	s->fd = socket(AF_UNIX, FLAGS, 0);
	/* Nobody can connect before it listens. */
	if (s->fd >= 0 && bind_file(s, &address, found) == 0 &&
	    listen(s->fd, BACKLOG) == 0)
		return 0;
	log_warn("%s", s->path);
	return -1;
}

/* --- ports ----------------------------------------------------------------- */

/* Accepted connections inherit that peers who have silently gone are found. */
static int
bind_port(struct dnstap_socket *s, const struct addrinfo *a)
{
	const int on = 1;

	s->fd = socket(a->ai_family, FLAGS, 0);
	if (s->fd < 0)
		return -1;
	(void)setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	(void)setsockopt(s->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	if (bind(s->fd, a->ai_addr, a->ai_addrlen) == 0)
		return listen(s->fd, BACKLOG);
	return -1;
}

static int
open_port(struct dnstap_socket *s, const char *target)
{
	const struct addrinfo hints = {
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
	};
	struct addrinfo *found;
	char host[HOST_PORT_SIZE], service[8];
	int port, error;

	if (host_port_split(target, host, sizeof(host), &port) != 0)
		return -1;
	snprintf(service, sizeof(service), "%d", port);
	if ((error = getaddrinfo(host, service, &hints, &found)) != 0) {
		log_warnx("%s: %s", target, gai_strerror(error));
		return -1;
	}
	error = bind_port(s, found);
	freeaddrinfo(found);
	if (error != 0)
		log_warn("%s", target);
	return error;
}

/* --- both ------------------------------------------------------------------ */

int
dnstap_socket_open(struct dnstap_socket *s, const char *target,
    const char *group)
{
	int status;

	*s = (struct dnstap_socket){ .fd = -1, .path = path_of(target) };
	status = s->path != NULL ? open_file(s, group) : open_port(s, target);
	if (status != 0)
		dnstap_socket_close(s);
	return status;
}

void
dnstap_socket_close(struct dnstap_socket *s)
{
	struct stat now;

	if (s->fd >= 0)
		close(s->fd);
	/* Where the user we have become may not, it is replaced at the next
	 * start. */
	if (s->made.st_ino != 0 && lstat(s->path, &now) == 0 &&
	    now.st_ino == s->made.st_ino && now.st_dev == s->made.st_dev)
		(void)unlink(s->path);
	s->fd = -1;
	s->made.st_ino = 0;
}
