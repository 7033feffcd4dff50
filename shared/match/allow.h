#ifndef ALLOW_H
#define ALLOW_H

/*
 * allow - is this hit to be held back, and by which rule?
 *
 * Asked when a bad name was found, which is rare.  Rules are added to a
 * builder, from files (lists/allow_list.h) or as a list of bad names makes
 * exceptions of its own, and never change after that.
 *
 * A rule holds for a hit if
 *	- its name is the name found, or a parent of that, or it is for all
 *	  names;
 *	- its name is as long as the bad name (in octets of wire form), or
 *	  longer: an exception below a bad name, never the other way round.
 *	  A rule for some clients or lists holds whatever the lengths are,
 *	  unless it is by_length;
 *	- the client is in one of its netblocks;
 *	- one of the lists that found the name is among its lists;
 *	- it has not expired.
 * Of several, one for clients goes before one for all; then the stronger
 * effect, the longer name, the later expiry, the rule added first.
 *
 *	entries	one for each netblock of each rule, or one for a rule without;
 *		sorted by name, netblock, precedence.  Each knows its parent:
 *		the next one up that its netblock lies in, so that all that
 *		hold an address are on one way up.
 *	groups	the entries of one name
 *	slots	open addressing by the hash of a group's name
 *
 *	ok.example	all <- 10.0.0.0/8 <- 10.1.0.0/16 <- 10.1.2.3
 *			    <- 192.0.2.0/24
 *
 * What rules hold back is counted, rule by rule.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/address.h"
#include "core/dns_name.h"
#include "lists/allow_list.h"

#define ALLOW_RULES_MAX (1U << 22)	/* and as many netblocks of them */

struct allow;			/* opaque, immutable but for the counters */
struct allow_builder;		/* opaque */

/* What was found.  The pointers are borrowed for the call. */
struct allow_hit {
	const struct dns_name *name;	/* the name that matched */
	size_t entry_length;	/* octets of the listed name's wire form; 0:
				   something else is listed, an address say */
	const struct address *client;	/* family 0: not known */
	uint64_t lists;		/* bit i: list i found it */
	int64_t now;		/* event time */
};

/* What holds it back. */
struct allow_found {
	size_t rule;		/* its number, in the order of adding */
	enum allow_effect effect;
	uint64_t held;		/* of the lists: those that the rule covers */
	uint64_t left;		/* and the others */
};

/**
 * allow_builder_new():
 * Return an empty builder, or NULL if memory is short.
 */
struct allow_builder *allow_builder_new(void);

/**
 * allow_builder_add(b, rule):
 * Add a copy of ${rule}.  One that has lists 0 never holds, nor does one for
 * all names that is for no clients or lists alone.  Return 0, or -1 if memory
 * is short or there are too many.  O(size of the rule), amortised.
 */
int allow_builder_add(struct allow_builder *b, const struct allow_rule *rule);

/**
 * allow_builder_finish(b):
 * Turn ${b} into rules to ask, freeing ${b}; NULL (and ${b} freed) if memory
 * is short.  O(n log n).
 */
struct allow *allow_builder_finish(struct allow_builder *b);
void allow_builder_free(struct allow_builder *b);

/**
 * allow_find(a, hit, ret):
 * Look for the rule that holds back ${hit}.  If there is one, count that and
 * fill ${ret}; else return false and leave ${ret} alone.  Where lists are left,
 * another rule may hold those: ask again with them.  One look-up a label, and
 * a search among the netblocks of that name: half a microsecond among 1,000
 * rules, three among 1,000,000.  Cannot fail; never allocates; safe from
 * several threads at once.
 */
bool allow_find(const struct allow *a, const struct allow_hit *hit,
    struct allow_found *ret);

/**
 * allow_look(a, hit, ret):
 * The same, and nothing is counted: to explain what would happen.
 */
bool allow_look(const struct allow *a, const struct allow_hit *hit,
    struct allow_found *ret);

/**
 * allow_count(a), allow_rule(a, i, ret):
 * How many rules there are; fill ${ret} with number ${i} of them, whose
 * pointers are borrowed until ${a} is freed.
 */
size_t allow_count(const struct allow *a);
void allow_rule(const struct allow *a, size_t i, struct allow_rule *ret);

/**
 * allow_held(a, i):
 * How often allow_find has found rule ${i}, from all threads.
 */
uint64_t allow_held(const struct allow *a, size_t i);

/**
 * allow_expired(a, i, now):
 * Has rule ${i} expired at ${now}?
 */
bool allow_expired(const struct allow *a, size_t i, int64_t now);

/**
 * allow_free(a):
 * Free ${a}; NULL is fine.
 */
void allow_free(struct allow *a);

#endif /* !ALLOW_H */
