#ifndef BLOCK_H
#define BLOCK_H

/*
 * block - sixteen bytes of text at a time.
 *
 * A test gives a block whose bytes are all ones where it holds and zero
 * elsewhere.  Twice: with the instructions that every x86-64 has, and in
 * plain C (swar.h) for other machines and, with BLOCK_PLAIN, for the tests.
 */

#include "core/swar.h"

#define BLOCK_SIZE 16

#if defined(__SSE2__) && !defined(BLOCK_PLAIN)

#include <emmintrin.h>

typedef __m128i block;

static inline block
block_load(const uint8_t *at)
{
	return _mm_loadu_si128((const __m128i *)(const void *)at);
}

static inline void
block_store(uint8_t *at, block b)
{
	_mm_storeu_si128((__m128i *)(void *)at, b);
}

static inline block
block_or(block a, block b)
{
	return _mm_or_si128(a, b);
}

static inline block
block_and(block a, block b)
{
	return _mm_and_si128(a, b);
}

static inline block
block_xor(block a, block b)
{
	return _mm_xor_si128(a, b);
}

/* Which bytes are ${byte}? */
static inline block
block_equal(block b, uint8_t byte)
{
	return _mm_cmpeq_epi8(b, _mm_set1_epi8((char)byte));
}

/* Which bytes are the same in both? */
static inline block
block_same(block a, block b)
{
	return _mm_cmpeq_epi8(a, b);
}

/* Which bytes are at most those of ${limit}? */
static inline block
block_within(block b, block limit)
{
	return _mm_cmpeq_epi8(_mm_min_epu8(b, limit), b);
}

/* Which bytes are ${low} to ${high}, 1 to 0x7E? */
static inline block
block_between(block b, uint8_t low, uint8_t high)
{
	return block_within(_mm_sub_epi8(b, _mm_set1_epi8((char)low)),
	    _mm_set1_epi8((char)(high - low)));
}

/* ${b} in lower case. */
static inline block
block_lower(block b)
{
	return _mm_or_si128(b, _mm_and_si128(block_between(b, 'A', 'Z'),
	    _mm_set1_epi8(0x20)));
}

/* One bit for each byte of a test, the first byte's the lowest. */
static inline uint32_t
block_bits(block tested)
{
	return (uint32_t)_mm_movemask_epi8(tested);
}

#else

typedef struct {
	uint64_t low, high;	/* the first eight bytes and the others; a
				 * test uses only the top bits of bytes */
} block;

static inline block
block_load(const uint8_t *at)
{
	return (block){ swar_load(at), swar_load(at + 8) };
}

static inline void
block_store(uint8_t *at, block b)
{
	swar_store(at, b.low);
	swar_store(at + 8, b.high);
}

static inline block
block_or(block a, block b)
{
	return (block){ a.low | b.low, a.high | b.high };
}

static inline block
block_and(block a, block b)
{
	return (block){ a.low & b.low, a.high & b.high };
}

static inline block
block_xor(block a, block b)
{
	return (block){ a.low ^ b.low, a.high ^ b.high };
}

static inline block
block_equal(block b, uint8_t byte)
{
	return (block){ swar_equal(b.low, byte), swar_equal(b.high, byte) };
}

static inline block
block_same(block a, block b)
{
	return block_equal(block_xor(a, b), 0);
}

static inline block
block_within(block b, block limit)
{
	return (block){ swar_within(b.low, limit.low),
	    swar_within(b.high, limit.high) };
}

static inline block
block_between(block b, uint8_t low, uint8_t high)
{
	return (block){ swar_between(b.low, low, high),
	    swar_between(b.high, low, high) };
}

static inline block
block_lower(block b)
{
	return (block){ b.low | swar_between(b.low, 'A', 'Z') >> 2,
	    b.high | swar_between(b.high, 'A', 'Z') >> 2 };
}

static inline uint32_t
block_bits(block tested)
{
	return swar_bits(tested.low) | swar_bits(tested.high) << 8;
}

#endif

/* Two blocks side by side, for what nearly always fits into them; one
 * instruction where the compiler may use AVX2. */
#define BLOCK_PAIR_SIZE (2 * BLOCK_SIZE)

#if defined(__AVX2__) && !defined(BLOCK_PLAIN)

#include <immintrin.h>

typedef __m256i block_pair;

static inline block_pair
block_pair_load(const uint8_t *at)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)at);
}

static inline void
block_pair_store(uint8_t *at, block_pair p)
{
	_mm256_storeu_si256((__m256i *)(void *)at, p);
}

/* Which bytes are ${byte}, or ${low} to ${high}, 1 to 0x7E?  As block_bits. */
static inline uint32_t
block_pair_equal(block_pair p, uint8_t byte)
{
	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(p,
	    _mm256_set1_epi8((char)byte)));
}

static inline block_pair
block_pair_tested(block_pair p, uint8_t low, uint8_t high)
{
	block_pair x = _mm256_sub_epi8(p, _mm256_set1_epi8((char)low));

	return _mm256_cmpeq_epi8(_mm256_min_epu8(x,
	    _mm256_set1_epi8((char)(high - low))), x);
}

static inline uint32_t
block_pair_between(block_pair p, uint8_t low, uint8_t high)
{
	return (uint32_t)_mm256_movemask_epi8(block_pair_tested(p, low,
	    high));
}

static inline block_pair
block_pair_lower(block_pair p)
{
	return _mm256_or_si256(p, _mm256_and_si256(
	    block_pair_tested(p, 'A', 'Z'), _mm256_set1_epi8(0x20)));
}

/* Which bytes are the same in both? */
static inline uint32_t
block_pair_same(block_pair a, block_pair b)
{
	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, b));
}

#else

typedef struct {
	block low, high;
} block_pair;

static inline block_pair
block_pair_load(const uint8_t *at)
{
	return (block_pair){ block_load(at), block_load(at + BLOCK_SIZE) };
}

static inline void
block_pair_store(uint8_t *at, block_pair p)
{
	block_store(at, p.low);
	block_store(at + BLOCK_SIZE, p.high);
}

static inline uint32_t
block_pair_equal(block_pair p, uint8_t byte)
{
	return block_bits(block_equal(p.low, byte)) |
	    block_bits(block_equal(p.high, byte)) << BLOCK_SIZE;
}

static inline uint32_t
block_pair_between(block_pair p, uint8_t low, uint8_t high)
{
	return block_bits(block_between(p.low, low, high)) |
	    block_bits(block_between(p.high, low, high)) << BLOCK_SIZE;
}

static inline block_pair
block_pair_lower(block_pair p)
{
	return (block_pair){ block_lower(p.low), block_lower(p.high) };
}

static inline uint32_t
block_pair_same(block_pair a, block_pair b)
{
	return block_bits(block_same(a.low, b.low)) |
	    block_bits(block_same(a.high, b.high)) << BLOCK_SIZE;
}

#endif

#endif /* !BLOCK_H */
