#ifndef HITS_H
#define HITS_H

/*
 * hits - queries and hits for tests, told apart by what the test sets.
 */

#include "hits/hit.h"
#include "unit.h"

/* What a hits_keep() was given. */
static struct hit hits_out[64];
static size_t hits_count;

/**
 * hits_keep(ctx, h):
 * Keep ${h}: a sink for coalescer and pipeline.
 */
static inline void
hits_keep(void *ctx, const struct hit *h)
{
	(void)ctx;
	assert_in_range(hits_count, 0, COUNT(hits_out) - 1);
	hits_out[hits_count++] = *h;
}

/**
 * hits_query(client, qname, time):
 * Return a query over UDP to 198.51.100.53, type A.
 */
static inline struct query
hits_query(const char *client, const char *qname, int64_t time)
{
	return (struct query){
		.time = time,
		.client = unit_address(client),
		.server = unit_address("198.51.100.53"),
		.client_port = 50894,
		.server_port = 53,
		.has_question = true,
		.transport = QUERY_TRANSPORT_UDP,
		.qtype = 1,
		.qclass = 1,
		.qname = unit_name(qname),
	};
}

/**
 * hits_hit(client, qname, time):
 * Return a hit of that query; its entry is bad.example.
 */
static inline struct hit
hits_hit(const char *client, const char *qname, int64_t time)
{
	return (struct hit){
		.source = "test",
		.via = QUERY_VIA_CAPTURE,
		.first = time,
		.last = time,
		.n = 1,
		.query = hits_query(client, qname, time),
		.entry = unit_name("bad.example"),
		.match = LIST_MATCH_SUFFIX,
		.lists = "list",
		.confidence = LIST_CONFIDENCE_NONE,
	};
}

#endif /* !HITS_H */
