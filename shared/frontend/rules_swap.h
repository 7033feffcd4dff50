#ifndef RULES_SWAP_H
#define RULES_SWAP_H

/*
 * rules_swap - the rules in use, which one thread replaces while others read
 * them, without a lock: who reads says between two messages that it holds
 * nothing, and the former rules are given back once all have said so.
 * liburcu (its QSBR flavour) stays behind this file.
 *
 *	reader	enter, take, ...messages..., take, ...messages..., leave
 *	writer	put: publish; wait for all readers; the former rules are its own
 */

#include <stdatomic.h>

struct rules;

/* Plain data. */
struct rules_swap {
	struct rules *_Atomic now;
};

/**
 * rules_swap_init(s, rules):
 * Begin with ${rules}, borrowed.
 */
void rules_swap_init(struct rules_swap *s, struct rules *rules);

/**
 * rules_swap_enter(), rules_swap_leave():
 * The calling thread begins to read rules; it does so no more.  It must not
 * end in between.
 */
void rules_swap_enter(void);
void rules_swap_leave(void);

/**
 * rules_swap_take(s):
 * For a thread that has entered: it is done with what it took before.  Return
 * the rules to go on with, borrowed until it takes again or leaves.  Costs a
 * few loads; never waits.
 */
const struct rules *rules_swap_take(struct rules_swap *s);

/**
 * rules_swap_put(s, rules):
 * For one thread, which has not entered: let who takes from now on have
 * ${rules} (borrowed), wait until nobody has the former ones any more, and
 * return these.
 */
struct rules *rules_swap_put(struct rules_swap *s, struct rules *rules);

#endif /* !RULES_SWAP_H */
