#include "formats/bind9_glance.h"

#include <stdlib.h>

#include "formats/bind9.h"
#include "formats/bind9_look.h"

/* Where the digits go of an address whose parts are ${length[]} long. */
static void
spread_digits(const unsigned length[4], uint8_t ret[BLOCK_SIZE])
{
	uint8_t at = 0;

	memset(ret, 0x80, BLOCK_SIZE);		/* a zero */
	for (unsigned i = 0; i < 4; i++, at++) {
		for (unsigned k = 0; k < length[i]; k++)
			ret[4 * i + 4 - length[i] + k] = at++;
	}
}

static bool
machine_is_wide(void)
{
#ifdef __x86_64__
	return __builtin_cpu_supports("avx2") &&
	    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
#else
	return false;
#endif
}

struct bind9_glance *
bind9_glance_new(void)
{
	struct bind9_glance *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	g->start = SIZE_MAX;
	g->look = machine_is_wide() ? bind9_look_wide : bind9_look;
	for (unsigned i = 0; i < 256; i++)
		spread_digits((unsigned[]){ i & 3, i >> 2 & 3, i >> 4 & 3,
		    i >> 6 }, g->spread[i]);
	return g;
}

void
bind9_glance_free(struct bind9_glance *g)
{
	free(g);
}

const uint8_t *
bind9_glance_look(const struct bind9_glance *g, const uint8_t *at,
    const uint8_t *end, struct bind9_glimpse *ret)
{
	return g->look(g, at, end, ret);
}

/* Of what was seen, nothing else ends the name. */
static uint32_t
parentheses(block b)
{
	return block_bits(block_equal(b, ')'));
}

bool
bind9_glance_name(const struct bind9_glimpse *seen, struct dns_name *ret)
{
	const uint8_t *at = (const uint8_t *)seen->name.at;
	size_t n = seen->name.length;

	/* A tail follows, of a block at least. */
	return plain_name_read(at, at + n + BLOCK_SIZE, parentheses, ret) ==
	    n;
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
