#ifndef PAIRING_H
#define PAIRING_H

/*
 * pairing - hits on queries, until their responses come, and the other way
 * round.
 *
 * The hit of a query waits until the response completes it with rcode and
 * answers, or until it has waited long enough and goes out without.  What has
 * gone out is remembered for a while: a response that comes late still adds
 * its answers, as a hit that stands for no query (n is 0), and one that comes
 * twice adds nothing.
 *
 * A response may come before its query, by another ring or tunnel, or without
 * it.  So it waits, too, and then goes out as a hit of its own.
 *
 * A ring in order of arrival, and an index by hash:
 *
 *	oldest ............ due ............... newest
 *	   gone out, known      waiting, or answered
 *
 * Time moves ${due} and ${oldest} on; all are O(1).  When the ring is full the
 * oldest makes room, going out first if it still waits.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hits/hit.h"

struct pairing;

/* Take a hit; borrowed until it returns. */
typedef void pairing_out(void *ctx, const struct hit *h);

/* What became of a response. */
enum pairing_result {
	PAIRING_UNASKED,	/* no such query is known: it waits, or is out */
	PAIRING_UNPAIRED,	/* it may have been known: nothing is done */
	PAIRING_ANSWERED,	/* the query's hit went out, complete */
	PAIRING_LATE,		/* its hit was out; the answers follow */
	PAIRING_REPEATED	/* it had been answered before */
};

struct pairing_counters {
	uint64_t answered;	/* hits that their response completed */
	uint64_t answered_late;	/* responses that came after the hit was out */
	uint64_t unanswered;	/* hits that went out without a response */
	uint64_t unasked;	/* hits of responses whose query did not come */
	uint64_t unpaired;	/* responses whose query may have been
				   forgotten */
	uint64_t full;		/* of them, for want of room */
	uint64_t forgotten;	/* entries dropped while they could be asked */
};

/**
 * pairing_new(capacity, wait, fn, ctx):
 * Return a table of ${capacity} hits that wait ${wait} microseconds and then
 * go to ${fn} with ${ctx}; NULL if memory is short.
 */
struct pairing *pairing_new(size_t capacity, int64_t wait, pairing_out *fn,
    void *ctx);

/**
 * pairing_query(p, h, wait):
 * Take the hit ${h} (copied) on one query.  It goes out now if its response
 * was here before, or unless ${wait}.
 */
void pairing_query(struct pairing *p, const struct hit *h, bool wait);

/**
 * pairing_response(p, h, wait):
 * ${h} (copied) is the hit that the response would be alone.  If the hit of its
 * query is known, let that have rcode, answers and what of these is listed;
 * else let it wait for the query, or, unless ${wait}, go out now.  While
 * queries have had to make room, one of an unknown query is not taken: it may
 * well have gone out.
 */
enum pairing_result pairing_response(struct pairing *p, const struct hit *h,
    bool wait);

/**
 * pairing_advance(p, now):
 * Event time has reached ${now}: what has waited long enough goes out.
 */
void pairing_advance(struct pairing *p, int64_t now);

/**
 * pairing_flush(p):
 * Let all that waits go out, and forget everything.
 */
void pairing_flush(struct pairing *p);

/**
 * pairing_counters(p), pairing_free(p):
 * The counters, borrowed; free ${p} and what waits in it, NULL is fine.
 */
const struct pairing_counters *pairing_counters(const struct pairing *p);
void pairing_free(struct pairing *p);

#endif /* !PAIRING_H */
