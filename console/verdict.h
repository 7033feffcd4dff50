#ifndef VERDICT_H
#define VERDICT_H

/*
 * verdict - what would become of a query, and all that has a say in it.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/address.h"
#include "match/rules_view.h"

struct config;

enum verdict_word { VERDICT_HIT, VERDICT_ALLOWED, VERDICT_IGNORED,
    VERDICT_CLEAN };

/* Who asks what; all is borrowed. */
struct verdict_question {
	const struct rules *rules;
	const struct config *config;
	const char *text;		/* the name, as it was given */
	struct rules_question about;
	const struct address *address;	/* in an answer, in place of a name;
					   or NULL */
};

struct verdict_entry {
	struct rules_view_entry entry;
	struct netblock netblock;	/* of an address; family 0: a name */
	struct list_condition condition;
	bool excepted;			/* holds, but for its list's exception */
	bool counts;			/* holds, and no longer one does */
};

struct verdict {
	enum verdict_word word;
	enum rules_effect effect;	/* of a hit */
	enum list_severity severity;
	enum rules_client client;
	struct netblock excluded;	/* that the client is in; family 0:
					   that cannot be told */
	size_t entries, entry_room;
	struct verdict_entry *entry;	/* the longest first */
	size_t holds, hold_room;
	struct rules_view_hold *hold;
	bool failed;			/* memory was short */
};

/**
 * verdict_find(q, ret):
 * Fill ${ret}, which ends with verdict_free.  Return 0, or -1 if memory is
 * short.
 */
int verdict_find(const struct verdict_question *q, struct verdict *ret);

/**
 * verdict_free(v):
 * Free what ${v} holds, not ${v} itself.
 */
void verdict_free(struct verdict *v);

/**
 * verdict_text(q, v), verdict_json(q, v):
 * Print it, for people or as one JSON object.
 */
void verdict_text(const struct verdict_question *q, const struct verdict *v);
void verdict_json(const struct verdict_question *q, const struct verdict *v);

/**
 * verdict_cut(q, e, buf):
 * Write how ${e} matches, with a NUL: "(www).bad.example" for a name below an
 * entry, and what is not the entry's on the other side in brackets too; a
 * pattern or netblock as it is.
 */
#define VERDICT_CUT_SIZE (4 * DNS_NAME_TEXT_SIZE)
void verdict_cut(const struct verdict_question *q,
    const struct verdict_entry *e, char buf[VERDICT_CUT_SIZE]);

/**
 * verdict_word_text(word), verdict_effect_text(effect):
 * Return the word for it, never freed.
 */
const char *verdict_word_text(enum verdict_word word);
const char *verdict_effect_text(enum rules_effect effect);

#endif /* !VERDICT_H */
