#ifndef BIND9_LOOK_H
#define BIND9_LOOK_H

/*
 * bind9_look - how bind9_glance looks at a line.  Two files include this and
 * are the same but for what the compiler may use: bind9_look.c for any
 * machine, bind9_look_wide.c for x86-64 with AVX2, BMI and BMI2 (the
 * Makefile says so, bind9_glance_new asks the machine).
 */

#include <string.h>

#include "core/block.h"
#include "formats/bind9_glance.h"

#ifdef __SSSE3__
#include <immintrin.h>
#endif

/*
 * Pointers, not a cursor, walk the line here: this is most of the program's
 * work.  Each step says how many bytes it has to have; unit tests put lines
 * against an unreadable page, and a fuzz target holds this file against
 * bind9_parse.
 */

#define START_SIZE 128		/* of the longest start that is remembered */
#define MIDDLES 4
#define MIDDLE_SIZE 60
#define TAILS 1024		/* a power of two */
#define TAIL_WAYS 4		/* places where one may be */
#define TAIL_LEAST BLOCK_SIZE
#define TAIL_SIZE 62

/* Words to remember: bytes and how many of them. */
struct middle {
	uint8_t length;		/* 0: none */
	bool response;
	uint8_t text[MIDDLE_SIZE];
};

struct tail {
	uint8_t length;		/* 0: none */
	bool response;
	uint8_t text[TAIL_SIZE];
};

struct bind9_glance {
	size_t start;		/* length of the start; SIZE_MAX: none */
	bool pointer;		/* the start ends in "@0x" */
	/* A byte fits if, after XOR with ${want}, it is at most ${limit}: 9
	 * where there may be any digit, 0 elsewhere, 255 after the start. */
	uint8_t want[START_SIZE], limit[START_SIZE];
	/* By the lengths of an address's parts: where its digits go, so that
	 * each part fills the end of four octets (bind9_look_wide.c). */
	uint8_t spread[256][BLOCK_SIZE];
	const uint8_t *(*look)(const struct bind9_glance *,
	    const uint8_t *, const uint8_t *, struct bind9_glimpse *);
	unsigned next_middle;
	struct middle middle[MIDDLES];
	struct tail tail[TAILS];
};

/* Are both the same ${n} bytes?  For the first, ${n} is at least BLOCK_SIZE;
 * for the other, so many bytes may be read at least. */
static inline bool
same_long(const uint8_t *a, const uint8_t *b, size_t n)
{
	uint32_t fits = block_bits(block_same(block_load(a + n - BLOCK_SIZE),
	    block_load(b + n - BLOCK_SIZE)));

	for (size_t i = 0; i + BLOCK_SIZE < n; i += BLOCK_SIZE)
		fits &= block_bits(block_same(block_load(a + i),
		    block_load(b + i)));
	return fits == 0xFFFF;
}

static inline bool
same(const uint8_t *a, const uint8_t *b, size_t n)
{
	if (n > BLOCK_SIZE)
		return same_long(a, b, n);
	return (~block_bits(block_same(block_load(a), block_load(b))) &
	    ((1u << n) - 1)) == 0;
}

/* A tail, of TAIL_LEAST bytes at least, may be remembered here or in the
 * TAIL_WAYS - 1 places that follow. */
static inline size_t
tail_place(const uint8_t *tail, size_t n)
{
	uint64_t h = swar_load(tail) * UINT64_C(0x9E3779B97F4A7C15);

	h ^= swar_load(tail + 8) * UINT64_C(0xC2B2AE3D27D4EB4F);
	h ^= swar_load(tail + n - 8) * UINT64_C(0xD6E8FEB86659FD93);
	h = (h ^ h >> 29 ^ n) * UINT64_C(0x9E3779B97F4A7C15);
	return (size_t)(h >> 32) % (TAILS / TAIL_WAYS) * TAIL_WAYS;
}

static inline bool
tail_known(const struct bind9_glance *g, const uint8_t *tail, size_t n,
    bool response)
{
	size_t place;

	if (n < TAIL_LEAST || n > TAIL_SIZE)
		return false;
	place = tail_place(tail, n);
	for (size_t i = 0; i < TAIL_WAYS; i++) {
		const struct tail *t = &g->tail[place + i];

		if (t->length == n && t->response == response &&
		    same_long(t->text, tail, n))
			return true;
	}
	return false;
}

/* The parts of an IPv4 address that stand at ${at}, digits between separators
 * at ${p[]}, no part longer than three digits; false if one is over 255. */
#ifdef __SSSE3__

