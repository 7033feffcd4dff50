#ifndef PULSE_H
#define PULSE_H

/*
 * pulse - what a reader does between two reads, ten times a second or more,
 * whether lines come or not: the housekeeping of frontend.h.
 */

#include <stdbool.h>

#define PULSE_MS 100		/* the longest wait for input */

struct dnstap_feed;
struct dnstap_server;
struct frontend;
struct log_counters;

struct counters;

/* All borrowed. */
struct pulse {
	struct frontend *frontend;
	const struct log_counters *counters;
	unsigned worker;
	bool housed;		/* the main thread keeps house meanwhile */
	const struct dnstap_feed *dnstap;	/* or NULL */
	const struct dnstap_server *server;	/* or NULL */
	void (*count)(void *ctx, struct counters *c);	/* more of them, or
							   NULL */
	void *count_ctx;
};

/**
 * pulse_beat(p), pulse_count(p):
 * Do what is due.  For input that can't be quiet, a file, the latter: time
 * there has nothing to do with when the lines were written, so no window ends
 * by it, and nobody wants to know how old they are.
 */
void pulse_beat(const struct pulse *p);
void pulse_count(const struct pulse *p);

/**
 * pulse_end(p):
 * The input is at its end: let the summary have the last counters.
 */
void pulse_end(const struct pulse *p);

#endif /* !PULSE_H */
