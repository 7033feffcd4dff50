#ifndef REDIS_SERVERS_H
#define REDIS_SERVERS_H

/*
 * redis_servers - whatever holds our keys: one Redis server, a Redis Cluster,
 * or the master that Redis Sentinel names.
 *
 * A cluster is known by what it answers, its slot map is followed as it
 * changes.  Sentinels are asked if the configuration has redis_sentinel.
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
 * redis_servers_target_valid(target):
 * Is ${target} "unix:PATH", or "HOST:PORT" once or more with commas in
 * between?
 */
bool redis_servers_target_valid(const char *target);

/**
 * redis_servers_resolve(target, reterr, size):
 * Return the valid ${target} with addresses in place of host names, so that
 * connecting needs no resolver (redis_link_resolve), for the caller to free;
 * what has no address is left out.  NULL and one sentence in ${reterr} of
 * ${size} octets if nothing has.
 */
char *redis_servers_resolve(const char *target, char *reterr, size_t size);

/**
 * redis_servers_prepare(config, reterr, size):
 * To be called while files may be opened, with the rights to read the keys:
 * read the password and the certificates that ${config} names, and look at
 * them.  -1 and one sentence in ${reterr} of ${size} octets if they cannot be
 * used.
 */
int redis_servers_prepare(struct config *config, char *reterr, size_t size);

/**
 * redis_servers_new(target, config, timeout_ms):
 * Return what stands behind ${target} (unix:PATH, or HOST:PORT[,HOST:PORT...]
 * of some of a cluster's servers or of sentinels; copied), with the access
 * that ${config} gives, not yet connected; calls give up after ${timeout_ms}.
 * ${config} is borrowed until it is freed, has gone through
 * redis_servers_prepare, and may be NULL.  NULL if memory is short.
 */
struct redis_servers *redis_servers_new(const char *target,
    const struct config *config, int timeout_ms);

/**
 * redis_servers_link(s, key):
 * Return the link to the server that holds ${key}, as far as is known now;
 * borrowed until the next call of redis_servers_call or redis_servers_free.
 * The first time, and when the link has failed, other servers are asked for
 * it.  NULL if that cannot be known: redis_servers_error tells why.
 */
struct redis_link *redis_servers_link(struct redis_servers *s,
    const char *key);

/**
 * redis_servers_call(s, key, argc, argv, lengths):
 * As redis_link_call, at the server that holds ${key}, wherever it is: up to
 * two seconds longer where it moves, or where another one takes a dead one's
 * place.  What was sent to a server that did not answer is not sent again.
 * All replies of pipelined commands must have been taken before.
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
 * The servers that hold keys, known now: 1 before anything is known, but 0 if
 * sentinels have not told any.  As redis_servers_link, links are borrowed.
 */
size_t redis_servers_count(struct redis_servers *s);
struct redis_link *redis_servers_at(struct redis_servers *s, size_t i);

/**
 * redis_servers_look_again(s):
 * A server of redis_servers_at has failed: have the next call ask where keys
 * are now.
 */
void redis_servers_look_again(struct redis_servers *s);

/**
 * redis_servers_error(s):
 * Return what went wrong last with redis_servers_link or redis_servers_call,
 * as text without a newline.
 */
const char *redis_servers_error(const struct redis_servers *s);

/**
 * redis_servers_free(s):
 * Close all and free; NULL is fine.
 */
void redis_servers_free(struct redis_servers *s);

#endif /* !REDIS_SERVERS_H */
