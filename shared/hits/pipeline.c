#include "hits/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "hits/coalescer.h"
#include "hits/pairing.h"

/* A feed without any response among this many queries, for this long, shows
 * queries only, and the other way round: then nothing waits for its other
 * half. */
#define SILENT_MESSAGES 100
#define SILENT_TIME INT64_C(10000000)	/* microseconds */

struct pipeline {
	struct pipeline_options o;
	struct pipeline_counters counters;
	struct rules_scratch *scratch;
	struct pairing *pairing;	/* NULL: the feed has no responses */
	struct coalescer *coalescer;
	bool screening;		/* some clients do not count */
	bool addresses;		/* some addresses are listed */
	bool held;
	int64_t now;		/* event time */
	/* When a query, and a response, came last, and how many of the others
	 * there were then. */
	int64_t asked_at, answered_at;
	uint64_t responses_before, queries_before;
};

static void
pass_on(void *ctx, const struct hit *h)
{
	struct pipeline *p = ctx;

	p->counters.hits++;
	p->o.sink(p->o.sink_ctx, h);
}

static void
tell_end(void *ctx, uint64_t line)
{
	struct pipeline *p = ctx;

	p->o.ended(p->o.sink_ctx, line);
}

static void
coalesce(void *ctx, const struct hit *h)
{
	struct pipeline *p = ctx;

	coalescer_add(p->coalescer, h);
	p->counters.table_full = coalescer_full(p->coalescer);
}

struct pipeline *
pipeline_new(const struct pipeline_options *o)
{
	struct pipeline *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->o = *o;
	p->coalescer = coalescer_new(o->table, o->coalesce, pass_on, p);
	if (o->pairs > 0)
		p->pairing = pairing_new(o->pairs, o->answer_wait, coalesce,
		    p);
	if (p->coalescer == NULL || (o->pairs > 0 && p->pairing == NULL)) {
		pipeline_free(p);
		return NULL;
	}
	if (o->ended != NULL)
		coalescer_tell(p->coalescer, tell_end);
	pipeline_use_rules(p, o->rules);
	return p;
}

void
pipeline_use_rules(struct pipeline *p, const struct rules *rules)
{
	if (p->o.ended != NULL)
		coalescer_flush(p->coalescer);
	p->o.rules = rules;
	p->scratch = rules_scratch(rules, p->o.thread);
	p->screening = rules_screen(rules);
	p->addresses = rules_has_addresses(rules);
}

/* --- what can be read cheaply --------------------------------------------- */

/* Does ${client} count?  Else say so in one of the two counters. */
static bool
client_counts(const struct pipeline *p, const struct address *client,
    uint64_t *unmonitored, uint64_t *excluded)
{
	switch (rules_client(p->o.rules, client)) {
	case RULES_UNMONITORED:
		++*unmonitored;
		return false;
	case RULES_EXCLUDED:
		++*excluded;
		return false;
	case RULES_COUNTS:
		break;
	}
	return true;
}

/* Count one query; does its client count? */
static inline bool
look_at_query(struct pipeline *p, const struct address *client)
{
	p->counters.queries++;
	p->responses_before = p->counters.responses;
	p->asked_at = p->now;
	return !p->screening || client_counts(p, client,
	    &p->counters.unmonitored, &p->counters.excluded);
}

bool
pipeline_look(struct pipeline *p, const struct address *client,
    const struct dns_name *qname)
{
	return look_at_query(p, client) && pipeline_look_rest(p, qname);
}

bool
pipeline_look_tail(struct pipeline *p, const struct address *client,
    const uint8_t *tail, size_t length)
{
	return look_at_query(p, client) &&
	    rules_may_end(p->o.rules, tail, length);
}

bool
pipeline_look_rest(const struct pipeline *p, const struct dns_name *qname)
{
	return rules_may_match(p->o.rules, p->scratch, qname);
}

bool
pipeline_look_client(struct pipeline *p, const struct address *client)
{
	p->counters.responses++;
	p->queries_before = p->counters.queries;
	p->answered_at = p->now;
	return !p->screening || client_counts(p, client,
	    &p->counters.responses_unmonitored,
	    &p->counters.responses_excluded);
}

bool
pipeline_look_answer(const struct pipeline *p, const struct dns_answer *a)
{
	struct address_match match;

	if (a->is_name)
		return rules_may_match(p->o.rules, p->scratch, &a->name);
	return p->addresses && rules_address(p->o.rules, &a->address, &match);
}

