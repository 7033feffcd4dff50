#include "formats/bind9_glance.h"

#include <stdlib.h>

#include "formats/bind9.h"
#include "formats/swar.h"

/*
 * Pointers, not a cursor, walk the line here: this is most of the program's
 * work.  Each step says how many bytes it has to have; unit tests put lines
 * against an unreadable page, and a fuzz target holds this file against
 * bind9_parse.
 */

#define START_WORDS 16		/* of the longest start that is remembered */
#define MIDDLES 4
#define MIDDLE_SIZE 60
#define TAILS 1024		/* a power of two */
#define TAIL_WAYS 4		/* places where one may be */
#define TAIL_LEAST 16
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

/* Eight bytes of a start.  A byte fits if, after XOR with ${want}, adding
 * ${add} does not carry into its top bit: at most 9 where a digit may
 * stand, only 0 elsewhere. */
struct start_word {
	uint64_t want, add, mask;
};

struct bind9_glance {
	size_t start;		/* length of the start; SIZE_MAX: none */
	size_t words;
	bool pointer;		/* the start ends in "@0x" */
	struct start_word word[START_WORDS];
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

/* Are both the same ${n} bytes? */
static inline bool
same(const uint8_t *a, const uint8_t *b, size_t n)
{
	uint64_t differ = 0;
	size_t i = 0;

	if (n < 8) {
		for (; i < n; i++)
			differ |= a[i] ^ b[i];
		return differ == 0;
	}
	for (; i + 8 <= n; i += 8)
		differ |= swar_load(a + i) ^ swar_load(b + i);
	return (differ | (swar_load(a + n - 8) ^ swar_load(b + n - 8))) == 0;
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
		    memcmp(t->text, tail, n) == 0)
			return true;
	}
	return false;
}

/* Read ${n} digits at ${at}, of which four bytes may be read, as a part of
 * an IPv4 address.  Not 0 in ${bad} if it is none. */
static inline uint8_t
octet_at(const uint8_t *at, size_t n, uint32_t *bad)
{
	static const uint8_t least[4] = { 0, 0, 10, 100 };
	unsigned shift = (32 - 8 * (unsigned)n) & 31;
	uint32_t w = (uint32_t)swar_load32(at) << shift, value;

	w ^= UINT32_C(0x30303030) << shift;
	value = (w >> 8 & 0xFF) * 100 + (w >> 16 & 0xFF) * 10 + (w >> 24);
	*bad |= ((w | (w + UINT32_C(0x76767676))) & UINT32_C(0x80808080)) |
	    (n - 1 > 2) | (value < least[n & 3]) | (value > 255);
	return (uint8_t)value;
}

/* The length of the one to five digits at ${at}, of which eight bytes may be
 * read, if a space follows and they make a port; else 0. */
static inline size_t
port_at(const uint8_t *at)
{
	uint64_t w = swar_load(at), space = swar_equal(w, ' ');
	size_t n;
	unsigned shift;

	if (space == 0 || (n = swar_first(space)) - 1 > 4)
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
	uint64_t low, high;
	uint32_t marks, bad = 0;
	size_t p[4], n;

	if (end - at < 24)
		return NULL;
	low = swar_load(at);
	high = swar_load(at + 8);
	marks = swar_bits(swar_equal(low, '.') | swar_equal(low, '#')) |
	    swar_bits(swar_equal(high, '.') | swar_equal(high, '#')) << 8;
	for (int i = 0; i < 4; i++, marks &= marks - 1) {
		if (marks == 0)
			return NULL;
		p[i] = (size_t)__builtin_ctz(marks);
	}
	bad |= (at[p[0]] ^ '.') | (at[p[1]] ^ '.') | (at[p[2]] ^ '.') |
	    (at[p[3]] ^ '#');
	ret[0] = octet_at(at, p[0], &bad);
	ret[1] = octet_at(at + p[0] + 1, p[1] - p[0] - 1, &bad);
	ret[2] = octet_at(at + p[1] + 1, p[2] - p[1] - 1, &bad);
	ret[3] = octet_at(at + p[2] + 1, p[3] - p[2] - 1, &bad);
	at += p[3] + 1;
	n = port_at(at);
	return bad != 0 || n == 0 ? NULL : at + n;
}

/* Step over hexadecimal digits and the space after them; NULL if that is not
 * what comes. */
static inline const uint8_t *
pointer_at(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *first = at;

	for (; end - at >= 8; at += 8) {
		uint64_t w = swar_load(at), lower = w | SWAR_ALL(0x20);
		uint64_t hex = (swar_from(w & ~SWAR_HIGH, '0') &
		    ~swar_from(w & ~SWAR_HIGH, '9' + 1)) |
		    (swar_from(lower & ~SWAR_HIGH, 'a') &
		    ~swar_from(lower & ~SWAR_HIGH, 'f' + 1));
		uint64_t other = (~hex | w) & SWAR_HIGH;

		if (other == 0)
			continue;
		at += swar_first(other);
		return at > first && *at == ' ' ? at + 1 : NULL;
	}
	return NULL;
}

