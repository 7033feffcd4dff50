#ifndef REDIS_LINK_H
#define REDIS_LINK_H

/*
 * redis_link - one connection to a Redis server, with TLS and a log-in or
 * without.  hiredis stays behind this file.
 *
 * Blocking, with time limits.  After any error on the wire the connection is
 * thrown away, and the next call makes a new one.  Replies belong to the
 * link: they are valid until its next call, and nobody else frees them.
 * Not for two threads at once.
 */

#include <stdbool.h>
#include <stddef.h>

#define REDIS_LINK_ADDRESS_SIZE 384
#define REDIS_LINK_ERROR_SIZE 256

struct redis_access;		/* output/redis_access.h */
struct redis_link;
struct redis_reply;		/* opaque: see the accessors below */

enum redis_type {
	REDIS_NIL, REDIS_INTEGER, REDIS_TEXT, REDIS_ARRAY, REDIS_ERROR
};

/**
 * redis_link_target_valid(target):
 * Is ${target} "unix:PATH" or "HOST:PORT" (an IPv6 host in brackets), the
 * latter perhaps as redis_link_resolve writes it?
 */
bool redis_link_target_valid(const char *target);

/**
 * redis_link_resolve(target, ret, reterr, size):
 * Turn a valid target HOST:PORT into ADDRESS:PORT if the host is an address,
 * else into HOST=ADDRESS:PORT with the first address that the name has: so
 * connecting needs no resolver, and a certificate is still checked for the
 * name.  Return -1 and one sentence in ${reterr} of ${size} octets if it has
 * none.
 */
int redis_link_resolve(const char *target, char ret[REDIS_LINK_ADDRESS_SIZE],
    char *reterr, size_t size);

/**
 * redis_link_new(target, timeout_ms):
 * Return a link to ${target} (copied), not yet connected, whose calls give
 * up after ${timeout_ms}; NULL if memory is short.
 */
struct redis_link *redis_link_new(const char *target, int timeout_ms);

/**
 * redis_link_set_access(link, access):
 * From the next connection on, use TLS (but for a socket file) and log in as
 * ${access} says; borrowed until the link is freed.  To be refused is an
 * error on the wire.
 */
void redis_link_set_access(struct redis_link *link,
    const struct redis_access *access);

/**
 * redis_link_call(link, argc, argv, lengths):
 * Connect if need be, send one command and return its reply, or NULL if the
 * server could not be reached or did not answer: redis_link_error tells why
 * and the connection is gone.  ${lengths} may be NULL for C strings.  A
 * refusal by the server is a reply of type REDIS_ERROR, not NULL.
 */
const struct redis_reply *redis_link_call(struct redis_link *link, int argc,
    const char **argv, const size_t *lengths);

/**
 * redis_link_append(link, argc, argv, lengths), redis_link_send(link),
 * redis_link_next(link):
 * Pipelining: queue a command (0, or -1 if there is no connection); write all
 * that is queued, so that the server gets on while others are given their
 * share (0, or -1 if that fails; may be left out); then take the replies, one
 * for each command, in order (NULL as above).  After -1 or NULL the replies
 * that were still to come are lost.
 */
int redis_link_append(struct redis_link *link, int argc, const char **argv,
    const size_t *lengths);
int redis_link_send(struct redis_link *link);
const struct redis_reply *redis_link_next(struct redis_link *link);

/**
 * redis_link_error(link):
 * Return what went wrong last, as text without a newline.
 */
const char *redis_link_error(const struct redis_link *link);

/**
 * redis_link_failed(link):
 * Has the last connection failed, with no new one made since?
 */
bool redis_link_failed(const struct redis_link *link);

/**
 * redis_link_target(link):
 * Return the target, borrowed from ${link}.
 */
const char *redis_link_target(const struct redis_link *link);

/**
 * redis_link_free(link):
 * Close and free; NULL is fine.
 */
void redis_link_free(struct redis_link *link);

/**
 * redis_reply_*(r):
 * Look at a reply; ${r} may be NULL, which looks like REDIS_NIL.  The text of
 * REDIS_TEXT and REDIS_ERROR ends in a NUL that is not counted.  redis_reply_at
 * gives NULL outside an array's bounds.
 */
enum redis_type redis_reply_type(const struct redis_reply *r);
long long redis_reply_integer(const struct redis_reply *r);
const char *redis_reply_text(const struct redis_reply *r);
size_t redis_reply_length(const struct redis_reply *r);
size_t redis_reply_count(const struct redis_reply *r);
const struct redis_reply *redis_reply_at(const struct redis_reply *r,
    size_t index);

#endif /* !REDIS_LINK_H */
