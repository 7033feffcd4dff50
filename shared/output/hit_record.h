#ifndef HIT_RECORD_H
#define HIT_RECORD_H

/*
 * hit_record - a hit as octets, for the spool: its position, and its fields as
 * Redis gets them.
 *
 *	start, sequence (64 bits each, network byte order)
 *	key NUL value NUL ...
 */

#include <stddef.h>
#include <stdint.h>

#include "hits/hit.h"

#define HIT_RECORD_SIZE (16 + HIT_TEXT_SIZE + 64 * HIT_FIELDS_MAX)

/**
 * hit_record_write(start, sequence, f, buf):
 * Write ${f}, whose position is (${start}, ${sequence}), into ${buf} and
 * return how many octets that takes.
 */
size_t hit_record_write(int64_t start, uint64_t sequence,
    const struct hit_fields *f, uint8_t buf[HIT_RECORD_SIZE]);

/* A record that was read; its texts are borrowed from the octets. */
struct hit_record {
	int64_t start;
	uint64_t sequence;
	size_t count;
	struct hit_field field[HIT_FIELDS_MAX];
};

/**
 * hit_record_read(octets, length, ret):
 * Read a record.  Return 0, or -1 for what is none.
 */
int hit_record_read(const void *octets, size_t length,
    struct hit_record *ret);

/**
 * hit_record_value(r, key):
 * Return the value of the field ${key}; NULL if there is none.
 */
const char *hit_record_value(const struct hit_record *r, const char *key);

#endif /* !HIT_RECORD_H */
