#include <stdlib.h>
#include <string.h>

#include "match/allow.h"
#include "match/allow_state.h"
#include "match/name_hash.h"

/* A builder is rules of which nothing is sorted yet. */
struct allow_builder {
	struct allow *a;
};

/* --- adding -------------------------------------------------------------- */

struct allow_builder *
allow_builder_new(void)
{
	struct allow_builder *b = calloc(1, sizeof(*b));
	struct allow *a = calloc(1, sizeof(*a));
	char *arena = calloc(1, 64);

	if (b == NULL || a == NULL || arena == NULL) {
		free(b);
		free(a);
		free(arena);
		return NULL;
	}
	/* Place 0 is the empty text. */
	a->arena = arena;
	a->arena_size = (struct allow_size){ 1, 64 };
	b->a = a;
	return b;
}

/* Room for ${count} more items of ${item} octets behind those in ${array},
 * which stays as it is if NULL is returned. */
static void *
grow(void *array, struct allow_size *size, size_t count, size_t item,
    size_t most)
{
	size_t larger = size->room + size->room / 2 + count + 16;
	void *grown;

	if (size->used + count > most)
		return NULL;
	if (array != NULL && size->used + count <= size->room)
		return array;
	if ((grown = realloc(array, larger * item)) != NULL)
		size->room = larger;
	return grown;
}

/* Copy ${length} octets into the arena; -1 if there is no room. */
static int
add_octets(struct allow *a, const void *octets, size_t length, uint32_t *ret)
{
	char *arena = grow(a->arena, &a->arena_size, length, 1, UINT32_MAX);

	if (arena == NULL)
		return -1;
	a->arena = arena;
	memcpy(arena + a->arena_size.used, octets, length);
	*ret = (uint32_t)a->arena_size.used;
	a->arena_size.used += length;
	return 0;
}

static int
add_text(struct allow *a, const char *text, uint32_t *ret)
{
	*ret = 0;
	return *text == '\0' ? 0 : add_octets(a, text, strlen(text) + 1, ret);
}

/* The name of a file that the rule before is from, too, is there already. */
static int
add_file(struct allow *a, const char *file, uint32_t *ret)
{
	if (a->rule_size.used > 0) {
		*ret = a->rules[a->rule_size.used - 1].file;
		if (strcmp(a->arena + *ret, file) == 0)
			return 0;
	}
	return add_text(a, file, ret);
}

static int
add_labels(struct allow *a, const struct allow_rule *rule)
{
	uint32_t *places = grow(a->label_places, &a->label_size,
	    rule->label_count, sizeof(*places), UINT32_MAX);

	if (places == NULL)
		return -1;
	a->label_places = places;
	for (size_t i = 0; i < rule->label_count; i++) {
		if (add_text(a, rule->labels[i],
		    &places[a->label_size.used + i]) != 0)
			return -1;
	}
	return 0;
}

/* The rule's netblocks, and an entry for each, or one for all clients. */
static int
add_clients(struct allow *a, const struct allow_rule *rule)
{
	size_t count = rule->client_count;
	struct netblock *clients = grow(a->clients, &a->client_size, count,
	    sizeof(*clients), ALLOW_RULES_MAX);
	struct allow_entry *entries = grow(a->entries, &a->entry_size,
	    count + 1, sizeof(*entries), 2 * (size_t)ALLOW_RULES_MAX);

	a->clients = clients != NULL ? clients : a->clients;
	a->entries = entries != NULL ? entries : a->entries;
	if (clients == NULL || entries == NULL)
		return -1;
	entries += a->entry_size.used;
	for (size_t i = 0; i < count; i++) {
		clients[a->client_size.used + i] = rule->clients[i];
		entries[i] = (struct allow_entry){ (uint32_t)a->rule_size.used,
		    (uint32_t)(a->client_size.used + i), ALLOW_NONE };
	}
	if (count == 0)
		entries[0] = (struct allow_entry){ (uint32_t)a->rule_size.used,
		    ALLOW_NONE, ALLOW_NONE };
	return 0;
}

/* All that ${rule} is.  What stays behind of a failure is not in use yet. */
int
allow_builder_add(struct allow_builder *b, const struct allow_rule *rule)
{
	struct allow *a = b->a;
	struct allow_stored *rules = grow(a->rules, &a->rule_size, 1,
	    sizeof(*rules), ALLOW_RULES_MAX);
	struct allow_stored made = {
		.lists = rule->lists, .line = rule->line,
		.expires = rule->expires,
		.client = (uint32_t)a->client_size.used,
		.client_count = (uint32_t)rule->client_count,
		.label = (uint32_t)a->label_size.used,
		.label_count = (uint32_t)rule->label_count,
		.name_length = rule->name.length,
		.reach = (uint8_t)rule->reach, .effect = (uint8_t)rule->effect,
		.by_length = rule->by_length,
		.yields = rule->by_length || (rule->client_count == 0 &&
		    rule->lists == ALLOW_ALL_LISTS)
	};

	if (rules == NULL)
		return -1;
	a->rules = rules;
	if (add_octets(a, rule->name.wire, rule->name.length,
	    &made.name) != 0 ||
	    add_text(a, rule->author, &made.author) != 0 ||
	    add_text(a, rule->comment, &made.comment) != 0 ||
	    add_file(a, rule->file, &made.file) != 0 ||
	    add_labels(a, rule) != 0 || add_clients(a, rule) != 0)
		return -1;
	a->client_size.used += rule->client_count;
	a->entry_size.used += rule->client_count > 0 ? rule->client_count : 1;
	a->label_size.used += rule->label_count;
	a->rules[a->rule_size.used++] = made;
	return 0;
}

