#ifndef HEARTBEAT_H
#define HEARTBEAT_H

/*
 * heartbeat - the fields of a source's record in Redis, qw:source:NAME
 * (querywatch-streams(7)): what it is, how it is, and all that it has
 * counted.
 *
 * Plain data of fixed size without pointers, to be copied from the thread
 * that fills it to the one that sends it.  { .count = 0 } is an empty one.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/counters.h"

#define HEARTBEAT_FIELDS_MAX (COUNTERS_MAX + 32)
#define HEARTBEAT_TEXT_SIZE 16384

struct heartbeat {
	unsigned ttl;		/* seconds that the record stays */
	size_t count;		/* fields */
	size_t used;		/* octets of text */
	/* Where key and value of each begin in the text, in turn. */
	uint16_t at[2 * HEARTBEAT_FIELDS_MAX];
	char text[HEARTBEAT_TEXT_SIZE];
};

/**
 * heartbeat_text(b, key, value), heartbeat_number(b, key, value):
 * Append a field.  Of a text, what is not printable ASCII, and '\', appears
 * as \DDD.  A field for which there is no room is left out whole.
 */
void heartbeat_text(struct heartbeat *b, const char *key, const char *value);
void heartbeat_number(struct heartbeat *b, const char *key, int64_t value);

/**
 * heartbeat_counters(b, c):
 * Append every counter of ${c}, also those that are 0, as GROUP_NAME.
 */
void heartbeat_counters(struct heartbeat *b, const struct counters *c);

/**
 * heartbeat_key(b, i), heartbeat_value(b, i):
 * Field ${i} of ${b->count}, borrowed until ${b} is changed or moved.
 */
const char *heartbeat_key(const struct heartbeat *b, size_t i);
const char *heartbeat_value(const struct heartbeat *b, size_t i);

#endif /* !HEARTBEAT_H */
