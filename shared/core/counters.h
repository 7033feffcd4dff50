#ifndef COUNTERS_H
#define COUNTERS_H

/*
 * counters - what a program has counted, by group and name: "frames" "udp"
 * 120.
 *
 * One set feeds everything that reports: the lines on SIGUSR1 and at the end,
 * and the heartbeat in Redis (GROUP_NAME).  So a counter that is added to the
 * set is in all of them.  The sets of several workers are summed.
 *
 * Plain data of fixed size; { .count = 0 } is an empty set.  Group and name
 * are constants of the program: lower case, digits and '_', no outside text.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COUNTERS_MAX 192
#define COUNTERS_LINE 1024	/* of one group's line, with its NUL */

struct counter {
	const char *group, *name;
	uint64_t value;
	bool always;		/* say it although it is 0 */
};

struct counters {
	size_t count;
	size_t refused;		/* that COUNTERS_MAX had no room for */
	struct counter at[COUNTERS_MAX];	/* each group in one piece */
};

/**
 * counters_add(c, group, name, value), counters_always(...):
 * Add ${value} to that counter, which is put behind the others of its group
 * if it is new.  One of 0 is not worth a word in the log unless it was added
 * by counters_always.  For a set of at most a few hundred counters a few
 * times a second: it looks through all of them.
 */
void counters_add(struct counters *c, const char *group, const char *name,
    uint64_t value);
void counters_always(struct counters *c, const char *group, const char *name,
    uint64_t value);

/**
 * counters_sum(c, more):
 * Add each counter of ${more} to ${c}.
 */
void counters_sum(struct counters *c, const struct counters *more);

/**
 * counters_find(c, group, name):
 * The value of that counter, 0 if there is none.
 */
uint64_t counters_find(const struct counters *c, const char *group,
    const char *name);

/**
 * counters_line(c, first, buf):
 * Write the line for the group whose first counter is at ${first}, such as
 * "frames: 120 total, 80 udp", or "" where there is nothing to say: every
 * counter is 0, and none was added by counters_always.  Return where the next
 * group begins, ${c->count} after the last.
 */
size_t counters_line(const struct counters *c, size_t first,
    char buf[COUNTERS_LINE]);

/**
 * counters_log(c):
 * Log one line a group.
 */
void counters_log(const struct counters *c);

#endif /* !COUNTERS_H */
