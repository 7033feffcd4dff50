#include "pulse.h"

#include "core/counters.h"
#include "frontend/frontend.h"
#include "log_input.h"

static void
publish(const struct pulse *p)
{
	struct counters counters = { .count = 0 };

	log_input_count(p->counters, &counters);
	frontend_publish(p->frontend, 0, &counters, 0);
}

void
pulse_count(const struct pulse *p)
{
	if (frontend_due(p->frontend, 0))
		publish(p);
	frontend_housekeep(p->frontend);
}

void
pulse_beat(const struct pulse *p)
{
	frontend_tick(p->frontend, 0);
	pulse_count(p);
}

void
pulse_end(const struct pulse *p)
{
	publish(p);
}
