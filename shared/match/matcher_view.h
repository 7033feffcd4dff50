#ifndef MATCHER_VIEW_H
#define MATCHER_VIEW_H

/*
 * matcher_view - what a matcher holds, name by name, for people to look at.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/dns_name.h"

struct matcher;

/* A listed name, and which lists hold it how; bit i is list i. */
struct matcher_view {
	struct dns_name name;
	uint64_t exact, suffix, below, search;
	uint64_t noted;			/* under a condition */
};

/**
 * matcher_view_next(m, at, ret):
 * Fill ${ret} with the name at ${*at}, 0 at first, and step on; false after
 * the last.  In no order.
 */
bool matcher_view_next(const struct matcher *m, size_t *at,
    struct matcher_view *ret);

/**
 * matcher_view_find(m, name, ret):
 * Is ${name} itself listed?  If so fill ${ret}, else leave it alone.
 */
bool matcher_view_find(const struct matcher *m, const struct dns_name *name,
    struct matcher_view *ret);

/**
 * matcher_view_lists(v):
 * All lists that hold the name somehow.
 */
static inline uint64_t
matcher_view_lists(const struct matcher_view *v)
{
	return v->exact | v->suffix | v->below | v->search | v->noted;
}

#endif /* !MATCHER_VIEW_H */
