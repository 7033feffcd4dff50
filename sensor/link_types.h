#ifndef LINK_TYPES_H
#define LINK_TYPES_H

/*
 * link_types - the link types that we read, by their numbers in capture files
 * (LINKTYPE_ in www.tcpdump.org/linktypes.html).
 */

#include <stddef.h>
#include <stdint.h>

#include "decap.h"

struct link_type_entry {
	uint32_t number;
	enum link_type link;
};

/**
 * link_types_find(number):
 * Return the entry for ${number}, or NULL if we do not read that.
 */
const struct link_type_entry *link_types_find(uint32_t number);

/**
 * link_types_table(retcount):
 * Return the first of all entries and how many there are.
 */
const struct link_type_entry *link_types_table(size_t *retcount);

#endif /* !LINK_TYPES_H */
