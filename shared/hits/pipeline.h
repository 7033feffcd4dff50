#ifndef PIPELINE_H
#define PIPELINE_H

/*
 * pipeline - what both front ends run on every query, and the sensor on every
 * response:
 *
 *	query -> rules (does this client count? is the name bad?)
 *	      -> pairing (until the response comes, if the feed has any)
 *	      -> coalescer (first at once, repeats merged) -> sink
 *
 *	response -> rules (client; name, names and addresses in the answers)
 *		 -> pairing (does it complete a hit?)
 *		 -> else a hit of its own -> coalescer -> sink
 *
 * A front end first shows what it can read cheaply: pipeline_look for a query,
 * pipeline_look_client, pipeline_look_rest and pipeline_look_answer for a
 * response.  Nearly always the answer is no, and that was all the work.  Only
 * else is the message decoded, and what the decoding says given to
 * pipeline_put or pipeline_put_response.
 *
 * One look-up is one hit at the most: of what is listed, the name asked for
 * counts before the names it led to, and these before addresses.
 *
 * Nothing here allocates after pipeline_new, blocks, or reads a clock.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/dns_answers.h"
#include "core/query.h"
#include "hits/hit.h"
#include "match/rules.h"

/* Where hits go.  ${h} is borrowed until it returns. */
typedef void pipeline_sink(void *ctx, const struct hit *h);

struct pipeline_options {
	const char *source;	/* name of this front end; borrowed */
	enum query_via via;
	int64_t coalesce;	/* window, microseconds; 0: merge nothing */
	size_t table;		/* most hits waiting in the window, > 0 */
	int64_t answer_wait;	/* microseconds that a hit waits for its
				   response */
	size_t pairs;		/* most hits known to pairing; 0: the feed
				   shows no responses */
	unsigned thread;	/* which of those that ask the rules it is in */
	const struct rules *rules;	/* borrowed; see pipeline_use_rules */
	pipeline_sink *sink;
	void *sink_ctx;
	/* At the end of each window: everything up to ${line} (query.line) is
	 * out.  NULL: nobody wants to know.  With the same context. */
	void (*ended)(void *ctx, uint64_t line);
};

struct pipeline_counters {
	uint64_t queries;	/* shown to pipeline_look */
	uint64_t unmonitored;	/* client outside the monitored netblocks */
	uint64_t excluded;	/* client excluded */
	uint64_t responses;	/* shown to pipeline_look_client */
	uint64_t responses_unmonitored, responses_excluded;
	uint64_t matched;	/* queries for a listed name */
	uint64_t matched_cname, matched_address;	/* responses that lead
				   to a listed name or address */
	uint64_t answered;	/* hits that their response completed */
	uint64_t answered_late;	/* hits whose response came after them */
	uint64_t unanswered;	/* hits that went out without a response */
	uint64_t unasked;	/* responses for a listed name whose query was
				   not seen */
	uint64_t unpaired;	/* the same, but the query may have been
				   forgotten: no hits */
	uint64_t pairs_full;	/* hits that went out early for want of room */
	uint64_t pairs_forgotten;	/* exchanges that had to make room */
	uint64_t allowed;	/* queries for a listed name that is allowed */
	uint64_t hits;		/* hits given to the sink */
	uint64_t table_full;	/* windows cut short by a full table */
};

struct pipeline;

/* What of a response is listed.  Plain data; pipeline_judge begins it. */
struct pipeline_verdict {
	bool has_name;		/* the name asked for, or one it led to */
	enum hit_where where;	/* which: HIT_QNAME or HIT_CNAME */
	struct rules_match match;
	struct dns_name name;	/* HIT_CNAME: that name */
	bool has_address;	/* an address in the answers */
	struct address address;
	struct address_match address_match;
};

/**
 * pipeline_new(o):
 * Return a new pipeline, or NULL if memory is short.
 */
struct pipeline *pipeline_new(const struct pipeline_options *o);

