#include "output/redis_link.h"

#include <hiredis/hiredis.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/host_port.h"
#include "output/redis_access.h"
#include "output/transport.h"

#define READ_SIZE (16 << 10)

/*
 * hiredis 0.14, Debian 12's, has no TLS: only its parser of replies and its
 * formatter of commands are used, over a transport of ours.
 *
 *	out   | sent | waits to be sent |      |
 *	      0      ^from              ^to    ^size
 */
struct redis_link {
	char *target;
	const struct redis_access *access;	/* or NULL */
	int timeout_ms;
	struct transport *transport;	/* NULL: not connected */
	redisReader *reader;		/* of this connection */
	char *out;
	size_t from, to, size;
	redisReply *reply;		/* the last one given out */
	bool failed;			/* the last connection did */
	char error[REDIS_LINK_ERROR_SIZE];
};

bool
redis_link_target_valid(const char *target)
{
	char host[256];
	int port;

	if (strncmp(target, "unix:", 5) == 0)
		return target[5] != '\0';
	return host_port_split(target, host, sizeof(host), &port) == 0;
}

int
redis_link_resolve(const char *target, char ret[REDIS_LINK_ADDRESS_SIZE],
    char *reterr, size_t size)
{
	struct addrinfo *found;
	char host[HOST_PORT_SIZE], address[64], text[2 * HOST_PORT_SIZE];
	int port, error, length;

	if (host_port_split(target, host, sizeof(host), &port) != 0) {
		snprintf(reterr, size, "%s: is not HOST:PORT", target);
		return -1;
	}
	if ((error = transport_find(host, port, &found)) != 0) {
		snprintf(reterr, size, "%s: %s", target, gai_strerror(error));
		return -1;
	}
	error = getnameinfo(found->ai_addr, found->ai_addrlen, address,
	    sizeof(address), NULL, 0, NI_NUMERICHOST);
	freeaddrinfo(found);
	if (error != 0) {
		snprintf(reterr, size, "%s: %s", target, gai_strerror(error));
		return -1;
	}
	length = snprintf(text, sizeof(text), strchr(address, ':') != NULL ?
	    "%s%s[%s]:%d" : "%s%s%s:%d", strcmp(host, address) == 0 ? "" :
	    host, strcmp(host, address) == 0 ? "" : "=", address, port);
	if (length < 0 || length >= REDIS_LINK_ADDRESS_SIZE) {
		snprintf(reterr, size, "%s: the name is too long", target);
		return -1;
	}
	memcpy(ret, text, (size_t)length + 1);
	return 0;
}

struct redis_link *
redis_link_new(const char *target, int timeout_ms)
{
	struct redis_link *link = calloc(1, sizeof(*link));

	if (link == NULL || (link->target = strdup(target)) == NULL) {
		free(link);
		return NULL;
	}
	link->timeout_ms = timeout_ms;
	return link;
}

void
redis_link_set_access(struct redis_link *link,
    const struct redis_access *access)
{
	link->access = access;
}

static void
forget_reply(struct redis_link *link)
{
	if (link->reply != NULL)
		freeReplyObject(link->reply);
	link->reply = NULL;
}

static void
drop_connection(struct redis_link *link)
{
	forget_reply(link);
	transport_close(link->transport);
	link->transport = NULL;
	if (link->reader != NULL)
		redisReaderFree(link->reader);
	link->reader = NULL;
	link->from = link->to = 0;
}

/* Keep what went wrong, and throw the connection away. */
static void
disconnect(struct redis_link *link, const char *why)
{
	const char *equals = strchr(link->target, '=');
	int named = equals == NULL || strncmp(link->target, "unix:", 5) == 0 ?
	    0 : (int)(equals - link->target);

	if (named > 0)
		snprintf(link->error, sizeof(link->error), "%.*s (%s): %s",
		    named, link->target, equals + 1, why);
	else
		snprintf(link->error, sizeof(link->error), "%s: %s",
		    link->target, why);
	link->failed = true;
	drop_connection(link);
}

/* --- connecting -------------------------------------------------------------- */

/* Where ${target}, valid but no socket file, is: its host in ${host} and the
 * name that its certificate has in ${name}. */
