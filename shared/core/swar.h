#ifndef SWAR_H
#define SWAR_H

/*
 * swar - eight bytes at a time in one integer, in plain C.
 *
 * The first byte in memory is the lowest of the integer.  The tests give
 * 0x80 in each byte that passes and 0 in the others, exactly.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SWAR_ALL(byte) (UINT64_C(0x0101010101010101) * (byte))
#define SWAR_HIGH SWAR_ALL(0x80)

static inline uint64_t
swar_load(const uint8_t *at)
{
	uint64_t w;

	memcpy(&w, at, sizeof(w));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	return w;
}

static inline uint32_t
swar_load32(const uint8_t *at)
{
	uint32_t w;

	memcpy(&w, at, sizeof(w));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap32(w);
#endif
	return w;
}

static inline void
swar_store(uint8_t *at, uint64_t w)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	memcpy(at, &w, sizeof(w));
}

/* Which bytes are ${byte}? */
static inline uint64_t
swar_equal(uint64_t w, uint8_t byte)
{
	uint64_t x = w ^ SWAR_ALL(byte);

	return ~(((x & ~SWAR_HIGH) + ~SWAR_HIGH) | x) & SWAR_HIGH;
}

/* Which bytes are ${low} to ${high}, 1 to 0x7E? */
static inline uint64_t
swar_between(uint64_t w, uint8_t low, uint8_t high)
{
	uint64_t x = w & ~SWAR_HIGH;

	return (x + SWAR_ALL(0x80 - low)) & ~(x + SWAR_ALL(0x7F - high)) &
	    ~w & SWAR_HIGH;
}

/* Which bytes are at most those of ${limit}? */
static inline uint64_t
swar_within(uint64_t w, uint64_t limit)
{
	uint64_t low = (limit | SWAR_HIGH) - (w & ~SWAR_HIGH);

	return ((~w & limit) | (~(w ^ limit) & low)) & SWAR_HIGH;
}

/* One bit for each byte that passed, the first byte's the lowest. */
static inline uint32_t
swar_bits(uint64_t passed)
{
	return (uint32_t)((passed >> 7) * UINT64_C(0x0102040810204080) >> 56);
}

#endif /* !SWAR_H */