/* Close the label that starts at ${label} and ends before ${out}. */
static inline bool
close_label(uint8_t *label, const uint8_t *out)
{
	ptrdiff_t n = out - label - 1;

	*label = (uint8_t)n;
	return n >= 1 && n <= DNS_LABEL_MAX;
}

/*
 * Read the name at ${at} up to its closing parenthesis, as name_is_plain and
 * dns_name_from_text do, but without escapes and without a final dot.
 * Return its length as text, or 0 if it is not so plain.  Eight bytes at a
 * time it goes to lower case and into the wire form, one place on; then,
 * 64 at a time, a length goes over each dot.
 */
static inline size_t
name_at(const uint8_t *at, const uint8_t *end, struct dns_name *ret)
{
	uint8_t *label = ret->wire, *out = ret->wire + 1;
	uint64_t w, upper, dots = 0, stop = 0;
	size_t n = 0, base = 0;

	while (n <= DNS_NAME_MAX - 16 && end - at >= (ptrdiff_t)n + 8) {
		w = swar_load(at + n);
		stop = swar_equal(w, ')') | swar_equal(w, '\\') |
		    ((~swar_from(w & ~SWAR_HIGH, 0x21) |
		    swar_from(w & ~SWAR_HIGH, 0x7F) | w) & SWAR_HIGH);
		upper = swar_from(w & ~SWAR_HIGH, 'A') &
		    ~swar_from(w & ~SWAR_HIGH, 'Z' + 1);
		swar_store(out + n, w | upper >> 2);
		dots |= (uint64_t)swar_bits(swar_equal(w, '.')) << (n - base);
		if (stop != 0) {
			n += swar_first(stop);
			dots &= (UINT64_C(1) << (n - base)) - 1;
		} else {
			n += 8;
			if (n - base < 64)
				continue;
		}
		for (; dots != 0; dots &= dots - 1) {
			uint8_t *dot = out + base + __builtin_ctzll(dots);

			if (!close_label(label, dot))
				return 0;
			label = dot;
		}
		if (stop != 0)
			break;
		base = n;
	}
	if (stop == 0 || at[n] != ')' || !close_label(label, out + n))
		return 0;
	out[n] = 0;
	ret->length = (uint8_t)(n + 2);
	return n;
}

/* Does the line begin as remembered?  It has all the words' bytes. */
static inline bool
start_known(const struct bind9_glance *g, const uint8_t *at)
{
	uint64_t bad = 0;

	for (size_t i = 0; i < g->words; i++) {
		const struct start_word *s = &g->word[i];
		uint64_t x = swar_load(at + 8 * i) ^ s->want;

		bad |= (x | (x + s->add)) & s->mask;
	}
	return bad == 0;
}

bool
bind9_glance_look(const struct bind9_glance *g, const char *line,
    size_t length, struct bind9_glimpse *ret)
{
	const uint8_t *at = (const uint8_t *)line, *end = at + length;
	const uint8_t *first;
	const struct middle *m;
	size_t n;

	if (g->start > length || length - g->start < 16 ||
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
	n = name_at(first, end, &ret->qname);
	if (n == 0 || text_is((struct text){ (const char *)first, n },
	    "<unknown>"))
		return false;
	at = first + n;
	for (m = g->middle; ; m++) {
		if (m == g->middle + MIDDLES || m->length == 0)
			return false;
		if ((size_t)(end - at) >= m->length + n &&
		    same(at, m->text, m->length))
			break;
	}
	at += m->length;
	if (memcmp(at, first, n) != 0)
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
	struct start_word word[START_WORDS] = { { 0, 0, 0 } };
	size_t start = prefix + strlen("client ") +
	    (pointer ? strlen("@0x") : 0);

	if (start + 16 > length || start > sizeof(uint64_t) * START_WORDS ||
	    (g->start == start && g->pointer == pointer &&
	    start_known(g, line)))
		return;
	for (size_t i = 0; i < start; i++) {
		bool digit = i < prefix &&
		    (text_classes[line[i]] & TEXT_DIGIT) != 0;
		unsigned shift = 8 * (unsigned)(i % 8);
		struct start_word *s = &word[i / 8];

		s->want |= (uint64_t)(digit ? '0' : line[i]) << shift;
		s->add |= (uint64_t)(digit ? 0x76 : 0x7F) << shift;
		s->mask |= UINT64_C(0x80) << shift;
	}
	memcpy(g->word, word, sizeof(word));
	g->words = (start + 7) / 8;
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
