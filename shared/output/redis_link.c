#include "output/redis_link.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "core/host_port.h"

struct redis_link {
	char *target;
	struct timeval timeout;
	redisContext *context;		/* NULL: not connected */
	redisReply *reply;		/* the last one given out */
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
	struct addrinfo hints = { .ai_family = AF_INET,
	    .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	char host[256], address[REDIS_LINK_ADDRESS_SIZE - 16];
	int port, error;

	if (host_port_split(target, host, sizeof(host), &port) != 0) {
		snprintf(reterr, size, "%s: is not HOST:PORT", target);
		return -1;
	}
	/* As hiredis: IPv6 only for what has no IPv4. */
	if (getaddrinfo(host, NULL, &hints, &found) != 0) {
		hints.ai_family = AF_INET6;
		error = getaddrinfo(host, NULL, &hints, &found);
		if (error != 0) {
			snprintf(reterr, size, "%s: %s", target,
			    gai_strerror(error));
			return -1;
		}
	}
	error = getnameinfo(found->ai_addr, found->ai_addrlen, address,
	    sizeof(address), NULL, 0, NI_NUMERICHOST);
	freeaddrinfo(found);
	if (error != 0) {
		snprintf(reterr, size, "%s: %s", target, gai_strerror(error));
		return -1;
	}
	snprintf(ret, REDIS_LINK_ADDRESS_SIZE,
	    hints.ai_family == AF_INET ? "%s:%d" : "[%s]:%d", address, port);
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
	link->timeout.tv_sec = timeout_ms / 1000;
	link->timeout.tv_usec = timeout_ms % 1000 * 1000;
	return link;
}

static void
forget_reply(struct redis_link *link)
{
	freeReplyObject(link->reply);
	link->reply = NULL;
}

/* Keep what went wrong, and throw the connection away. */
static void
disconnect(struct redis_link *link, const char *why)
{
	if (why[0] == '\0')
		why = "connection lost";
	snprintf(link->error, sizeof(link->error), "%s: %s", link->target,
	    why);
	forget_reply(link);
	if (link->context != NULL)
		redisFree(link->context);
	link->context = NULL;
}

static int
connect_to(struct redis_link *link)
{
	char host[256];
	int port;

	if (strncmp(link->target, "unix:", 5) == 0)
		link->context = redisConnectUnixWithTimeout(link->target + 5,
		    link->timeout);
	else if (host_port_split(link->target, host, sizeof(host), &port) == 0)
		link->context = redisConnectWithTimeout(host, port,
		    link->timeout);
	if (link->context == NULL) {
		disconnect(link, "cannot connect");
		return -1;
	}
	if (link->context->err != 0) {
		disconnect(link, link->context->errstr);
		return -1;
	}
	if (redisSetTimeout(link->context, link->timeout) != REDIS_OK) {
		disconnect(link, strerror(errno));
		return -1;
	}
	/* On a unix socket this fails, and hiredis would stay failed. */
	if (link->context->connection_type == REDIS_CONN_TCP)
		redisEnableKeepAlive(link->context);
	return 0;
}

static int
append(struct redis_link *link, int argc, const char **argv,
    const size_t *lengths)
{
	if (redisAppendCommandArgv(link->context, argc, argv, lengths) ==
	    REDIS_OK)
		return 0;
	disconnect(link, link->context->errstr);
	return -1;
}

int
redis_link_append(struct redis_link *link, int argc, const char **argv,
    const size_t *lengths)
{
	forget_reply(link);
	if (link->context == NULL && connect_to(link) != 0)
		return -1;
	return append(link, argc, argv, lengths);
}

const struct redis_reply *
redis_link_next(struct redis_link *link)
{
	void *reply = NULL;

	forget_reply(link);
	if (link->context == NULL)
		return NULL;
	if (redisGetReply(link->context, &reply) != REDIS_OK) {
		/* hiredis reports a timed-out read as EAGAIN. */
		disconnect(link, link->context->err == REDIS_ERR_IO &&
		    errno == EAGAIN ? "no answer in time" :
		    link->context->errstr);
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

void
redis_link_free(struct redis_link *link)
{
	if (link == NULL)
		return;
	forget_reply(link);
	if (link->context != NULL)
		redisFree(link->context);
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
