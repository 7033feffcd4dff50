#include "dnstap/dnstap_feed.h"

#include <stdbool.h>
#include <stdlib.h>

#include "core/config.h"
#include "core/counters.h"
#include "core/dns_message.h"
#include "core/dns_question.h"
#include "core/log.h"
#include "core/timestamp.h"
#include "dnstap/dnstap_message.h"
#include "hits/intake.h"
#include "log_counters.h"
#include "log_input.h"

struct dnstap_feed {
	const struct log_target *target;
	struct intake *intake;
	bool wanted[DNSTAP_KINDS];
	uint64_t frames;
	uint64_t kinds[DNSTAP_KINDS];	/* of each, wanted or not */
	uint64_t malformed;
	uint64_t clientless;		/* queries that do not tell the client */
	uint64_t timeless;		/* that have the time at which they came */
};

int
dnstap_feed_check(const struct config *config)
{
	for (size_t i = 0; i < config_count(config, "dnstap_messages"); i++) {
		const char *name = config_item(config, "dnstap_messages", i);

		if (dnstap_message_kind_find(name) >= 0)
			continue;
		log_warnx("dnstap_messages: '%s': give some of client, auth, "
		    "resolver, forwarder, stub, tool and update", name);
		return -1;
	}
	return 0;
}

struct dnstap_feed *
dnstap_feed_new(const struct config *config, const struct log_target *target)
{
	const struct intake_options o = {
		.pipeline = target->pipeline,
		.print = target->print,
		.print_ctx = target->print_ctx,
	};
	struct dnstap_feed *feed = calloc(1, sizeof(*feed));

	if (feed == NULL)
		return NULL;
	feed->target = target;
	for (size_t i = 0; i < config_count(config, "dnstap_messages"); i++)
		feed->wanted[dnstap_message_kind_find(
		    config_item(config, "dnstap_messages", i))] = true;
	if ((feed->intake = intake_new(&o)) == NULL) {
		free(feed);
		return NULL;
	}
	return feed;
}

/* Does what the server says of the message go with what the message says?
 * One that is too short to tell is the intake's to count. */
static bool
agrees(const struct dnstap_message *m)
{
	return m->wire != NULL && (m->length < DNS_MESSAGE_HEADER ||
	    dns_question_response(m->wire, m->length) == m->response);
}

static void
take_message(struct dnstap_feed *feed, const struct dnstap_message *m)
{
	int64_t time = m->has_time ? m->time : timestamp_now();
	const struct intake_message taken = {
		.time = time,
		.source = m->response ? m->server : m->client,
		.destination = m->response ? m->client : m->server,
		.source_port = m->response ? m->server_port : m->client_port,
		.destination_port = m->response ? m->client_port :
		    m->server_port,
		.transport = m->transport,
		.wire = m->wire,
		.length = m->length,
	};

	feed->timeless += !m->has_time;
	if (time > feed->target->counters->newest)
		feed->target->counters->newest = time;
	if (m->client.family == 0) {
		feed->clientless++;
		if (feed->target->print == NULL)
			return;		/* a hit has to name one */
	}
	intake_take(feed->intake, &taken);
}

void
dnstap_feed_take(struct dnstap_feed *feed, const uint8_t *payload,
    size_t length)
{
	struct dnstap_message m;

	feed->frames++;
	if (dnstap_message_decode(payload, length, &m) != 0) {
		feed->malformed++;
		return;
	}
	feed->kinds[m.kind]++;
	if (!feed->wanted[m.kind])
		return;
	if (agrees(&m))
		take_message(feed, &m);
	else
		feed->malformed++;
}

void
dnstap_feed_count(const struct dnstap_feed *feed, struct counters *c)
{
	if (feed->frames == 0)
		return;
	counters_always(c, "dnstap", "frames", feed->frames);
	for (int kind = 0; kind < DNSTAP_KINDS; kind++)
		counters_add(c, "dnstap", dnstap_message_kind_text(
		    (enum dnstap_kind)kind), feed->kinds[kind]);
	counters_add(c, "dnstap", "malformed", feed->malformed);
	counters_add(c, "dnstap", "clientless", feed->clientless);
	counters_add(c, "dnstap", "timeless", feed->timeless);
	intake_count(feed->intake, c);
}

void
dnstap_feed_free(struct dnstap_feed *feed)
{
	if (feed == NULL)
		return;
	intake_free(feed->intake);
	free(feed);
}
