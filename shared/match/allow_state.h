#ifndef ALLOW_STATE_H
#define ALLOW_STATE_H

/*
 * allow_state - what allow.c asks and allow_builder.c makes.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "match/allow.h"

#define ALLOW_NONE UINT32_MAX

/* A rule; texts are places in the arena. */
struct allow_stored {
	uint64_t lists;
	uint64_t line;
	int64_t expires;
	uint32_t name, author, comment, file;
	uint32_t client, client_count;
	uint32_t label, label_count;
	uint8_t name_length;
	uint8_t reach, effect;
	bool by_length;
	bool yields;		/* to bad names that are longer */
};

/* One netblock of a rule, or the rule where it is for all clients. */
struct allow_entry {
	uint32_t rule;
	uint32_t client;	/* ALLOW_NONE: all */
	uint32_t parent;	/* entry; ALLOW_NONE: there is none */
};

/* The entries of one name. */
struct allow_group {
	uint32_t first, count;
};

struct allow_slot {
	uint32_t tag;		/* high half of the hash */
	uint32_t group;		/* and one; 0: empty */
};

/* Something that grows: used and room, in items. */
struct allow_size {
	size_t used, room;
};

struct allow {
	struct allow_stored *rules;
	struct netblock *clients;
	struct allow_entry *entries;
	char *arena;		/* texts with their NULs, and names */
	uint32_t *label_places;
	struct allow_size rule_size, client_size, entry_size, arena_size;
	struct allow_size label_size;
	/* from here on made by allow_builder_finish */
	const char **labels;
	struct allow_group *groups;
	struct allow_slot *slots;
	uint64_t slot_mask;	/* slots - 1 */
	_Atomic uint64_t *held;
};

/**
 * allow_slot(a, wire, length):
 * Find the slot of a name, or the empty one where it would go.
 */
struct allow_slot *allow_slot(const struct allow *a, const void *wire,
    size_t length);

/**
 * allow_compare_base(a, client, at):
 * Where does the netblock of an entry start, before ${at} (below 0), there or
 * behind?  Entries for all clients start before any; NULL is where they do.
 */
int allow_compare_base(const struct allow *a, uint32_t client,
    const struct address *at);

/**
 * allow_holds_address(a, e, address):
 * Does the netblock of ${e} hold ${address}?
 */
bool allow_holds_address(const struct allow *a, const struct allow_entry *e,
    const struct address *address);

#endif /* !ALLOW_STATE_H */
