#ifndef NETBLOCKS_SETUP_H
#define NETBLOCKS_SETUP_H

/*
 * netblocks_setup - the monitored and the excluded netblocks: read at the
 * start, and again with the lists when one of their files has changed.
 */

#include <stdbool.h>
#include <stddef.h>

#include "frontend/list_source.h"

struct config;
struct prefixes;

/* Both; NULL: not configured. */
struct netblocks_pair {
	struct prefixes *monitored, *excluded;
};

/* Plain data; all zero is a good start.  netblocks_setup_free ends it. */
struct netblocks_setup {
	const struct config *config;	/* borrowed */
	struct netblocks_pair now;	/* of the rules made last */
	struct netblocks_pair former;	/* of those before, which may still be
					   in use */
	size_t count;			/* of files that are looked at */
	struct list_source *source;
	bool changed;			/* one of them, since ${now} was read */
};

/**
 * netblocks_setup_open(n, config):
 * Read both out of ${config}, which must stay.  Return 0, or -1 after having
 * said what is wrong.
 */
int netblocks_setup_open(struct netblocks_setup *n,
    const struct config *config);

/**
 * netblocks_setup_try(n):
 * Can the files be opened again, with the rights that are left?  Say so of
 * each that cannot; it is not looked at any more.
 */
void netblocks_setup_try(struct netblocks_setup *n);

/**
 * netblocks_setup_look(n):
 * As rules_setup_look.
 */
enum list_source_change netblocks_setup_look(struct netblocks_setup *n);

/**
 * netblocks_setup_again(n, ret):
 * Fill ${ret}, for new rules, with ${n->now} or, if a file has changed, with
 * what is read anew.  Return 0, or -1 after having said what is wrong.
 */
int netblocks_setup_again(struct netblocks_setup *n,
    struct netblocks_pair *ret);

/**
 * netblocks_setup_take(n, pair), netblocks_setup_drop(n, pair):
 * What netblocks_setup_again has filled is that of the rules made last from
 * now on; or is not needed, as there are none.
 */
void netblocks_setup_take(struct netblocks_setup *n,
    struct netblocks_pair pair);
void netblocks_setup_drop(struct netblocks_setup *n,
    struct netblocks_pair pair);

/**
 * netblocks_setup_forget(n):
 * Nobody uses the rules before any more: free what they had.
 */
void netblocks_setup_forget(struct netblocks_setup *n);

/**
 * netblocks_setup_free(n):
 * Free what ${n} holds, not ${n} itself.
 */
void netblocks_setup_free(struct netblocks_setup *n);

#endif /* !NETBLOCKS_SETUP_H */
