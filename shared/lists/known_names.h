#ifndef KNOWN_NAMES_H
#define KNOWN_NAMES_H

/*
 * known_names - names that are known to be asked for, by everybody or by many,
 * which no list of bad names should match: canaries and popular names.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/dns_name.h"

#define KNOWN_NAMES_MAX 10000000

struct known_names;		/* opaque */

/**
 * known_names_new():
 * Return an empty collection, or NULL if memory is short.
 */
struct known_names *known_names_new(void);

/**
 * known_names_read(n, file, retbad):
 * Add the names in ${file}: one a line, with its rank before it and a comma,
 * or without; '#' starts a comment.  Add to ${retbad} how many lines are
 * neither.  Return 0, or -1 with errno set if reading fails, memory is short
 * or there are more than KNOWN_NAMES_MAX.
 */
int known_names_read(struct known_names *n, FILE *file, uint64_t *retbad);

/**
 * known_names_count(n), known_names_next(n, at, ret):
 * How many there are.  Then: fill ${ret} with the name at ${*at}, 0 at first,
 * and step on; false after the last.
 */
size_t known_names_count(const struct known_names *n);
bool known_names_next(const struct known_names *n, size_t *at,
    struct dns_name *ret);

/**
 * known_names_free(n):
 * Free ${n}; NULL is fine.
 */
void known_names_free(struct known_names *n);

#endif /* !KNOWN_NAMES_H */
