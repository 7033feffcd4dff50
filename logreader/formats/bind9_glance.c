#include "formats/bind9_glance.h"

#include <stdlib.h>

#include "core/plain_name.h"
#include "formats/bind9.h"

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
	unsigned next_middle;
	struct middle middle[MIDDLES];
	struct tail tail[TAILS];
};

struct bind9_glance *
bind9_glance_new(void)
{
	struct bind9_glance *g = calloc(1, sizeof(*g));

	if (g != NULL)
		g->start = SIZE_MAX;
	return g;
}

void
bind9_glance_free(struct bind9_glance *g)
{
	free(g);
}

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
	h ^= swar_load(tail + n - 16) * UINT64_C(0x165667B19E3779F9);
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

/* The ${n} digits at ${at}, of which four bytes may be read, as the values
 * of the last bytes of an integer: "12" becomes 0, 0, 1, 2. */
static inline uint64_t
digits_at(const uint8_t *at, size_t n)
{
	unsigned shift = (32 - 8 * (unsigned)n) & 31;

	return (uint32_t)(swar_load32(at) << shift) ^
	    (uint32_t)(UINT32_C(0x30303030) << shift);
}

/* Two parts of an IPv4 address, ${n} and ${m} digits long.  Not 0 in ${bad}
 * if they are not one to three digits each, 0 to 255, without a zero in
 * front. */
static inline void
two_octets_at(const uint8_t *at, size_t n, const uint8_t *next, size_t m,
    uint8_t ret[2], uint64_t *bad)
{
	static const uint64_t least[4] = { 0, 0, 10, 100 };
	const uint64_t byte = UINT64_C(0x000000FF000000FF);
	uint64_t d = digits_at(at, n) | digits_at(next, m) << 32;
	uint64_t pairs = d * 10 + (d >> 8);
	uint64_t value = (pairs >> 8 & byte) * 10 + (d >> 24 & byte);

	*bad |= (d | (d + SWAR_ALL(0x76))) & SWAR_HIGH;
	*bad |= (value + UINT64_C(0x7FFFFF007FFFFF00)) &
	    UINT64_C(0x8000000080000000);
	*bad |= ~((value | UINT64_C(0x8000000080000000)) -
	    (least[n & 3] | least[m & 3] << 32)) &
	    UINT64_C(0x8000000080000000);
	*bad |= (n - 1 > 2) | (m - 1 > 2);
	ret[0] = (uint8_t)value;
	ret[1] = (uint8_t)(value >> 32);
}

/* The length of the one to five digits at ${at}, of which eight bytes may be
 * read, if a space follows and they make a port; else 0. */
static inline size_t
port_at(const uint8_t *at)
{
	uint64_t w = swar_load(at), space = swar_equal(w, ' ');
	size_t n;
	unsigned shift;

	if (space == 0 || (n = (size_t)__builtin_ctzll(space) / 8) - 1 > 4)
		return 0;
	shift = 64 - 8 * (unsigned)n;
	w = w << shift ^ SWAR_ALL(0x30) << shift;
	if ((w | (w + SWAR_ALL(0x76))) & SWAR_HIGH)
		return 0;
	w = w * 10 + (w >> 8);	/* pairs of digits */
	return (w >> 16 & 0xFF) * 10000 + (w >> 32 & 0xFF) * 100 +
	    (w >> 48 & 0xFF) > 65535 ? 0 : n;
}

/* Step over "a.b.c.d#port", which a space has to follow, as address_parse
 * and take_port read it; NULL if it is anything else.  No branch depends on
 * how many digits the parts have: that cannot be foretold. */
