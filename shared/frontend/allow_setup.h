#ifndef ALLOW_SETUP_H
#define ALLOW_SETUP_H

/*
 * allow_setup - the site's allow rules: which files there are, opened while we
 * may, read with the lists, and again with them.
 */

#include <stdbool.h>
#include <stddef.h>

#include "frontend/list_source.h"
#include "match/rules.h"

#define ALLOW_SETUP_FILES 16

struct config;

/* Plain data; all zero is a good start.  allow_setup_free ends it. */
struct allow_setup {
	size_t count;
	struct rules_allow file[ALLOW_SETUP_FILES];
	struct list_source source[ALLOW_SETUP_FILES];
};

/**
 * allow_setup_open(a, config), allow_setup_again(a):
 * Open what ${config} names; open it again.  Return 0, or -1 after having said
 * what is wrong.
 */
int allow_setup_open(struct allow_setup *a, const struct config *config);
int allow_setup_again(struct allow_setup *a);

/**
 * allow_setup_describe(a, all):
 * Say what the files held that were read; if not ${all}, only of those of which
 * something was refused.
 */
void allow_setup_describe(const struct allow_setup *a, bool all);

/**
 * allow_setup_tell(rules):
 * Say of each of the site's rules how often it has held something back, if it
 * has: of the first ALLOW_SETUP_TOLD.
 */
#define ALLOW_SETUP_TOLD 100
void allow_setup_tell(const struct rules *rules);

/**
 * allow_setup_look(a):
 * As rules_setup_look.
 */
enum list_source_change allow_setup_look(struct allow_setup *a);

/**
 * allow_setup_close(a), allow_setup_free(a):
 * Close the files; free what ${a} holds as well.
 */
void allow_setup_close(struct allow_setup *a);
void allow_setup_free(struct allow_setup *a);

#endif /* !ALLOW_SETUP_H */
