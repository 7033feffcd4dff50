#include "pulse.h"

#include <time.h>

#include "frontend/frontend.h"
#include "hits/pipeline.h"
#include "log_input.h"

int64_t
pulse_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct pulse
pulse_start(struct frontend *f, const struct log_counters *counters)
{
	int64_t now = pulse_clock();

	return (struct pulse){ f, counters, now, now, 0 };
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
	const struct pipeline *pipeline = frontend_pipeline(p->frontend);
	int64_t now = pulse_clock();

	if (now - p->beat < PULSE_MS * 1000)
		return;
	p->beat = now;
	/* A window ends so long after its last hit, even while lines that
	 * are no hits keep coming. */
	if (pipeline != NULL &&
	    pipeline_counters(pipeline)->matched != p->matched) {
		p->matched = pipeline_counters(pipeline)->matched;
		p->hit = now;
	}
	frontend_idle(p->frontend, now - p->hit);
	pulse_report(p);
}