/* --- sorting ------------------------------------------------------------- */

static int
compare_names(const struct allow *a, const struct allow_stored *x,
    const struct allow_stored *y)
{
	if (x->name_length != y->name_length)
		return x->name_length < y->name_length ? -1 : 1;
	return memcmp(a->arena + x->name, a->arena + y->name, x->name_length);
}

static int
compare_clients(const struct allow *a, uint32_t x, uint32_t y)
{
	int order = allow_compare_base(a, x,
	    y == ALLOW_NONE ? NULL : &a->clients[y].base);

	if (order != 0 || x == ALLOW_NONE || y == ALLOW_NONE)
		return order;
	return a->clients[x].prefix - a->clients[y].prefix;
}

/* Entries that only differ in their expiry are alike: 0. */
static int
compare_alike(const struct allow *a, const struct allow_entry *x,
    const struct allow_entry *y)
{
	const struct allow_stored *rx = &a->rules[x->rule];
	const struct allow_stored *ry = &a->rules[y->rule];
	int order = compare_names(a, rx, ry);

	if (order == 0)
		order = compare_clients(a, x->client, y->client);
	if (order == 0)
		order = rx->reach - ry->reach;
	if (order == 0)
		order = rx->effect - ry->effect;
	if (order == 0)
		order = rx->yields - ry->yields;
	if (order == 0 && rx->lists != ry->lists)
		order = rx->lists < ry->lists ? -1 : 1;
	return order;
}

static int
compare_entries(const void *left, const void *right, void *ctx)
{
	const struct allow *a = ctx;
	const struct allow_entry *x = left, *y = right;
	int64_t ex = a->rules[x->rule].expires, ey = a->rules[y->rule].expires;
	int order = compare_alike(a, x, y);

	if (order != 0)
		return order;
	if (ex != ey)
		return ex > ey ? -1 : 1;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

/* Sort the entries and keep of those alike the one that goes before. */
static void
sort_entries(struct allow *a)
{
	size_t kept = 0;

	if (a->entry_size.used == 0)
		return;
	qsort_r(a->entries, a->entry_size.used, sizeof(*a->entries),
	    compare_entries, a);
	for (size_t i = 0; i < a->entry_size.used; i++) {
		if (kept == 0 || compare_alike(a, &a->entries[kept - 1],
		    &a->entries[i]) != 0)
			a->entries[kept++] = a->entries[i];
	}
	a->entry_size.used = kept;
}

/* What the entry ${i}, of the group that begins at ${first}, lies in.  As
 * netblocks nest or are apart, it is the one before it or further up from
 * there; a wider one starts at the same place or before, and comes first. */
static uint32_t
find_parent(const struct allow *a, uint32_t first, uint32_t i)
{
	uint32_t client = a->entries[i].client;
	uint32_t up = i > first ? i - 1 : ALLOW_NONE;

	while (up != ALLOW_NONE && client != ALLOW_NONE &&
	    !allow_holds_address(a, &a->entries[up], &a->clients[client].base))
		up = a->entries[up].parent;
	return up;
}

/* --- names --------------------------------------------------------------- */

/* Make a group of the entries from ${first} on that have one name; how many
 * are they? */
static uint32_t
make_group(struct allow *a, uint32_t number, uint32_t first)
{
	const struct allow_stored *r = &a->rules[a->entries[first].rule];
	const char *name = a->arena + r->name;
	struct allow_slot *slot = allow_slot(a, name, r->name_length);
	uint32_t i = first;

	for (; i < a->entry_size.used && compare_names(a, r,
	    &a->rules[a->entries[i].rule]) == 0; i++)
		a->entries[i].parent = find_parent(a, first, i);
	a->groups[number] = (struct allow_group){ first, i - first };
	slot->tag = (uint32_t)(name_hash(name, r->name_length) >> 32);
	slot->group = number + 1;
	return i - first;
}

/* Nothing is moved after this, so that labels can be pointed to. */
static int
build(struct allow *a)
{
	uint64_t slots = 1;
	uint32_t first = 0;

	sort_entries(a);
	while (slots < 2 * a->entry_size.used + 1)
		slots *= 2;
	a->slot_mask = slots - 1;
	a->slots = calloc(slots, sizeof(*a->slots));
	a->groups = calloc(a->entry_size.used + 1, sizeof(*a->groups));
	a->labels = calloc(a->label_size.used + 1, sizeof(*a->labels));
	a->held = calloc(a->rule_size.used + 1, sizeof(*a->held));
	if (a->slots == NULL || a->groups == NULL || a->labels == NULL ||
	    a->held == NULL)
		return -1;
	for (uint32_t number = 0; first < a->entry_size.used; number++)
		first += make_group(a, number, first);
	for (size_t i = 0; i < a->label_size.used; i++)
		a->labels[i] = a->arena + a->label_places[i];
	return 0;
}

struct allow *
allow_builder_finish(struct allow_builder *b)
{
	struct allow *a = b->a;

	if (build(a) != 0) {
		allow_builder_free(b);
		return NULL;
	}
	free(b);
	return a;
}

void
allow_builder_free(struct allow_builder *b)
{
	if (b == NULL)
		return;
	allow_free(b->a);
	free(b);
}
