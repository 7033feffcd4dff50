#ifndef ADDRESS_H
#define ADDRESS_H

/*
 * address - an IPv4 or IPv6 address, and a netblock of them.
 *
 * Plain data, nothing to free.  Unused octets are zero, so two addresses
 * are equal exactly when their bytes are.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ADDRESS_TEXT_SIZE 46	/* longest text and its NUL */
#define NETBLOCK_TEXT_SIZE (ADDRESS_TEXT_SIZE + 4)

struct address {
	uint8_t family;		/* 4, 6, or 0: not known */
	uint8_t bytes[16];	/* network order; IPv4 uses the first four */
};

struct netblock {
	struct address base;	/* bits after the prefix are zero */
	uint8_t prefix;		/* 0 to 32 or 128 */
};

/**
 * address_v4(bytes), address_v6(bytes):
 * Return the address whose 4 or 16 octets stand at ${bytes}.
 */
static inline struct address
address_v4(const uint8_t *bytes)
{
	struct address a = { .family = 4 };

	memcpy(a.bytes, bytes, 4);
	return a;
}

static inline struct address
address_v6(const uint8_t *bytes)
{
	struct address a = { .family = 6 };

	memcpy(a.bytes, bytes, 16);
	return a;
}

/**
 * address_parse(text, length, ret):
 * Read an IPv4 (dotted, four decimal parts) or IPv6 literal.  A scope such
 * as %2 after an IPv6 address is accepted and dropped: it only has meaning
 * on the machine that printed it.  Return 0, or -1 and leave ${ret} alone.
 * Without octets ${text} may be NULL.
 */
int address_parse(const char *text, size_t length, struct address *ret);

/**
 * address_format(a, buf):
 * Write ${a} as text with a NUL (RFC 5952 for IPv6; empty if not known) and
 * return its length.
 */
size_t address_format(const struct address *a, char buf[ADDRESS_TEXT_SIZE]);

/**
 * address_equal(a, b):
 * Are both the same address?
 */
bool address_equal(const struct address *a, const struct address *b);

/**
 * address_hash(a):
 * Return a hash of ${a} for small tables; not a secret.
 */
static inline uint64_t
address_hash(const struct address *a)
{
	uint64_t high, low;

	memcpy(&high, a->bytes, 8);
	memcpy(&low, a->bytes + 8, 8);
	high = (high ^ (high >> 32)) * UINT64_C(0x9e3779b97f4a7c15);
	low = (low ^ (low >> 29)) * UINT64_C(0xbf58476d1ce4e5b9);
	return (high ^ low) ^ (high ^ low) >> 31;
}

/**
 * address_bits(a):
 * How long is ${a}, whose family must be known: 32 or 128?
 */
static inline unsigned
address_bits(const struct address *a)
{
	return a->family == 4 ? 32 : 128;
}

/**
 * netblock_read(text, length, ret):
 * Read ADDRESS/PREFIX or a single ADDRESS, without a scope.  Bits after the
 * prefix may be set.  Return 0, or -1 and leave ${ret} alone.
 */
int netblock_read(const char *text, size_t length, struct netblock *ret);

/**
 * netblock_is_clean(n):
 * Is no bit after the prefix set?  10.1.2.3/8 is more likely a slip than a
 * wish.
 */
bool netblock_is_clean(const struct netblock *n);

/**
 * netblock_parse(text, ret):
 * Read all of ${text} as a clean netblock.  Return 0, or -1 and leave ${ret}
 * alone.
 */
int netblock_parse(const char *text, struct netblock *ret);

/**
 * netblock_holds(n, a):
 * Is ${a} in ${n}?
 */
bool netblock_holds(const struct netblock *n, const struct address *a);

/**
 * netblock_format(n, buf):
 * Write ${n} as text with a NUL, an address alone if that is all it holds, and
 * return its length.
 */
size_t netblock_format(const struct netblock *n,
    char buf[NETBLOCK_TEXT_SIZE]);

#endif /* !ADDRESS_H */
