#include "hits/intake.h"

#include <stdlib.h>

#include "core/counters.h"
#include "core/dns_answers.h"
#include "core/dns_message.h"
#include "core/dns_question.h"
#include "hits/pipeline.h"
#include "match/prefixes.h"

#define TIME_STEP 100000	/* microseconds between two looks at what waits */

/* What is counted leaves duplicates out, but with -a. */
struct intake {
	struct intake_options o;
	uint64_t queries;	/* decoded or let go of */
	uint64_t responses;
	uint64_t other_opcodes;	/* NOTIFY, UPDATE, ... */
	uint64_t malformed;	/* messages that do not decode */
	int64_t time;			/* that the pipeline was told last */
};

/* The message that is being decoded. */
struct decoding {
	struct intake *in;
	const struct intake_message *message;
	bool looked;		/* pipeline_look has said yes to it */
};

struct intake *
intake_new(const struct intake_options *o)
{
	struct intake *in = calloc(1, sizeof(*in));

	if (in == NULL)
		return NULL;
	in->o = *o;
	return in;
}

/* --- decoding -------------------------------------------------------------- */

/* Let ldns decode the message; count it if it does not like it. */
static void
decode(struct decoding *d, dns_message_question *fn)
{
	const struct intake_message *m = d->message;
	const struct query frame = {
		.time = m->time,
		.client = m->source,
		.server = m->destination,
		.client_port = m->source_port,
		.server_port = m->destination_port,
		.vlan = m->vlan,
		.tunnel = m->tunnel,
		.transport = m->transport,
	};

	if (dns_message_decode(m->wire, m->length, &frame, fn, d) < 0)
		d->in->malformed++;
}

/* Note which device asked, if the asker's word on that counts. */
static void
find_device(const struct decoding *d, struct query *q)
{
	const struct intake_options *o = &d->in->o;

	if (o->devices == 0 || q->response ||
	    (o->forwarders != NULL &&
	    !prefixes_find(o->forwarders, &q->client, NULL)))
		return;
	(void)dns_device_find(d->message->wire, d->message->length,
	    o->device, o->devices, q->device);
}

static void
print_question(void *ctx, const struct query *q)
{
	const struct decoding *d = ctx;
	struct query copy = *q;

	copy.duplicate = d->message->duplicate;
	find_device(d, &copy);
	d->in->o.print(d->in->o.print_ctx, &copy);
}

/* A question of a query that may matter. */
static void
put_query(void *ctx, const struct query *q)
{
	const struct decoding *d = ctx;
	struct query copy;

	if (!q->has_question || (!d->looked &&
	    !pipeline_look(d->in->o.pipeline, &q->client, &q->qname)))
		return;
	copy = *q;
	find_device(d, &copy);
	pipeline_put(d->in->o.pipeline, &copy);
}

/* --- responses ------------------------------------------------------------- */

struct judging {
	const struct pipeline *pipeline;
	const struct query *query;
	struct pipeline_verdict verdict;
};

static void
judge_answer(void *ctx, const struct dns_answer *a)
{
	struct judging *j = ctx;

	pipeline_judge_answer(j->pipeline, j->query, a, &j->verdict);
}

/* A question of a response that may matter, and its answers, by ldns. */
static void
put_response(void *ctx, const struct query *q)
{
	const struct decoding *d = ctx;
	struct judging j = { .pipeline = d->in->o.pipeline, .query = q };

	if (!q->has_question)
		return;
	pipeline_judge(j.pipeline, q, &j.verdict);
	dns_message_answers(d->message->wire, d->message->length,
	    judge_answer, &j);
	if (pipeline_bad(&j.verdict))
		pipeline_put_response(d->in->o.pipeline, q, &j.verdict);
}

/* May anything in the response be listed?  A cheap look at name and answers. */
static bool
look_at_response(const struct intake *in, const struct intake_message *m,
    const struct dns_name *qname)
{
	bool bad = pipeline_look_rest(in->o.pipeline, qname);
	struct dns_answers answers = dns_answers_begin(m->wire, m->length,
	    qname->length + DNS_QUESTION_FIXED);
	enum dns_answers_status status;
	struct dns_answer answer;

	while (!bad && (status = dns_answers_next(&answers, &answer)) !=
	    DNS_ANSWERS_END) {
		if (status == DNS_ANSWERS_ODD)
			return true;
		bad = pipeline_look_answer(in->o.pipeline, &answer);
	}
	return bad;
}

/* --- messages -------------------------------------------------------------- */

/* Count the message by what it is; false if there is nothing to look at. */
static bool
count(struct intake *in, enum dns_question kind, bool response)
{
	switch (kind) {
	case DNS_QUESTION_CUT:
		in->malformed++;
		return false;
	case DNS_QUESTION_NOT_QUERY:
		in->other_opcodes++;
		return in->o.pipeline == NULL;
	case DNS_QUESTION_NONE:
	case DNS_QUESTION_PLAIN:
	case DNS_QUESTION_ODD:
		break;
	}
	if (response)
		in->responses++;
	else
		in->queries++;
	return in->o.pipeline == NULL || kind != DNS_QUESTION_NONE;
}

/* Let the pipeline know how far event time has come, now and then; also if it
 * goes back. */
static void
let_time_go_on(struct intake *in, int64_t time)
{
	if ((uint64_t)time - (uint64_t)in->time < TIME_STEP)
		return;
	in->time = time;
	pipeline_advance(in->o.pipeline, time);
}

void
intake_take(struct intake *in, const struct intake_message *m)
{
	struct pipeline *pipeline = in->o.pipeline;
	struct decoding d = { .in = in, .message = m };
	enum dns_question kind;
	struct dns_name qname;
	bool response;

	if (m->duplicate && pipeline != NULL)
		return;
	kind = dns_question_look(m->wire, m->length, &qname);
	response = dns_question_response(m->wire, m->length);
	if (!count(in, kind, response))
		return;
	d.looked = kind == DNS_QUESTION_PLAIN;
	if (pipeline == NULL) {
		decode(&d, print_question);
		return;
	}
	let_time_go_on(in, m->time);
	if (!response) {
		if (!d.looked || pipeline_look(pipeline, &m->source, &qname))
			decode(&d, put_query);
	} else if (pipeline_look_client(pipeline, &m->destination)) {
		if (!d.looked || look_at_response(in, m, &qname))
			decode(&d, put_response);
	}
}

void
intake_count(const struct intake *in, struct counters *c)
{
	counters_always(c, "dns", "queries", in->queries);
	counters_always(c, "dns", "responses", in->responses);
	counters_add(c, "dns", "other_opcodes", in->other_opcodes);
	counters_add(c, "dns", "malformed", in->malformed);
}

void
intake_free(struct intake *in)
{
	free(in);
}
