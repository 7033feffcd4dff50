#include "pulse.h"

#include "core/timestamp.h"
#include "frontend/frontend.h"
#include "log_input.h"

struct pulse
pulse_start(struct frontend *f, const struct log_counters *counters)
{
	return (struct pulse){ f, counters, timestamp_steady() };
}

void
pulse_report(const struct pulse *p)
{
	if (!frontend_report_due())
		return;
	log_input_report(p->counters);
	frontend_report(p->frontend);
}

void
pulse_beat(struct pulse *p)
{
	int64_t now = timestamp_steady();

	if (now - p->beat < PULSE_MS * 1000)
		return;
	p->beat = now;
	frontend_tick(p->frontend);
	pulse_report(p);
}