/* What is asked of the rules about ${name}, which ${q} asked for or led to.
 * What they hold back is counted once: of the name asked for, at the query. */
static struct rules_question
question_of(const struct query *q, const struct dns_name *name)
{
	return (struct rules_question){
		.name = name,
		.client = &q->client,
		.qtype = q->qtype >= 0 ? (uint16_t)q->qtype : 0,
		.time = q->time,
		.count = name != &q->qname || !q->response,
	};
}

static bool
judge_name(const struct pipeline *p, const struct query *q,
    const struct dns_name *name, struct rules_match *ret)
{
	const struct rules_question question = question_of(q, name);

	return rules_match(p->o.rules, p->scratch, &question, ret) ==
	    RULES_BAD;
}

static bool
judge_address(const struct pipeline *p, const struct query *q,
    const struct address *a, struct address_match *ret)
{
	struct rules_question question = question_of(q, &q->qname);

	question.count = true;
	return rules_match_address(p->o.rules, &question, a, ret) ==
	    RULES_BAD;
}

void
pipeline_judge(const struct pipeline *p, const struct query *q,
    struct pipeline_verdict *ret)
{
	ret->has_name = judge_name(p, q, &q->qname, &ret->match);
	ret->where = HIT_QNAME;
	ret->has_address = false;
}

void
pipeline_judge_answer(const struct pipeline *p, const struct query *q,
    const struct dns_answer *a, struct pipeline_verdict *v)
{
	if (!a->is_name) {
		if (!p->addresses || v->has_address ||
		    !judge_address(p, q, &a->address, &v->address_match))
			return;
		v->has_address = true;
		v->address = a->address;
	} else if (!v->has_name && judge_name(p, q, &a->name, &v->match)) {
		v->has_name = true;
		v->where = HIT_CNAME;
		v->name = a->name;
	}
}

/* --- hits ------------------------------------------------------------------ */

/* The hit of one look-up, what is listed left out. */
static void
begin_hit(const struct pipeline *p, const struct query *q, struct hit *ret)
{
	ret->source = p->o.source;
	ret->via = p->o.via;
	ret->first = ret->last = q->time;
	ret->n = 1;
	ret->window = 0;
	ret->query = *q;
	ret->answer.family = 0;
	ret->answer_lists[0] = '\0';
	ret->generation = rules_generation(p->o.rules);
	ret->retro = rules_retro(p->o.rules);
}

static void
set_name(const struct pipeline *p, enum hit_where where,
    const struct rules_match *match, struct hit *h)
{
	h->where = where;
	h->match = match->mode;
	h->effect = match->effect;
	h->entry = match->entry;
	if (match->entry.length == 0)
		memcpy(h->pattern, match->pattern, sizeof(h->pattern));
	memcpy(h->threat, match->detail.threat, sizeof(h->threat));
	memcpy(h->reference, match->detail.reference, sizeof(h->reference));
	h->severity = match->detail.severity;
	h->confidence = match->detail.confidence;
	rules_labels(p->o.rules, match->lists, h->lists, sizeof(h->lists));
}

static void
set_answer(const struct pipeline *p, const struct pipeline_verdict *v,
    struct hit *h)
{
	h->answer = v->address;
	h->block = v->address_match.entry;
	rules_labels(p->o.rules, v->address_match.lists, h->answer_lists,
	    sizeof(h->answer_lists));
}

/* Does a query's hit wait for the response; a response's for the query? */
static bool
waits_for_response(const struct pipeline *p)
{
	return p->counters.queries - p->queries_before < SILENT_MESSAGES ||
	    p->now - p->answered_at < SILENT_TIME;
}

static bool
waits_for_query(const struct pipeline *p)
{
	return p->counters.responses - p->responses_before <
	    SILENT_MESSAGES || p->now - p->asked_at < SILENT_TIME;
}

static void
take_counters(struct pipeline *p)
{
	const struct pairing_counters *c = pairing_counters(p->pairing);

	p->counters.answered = c->answered;
	p->counters.answered_late = c->answered_late;
	p->counters.unanswered = c->unanswered;
	p->counters.unasked = c->unasked;
	p->counters.unpaired = c->unpaired;
	p->counters.pairs_full = c->full;
	p->counters.pairs_forgotten = c->forgotten;
}

