#ifndef REDIS_SERVERS_H
#define REDIS_SERVERS_H

/*
 * redis_servers - whatever holds our keys: one Redis server.
 *
 * Commands are given with the key that they are about, and reach the server
 * that holds it now.  A server's link (redis_link.h) is used directly for
 * pipelining.  Not for two threads at once.
 */

#include <stdbool.h>
#include <stddef.h>

struct config;
struct redis_link;
struct redis_reply;
struct redis_servers;		/* opaque */

/**
 * redis_servers_new(target, config, timeout_ms):
 * Return what stands behind ${target} (unix:PATH or HOST:PORT, copied), with
 * the access that ${config} gives, not yet connected; calls give up after
 * ${timeout_ms}.  NULL if memory is short.
 */
struct redis_servers *redis_servers_new(const char *target,
    const struct config *config, int timeout_ms);

/**
 * redis_servers_link(s, key):
 * Return the link to the server that holds ${key}, as far as is known now;
 * borrowed until the next call of redis_servers_call or redis_servers_free.
 * NULL if that cannot be known: redis_servers_error tells why.
 */
struct redis_link *redis_servers_link(struct redis_servers *s,
    const char *key);

/**
 * redis_servers_call(s, key, argc, argv, lengths):
 * As redis_link_call, at the server that holds ${key}, wherever it is.
 */
const struct redis_reply *redis_servers_call(struct redis_servers *s,
    const char *key, int argc, const char **argv, const size_t *lengths);

/**
 * redis_servers_moved(r):
 * Is ${r}, from a link of redis_servers_link, a refusal because the key is
 * elsewhere, or the server none that can be written to?  Nothing was done
 * then; redis_servers_call finds the place.
 */
bool redis_servers_moved(const struct redis_reply *r);

/**
 * redis_servers_count(s), redis_servers_at(s, i):
 * The servers that hold keys, known now; 1 before anything is known.
 */
size_t redis_servers_count(struct redis_servers *s);
struct redis_link *redis_servers_at(struct redis_servers *s, size_t i);

/**
 * redis_servers_error(s):
 * Return what went wrong last, as text without a newline.
 */
const char *redis_servers_error(const struct redis_servers *s);

/**
 * redis_servers_free(s):
 * Close all and free; NULL is fine.
 */
void redis_servers_free(struct redis_servers *s);

#endif /* !REDIS_SERVERS_H */