static inline const uint8_t *
client_at(const uint8_t *at, const uint8_t *end, uint8_t ret[4])
{
	uint32_t hash, dots, later, last;
	uint64_t bad = 0;
	size_t p[4], n;
	block b;

	if (end - at < BLOCK_SIZE + 8)
		return NULL;
	b = block_load(at);
	hash = block_bits(block_equal(b, '#'));
	dots = block_bits(block_equal(b, '.')) & (hash - 1);
	later = dots & (dots - 1);	/* without the first one */
	last = later & (later - 1);
	if (hash == 0 || last == 0 || (last & (last - 1)) != 0)
		return NULL;
	p[0] = (size_t)__builtin_ctz(dots);
	p[1] = (size_t)__builtin_ctz(later);
	p[2] = (size_t)__builtin_ctz(last);
	p[3] = (size_t)__builtin_ctz(hash);
	two_octets_at(at, p[0], at + p[0] + 1, p[1] - p[0] - 1, ret, &bad);
	two_octets_at(at + p[1] + 1, p[2] - p[1] - 1, at + p[2] + 1,
	    p[3] - p[2] - 1, ret + 2, &bad);
	at += p[3] + 1;
	n = port_at(at);
	return bad != 0 || n == 0 ? NULL : at + n;
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

/* Which octets of a block cannot be part of a name here, as name_is_plain
 * says?  The closing parenthesis and backslashes among them. */
static inline uint32_t
name_ends(block b)
{
	return block_bits(block_or(block_equal(b, ')'),
	    block_equal(b, '\\'))) |
	    (~block_bits(block_between(b, 0x21, 0x7E)) & 0xFFFF);
}

/* Does the line begin as remembered?  It has all the blocks' bytes. */
static inline bool
start_known(const struct bind9_glance *g, const uint8_t *at)
{
	uint32_t fits = 0xFFFF;

	for (size_t i = 0; i < g->start; i += BLOCK_SIZE)
		fits &= block_bits(block_within(block_xor(block_load(at + i),
		    block_load(g->want + i)), block_load(g->limit + i)));
	return fits == 0xFFFF;
}

bool
bind9_glance_look(const struct bind9_glance *g, const char *line,
    size_t length, struct bind9_glimpse *ret)
{
	const uint8_t *at = (const uint8_t *)line, *end = at + length;
	const uint8_t *first;
	const struct middle *m;
	size_t n;

	if (g->start > length || length - g->start < BLOCK_SIZE ||
	    !start_known(g, at))
		return false;
	at += g->start;
	if (g->pointer && (at = pointer_at(at, end)) == NULL)
		return false;
	ret->client = (struct address){ .family = 4 };
	at = client_at(at, end, ret->client.bytes);
	if (at == NULL || end - at < 8 || at[0] != ' ' || at[1] != '(')
		return false;
	first = at + 2;
	n = plain_name_read(first, end, name_ends, &ret->qname);
	if (n == 0 || first[n] != ')' || text_is((struct text){ (const char *)first, n },
	    "<unknown>"))
		return false;
	at = first + n;
	for (m = g->middle; ; m++) {
		if (m == g->middle + MIDDLES || m->length == 0)
			return false;
		if ((size_t)(end - at) >= m->length + n + TAIL_LEAST &&
		    same(at, m->text, m->length))
			break;
	}
	at += m->length;
	if (!same(at, first, n))
		return false;
	at += n;
	ret->response = m->response;
	return tail_known(g, at, (size_t)(end - at), m->response);
}

/* Remember the start: the ${prefix}, in which any digit may change, and all
 * before the client's address or the digits of its pointer. */
static void
learn_start(struct bind9_glance *g, const uint8_t *line, size_t length,
    size_t prefix, bool pointer)
{
	size_t start = prefix + strlen("client ") +
	    (pointer ? strlen("@0x") : 0);

	if (start + BLOCK_SIZE > length || start > START_SIZE ||
	    (g->start == start && g->pointer == pointer &&
	    start_known(g, line)))
		return;
	memset(g->limit, 255, sizeof(g->limit));
	for (size_t i = 0; i < start; i++) {
		bool digit = i < prefix &&
		    (text_classes[line[i]] & TEXT_DIGIT) != 0;

		g->want[i] = digit ? '0' : line[i];
		g->limit[i] = digit ? 9 : 0;
	}
	g->start = start;
	g->pointer = pointer;
}

static void
learn_middle(struct bind9_glance *g, const char *text, size_t n,
    bool response)
{
	struct middle *m;

	if (n > MIDDLE_SIZE)
		return;
	for (m = g->middle; m < g->middle + MIDDLES; m++) {
		if (m->length == n && memcmp(m->text, text, n) == 0)
			return;
	}
	m = &g->middle[g->next_middle++ % MIDDLES];
	m->length = (uint8_t)n;
	m->response = response;
	memcpy(m->text, text, n);
}

static void
learn_tail(struct bind9_glance *g, const char *text, size_t n, bool response)
{
	const uint8_t *tail = (const uint8_t *)text;
	struct tail *t;

	if (n < TAIL_LEAST || n > TAIL_SIZE || tail_known(g, tail, n, response))
		return;
	t = &g->tail[tail_place(tail, n)];	/* the last one is forgotten */
	memmove(t + 1, t, (TAIL_WAYS - 1) * sizeof(*t));
	t->length = (uint8_t)n;
	t->response = response;
	memcpy(t->text, tail, n);
}

enum log_verdict
bind9_glance_parse(struct bind9_glance *g, const char *line, size_t length,
    struct log_fields *ret)
{
	struct bind9_layout l;
	enum log_verdict v = bind9_parse_layout(line, length, ret, &l);
	const char *after;

	if (v != LOG_QUERY || ret->truncated || ret->strange ||
	    l.echo.length == 0 || ret->port.length == 0 ||
	    l.echo.at != ret->port.at + ret->port.length + 2)
		return v;
	learn_start(g, (const uint8_t *)line, length, l.client,
	    ret->client.at != line + l.client + strlen("client "));
	after = l.echo.at + l.echo.length;
	learn_middle(g, after, (size_t)(ret->name.at - after), ret->response);
	learn_tail(g, line + l.tail, length - l.tail, ret->response);
	return v;
}
