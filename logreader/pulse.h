#ifndef PULSE_H
#define PULSE_H

/*
 * pulse - what a reader of live input does ten times a second, whether lines
 * come or not: tick (frontend.h), and answer SIGUSR1.
 */

#include <stdint.h>

#define PULSE_MS 100

struct frontend;
struct log_counters;

struct pulse {
	struct frontend *frontend;		/* borrowed */
	const struct log_counters *counters;	/* borrowed */
	int64_t beat;		/* when last, as timestamp_steady tells */
};

/**
 * pulse_start(f, counters):
 * Return the pulse of ${f}.
 */
struct pulse pulse_start(struct frontend *f,
    const struct log_counters *counters);

/**
 * pulse_beat(p):
 * Do what is due; nothing if PULSE_MS have not passed since the last beat.
 */
void pulse_beat(struct pulse *p);

/**
 * pulse_report(p):
 * Print the counters if SIGUSR1 has asked for them.
 */
void pulse_report(const struct pulse *p);

#endif /* !PULSE_H */