static void
split_target(const char *target, char host[HOST_PORT_SIZE],
    char name[HOST_PORT_SIZE], int *retport)
{
	const char *equals = strchr(target, '=');

	if (host_port_split(equals != NULL ? equals + 1 : target, host,
	    HOST_PORT_SIZE, retport) != 0)
		host[0] = '\0';	/* which no name is */
	if (equals != NULL)
		snprintf(name, HOST_PORT_SIZE, "%.*s",
		    (int)(equals - target), target);
	else
		snprintf(name, HOST_PORT_SIZE, "%s", host);
}

static int
connect_to(struct redis_link *link)
{
	char host[HOST_PORT_SIZE], name[HOST_PORT_SIZE], error[192];
	struct transport_place place = { .path = NULL };

	if (strncmp(link->target, "unix:", 5) == 0) {
		place.path = link->target + 5;
	} else {
		split_target(link->target, host, name, &place.port);
		place.host = host;
		place.tls = link->access != NULL ? link->access->tls : NULL;
		place.name = link->access != NULL &&
		    link->access->name != NULL ? link->access->name : name;
	}
	link->reader = redisReaderCreate();
	link->transport = link->reader == NULL ? NULL :
	    transport_open(&place, link->timeout_ms, error, sizeof(error));
	if (link->transport == NULL) {
		disconnect(link, link->reader == NULL ? "out of memory" :
		    error);
		return -1;
	}
	return 0;
}

/* Add a command to what waits to be sent; of a connection. */
static int
append(struct redis_link *link, int argc, const char **argv,
    const size_t *lengths)
{
	char *command, *more;
	int length = redisFormatCommandArgv(&command, argc, argv, lengths);

	if (length < 0) {
		disconnect(link, "out of memory");
		return -1;
	}
	if (link->to + (size_t)length > link->size) {
		more = realloc(link->out, link->to + (size_t)length);
		if (more == NULL) {
			redisFreeCommand(command);
			disconnect(link, "out of memory");
			return -1;
		}
		link->out = more;
		link->size = link->to + (size_t)length;
	}
	memcpy(link->out + link->to, command, (size_t)length);
	link->to += (size_t)length;
	explicit_bzero(command, (size_t)length);
	redisFreeCommand(command);
	return 0;
}

/* Log in, if we have what it takes. */
static int
log_in(struct redis_link *link)
{
	const struct redis_access *access = link->access;
	const char *argv[3] = { "AUTH" };
	const struct redis_reply *reply;
	char error[REDIS_LINK_ERROR_SIZE];
	int argc = 1;

	if (access == NULL || access->password == NULL)
		return 0;
	if (access->user != NULL)
		argv[argc++] = access->user;
	argv[argc++] = access->password;
	if (append(link, argc, argv, NULL) != 0 ||
	    (reply = redis_link_next(link)) == NULL)
		return -1;
	explicit_bzero(link->out, link->size);
	if (redis_reply_type(reply) != REDIS_ERROR)
		return 0;
	snprintf(error, sizeof(error), "the log-in as '%s' is refused: %s",
	    access->user != NULL ? access->user : "default",
	    redis_reply_text(reply));
	disconnect(link, error);
	return -1;
}

/* --- commands and replies ------------------------------------------------------ */

/* Read what is there, and give it to the parser: 0 if nothing was, -1 if the
 * connection is gone. */
static int
take_in(struct redis_link *link)
{
	char buf[READ_SIZE];
	ssize_t count = transport_read(link->transport, buf, sizeof(buf));

	if (count < 0) {
		disconnect(link, transport_error(link->transport));
		return -1;
	}
	if (count > 0 && redisReaderFeed(link->reader, buf,
	    (size_t)count) != REDIS_OK) {
		disconnect(link, "out of memory");
		return -1;
	}
	return count > 0;
}

static int
wait_for(struct redis_link *link, bool writing)
{
	if (transport_wait(link->transport, writing, link->timeout_ms) == 0)
		return 0;
	disconnect(link, transport_error(link->transport));
	return -1;
}