/* Make the hit of ${q}, if it is one. */
static bool
match_query(struct pipeline *p, const struct query *q, struct hit *ret)
{
	const struct rules_question question = question_of(q, &q->qname);
	struct rules_match match;

	switch (rules_match(p->o.rules, p->scratch, &question, &match)) {
	case RULES_CLEAN:
		return false;
	case RULES_ALLOWED:
		p->counters.allowed++;
		return false;
	case RULES_BAD:
		break;
	}
	p->counters.matched++;
	begin_hit(p, q, ret);
	set_name(p, HIT_QNAME, &match, ret);
	pipeline_advance(p, q->time);
	return true;
}

void
pipeline_put(struct pipeline *p, const struct query *q)
{
	struct hit h;

	if (p->pairing == NULL) {
		pipeline_put_alone(p, q);
	} else if (match_query(p, q, &h)) {
		pairing_query(p->pairing, &h, waits_for_response(p));
		take_counters(p);
	}
}

void
pipeline_put_alone(struct pipeline *p, const struct query *q)
{
	struct hit h;

	if (match_query(p, q, &h))
		coalesce(p, &h);
}

void
pipeline_put_response(struct pipeline *p, const struct query *q,
    const struct pipeline_verdict *v)
{
	struct hit h;

	begin_hit(p, q, &h);
	if (v->has_address)
		set_answer(p, v, &h);
	if (v->has_name) {
		set_name(p, v->where, &v->match, &h);
		if (v->where == HIT_CNAME)
			h.name = v->name;
	} else {
		h.where = HIT_ADDRESS;
		h.match = LIST_MATCH_ADDRESS;
		h.effect = RULES_ALERT;
		h.threat[0] = h.reference[0] = '\0';
		h.severity = rules_severity(p->o.rules,
		    v->address_match.lists);
		h.confidence = LIST_CONFIDENCE_NONE;
		rules_labels(p->o.rules, v->address_match.lists, h.lists,
		    sizeof(h.lists));
	}
	pipeline_advance(p, q->time);
	if (h.where == HIT_QNAME && p->pairing != NULL) {
		(void)pairing_response(p->pairing, &h, waits_for_query(p));
		take_counters(p);
		return;
	}
	p->counters.matched_cname += h.where == HIT_CNAME;
	p->counters.matched_address += h.where == HIT_ADDRESS;
	coalesce(p, &h);
}

/* --- time ------------------------------------------------------------------ */

static void
let_go(struct pipeline *p, int64_t now)
{
	if (p->pairing != NULL) {
		pairing_advance(p->pairing, now);
		take_counters(p);
	}
	coalescer_advance(p->coalescer, now);
}

void
pipeline_advance(struct pipeline *p, int64_t now)
{
	if (p->now == 0)		/* the feed begins */
		p->asked_at = p->answered_at = now;
	p->now = now;
	let_go(p, now);
}

int64_t
pipeline_time(const struct pipeline *p)
{
	return p->now;
}

void
pipeline_idle(struct pipeline *p, int64_t quiet)
{
	let_go(p, p->now + quiet);
}

void
pipeline_hold(struct pipeline *p, bool held)
{
	p->held = held;
	coalescer_hold(p->coalescer, held);
}

bool
pipeline_held(const struct pipeline *p)
{
	return p->held;
}

bool
pipeline_open(const struct pipeline *p)
{
	return coalescer_open(p->coalescer);
}

void
pipeline_flush(struct pipeline *p)
{
	if (p->pairing != NULL) {
		pairing_flush(p->pairing);
		take_counters(p);
	}
	coalescer_flush(p->coalescer);
}

const struct pipeline_counters *
pipeline_counters(const struct pipeline *p)
{
	return &p->counters;
}

void
pipeline_counters_sum(struct pipeline_counters *into,
    const struct pipeline_counters *more)
{
	into->queries += more->queries;
	into->unmonitored += more->unmonitored;
	into->excluded += more->excluded;
	into->responses += more->responses;
	into->responses_unmonitored += more->responses_unmonitored;
	into->responses_excluded += more->responses_excluded;
	into->matched += more->matched;
	into->matched_cname += more->matched_cname;
	into->matched_address += more->matched_address;
	into->answered += more->answered;
	into->answered_late += more->answered_late;
	into->unanswered += more->unanswered;
	into->unasked += more->unasked;
	into->unpaired += more->unpaired;
	into->pairs_full += more->pairs_full;
	into->pairs_forgotten += more->pairs_forgotten;
	into->allowed += more->allowed;
	into->hits += more->hits;
	into->table_full += more->table_full;
}

void
pipeline_free(struct pipeline *p)
{
	if (p == NULL)
		return;
	pairing_free(p->pairing);
	coalescer_free(p->coalescer);
	free(p);
}
