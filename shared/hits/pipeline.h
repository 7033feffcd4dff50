#ifndef PIPELINE_H
#define PIPELINE_H

/*
 * pipeline - what both front ends run on every query:
 *
 *	query -> rules (does this client count? is the name bad?)
 *	      -> coalescer (first at once, repeats merged) -> sink
 *
 * A front end first shows pipeline_look what it can read cheaply.  Nearly
 * always the answer is no, and that was all the work.  Only else does it
 * build the whole query and give it to pipeline_put.
 *
 * Nothing here allocates after pipeline_new, blocks, or reads a clock.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/query.h"
#include "hits/hit.h"

struct rules;			/* match/rules.h */

/* Where hits go.  ${h} is borrowed until it returns. */
typedef void pipeline_sink(void *ctx, const struct hit *h);

struct pipeline_options {
	const char *source;	/* name of this front end; borrowed */
	enum query_via via;
	int64_t coalesce;	/* window, microseconds; 0: merge nothing */
	size_t table;		/* most hits waiting in the window, > 0 */
	const struct rules *rules;	/* borrowed */
	pipeline_sink *sink;
	void *sink_ctx;
};

struct pipeline_counters {
	uint64_t queries;	/* shown to pipeline_look */
	uint64_t unmonitored;	/* client outside the monitored netblocks */
	uint64_t excluded;	/* client excluded */
	uint64_t matched;	/* queries that matched a bad name */
	uint64_t hits;		/* hits given to the sink */
	uint64_t table_full;	/* windows cut short by a full table */
};

struct pipeline;

/**
 * pipeline_new(o):
 * Return a new pipeline, or NULL if memory is short.
 */
struct pipeline *pipeline_new(const struct pipeline_options *o);

/**
 * pipeline_look(p, client, qname):
 * Count one query.  Return false if it cannot become a hit; true if it has
 * to be given to pipeline_put.  About 20 ns for a name that misses.
 */
bool pipeline_look(struct pipeline *p, const struct address *client,
    const struct dns_name *qname);

/**
 * pipeline_put(p, q):
 * Match ${q}, whose client and name pipeline_look said yes to, and pass on
 * or merge the hit if it is one.
 */
void pipeline_put(struct pipeline *p, const struct query *q);

/**
 * pipeline_idle(p, quiet):
 * No hit has come for ${quiet} microseconds: let the window end as if event
 * time had gone on that long since the last one.
 */
void pipeline_idle(struct pipeline *p, int64_t quiet);

/**
 * pipeline_flush(p):
 * Pass on everything that waits.
 */
void pipeline_flush(struct pipeline *p);

/**
 * pipeline_counters(p):
 * Return the counters, borrowed until ${p} is freed.
 */
const struct pipeline_counters *pipeline_counters(const struct pipeline *p);

/**
 * pipeline_free(p):
 * Free ${p}; what still waits in it is lost (pipeline_flush first).
 */
void pipeline_free(struct pipeline *p);

#endif /* !PIPELINE_H */
