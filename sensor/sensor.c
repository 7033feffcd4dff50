#include "sensor.h"

#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/dns_message.h"
#include "core/dns_question.h"
#include "core/log.h"
#include "frontend/frontend.h"
#include "hits/pipeline.h"
#include "fragments.h"
#include "tcp_streams.h"

struct sensor {
	struct frontend *frontend;
	struct pipeline *pipeline;	/* NULL with -a */
	enum link_type link;
	int64_t time;			/* of the current frame */
	struct fragments *fragments;
	struct tcp_streams *streams;
	struct sensor_counters counters;
	uint64_t ports[65536 / 64];	/* one bit each: DNS is spoken there */
};

struct sensor *
sensor_new(struct frontend *f, enum link_type link)
{
	const struct config *config = frontend_config(f);
	struct sensor *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->frontend = f;
	s->pipeline = frontend_pipeline(f);
	s->link = link;
	s->streams = tcp_streams_new(
	    (size_t)config_number(config, "tcp_streams"));
	s->fragments = fragments_new(
	    (size_t)config_number(config, "fragments"));
	if (s->streams == NULL || s->fragments == NULL) {
		sensor_free(s);
		return NULL;
	}
	for (size_t i = 0; i < config_count(config, "ports"); i++) {
		long port = config_item_number(config, "ports", i);

		s->ports[port / 64] |= UINT64_C(1) << (port % 64);
	}
	return s;
}

static bool
is_dns_port(const struct sensor *s, uint16_t port)
{
	return s->ports[port / 64] >> (port % 64) & 1;
}

/* --- messages ------------------------------------------------------------ */

/* What the packet tells of every question in it. */
static struct query
frame_of(const struct packet *p, enum query_transport transport)
{
	return (struct query){
		.time = p->time,
		.client = p->source,
		.server = p->destination,
		.client_port = p->source_port,
		.server_port = p->destination_port,
		.vlan = p->vlan,
		.tunnel = p->tunnel,
		.transport = transport,
	};
}

static void
print_question(void *ctx, const struct query *q)
{
	struct sensor *s = ctx;

	frontend_print(s->frontend, q);
}

/* A question of a message that the first look could not let go of. */
static void
judge_question(void *ctx, const struct query *q)
{
	struct sensor *s = ctx;

	if (q->has_question && pipeline_look(s->pipeline, &q->client,
	    &q->qname))
		pipeline_put(s->pipeline, q);
}

/* The question of a message that pipeline_look has already seen. */
static void
put_question(void *ctx, const struct query *q)
{
	struct sensor *s = ctx;

	if (q->has_question)
		pipeline_put(s->pipeline, q);
}

/* Let ldns decode the message; count it if it does not like it. */
static void
decode(struct sensor *s, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length,
    dns_message_question *fn)
{
	struct query frame = frame_of(p, transport);

	if (dns_message_decode(message, length, &frame, fn, s) < 0)
		s->counters.malformed++;
}

static void
take_message(struct sensor *s, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length)
{
	struct dns_name qname;
	enum dns_question kind = dns_question_look(message, length, &qname);

	switch (kind) {
	case DNS_QUESTION_CUT:
		s->counters.malformed++;
		return;
	case DNS_QUESTION_RESPONSE:
		s->counters.responses++;
		break;
	case DNS_QUESTION_NOT_QUERY:
		s->counters.other_opcodes++;
		break;
	case DNS_QUESTION_PLAIN:
	case DNS_QUESTION_ODD:
		s->counters.queries++;
		break;
	}
	if (s->pipeline == NULL) {
		decode(s, p, transport, message, length, print_question);
	} else if (kind == DNS_QUESTION_PLAIN) {
		if (pipeline_look(s->pipeline, &p->source, &qname))
			decode(s, p, transport, message, length,
			    put_question);
	} else if (kind == DNS_QUESTION_ODD) {
		decode(s, p, transport, message, length, judge_question);
	}
}

static void
take_tcp_message(void *ctx, const struct packet *p, const uint8_t *message,
    size_t length)
{
	take_message(ctx, p, QUERY_TRANSPORT_TCP, message, length);
}

