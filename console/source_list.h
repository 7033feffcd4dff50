#ifndef SOURCE_LIST_H
#define SOURCE_LIST_H

/*
 * source_list - the front ends and consumers that Redis knows, and what each
 * has told of itself (qw:source:NAME and qw:{alarms}:sources,
 * querywatch-streams(7)).
 */

#include <stddef.h>
#include <stdint.h>

struct command_redis;

enum source_state { SOURCE_RUNNING, SOURCE_STOPPED, SOURCE_SILENT };

struct source_field {
	char *key, *value;
};

struct source {
	char name[65];
	enum source_state state;
	int64_t seen;			/* when it told last; 0: not known */
	size_t count;
	struct source_field *field;	/* of its record, if there is one */
};

/* Plain data; source_list_free ends it. */
struct source_list {
	size_t count;
	struct source *at;		/* by name */
};

/**
 * source_list_read(r, ret):
 * Fill ${ret}, which the caller frees.  Return 0, or -1 after having said what
 * is wrong.
 */
int source_list_read(struct command_redis *r, struct source_list *ret);

/**
 * source_list_value(s, key):
 * Return the value of that field, "" if there is none; borrowed from ${s}.
 */
const char *source_list_value(const struct source *s, const char *key);

/**
 * source_list_word(state):
 * Return running, stopped or silent.
 */
const char *source_list_word(enum source_state state);

/**
 * source_list_free(l):
 * Free what ${l} holds, not ${l} itself.
 */
void source_list_free(struct source_list *l);

#endif /* !SOURCE_LIST_H */
