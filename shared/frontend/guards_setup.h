#ifndef GUARDS_SETUP_H
#define GUARDS_SETUP_H

/*
 * guards_setup - from the configuration to what no list may hold: files opened
 * while we may, read when rights are gone, and kept, since lists may be read
 * again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lists/list.h"
#include "match/guards.h"

struct config;
struct known_names;
struct public_suffix;
struct rules;
struct rules_list;

/* Plain data; all zero is a good start.  guards_setup_free ends it. */
struct guards_setup {
	bool force;			/* refuse nothing, only say it */
	struct public_suffix *suffixes;	/* NULL: there are none here */
	struct list_limits limits;	/* for the specs of lists */
	const struct config *config;	/* borrowed */
	size_t files;
	FILE **file;			/* of canaries, until they are read */
	FILE *popular_file;
	struct known_names *canaries, *popular;
	struct guards guards;
};

/**
 * guards_setup_open(s, config):
 * Open what ${config}, which must outlive ${s}, names, and set the limits.
 * Return 0, or -1 after having said what is wrong.
 */
int guards_setup_open(struct guards_setup *s, const struct config *config);

/**
 * guards_setup_load(s, describe):
 * Read what was opened, closing it, and say how many names there were if
 * ${describe}.  Return 0, or -1 after having said what is wrong.
 */
int guards_setup_load(struct guards_setup *s, bool describe);

/**
 * guards_setup_check(s, rules, lists, count, former):
 * Are these lists, of which ${rules} were made, as good as guards.h wants
 * them?  ${former} as there.  Say of each that is not why, and of the first
 * what to do.  Return 0, or -1 if one is refused, which none is with
 * ${s->force}.
 */
int guards_setup_check(const struct guards_setup *s,
    const struct rules *rules, const struct rules_list *lists, size_t count,
    const uint64_t *former);

/**
 * guards_setup_free(s):
 * Free what ${s} holds, not ${s} itself.
 */
void guards_setup_free(struct guards_setup *s);

#endif /* !GUARDS_SETUP_H */
