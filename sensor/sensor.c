#include "sensor.h"

#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/counters.h"
#include "fragments.h"
#include "tcp_streams.h"

struct sensor {
	sensor_message *fn;
	void *ctx;
	int64_t time;			/* of the current frame */
	struct fragments *fragments;
	struct tcp_streams *streams;
	struct sensor_counters counters;
	uint64_t ports[65536 / 64];	/* one bit each: DNS is spoken there */
};

struct sensor *
sensor_new(const struct config *config, sensor_message *fn, void *ctx)
{
	struct sensor *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->fn = fn;
	s->ctx = ctx;
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

static void
take_tcp_message(void *ctx, const struct packet *p, const uint8_t *message,
    size_t length)
{
	struct sensor *s = ctx;

	s->fn(s->ctx, p, QUERY_TRANSPORT_TCP, message, length);
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
sensor_frame(void *ctx, int64_t time, enum link_type link,
    const uint8_t *frame, size_t length)
{
	struct sensor *s = ctx;
	struct packet p;
	enum decap_result result = decap(frame, length, link, time, &p);

	s->time = time;
	s->counters.frames++;
	s->counters.results[result]++;
	if (result == DECAP_MALFORMED)
		s->counters.malformed[p.layer]++;
	if (result == DECAP_FRAGMENT) {
		result = reassemble(s, &p);
		s->counters.whole[result] += result != DECAP_FRAGMENT;
	}
	if (result != DECAP_UDP && result != DECAP_TCP)
		return;
	if (!is_dns_port(s, p.source_port) &&
	    !is_dns_port(s, p.destination_port)) {
		s->counters.other_ports++;
		return;
	}
	if (result == DECAP_TCP)
		tcp_streams_add(s->streams, &p, take_tcp_message, s);
	else if (p.wire_length == 0)
		s->counters.empty++;
	else
		s->fn(s->ctx, &p, QUERY_TRANSPORT_UDP, p.payload, p.length);
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
	const uint64_t *malformed = s->malformed;

	counters_always(c, "frames", "total", s->frames);
	counters_add(c, "frames", "udp", s->results[DECAP_UDP]);
	counters_add(c, "frames", "tcp", s->results[DECAP_TCP]);
	counters_add(c, "frames", "fragments", s->results[DECAP_FRAGMENT]);
	counters_add(c, "frames", "other_ip", s->results[DECAP_NOT_TRANSPORT]);
	counters_add(c, "frames", "not_ip", s->results[DECAP_NOT_IP]);
	counters_add(c, "frames", "malformed_link",
	    malformed[DECAP_LAYER_LINK]);
	counters_add(c, "frames", "malformed_tag",
	    malformed[DECAP_LAYER_TAG]);
	counters_add(c, "frames", "malformed_ip", malformed[DECAP_LAYER_IP]);
	counters_add(c, "frames", "malformed_transport",
	    malformed[DECAP_LAYER_TRANSPORT]);
	counters_add(c, "frames", "malformed_tunnel",
	    malformed[DECAP_LAYER_TUNNEL]);
	counters_add(c, "frames", "too_deep", s->results[DECAP_TOO_DEEP]);
	counters_add(c, "frames", "other_ports", s->other_ports);
	counters_add(c, "frames", "empty", s->empty);
}

static void
count_fragments(const struct sensor_counters *s,
    const struct fragments_counters *f, struct counters *c)
{
	counters_add(c, "fragments", "taken", f->fragments);
	counters_add(c, "fragments", "packets", f->packets);
	counters_add(c, "fragments", "overlaps", f->overlaps);
	counters_add(c, "fragments", "timeouts", f->timeouts);
	counters_add(c, "fragments", "evicted", f->evicted);
	counters_add(c, "fragments", "malformed", f->malformed);
	counters_add(c, "fragments", "no_transport",
	    s->whole[DECAP_NOT_TRANSPORT] + s->whole[DECAP_NOT_IP]);
	counters_add(c, "fragments", "broken_packets",
	    s->whole[DECAP_MALFORMED] + s->whole[DECAP_TOO_DEEP]);
}

static void
count_streams(const struct tcp_counters *t, struct counters *c)
{
	counters_add(c, "tcp", "early", t->early);
	counters_add(c, "tcp", "gaps", t->gaps);
	counters_add(c, "tcp", "not_dns", t->broken);
	counters_add(c, "tcp", "evicted", t->evicted);
}

void
sensor_count(const struct sensor *s, struct counters *c)
{
	count_frames(&s->counters, c);
	count_fragments(&s->counters, fragments_counters(s->fragments), c);
	count_streams(tcp_streams_counters(s->streams), c);
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
