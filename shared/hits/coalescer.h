#ifndef COALESCER_H
#define COALESCER_H

/*
 * coalescer - the first hit at once, repeats merged.
 *
 * Time is cut into windows.  In each window the first hit of (client, entry,
 * qname, qtype, server) is passed on at once and remembered; repeats only
 * count.  Hits that different generations of the rules found do not repeat one
 * another: lists may say something else of the entry now.  When the window ends, what was repeated goes out as one hit with n,
 * first and last, and the table is empty again.  A window ends by event time,
 * by quiet input, or because the table is full.
 *
 * One window for all, not one per hit: so "everything up to here is out" is
 * true at each window's end, which is what a position stored beside the hits
 * needs (DESIGN.md, section 5; docs/decisions/coalescing-windows.md).
 *
 * A table of fixed size: an index by hash, and the hits themselves packed in
 * order of arrival, so that memory never used is never touched.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hits/hit.h"

struct coalescer;

/* Take a hit; borrowed until it returns. */
typedef void coalescer_out(void *ctx, const struct hit *h);

/* A window has ended, and what was merged in it is out: everything up to
 * ${line}, the query.line of its last hit. */
typedef void coalescer_ended(void *ctx, uint64_t line);

/**
 * coalescer_new(capacity, window, fn, ctx):
 * Return a coalescer of windows of ${window} microseconds (0: nothing is
 * merged) that holds at most ${capacity} hits and gives what goes out to
 * ${fn} with ${ctx}; NULL if memory is short.
 */
struct coalescer *coalescer_new(size_t capacity, int64_t window,
    coalescer_out *fn, void *ctx);

/**
 * coalescer_tell(c, fn):
 * Call ${fn}, with the same context, at the end of each window.
 */
void coalescer_tell(struct coalescer *c, coalescer_ended *fn);

/**
 * coalescer_hold(c, held):
 * As long as ${held}, no window ends by time.
 */
void coalescer_hold(struct coalescer *c, bool held);

/**
 * coalescer_add(c, h):
 * Take the hit ${h} (copied), of one query.  O(1).  May pass on it, and, if
 * a window ends here, others before it.
 */
void coalescer_add(struct coalescer *c, const struct hit *h);

/**
 * coalescer_advance(c, now):
 * Event time has reached ${now}: end the window if it is over.
 */
void coalescer_advance(struct coalescer *c, int64_t now);

/**
 * coalescer_flush(c):
 * End the window: pass on all that was merged.
 */
void coalescer_flush(struct coalescer *c);

/**
 * coalescer_open(c):
 * Is there a window that has not ended?
 */
bool coalescer_open(const struct coalescer *c);

/**
 * coalescer_full(c):
 * How often a full table ended a window early.
 */
uint64_t coalescer_full(const struct coalescer *c);

/**
 * coalescer_free(c):
 * Free ${c} and what waits in it; NULL is fine.
 */
void coalescer_free(struct coalescer *c);

#endif /* !COALESCER_H */
