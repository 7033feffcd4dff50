#ifndef RULES_SETUP_H
#define RULES_SETUP_H

/*
 * rules_setup - from the command line and the configuration to the rules:
 * which lists there are, opened while we may, and read when rights are gone;
 * then read again, as often as is wanted.
 */

#include <stdbool.h>
#include <stddef.h>

#include "frontend/allow_setup.h"
#include "frontend/guards_setup.h"
#include "frontend/list_source.h"
#include "frontend/netblocks_setup.h"
#include "match/rules.h"

struct config;

/* Plain data; all zero is a good start.  rules_setup_free ends it. */
struct rules_setup {
	const char *args[MATCHER_LISTS_MAX];	/* of -b, borrowed */
	size_t count;
	bool only_args;				/* leave out the lists of the
						   configuration */
	struct rules_list *lists;		/* ${count}, once opened */
	struct list_source source[MATCHER_LISTS_MAX];	/* of each */
	uint64_t former[MATCHER_LISTS_MAX];	/* entries of each, in the
						   rules made last */
	bool again;				/* they will be read again */
	struct netblocks_setup netblocks;	/* of clients that count */
	struct dns_name zones[MATCHER_ZONES_MAX];	/* the site's search
							   zones */
	size_t zone_count;
	struct allow_setup allow;		/* the site's allow rules */
	const char *known_path;			/* --only-new; NULL: not given */
	struct rules_list known_list;		/* that, once opened */
	struct rules *known;			/* what it holds */
	unsigned threads;			/* that will ask the rules */
	uint64_t generation;			/* of the rules made last */
	struct guards_setup guards;		/* if there is a list */
	struct rules *rules;			/* NULL: no list, or not read */
};

/**
 * rules_setup_add(s, arg, reterr, size):
 * Note one argument of -b.  Return 0, or -1 and what is wrong with it in
 * ${reterr} of ${size} octets.
 */
int rules_setup_add(struct rules_setup *s, const char *arg, char *reterr,
    size_t size);

/**
 * rules_setup_open(s, config):
 * Note the lists of ${config} too, open every list, and read the netblocks.
 * Return 0, or -1 after having said what is wrong.
 */
int rules_setup_open(struct rules_setup *s, const struct config *config);

/**
 * rules_setup_load(s, describe):
 * Read the lists, closing them, let the guards look at them, and make
 * ${s->rules}.  Say what they held if ${describe}, else only of those of which
 * something was refused.  Return 0,
 * or -1 after having said what is wrong.
 */
int rules_setup_load(struct rules_setup *s, bool describe);

/**
 * rules_setup_again(s):
 * Open and read all lists again, and the netblocks if their files changed, and
 * return the rules that they make now, for the caller to use in place of
 * ${s->rules}; then, once those are freed, rules_setup_forget.  NULL after having said why not:
 * then all is as before.  For lists that were loaded with ${s->again}.
 */
struct rules *rules_setup_again(struct rules_setup *s);

/**
 * rules_setup_forget(s):
 * The rules before those that rules_setup_again has returned are freed: free
 * what they had borrowed.
 */
void rules_setup_forget(struct rules_setup *s);

/**
 * rules_setup_try(s):
 * Can the lists be opened again, with the rights that are left?  Say so of
 * each that cannot.
 */
void rules_setup_try(struct rules_setup *s);

/**
 * rules_setup_look(s):
 * What has become of the lists' files since the last look?  LIST_SOURCE_SAME
 * only if none has changed, LIST_SOURCE_WRITTEN if any of them was.
 */
enum list_source_change rules_setup_look(struct rules_setup *s);

/**
 * rules_setup_free(s):
 * Free what ${s} holds, not ${s} itself.
 */
void rules_setup_free(struct rules_setup *s);

#endif /* !RULES_SETUP_H */
