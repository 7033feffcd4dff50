#include "hits/pipeline.h"

#include <stdlib.h>

#include "hits/coalescer.h"
#include "match/rules.h"

struct pipeline {
	struct pipeline_options o;
	struct pipeline_counters counters;
	const struct matcher *matcher;
	struct coalescer *coalescer;
	bool screening;		/* some clients do not count */
	int64_t latest;		/* event time of the last query put */
};

static void
pass_on(void *ctx, const struct hit *h)
{
	struct pipeline *p = ctx;

	p->counters.hits++;
	p->o.sink(p->o.sink_ctx, h);
}

struct pipeline *
pipeline_new(const struct pipeline_options *o)
{
	struct pipeline *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->o = *o;
	p->matcher = rules_matcher(o->rules);
	p->screening = rules_screen(o->rules);
	p->coalescer = coalescer_new(o->table, o->coalesce, pass_on, p);
	if (p->coalescer == NULL) {
		free(p);
		return NULL;
	}
	return p;
}

/* Count a client that does not count; true if it does. */
static bool
client_counts(struct pipeline *p, const struct address *client)
{
	switch (rules_client(p->o.rules, client)) {
	case RULES_UNMONITORED:
		p->counters.unmonitored++;
		return false;
	case RULES_EXCLUDED:
		p->counters.excluded++;
		return false;
	case RULES_COUNTS:
		break;
	}
	return true;
}

bool
pipeline_look(struct pipeline *p, const struct address *client,
    const struct dns_name *qname)
{
	struct match match;

	p->counters.queries++;
	if (p->screening && !client_counts(p, client))
		return false;
	return matcher_find(p->matcher, qname, &match);
}

void
pipeline_put(struct pipeline *p, const struct query *q)
{
	struct match match;
	struct hit h;

	if (!matcher_find(p->matcher, &q->qname, &match))
		return;
	p->counters.matched++;
	h.source = p->o.source;
	h.via = p->o.via;
	h.first = h.last = q->time;
	h.n = 1;
	h.query = *q;
	h.entry = match.entry;
	h.match = match.mode;
	rules_labels(p->o.rules, match.lists, h.lists, sizeof(h.lists));
	p->latest = q->time;
	coalescer_add(p->coalescer, &h);
	p->counters.table_full = coalescer_full(p->coalescer);
}

void
pipeline_idle(struct pipeline *p, int64_t quiet)
{
	coalescer_advance(p->coalescer, p->latest + quiet);
}

void
pipeline_flush(struct pipeline *p)
{
	coalescer_flush(p->coalescer);
}

const struct pipeline_counters *
pipeline_counters(const struct pipeline *p)
{
	return &p->counters;
}

void
pipeline_free(struct pipeline *p)
{
	if (p == NULL)
		return;
	coalescer_free(p->coalescer);
	free(p);
}
