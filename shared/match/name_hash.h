#ifndef NAME_HASH_H
#define NAME_HASH_H

/*
 * name_hash - one 64-bit hash for octets of names (XXH3, xxHash 0.8).
 */

#include <stddef.h>
#include <stdint.h>

#define XXH_INLINE_ALL
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-qual"
#include <xxhash.h>
#pragma GCC diagnostic pop

/**
 * name_hash(bytes, length):
 * Return the hash of the ${length} octets at ${bytes}.  Not a secret: what it
 * finds has to be compared octet by octet.  About 3 ns for a usual name.
 */
static inline uint64_t
name_hash(const void *bytes, size_t length)
{
	return XXH3_64bits(bytes, length);
}

/**
 * name_hash_keyed(bytes, length, key):
 * The same with a ${key}: for octets of any kind that strangers choose, where
 * nobody compares.  Who does not know the key cannot make two of one hash.
 */
static inline uint64_t
name_hash_keyed(const void *bytes, size_t length, uint64_t key)
{
	return XXH3_64bits_withSeed(bytes, length, key);
}

#endif /* !NAME_HASH_H */
