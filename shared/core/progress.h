#ifndef PROGRESS_H
#define PROGRESS_H

/*
 * progress - how far the reading of a file has come, as one line for a
 * terminal: when it is due, and its text.  Plain data, no clock, no output.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRESS_TEXT_SIZE 160	/* about half of it is ever used */

struct progress {
	int64_t started;	/* microseconds of a steady clock */
	int64_t due;		/* when the next line is */
};

/**
 * progress_start(now):
 * Return the progress of what begins at ${now}.  For a second there is no
 * line: short files need none.
 */
struct progress progress_start(int64_t now);

/**
 * progress_due(p, now):
 * Is it time for a line?  Then it is not for a while.
 */
bool progress_due(struct progress *p, int64_t now);

/* How far it has come. */
struct progress_state {
	const char *name;	/* of the file */
	const char *unit;	/* what is counted, "frames" */
	uint64_t count;
	uint64_t done, total;	/* octets; total 0: not known */
};

/**
 * progress_text(p, now, s, buf):
 * Write the line for ${s}, without anything that a terminal would act on, and
 * return its length.
 */
size_t progress_text(const struct progress *p, int64_t now,
    const struct progress_state *s, char buf[PROGRESS_TEXT_SIZE]);

#endif /* !PROGRESS_H */