/**
 * pipeline_use_rules(p, rules):
 * Go on with ${rules} (borrowed) in place of the former ones, which are not
 * needed any more.  Between two messages: what looks at one, and what takes
 * it, go by the same rules.  Hits that wait stay as they were found.  Where
 * somebody wants to know when windows end, one ends here: what is read before
 * and after was not found by the same rules.
 */
void pipeline_use_rules(struct pipeline *p, const struct rules *rules);

/**
 * pipeline_look(p, client, qname):
 * Count one query.  Return false if it cannot become a hit; true if it has
 * to be given to pipeline_put.  About 20 ns for a name that misses.
 */
bool pipeline_look(struct pipeline *p, const struct address *client,
    const struct dns_name *qname);

/**
 * pipeline_look_tail(p, client, tail, length), pipeline_look_rest(p, qname):
 * The same in two steps, for who can tell the last two labels of a name (as
 * matcher_may_end wants them) before the rest: only if the first says true,
 * which is rare, does the second have to be asked.
 */
bool pipeline_look_tail(struct pipeline *p, const struct address *client,
    const uint8_t *tail, size_t length);
bool pipeline_look_rest(const struct pipeline *p,
    const struct dns_name *qname);

/**
 * pipeline_put(p, q):
 * Match the query ${q}, whose client and name pipeline_look said yes to, and
 * pass on or merge the hit if it is one.
 */
void pipeline_put(struct pipeline *p, const struct query *q);

/**
 * pipeline_put_alone(p, q):
 * The same, for a query from a feed that shows no responses: the hit does not
 * wait for one.
 */
void pipeline_put_alone(struct pipeline *p, const struct query *q);

/**
 * pipeline_look_client(p, client):
 * Count one response.  Does its client, who asked, count?
 */
bool pipeline_look_client(struct pipeline *p, const struct address *client);

/**
 * pipeline_look_answer(p, a):
 * May the answer ${a} be listed?  As pipeline_look_rest for names.
 */
bool pipeline_look_answer(const struct pipeline *p,
    const struct dns_answer *a);

/**
 * pipeline_judge(p, q, ret), pipeline_judge_answer(p, q, a, v),
 * pipeline_bad(v):
 * Begin a verdict with the name that ${q} asked for; go on with each answer;
 * is anything listed?
 */
void pipeline_judge(const struct pipeline *p, const struct query *q,
    struct pipeline_verdict *ret);
void pipeline_judge_answer(const struct pipeline *p, const struct query *q,
    const struct dns_answer *a, struct pipeline_verdict *v);

static inline bool
pipeline_bad(const struct pipeline_verdict *v)
{
	return v->has_name || v->has_address;
}

/**
 * pipeline_put_response(p, q, v):
 * Take the response ${q}, whose client counts, with what is bad about it:
 * complete the hit of its query, or pass on one of its own.
 */
void pipeline_put_response(struct pipeline *p, const struct query *q,
    const struct pipeline_verdict *v);

/**
 * pipeline_advance(p, now):
 * Event time has reached ${now}: let go what has waited long enough.
 */
void pipeline_advance(struct pipeline *p, int64_t now);

/**
 * pipeline_time(p):
 * The event time that has been reached.
 */
int64_t pipeline_time(const struct pipeline *p);

/**
 * pipeline_idle(p, quiet):
 * Event time has stood still for ${quiet} microseconds of the clock: let go
 * what has waited long enough if it had gone on.
 */
void pipeline_idle(struct pipeline *p, int64_t quiet);

/**
 * pipeline_hold(p, held), pipeline_held(p), pipeline_open(p):
 * As long as ${held}, no window ends by time.  Is that so?  Does any hit wait
 * for its repeats?
 */
void pipeline_hold(struct pipeline *p, bool held);
bool pipeline_held(const struct pipeline *p);
bool pipeline_open(const struct pipeline *p);

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
 * pipeline_counters_sum(into, more):
 * Add each counter of ${more} to ${into}.
 */
void pipeline_counters_sum(struct pipeline_counters *into,
    const struct pipeline_counters *more);

/**
 * pipeline_free(p):
 * Free ${p}; what still waits in it is lost (pipeline_flush first).
 */
void pipeline_free(struct pipeline *p);

#endif /* !PIPELINE_H */
