#include "hits/coalescer.h"

#include <stdlib.h>
#include <string.h>

#include "match/name_hash.h"

#define LATE INT64_C(120000000)	/* microseconds that a hit may come behind */

struct waiting {
	uint64_t hash;
	bool merged;		/* something came after the first */
	struct hit hit;		/* its n counts the repeats, not the first */
};

struct coalescer {
	int64_t window;
	int64_t end;		/* of the window; meaningless while empty */
	uint64_t full;
	uint64_t line;		/* of the last hit */
	bool held;
	coalescer_out *fn;
	coalescer_ended *ended;	/* or NULL */
	void *ctx;
	size_t count, capacity;
	uint64_t index_mask;
	uint32_t *index;	/* number of a waiting hit plus 1; 0: none */
	struct waiting *waiting;
};

struct coalescer *
coalescer_new(size_t capacity, int64_t window, coalescer_out *fn, void *ctx)
{
	struct coalescer *c = calloc(1, sizeof(*c));
	uint64_t slots = 2;

	if (c == NULL)
		return NULL;
	while (slots < 2 * capacity)
		slots *= 2;
	c->window = window;
	c->fn = fn;
	c->ctx = ctx;
	c->capacity = capacity;
	c->index_mask = slots - 1;
	c->index = calloc(slots, sizeof(*c->index));
	c->waiting = calloc(capacity, sizeof(*c->waiting));
	if (c->index == NULL || c->waiting == NULL) {
		coalescer_free(c);
		return NULL;
	}
	return c;
}

void
coalescer_tell(struct coalescer *c, coalescer_ended *fn)
{
	c->ended = fn;
}

void
coalescer_hold(struct coalescer *c, bool held)
{
	c->held = held;
}

static uint64_t
hash_of(const struct hit *h)
{
	const struct query *q = &h->query;

	return name_hash(q->qname.wire, q->qname.length) ^
	    name_hash(q->client.bytes, sizeof(q->client.bytes)) * 3 ^
	    name_hash(q->server.bytes, sizeof(q->server.bytes)) * 5 ^
	    name_hash(&q->qtype, sizeof(q->qtype)) * 7;
}

static bool
same_entry(const struct hit *a, const struct hit *b)
{
	if (a->where != b->where)
		return false;
	if (a->where == HIT_ADDRESS)
		return a->block.prefix == b->block.prefix &&
		    address_equal(&a->block.base, &b->block.base);
	if (a->match != b->match && (hit_is_pattern(a) || hit_is_pattern(b)))
		return false;
	return hit_is_pattern(a) ? strcmp(a->pattern, b->pattern) == 0 :
	    dns_name_equal(&a->entry, &b->entry);
}

static bool
same_hit(const struct hit *a, const struct hit *b)
{
	return a->generation == b->generation &&
	    a->query.qtype == b->query.qtype &&
	    (a->query.qtype >= 0 ||
	    strcmp(a->query.qtype_token, b->query.qtype_token) == 0) &&
	    address_equal(&a->query.client, &b->query.client) &&
	    address_equal(&a->query.server, &b->query.server) &&
	    dns_name_equal(&a->query.qname, &b->query.qname) &&
	    same_entry(a, b);
}

/* The place in the index of ${h}, or the empty one where it would go. */
static uint32_t *
find(struct coalescer *c, const struct hit *h, uint64_t hash)
{
	for (uint64_t i = hash & c->index_mask;; i = (i + 1) & c->index_mask) {
		const struct waiting *w;

		if (c->index[i] == 0)
			return &c->index[i];
		w = &c->waiting[c->index[i] - 1];
		if (w->hash == hash && same_hit(&w->hit, h))
			return &c->index[i];
	}
}

/* A hit of no query adds its response; that is also what is new when the one
 * before it had none. */
static void
merge(struct waiting *w, const struct hit *h)
{
	struct hit *into = &w->hit;
	uint64_t line = into->query.line;
	bool first = !w->merged;

	w->merged = true;
	if (first) {
		*into = *h;
		/* That of the first hit is in order of arrival. */
		into->query.line = line;
		return;
	}
	if (h->query.has_rcode && !into->query.has_rcode)
		hit_take_response(into, h);
	if (h->n == 0)
		return;
	if (into->n == 0) {
		into->first = h->first;
		into->last = h->last;
	}
	into->n += h->n;
	if (h->first < into->first)
		into->first = h->first;
	if (h->last > into->last)
		into->last = h->last;
}

void
coalescer_add(struct coalescer *c, const struct hit *h)
{
	uint64_t hash = hash_of(h);
	uint32_t *place;

	coalescer_advance(c, h->last);
	if (c->window == 0) {
		c->fn(c->ctx, h);
		if (c->ended != NULL)
			c->ended(c->ctx, h->query.line);
		return;
	}
	place = find(c, h, hash);
	if (*place != 0) {
		c->line = h->query.line;
		merge(&c->waiting[*place - 1], h);
		return;
	}
	if (c->count == c->capacity) {
		c->full++;
		coalescer_flush(c);
		place = find(c, h, hash);
	}
	if (c->count == 0)
		c->end = h->last + c->window;
	c->waiting[c->count].hash = hash;
	c->waiting[c->count].hit = *h;
	c->waiting[c->count].merged = false;
	*place = (uint32_t)++c->count;
	c->line = h->query.line;
	c->fn(c->ctx, h);
}

void
coalescer_advance(struct coalescer *c, int64_t now)
{
	/* Long before it began: another capture, or a clock set back. */
	if (c->count > 0 && !c->held &&
	    (now >= c->end || now < c->end - 2 * c->window - LATE))
		coalescer_flush(c);
}

void
coalescer_flush(struct coalescer *c)
{
	if (c->count == 0)
		return;
	for (size_t i = 0; i < c->count; i++) {
		if (!c->waiting[i].merged)
			continue;
		c->waiting[i].hit.window = c->line;
		c->fn(c->ctx, &c->waiting[i].hit);
	}
	memset(c->index, 0, (c->index_mask + 1) * sizeof(*c->index));
	c->count = 0;
	if (c->ended != NULL)
		c->ended(c->ctx, c->line);
}

bool
coalescer_open(const struct coalescer *c)
{
	return c->count > 0;
}

uint64_t
coalescer_full(const struct coalescer *c)
{
	return c->full;
}

void
coalescer_free(struct coalescer *c)
{
	if (c == NULL)
		return;
	free(c->index);
	free(c->waiting);
	free(c);
}
