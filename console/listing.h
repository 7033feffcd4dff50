#ifndef LISTING_H
#define LISTING_H

/*
 * listing - what there is of lists, and what each holds.
 */

#include "frontend/rules_setup.h"
#include "match/rules_count.h"

struct listing {
	const struct rules_setup *setup;	/* loaded; borrowed */
	int64_t now;
	struct rules_count counts;
};

/**
 * listing_changed(path):
 * Return when the file was written, in microseconds UTC; 0 if that cannot be
 * told.
 */
int64_t listing_changed(const char *path);

/**
 * listing_list(l, i):
 * Return the list as it was given that number ${i} of the counts is, or that it
 * was compiled into.
 */
const struct rules_list *listing_list(const struct listing *l, size_t i);

/**
 * listing_text(l), listing_json(l):
 * Print it, for people or as one JSON object.
 */
void listing_text(const struct listing *l);
void listing_json(const struct listing *l);

#endif /* !LISTING_H */
