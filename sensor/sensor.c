#include "sensor.h"

#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/counters.h"
#include "core/dns_message.h"
#include "core/dns_question.h"
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
sensor_new(struct frontend *f, unsigned worker, enum link_type link)
{
	const struct config *config = frontend_config(f);
	struct sensor *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->frontend = f;
	s->pipeline = frontend_pipeline(f, worker);
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

static void
count_frames(const struct sensor_counters *s, struct counters *c)
{
	counters_always(c, "frames", "total", s->frames);
	counters_add(c, "frames", "udp", s->results[DECAP_UDP]);
	counters_add(c, "frames", "tcp", s->results[DECAP_TCP]);
	counters_add(c, "frames", "fragments", s->results[DECAP_FRAGMENT]);
	counters_add(c, "frames", "other_ip", s->results[DECAP_NOT_TRANSPORT]);
	counters_add(c, "frames", "not_ip", s->results[DECAP_NOT_IP]);
	counters_add(c, "frames", "malformed", s->results[DECAP_MALFORMED]);
	counters_add(c, "frames", "too_deep", s->results[DECAP_TOO_DEEP]);
	counters_add(c, "frames", "other_ports", s->other_ports);
}

static void
count_messages(const struct sensor_counters *s, struct counters *c)
{
	counters_always(c, "dns", "queries", s->queries);
	counters_always(c, "dns", "responses", s->responses);
	counters_add(c, "dns", "other_opcodes", s->other_opcodes);
	counters_add(c, "dns", "malformed", s->malformed);
}

static void
count_tables(const struct fragments_counters *f, const struct tcp_counters *t,
    struct counters *c)
{
	counters_add(c, "fragments", "taken", f->fragments);
	counters_add(c, "fragments", "packets", f->packets);
	counters_add(c, "fragments", "overlaps", f->overlaps);
	counters_add(c, "fragments", "timeouts", f->timeouts);
	counters_add(c, "fragments", "evicted", f->evicted);
	counters_add(c, "fragments", "malformed", f->malformed);
	counters_add(c, "tcp", "early", t->early);
	counters_add(c, "tcp", "gaps", t->gaps);
	counters_add(c, "tcp", "not_dns", t->broken);
	counters_add(c, "tcp", "evicted", t->evicted);
}

void
sensor_count(const struct sensor *s, struct counters *c)
{
	count_frames(&s->counters, c);
	count_messages(&s->counters, c);
	count_tables(fragments_counters(s->fragments),
	    tcp_streams_counters(s->streams), c);
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
