#ifndef LOG_HEALTH_H
#define LOG_HEALTH_H

/*
 * log_health - are the lines of a log understood?  Counts in, what has to be
 * said out.  Plain data, starts as { 0 }.
 */

#include <stdbool.h>
#include <stdint.h>

#define LOG_HEALTH_WINDOW 10000	/* lines between two verdicts */
#define LOG_HEALTH_LEAST 100	/* for one at the end of a log */
#define LOG_HEALTH_PERMILLE 10	/* broken lines that need no words */

struct log_health {
	uint64_t lines, broken;	/* in the window */
	bool ill;		/* as the last verdict was */
};

enum log_health_notice {
	LOG_HEALTH_SAME,
	LOG_HEALTH_WORSE,	/* too many are broken, for the first time */
	LOG_HEALTH_STILL,	/* again */
	LOG_HEALTH_BETTER	/* no more */
};

/**
 * log_health_take(h, lines, broken, last):
 * So many more ${lines} came, so many of them ${broken}.  If that fills the
 * window, or they were the ${last}, return the verdict, with its window in
 * ${h} until the next call; else LOG_HEALTH_SAME.
 */
enum log_health_notice log_health_take(struct log_health *h, uint64_t lines,
    uint64_t broken, bool last);

#endif /* !LOG_HEALTH_H */
