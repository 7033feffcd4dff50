#include "match/allow.h"

#include <stdlib.h>
#include <string.h>

#include "match/allow_state.h"
#include "match/name_hash.h"

/* --- what the builder uses, too ------------------------------------------ */

struct allow_slot *
allow_slot(const struct allow *a, const void *wire, size_t length)
{
	uint64_t hash = name_hash(wire, length);
	uint32_t tag = (uint32_t)(hash >> 32);

	for (uint64_t i = hash & a->slot_mask;; i = (i + 1) & a->slot_mask) {
		struct allow_slot *slot = &a->slots[i];
		const struct allow_stored *r;

		if (slot->group == 0)
			return slot;
		if (slot->tag != tag)
			continue;
		r = &a->rules[a->entries[
		    a->groups[slot->group - 1].first].rule];
		if (r->name_length == length &&
		    memcmp(a->arena + r->name, wire, length) == 0)
			return slot;
	}
}

int
allow_compare_base(const struct allow *a, uint32_t client,
    const struct address *at)
{
	const struct netblock *n;

	if (client == ALLOW_NONE)
		return at == NULL ? 0 : -1;
	if (at == NULL)
		return 1;
	n = &a->clients[client];
	if (n->base.family != at->family)
		return n->base.family < at->family ? -1 : 1;
	return memcmp(n->base.bytes, at->bytes, sizeof(at->bytes));
}

/* Are the first ${bits} of both the same? */
static bool
same_bits(const uint8_t *x, const uint8_t *y, unsigned bits)
{
	unsigned octets = bits / 8, rest = bits % 8;

	return memcmp(x, y, octets) == 0 &&
	    (rest == 0 || ((x[octets] ^ y[octets]) >> (8 - rest)) == 0);
}

bool
allow_holds_address(const struct allow *a, const struct allow_entry *e,
    const struct address *address)
{
	const struct netblock *n;

	if (e->client == ALLOW_NONE)
		return true;
	n = &a->clients[e->client];
	return n->base.family == address->family &&
	    same_bits(n->base.bytes, address->bytes, n->prefix);
}

/* --- asking -------------------------------------------------------------- */

/* Does ${r}, whose name and clients are right, hold?  ${whole}: its name is
 * the whole of the name found. */
static bool
holds(const struct allow_stored *r, const struct allow_hit *hit, bool whole)
{
	if ((r->lists & hit->lists) == 0 || hit->now >= r->expires)
		return false;
	if (whole ? r->reach == ALLOW_BELOW : r->reach == ALLOW_EXACT)
		return false;
	return !r->yields ||
	    (r->name_length > 1 && r->name_length >= hit->entry_length);
}

/* Does rule ${x} go before ${y}, which may be ALLOW_NONE? */
static bool
goes_before(const struct allow *a, uint32_t x, uint32_t y)
{
	const struct allow_stored *rx = &a->rules[x], *ry;

	if (y == ALLOW_NONE)
		return true;
	ry = &a->rules[y];
	if ((rx->client_count > 0) != (ry->client_count > 0))
		return rx->client_count > 0;
	if (rx->effect != ry->effect)
		return rx->effect > ry->effect;
	if (rx->name_length != ry->name_length)
		return rx->name_length > ry->name_length;
	if (rx->expires != ry->expires)
		return rx->expires > ry->expires;
	return x < y;
}

/* The last entry of ${g} that does not start behind ${client}; ALLOW_NONE if
 * all do. */
static uint32_t
last_entry(const struct allow *a, const struct allow_group *g,
    const struct address *client)
{
	uint32_t low = g->first, high = g->first + g->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (allow_compare_base(a, a->entries[middle].client, client) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > g->first ? low - 1 : ALLOW_NONE;
}

/* The rule of group ${g}, or ${best}, that goes before all others. */
static uint32_t
best_of_group(const struct allow *a, const struct allow_group *g,
    const struct allow_hit *hit, bool whole, uint32_t best)
{
	uint32_t i = last_entry(a, g, hit->client);

	for (; i != ALLOW_NONE; i = a->entries[i].parent) {
		const struct allow_entry *e = &a->entries[i];

		if (allow_holds_address(a, e, hit->client) &&
		    holds(&a->rules[e->rule], hit, whole) &&
		    goes_before(a, e->rule, best))
			best = e->rule;
	}
	return best;
}

bool
allow_look(const struct allow *a, const struct allow_hit *hit,
    struct allow_found *ret)
{
	const struct dns_name *name = hit->name;
	uint32_t best = ALLOW_NONE;
	size_t at = 0;

	if (a->rule_size.used == 0)
		return false;
	/* The name, each parent, and at last the root. */
	for (;; at += name->wire[at] + 1u) {
		const struct allow_slot *slot = allow_slot(a, name->wire + at,
		    name->length - at);

		if (slot->group != 0)
			best = best_of_group(a, &a->groups[slot->group - 1],
			    hit, at == 0, best);
		if (name->wire[at] == 0)
			break;
	}
	if (best == ALLOW_NONE)
		return false;
	ret->rule = best;
	ret->effect = (enum allow_effect)a->rules[best].effect;
	ret->held = hit->lists & a->rules[best].lists;
	ret->left = hit->lists & ~a->rules[best].lists;
	return true;
}

bool
allow_find(const struct allow *a, const struct allow_hit *hit,
    struct allow_found *ret)
{
	if (!allow_look(a, hit, ret))
		return false;
	atomic_fetch_add_explicit(&a->held[ret->rule], 1,
	    memory_order_relaxed);
	return true;
}

/* --- telling ------------------------------------------------------------- */

size_t
allow_count(const struct allow *a)
{
	return a->rule_size.used;
}

void
allow_rule(const struct allow *a, size_t i, struct allow_rule *ret)
{
	const struct allow_stored *r = &a->rules[i];

	*ret = (struct allow_rule){
		.reach = (enum allow_reach)r->reach,
		.by_length = r->by_length,
		.effect = (enum allow_effect)r->effect,
		.lists = r->lists,
		.clients = r->client_count > 0 ? a->clients + r->client : NULL,
		.client_count = r->client_count,
		.expires = r->expires,
		.labels = a->labels + r->label,
		.label_count = r->label_count,
		.author = a->arena + r->author,
		.comment = a->arena + r->comment,
		.file = a->arena + r->file,
		.line = r->line
	};
	ret->name.length = r->name_length;
	memcpy(ret->name.wire, a->arena + r->name, r->name_length);
}

uint64_t
allow_held(const struct allow *a, size_t i)
{
	return atomic_load_explicit(&a->held[i], memory_order_relaxed);
}

bool
allow_expired(const struct allow *a, size_t i, int64_t now)
{
	return now >= a->rules[i].expires;
}

void
allow_free(struct allow *a)
{
	if (a == NULL)
		return;
	free(a->rules);
	free(a->clients);
	free(a->entries);
	free(a->arena);
	free(a->label_places);
	free(a->labels);
	free(a->groups);
	free(a->slots);
	free(a->held);
	free(a);
}
