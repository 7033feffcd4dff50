#ifndef RULES_RELOAD_H
#define RULES_RELOAD_H

/*
 * rules_reload - a thread that reads the lists again when they change, or when
 * it is asked to: new rules are made beside the old ones, checked, and put in
 * their place in one step.  If any list is of no use, all former ones stay.
 */

#include <stdatomic.h>
#include <stdint.h>

struct counters;
struct rules_reload;
struct rules_setup;
struct rules_swap;

/**
 * rules_reload_start(setup, swap, asked):
 * Start the thread, to which ${setup}, which was loaded to be read again,
 * belongs until rules_reload_stop: its lists and, when they are replaced in
 * ${swap}, its rules.  ${asked} asks for a reload at once.  NULL after having
 * said what is wrong.
 */
struct rules_reload *rules_reload_start(struct rules_setup *setup,
    struct rules_swap *swap, atomic_bool *asked);

/**
 * rules_reload_count(r, c), rules_reload_generation(r),
 * rules_reload_names(r):
 * Add to ${c} what it has done; the number of the present rules, and how many
 * names they hold.  For any thread.
 */
void rules_reload_count(struct rules_reload *r, struct counters *c);
uint64_t rules_reload_generation(struct rules_reload *r);
uint64_t rules_reload_names(struct rules_reload *r);

/**
 * rules_reload_stop(r):
 * Read nothing again any more: wait for the end of a reload that goes on just
 * now, for which all who have entered the swap must take or leave.  A second
 * time, or with NULL, it does nothing.
 */
void rules_reload_stop(struct rules_reload *r);

/**
 * rules_reload_free(r):
 * Free ${r}, which was stopped; NULL is fine.
 */
void rules_reload_free(struct rules_reload *r);

#endif /* !RULES_RELOAD_H */
