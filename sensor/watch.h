#ifndef WATCH_H
#define WATCH_H

/*
 * watch - does the sensor see what it should?  From running totals, looked at
 * every second or so, it says when something begins to be wrong, now and then
 * while it lasts, and when it is over:
 *
 *	more than 0.1 % of the frames of 10 seconds are dropped, by a full ring
 *	or by the interface; again after a minute; over after a minute without
 *
 *	99 % of the messages are queries, or responses, of at least 1000 in 10
 *	seconds or 100 in a minute or more; again after an hour; over when it
 *	is less than 95 %
 *
 *	no DNS message comes for a while, though other frames may; again after
 *	an hour; over with the next message
 *
 * A pure function of what it is told: no clock, no output.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WATCH_TEXT_SIZE 256

/* Totals since the start, of all workers together. */
struct watch_sample {
	uint64_t received;	/* frames past the filter, dropped or not */
	uint64_t kernel_drops;	/* those that a full ring dropped */
	uint64_t interface_drops;	/* frames that never got so far */
	uint64_t frames;	/* that reached us */
	uint64_t messages;	/* of DNS, of every kind */
	uint64_t queries, responses;
};

/* What a notice is about. */
enum watch_kind {
	WATCH_RING, WATCH_INTERFACE, WATCH_ONE_SIDED, WATCH_NOTHING,
	WATCH_KINDS
};

struct watch_notice {
	enum watch_kind kind;
	bool over;		/* good news: it is no longer so */
	char text[WATCH_TEXT_SIZE];	/* for the log, with what to do */
};

struct watch;

/**
 * watch_new(now, quiet):
 * Return a watch that starts at ${now}, all totals 0, and finds it strange
 * when no message comes for ${quiet} microseconds (0: never); NULL if memory
 * is short.
 */
struct watch *watch_new(int64_t now, int64_t quiet);

/**
 * watch_look(w, now, s, ret):
 * Look at the totals ${s} at ${now}, microseconds of a clock that does not go
 * back (timestamp_steady).  Return how many notices there are in ${ret}, of
 * each kind one at most.
 */
size_t watch_look(struct watch *w, int64_t now, const struct watch_sample *s,
    struct watch_notice ret[WATCH_KINDS]);

/**
 * watch_free(w):
 * Free ${w}; NULL is fine.
 */
void watch_free(struct watch *w);

#endif /* !WATCH_H */
