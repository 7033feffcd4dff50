#ifndef REDIS_NODES_H
#define REDIS_NODES_H

/*
 * redis_nodes - the servers of a cluster, a link to each, and which of them
 * holds which slot.
 *
 *	slot   0 ... 5460   5461 ... 10922   10923 ... 16383
 *	owner  [    0   ]   [     2      ]   [      1      ]
 *	         |                |                 |
 *	node   0: 192.0.2.1:6379  2: ...            1: ...     3: a replica
 *
 * A node keeps its number, and its link, as long as there are fewer than
 * REDIS_NODES_MAX; then one that holds no slot, but no seed, makes room.
 */

#include <stdbool.h>
#include <stddef.h>

#define REDIS_NODES_MAX 1024

struct redis_access;
struct redis_link;
struct redis_nodes;		/* opaque */
struct redis_reply;

/**
 * redis_nodes_new(targets, access, timeout_ms):
 * Return a table of the ${targets}, commas in between, or NULL; its links will have
 * ${access}, borrowed until it is freed, and that time limit.  NULL if memory
 * is short.
 */
struct redis_nodes *redis_nodes_new(const char *targets,
    const struct redis_access *access, int timeout_ms);

/**
 * redis_nodes_add(n, target):
 * Return the number of the node ${target}, which is made if need be; -1 if
 * memory is short.
 */
int redis_nodes_add(struct redis_nodes *n, const char *target);

/**
 * redis_nodes_near(n, address, teller):
 * As redis_nodes_add, for HOST:PORT as the node ${teller} wrote it in a
 * redirection: ":PORT" is on its own host, and a host name is one that
 * redis_nodes_take may have seen an address for.
 */
int redis_nodes_near(struct redis_nodes *n, const char *address, int teller);

/**
 * redis_nodes_take(n, reply, teller):
 * Take over what the node ${teller} replied to CLUSTER SLOTS.  Return 0, or
 * -1, with nothing changed but nodes added, if it is no such reply or names
 * no slot.
 */
int redis_nodes_take(struct redis_nodes *n, const struct redis_reply *reply,
    int teller);

/**
 * redis_nodes_move(n, slot, node), redis_nodes_owner(n, slot):
 * Set, and tell, who holds ${slot}; -1 for nobody known.
 */
void redis_nodes_move(struct redis_nodes *n, unsigned slot, int node);
int redis_nodes_owner(const struct redis_nodes *n, unsigned slot);

/**
 * redis_nodes_seeds(n), redis_nodes_count(n), redis_nodes_link(n, i),
 * redis_nodes_is_master(n, i):
 * How many nodes are those of redis_nodes_new, which come first; all nodes,
 * the link to one, and does it hold slots?
 */
int redis_nodes_seeds(const struct redis_nodes *n);
int redis_nodes_count(const struct redis_nodes *n);
struct redis_link *redis_nodes_link(const struct redis_nodes *n, int i);
bool redis_nodes_is_master(const struct redis_nodes *n, int i);

/**
 * redis_nodes_free(n):
 * Close all and free; NULL is fine.
 */
void redis_nodes_free(struct redis_nodes *n);

#endif /* !REDIS_NODES_H */