static inline bool
octets_at(const struct bind9_glance *g, const uint8_t *at, const size_t p[4],
    uint8_t ret[4])
{
	/* Each part's length in two bits; the length of one is one less than
	 * from separator to separator. */
	size_t lengths = (p[0] + 4 * (p[1] - p[0]) + 16 * (p[2] - p[1]) +
	    64 * (p[3] - p[2]) - 84) & 0xFF;
	__m128i digits = _mm_and_si128(block_load(at), _mm_set1_epi8(0xF));
	__m128i spread = _mm_shuffle_epi8(digits,
	    block_load(g->spread[lengths]));
	__m128i values = _mm_madd_epi16(_mm_maddubs_epi16(spread,
	    _mm_set1_epi32(0x010A6400)), _mm_set1_epi16(1));
	uint32_t packed = (uint32_t)_mm_cvtsi128_si32(_mm_shuffle_epi8(values,
	    _mm_set1_epi32(0x0C080400)));

	memcpy(ret, &packed, sizeof(packed));
	return block_bits(_mm_cmpgt_epi32(values, _mm_set1_epi32(255))) == 0;
}

#else

static inline bool
octets_at(const struct bind9_glance *g, const uint8_t *at, const size_t p[4],
    uint8_t ret[4])
{
	uint32_t over = 0;
	size_t from = 0;

	(void)g;
	for (int i = 0; i < 4; from = p[i++] + 1) {
		/* The last of four octets is the last digit. */
		unsigned n = (unsigned)(p[i] - from);
		uint32_t d = swar_load32(at + from) << (32 - 8 * n) &
		    UINT32_C(0x0F0F0F0F);
		uint32_t value = (d >> 8 & 0xF) * 100 + (d >> 16 & 0xF) * 10 +
		    (d >> 24);

		over |= value;
		ret[i] = (uint8_t)value;
	}
	return over <= 0xFF;
}

#endif

/* Is the number of five digits at ${at}, of which eight octets may be read,
 * a port?  As texts of one length, numbers compare as in themselves. */
static inline bool
is_port(const uint8_t *at)
{
	return __builtin_bswap64(swar_load(at) << 24) <=
	    __builtin_bswap64(swar_load((const uint8_t *)"65535\0\0") << 24);
}

/*
 * Step over "a.b.c.d#port (", 23 octets at most, as address_parse and
 * take_port read it; NULL if it is anything else.  In a mask of what are no
 * digits, the five lowest bits are the separators, and all between them are
 * digits then.  No branch depends on how many digits the parts have: that
 * cannot be foretold.
 */
static inline const uint8_t *
client_at(const struct bind9_glance *g, const uint8_t *at, const uint8_t *end,
    uint8_t ret[4])
{
	uint64_t digits, rest, signs, starts, address;
	size_t p[5];
	block_pair window;

	if (end - at < BLOCK_PAIR_SIZE + 8)
		return NULL;
	window = block_pair_load(at);
	digits = block_pair_between(window, '0', '9');
	rest = ~digits;			/* has bits over the window's */
	p[0] = (size_t)__builtin_ctzll(rest);
	rest &= rest - 1;
	p[1] = (size_t)__builtin_ctzll(rest);
	rest &= rest - 1;
	p[2] = (size_t)__builtin_ctzll(rest);
	rest &= rest - 1;
	p[3] = (size_t)__builtin_ctzll(rest);
	address = (rest ^ (rest - 1)) >> 1;	/* all before the last one */
	rest &= rest - 1;
	p[4] = (size_t)__builtin_ctzll(rest);
	rest &= rest - 1;
	signs = ~digits ^ rest;
	starts = signs << 1 | 1;
	/* Nothing empty; no more than three digits in a part of the address,
	 * and no zero in front of others. */
	if ((starts & signs) != 0 || (address & ((digits & digits >> 1 &
	    digits >> 2 & digits >> 3) | (block_pair_equal(window, '0') &
	    starts & digits >> 1))) != 0)
		return NULL;
	if (((at[p[0]] ^ '.') | (at[p[1]] ^ '.') | (at[p[2]] ^ '.') |
	    (at[p[3]] ^ '#') | (at[p[4]] ^ ' ') | (at[p[4] + 1] ^ '(')) != 0)
		return NULL;
	if (!octets_at(g, at, p, ret) || p[4] - p[3] > 6 ||
	    (p[4] - p[3] == 6 && !is_port(at + p[3] + 1)))
		return NULL;
	return at + p[4] + 2;
}

/* Step over hexadecimal digits, sixteen at most, and the space after them;
 * NULL if that is not what comes. */