/* --- frames -------------------------------------------------------------- */

/* A fragment may complete its packet, which may hold another fragment. */
static enum decap_result
reassemble(struct sensor *s, struct packet *p)
{
	enum decap_result result = DECAP_FRAGMENT;

	/* What the capture has cut can't be put together, but the question
	 * stands in the first octets of the first fragment. */
	if (p->fragment.offset == 0 && p->length < p->wire_length)
		return decap_whole(p->payload, p->length, p);

	while (result == DECAP_FRAGMENT) {
		size_t length;
		const uint8_t *whole = fragments_add(s->fragments, p,
		    &length);

		if (whole == NULL)
			break;
		result = decap_whole(whole, length, p);
	}
	return result;
}

void
sensor_frame(void *ctx, int64_t time, const uint8_t *frame, size_t length)
{
	struct sensor *s = ctx;
	struct packet p;
	enum decap_result result = decap(frame, length, s->link, time,
	    &p);

	s->time = time;
	s->counters.frames++;
	s->counters.results[result]++;
	if (result == DECAP_FRAGMENT)
		result = reassemble(s, &p);
	if (result != DECAP_UDP && result != DECAP_TCP)
		return;
	if (!is_dns_port(s, p.source_port) &&
	    !is_dns_port(s, p.destination_port)) {
		s->counters.other_ports++;
		return;
	}
	if (result == DECAP_TCP)
		tcp_streams_add(s->streams, &p, take_tcp_message, s);
	else if (p.wire_length > 0)
		take_message(s, &p, QUERY_TRANSPORT_UDP, p.payload, p.length);
}

void
sensor_tick(struct sensor *s, int64_t now)
{
	tcp_streams_expire(s->streams, now, take_tcp_message, s);
}

int64_t
sensor_time(const struct sensor *s)
{
	return s->time;
}

void
sensor_report(const struct sensor *s)
{
	const struct sensor_counters *c = &s->counters;
	const struct tcp_counters *t = tcp_streams_counters(s->streams);
	const struct fragments_counters *f =
	    fragments_counters(s->fragments);

	log_info("%llu frames: %llu UDP, %llu TCP (%llu between other ports), "
	    "%llu fragments, %llu other IP, %llu not IP, %llu malformed, "
	    "%llu too deep",
	    (unsigned long long)c->frames,
	    (unsigned long long)c->results[DECAP_UDP],
	    (unsigned long long)c->results[DECAP_TCP],
	    (unsigned long long)c->other_ports,
	    (unsigned long long)c->results[DECAP_FRAGMENT],
	    (unsigned long long)c->results[DECAP_NOT_TRANSPORT],
	    (unsigned long long)c->results[DECAP_NOT_IP],
	    (unsigned long long)c->results[DECAP_MALFORMED],
	    (unsigned long long)c->results[DECAP_TOO_DEEP]);
	log_info("DNS messages: %llu queries, %llu responses, %llu of other "
	    "opcodes; %llu did not decode",
	    (unsigned long long)c->queries, (unsigned long long)c->responses,
	    (unsigned long long)c->other_opcodes,
	    (unsigned long long)c->malformed);
	if (f->fragments > 0)
		log_info("fragments: %llu, of which %llu packets were made; "
		    "packets given up: %llu overlapped, %llu timed out, %llu "
		    "evicted; %llu malformed",
		    (unsigned long long)f->fragments,
		    (unsigned long long)f->packets,
		    (unsigned long long)f->overlaps,
		    (unsigned long long)f->timeouts,
		    (unsigned long long)f->evicted,
		    (unsigned long long)f->malformed);
	if (t->early + t->gaps + t->broken + t->evicted > 0)
		log_info("TCP: %llu segments out of order, %llu gaps, %llu streams that are not DNS, %llu "
		    "streams evicted", (unsigned long long)t->early,
		    (unsigned long long)t->gaps,
		    (unsigned long long)t->broken,
		    (unsigned long long)t->evicted);
}

void
sensor_free(struct sensor *s)
{
	if (s == NULL)
		return;
	tcp_streams_free(s->streams);
	fragments_free(s->fragments);
	free(s);
}
