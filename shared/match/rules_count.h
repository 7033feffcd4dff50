#ifndef RULES_COUNT_H
#define RULES_COUNT_H

/*
 * rules_count - how much each list holds, and with which others it has it in
 * common; of a compiled file each list in it.
 */

#include <stddef.h>
#include <stdint.h>

#include "match/rules.h"

/* Of one list. */
struct rules_count_list {
	char label[LIST_LABEL_SIZE];
	size_t file;		/* number, from 1, of the compiled file it is
				   in; 0: it is a list as it was given */
	size_t names;		/* distinct ones; those of each kind: */
	size_t exact, suffix, below, search, conditional;
	size_t substrings, regexes;
	size_t common[MATCHER_LISTS_MAX];	/* names that list i holds too */
};

/* First those that were given, in their order, one for each compiled file too;
 * then those in the files. */
struct rules_count {
	size_t count;
	struct rules_count_list list[MATCHER_LISTS_MAX];
};

/**
 * rules_count_all(r, ret):
 * Fill ${ret}.  O(names).
 */
void rules_count_all(const struct rules *r, struct rules_count *ret);

#endif /* !RULES_COUNT_H */