static inline const uint8_t *
pointer_at(const uint8_t *at, const uint8_t *end)
{
	uint32_t other;
	size_t n;
	block b;

	if (end - at <= BLOCK_SIZE)
		return NULL;
	b = block_load(at);
	other = ~block_bits(block_or(block_between(b, '0', '9'),
	    block_between(block_lower(b), 'a', 'f')));
	n = (size_t)__builtin_ctz(other);	/* has bits over the block's */
	return n > 0 && at[n] == ' ' ? at + n + 1 : NULL;
}

/* Which octets cannot be part of a name here, as name_is_plain says?  The
 * closing parenthesis and backslashes among them. */
static inline uint32_t
name_ends(block_pair p)
{
	return block_pair_equal(p, ')') | block_pair_equal(p, '\\') |
	    ~block_pair_between(p, 0x21, 0x7E);
}

/* Does the line begin as remembered?  It has all the blocks' bytes. */
static inline bool
start_known(const struct bind9_glance *g, const uint8_t *at)
{
	block fits = block_within(block_xor(block_load(at),
	    block_load(g->want)), block_load(g->limit));

	for (size_t i = BLOCK_SIZE; i < g->start; i += BLOCK_SIZE)
		fits = block_and(fits, block_within(
		    block_xor(block_load(at + i), block_load(g->want + i)),
		    block_load(g->limit + i)));
	return block_bits(fits) == 0xFFFF;
}

/* The end of the line at ${at}, which is not longer than a tail; or NULL. */
static inline const uint8_t *
line_end(const uint8_t *at, const uint8_t *end)
{
	uint32_t found = end - at < BLOCK_PAIR_SIZE ? 0 :
	    block_pair_equal(block_pair_load(at), '\n');

	if (found != 0)
		return at + __builtin_ctz(found);
	return memchr(at, '\n', end - at > TAIL_SIZE + 2 ? TAIL_SIZE + 2 :
	    (size_t)(end - at));
}

/* The name in the parentheses, as plain_name_tail reads it. */
static inline size_t
name_at(const uint8_t *at, const uint8_t *end, struct bind9_glimpse *ret)
{
	size_t n = plain_name_tail(at, end, name_ends, &ret->tail);

	ret->name = (struct text){ (const char *)at, n };
	return n == 0 || at[n] != ')' || (at[0] == '<' &&
	    text_is(ret->name, "<unknown>")) ? 0 : n;
}

/* What stands between the name and the same name again. */
static inline const struct middle *
middle_at(const struct bind9_glance *g, const uint8_t *at, size_t left)
{
	for (const struct middle *m = g->middle; m < g->middle + MIDDLES &&
	    m->length > 0; m++) {
		if (left >= m->length && same(at, m->text, m->length))
			return m;
	}
	return NULL;
}

static inline const uint8_t *
bind9_look_at(const struct bind9_glance *g, const uint8_t *at,
    const uint8_t *end, struct bind9_glimpse *ret)
{
	const uint8_t *first, *lf;
	const struct middle *m;
	size_t n, left = (size_t)(end - at);

	if (g->start > left || left - g->start < BLOCK_SIZE ||
	    !start_known(g, at))
		return NULL;
	at += g->start;
	if (g->pointer && (at = pointer_at(at, end)) == NULL)
		return NULL;
	ret->client = (struct address){ .family = 4 };
	if ((first = client_at(g, at, end,
	    ret->client.bytes)) == NULL ||
	    (n = name_at(first, end, ret)) == 0)
		return NULL;
	at = first + n;
	left = (size_t)(end - at);
	if (left < n + TAIL_LEAST ||
	    (m = middle_at(g, at, left - n - TAIL_LEAST)) == NULL)
		return NULL;
	at += m->length;
	if (!same(at, first, n))
		return NULL;
	at += n;
	if ((lf = line_end(at, end)) == NULL)
		return NULL;
	n = (size_t)(lf - at);
	if (n > 0 && lf[-1] == '\r')
		n--;
	ret->response = m->response;
	return tail_known(g, at, n, m->response) ? lf + 1 : NULL;
}

/**
 * bind9_look(...), bind9_look_wide(...):
 * As bind9_glance_look.
 */
const uint8_t *bind9_look(const struct bind9_glance *g, const uint8_t *at,
    const uint8_t *end, struct bind9_glimpse *ret);
const uint8_t *bind9_look_wide(const struct bind9_glance *g,
    const uint8_t *at, const uint8_t *end, struct bind9_glimpse *ret);

#endif /* !BIND9_LOOK_H */