/* Write what can be written: 0 if nothing can be, -1 as above. */
static int
give_out(struct redis_link *link)
{
	ssize_t count = transport_write(link->transport,
	    link->out + link->from, link->to - link->from);

	if (count < 0) {
		/* The server may have said why before it closed. */
		while (link->transport != NULL && take_in(link) > 0)
			continue;
		if (link->transport != NULL)
			disconnect(link, transport_error(link->transport));
		return -1;
	}
	link->from += (size_t)count;
	return count > 0;
}

/* A server whose answers nobody reads stops reading commands: so answers are
 * taken in whenever no more can be written. */
static int
send_all(struct redis_link *link)
{
	while (link->from < link->to) {
		int moved = give_out(link);

		if (moved == 0 && (moved = take_in(link)) == 0)
			moved = wait_for(link, true);
		if (moved < 0)
			return -1;
	}
	link->from = link->to = 0;
	return 0;
}

int
redis_link_append(struct redis_link *link, int argc, const char **argv,
    const size_t *lengths)
{
	forget_reply(link);
	if (link->transport == NULL) {
		if (connect_to(link) != 0 || log_in(link) != 0)
			return -1;
		forget_reply(link);
		link->failed = false;
	}
	return append(link, argc, argv, lengths);
}

int
redis_link_send(struct redis_link *link)
{
	return link->transport == NULL ? -1 : send_all(link);
}

const struct redis_reply *
redis_link_next(struct redis_link *link)
{
	void *reply = NULL;

	forget_reply(link);
	if (redis_link_send(link) != 0)
		return NULL;
	for (;;) {
		int moved;

		if (redisReaderGetReply(link->reader, &reply) != REDIS_OK) {
			disconnect(link, link->reader->errstr);
			return NULL;
		}
		if (reply != NULL)
			break;
		if ((moved = take_in(link)) == 0)
			moved = wait_for(link, false);
		if (moved < 0)
			return NULL;
	}
	link->reply = reply;
	return reply;
}

const struct redis_reply *
redis_link_call(struct redis_link *link, int argc, const char **argv,
    const size_t *lengths)
{
	if (redis_link_append(link, argc, argv, lengths) != 0)
		return NULL;
	return redis_link_next(link);
}

const char *
redis_link_error(const struct redis_link *link)
{
	return link->error;
}

bool
redis_link_failed(const struct redis_link *link)
{
	return link->failed;
}

const char *
redis_link_target(const struct redis_link *link)
{
	return link->target;
}

void
redis_link_free(struct redis_link *link)
{
	if (link == NULL)
		return;
	drop_connection(link);
	free(link->out);
	free(link->target);
	free(link);
}

/* A struct redis_reply is a redisReply that nobody else may know. */
static const redisReply *
opened(const struct redis_reply *r)
{
	return (const redisReply *)(const void *)r;
}

enum redis_type
redis_reply_type(const struct redis_reply *r)
{
	if (r == NULL)
		return REDIS_NIL;
	switch (opened(r)->type) {
	case REDIS_REPLY_INTEGER:
		return REDIS_INTEGER;
	case REDIS_REPLY_STRING:
	case REDIS_REPLY_STATUS:
		return REDIS_TEXT;
	case REDIS_REPLY_ARRAY:
		return REDIS_ARRAY;
	case REDIS_REPLY_ERROR:
		return REDIS_ERROR;
	default:
		return REDIS_NIL;
	}
}

long long
redis_reply_integer(const struct redis_reply *r)
{
	return redis_reply_type(r) == REDIS_INTEGER ? opened(r)->integer : 0;
}

static bool
has_text(const struct redis_reply *r)
{
	enum redis_type type = redis_reply_type(r);

	return type == REDIS_TEXT || type == REDIS_ERROR;
}

const char *
redis_reply_text(const struct redis_reply *r)
{
	return has_text(r) ? opened(r)->str : "";
}

size_t
redis_reply_length(const struct redis_reply *r)
{
	return has_text(r) ? (size_t)opened(r)->len : 0;
}

size_t
redis_reply_count(const struct redis_reply *r)
{
	return redis_reply_type(r) == REDIS_ARRAY ? opened(r)->elements : 0;
}

const struct redis_reply *
redis_reply_at(const struct redis_reply *r, size_t index)
{
	if (index >= redis_reply_count(r))
		return NULL;
	return (const struct redis_reply *)(const void *)
	    opened(r)->element[index];
}
