#include "pulse.h"

#include "core/counters.h"
#include "dnstap/dnstap_feed.h"
#include "dnstap/dnstap_server.h"
#include "frontend/frontend.h"
#include "log_counters.h"

static void
publish(const struct pulse *p, int64_t time)
{
	struct counters counters = { .count = 0 };

	if (p->server != NULL)
		dnstap_server_count(p->server, &counters);
	else
		log_counters_add(p->counters, &counters);
	if (p->dnstap != NULL)
		dnstap_feed_count(p->dnstap, &counters);
	if (p->count != NULL)
		p->count(p->count_ctx, &counters);
	frontend_publish(p->frontend, p->worker, &counters, time);
}

static void
keep_house(const struct pulse *p, int64_t time)
{
	if (frontend_due(p->frontend, p->worker))
		publish(p, time);
	if (!p->housed)
		frontend_housekeep(p->frontend);
}

void
pulse_count(const struct pulse *p)
{
	frontend_rest(p->frontend, p->worker);
	keep_house(p, 0);
}

void
pulse_beat(const struct pulse *p)
{
	frontend_tick(p->frontend, p->worker);
	keep_house(p, p->counters->newest);
}

void
pulse_end(const struct pulse *p)
{
	publish(p, 0);
}
