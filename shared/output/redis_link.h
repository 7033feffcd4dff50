#ifndef REDIS_LINK_H
#define REDIS_LINK_H

/*
 * redis_link - one connection to a Redis server.  hiredis stays behind this
 * file.
 *
 * Blocking, with time limits.  After any error on the wire the connection is
 * thrown away, and the next call makes a new one.  Replies belong to the
 * link: they are valid until its next call, and nobody else frees them.
 * Not for two threads at once.
 */

#include <stdbool.h>
#include <stddef.h>

#define REDIS_LINK_ADDRESS_SIZE 128
#define REDIS_LINK_ERROR_SIZE 256

struct redis_link;
struct redis_reply;		/* opaque: see the accessors below */

enum redis_type {
	REDIS_NIL, REDIS_INTEGER, REDIS_TEXT, REDIS_ARRAY, REDIS_ERROR
};

/**
 * redis_link_target_valid(target):
 * Is ${target} "unix:PATH" or "HOST:PORT" (an IPv6 host in brackets)?
 */
bool redis_link_target_valid(const char *target);

/**
 * redis_link_resolve(target, ret, reterr, size):
 * Turn a valid target HOST:PORT into ADDRESS:PORT, of the first address that
 * the host's name has, so that connecting needs no resolver.  Return -1 and
 * one sentence in ${reterr} of ${size} octets if it has none.
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
 * redis_link_call(link, argc, argv, lengths):
 * Connect if need be, send one command and return its reply, or NULL if the
 * server could not be reached or did not answer: redis_link_error tells why
 * and the connection is gone.  ${lengths} may be NULL for C strings.  A
 * refusal by the server is a reply of type REDIS_ERROR, not NULL.
 */
const struct redis_reply *redis_link_call(struct redis_link *link, int argc,
    const char **argv, const size_t *lengths);

/**
 * redis_link_append(link, argc, argv, lengths), redis_link_next(link):
 * Pipelining: queue a command (0, or -1 if there is no connection); then
 * take the replies, one for each, in order (NULL as above).
 */
int redis_link_append(struct redis_link *link, int argc, const char **argv,
    const size_t *lengths);
const struct redis_reply *redis_link_next(struct redis_link *link);

/**
 * redis_link_error(link):
 * Return what went wrong last, as text without a newline.
 */
const char *redis_link_error(const struct redis_link *link);

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
