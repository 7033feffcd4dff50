#ifndef ALLOW_LIST_H
#define ALLOW_LIST_H

/*
 * allow_list - a file of allow rules: names that are not bad after all, for
 * everybody, for some clients or on some lists, for good or for a time.
 *
 * With a header line it is CSV, its columns bound by name:
 *
 *	name,client,list,effect,author,comment,expires
 *	ok.example,,,,mj,"a customer's, cleaned",2027-01-31
 *	*,192.0.2.7 192.0.2.8,,no-alert,mj,the malware lab,
 *
 * Without one, a plain name a line.  A line that is no rule is refused with
 * its number and a reason.  A header that cannot be used refuses the whole
 * file: without a column that was meant to limit them, rules would hold for
 * more than they should.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/address.h"
#include "core/dns_name.h"
#include "lists/list.h"

#define ALLOW_LIST_CLIENTS 64	/* netblocks of one rule */
#define ALLOW_LIST_LABELS 64	/* lists of one rule */

/* What becomes of a hit that a rule holds back, the weakest first. */
enum allow_effect {
	ALLOW_NO_ACTION,	/* recorded and alerted, no automatic action */
	ALLOW_NO_ALERT,		/* recorded, nobody is told */
	ALLOW_NO_RECORD		/* only counted */
};
#define ALLOW_EFFECTS 3

/* Which names a rule is for. */
enum allow_reach {
	ALLOW_SUFFIX,		/* its name and all below */
	ALLOW_EXACT,		/* its name */
	ALLOW_BELOW		/* all below; no file of rules says this */
};

#define ALLOW_ALL_LISTS UINT64_MAX
#define ALLOW_FOR_GOOD INT64_MAX

/*
 * One rule.  The pointers are borrowed; the texts are never NULL.  What may
 * come from a file, as author and comment, holds no control characters but
 * tabs, and any octets else.
 */
struct allow_rule {
	struct dns_name name;	/* the root: all names */
	enum allow_reach reach;
	bool by_length;		/* scoped, and yet it yields to longer names,
				   as rules without a scope do */
	enum allow_effect effect;
	uint64_t lists;		/* bit i: list i, or ALLOW_ALL_LISTS */
	const struct netblock *clients;
	size_t client_count;	/* 0: all clients */
	int64_t expires;	/* first microsecond when it does not hold */
	const char *const *labels;	/* the lists as they were written */
	size_t label_count;	/* 0: not limited to any */
	const char *author, *comment;
	const char *file;	/* with the line, what the rule is called */
	uint64_t line;		/* 0: of no line */
};

/* Why a line was refused. */
enum allow_list_reason {
	ALLOW_LIST_TAKEN,	/* it was not */
	ALLOW_LIST_COLUMN,	/* a header with another column, or one twice */
	ALLOW_LIST_TOO_LONG,	/* a line of over 4095 octets */
	ALLOW_LIST_CONTROL,	/* a control character */
	ALLOW_LIST_QUOTE,	/* quotes that do not open or close a field */
	ALLOW_LIST_FIELDS,	/* more fields than the header has */
	ALLOW_LIST_NAME,	/* no domain name, or none at all */
	ALLOW_LIST_ADDRESS,	/* an address in place of a name */
	ALLOW_LIST_TOO_WIDE,	/* all names, or a whole top-level domain */
	ALLOW_LIST_CLIENT,	/* no address or netblock, or bits set after it */
	ALLOW_LIST_ALL_CLIENTS,	/* a prefix of length 0 */
	ALLOW_LIST_LABEL,	/* cannot be the label of a list */
	ALLOW_LIST_UNKNOWN,	/* there is no such list; the callback says so */
	ALLOW_LIST_TOO_MANY,	/* clients or lists */
	ALLOW_LIST_EFFECT,
	ALLOW_LIST_EXPIRES,
	ALLOW_LIST_REASONS
};

/* How reading went.  Plain data. */
struct allow_list_report {
	bool header;		/* there was one */
	uint64_t lines;
	uint64_t rules;		/* that the callback took */
	uint64_t refused[ALLOW_LIST_REASONS];
	size_t examples;
	struct allow_list_example {
		uint64_t line;
		enum allow_list_reason reason;
		char text[LIST_EXAMPLE_SIZE];	/* the field, or the line */
	} example[LIST_EXAMPLES];
};

/*
 * Take one rule, which is borrowed until the callback returns.  Its ${lists}
 * are ALLOW_ALL_LISTS if it has no labels, else 0: who knows the lists sets
 * the bits.  Return ALLOW_LIST_TAKEN, a reason to refuse it for, or -1 to end
 * the reading.
 */
typedef int allow_list_rule(void *ctx, struct allow_rule *rule);

/**
 * allow_list_read(file, label, rule, ctx, ret):
 * Read ${file} from where it stands to its end and give each rule, under the
 * name of ${label}, to ${rule} with ${ctx}; fill ${ret}.  Rules that have
 * expired are given as well: nothing here knows the time.  Return 0, or -1 if
 * reading failed (errno is set), the header cannot be used (EINVAL) or the
 * callback returned -1 (ENOMEM).  O(size of the file); no allocation.
 */
int allow_list_read(FILE *file, const char *label, allow_list_rule *rule,
    void *ctx, struct allow_list_report *ret);

/**
 * allow_list_reason_text(reason), allow_list_effect_text(effect):
 * Return words for a log, never freed; those of an effect are those of the
 * file.
 */
const char *allow_list_reason_text(enum allow_list_reason reason);
const char *allow_list_effect_text(enum allow_effect effect);

#endif /* !ALLOW_LIST_H */
