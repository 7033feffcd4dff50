#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/counters.h"
#include "core/timestamp.h"
#include "frontend/frontend.h"
#include "frontend/frontend_state.h"
#include "match/matcher.h"
#include "output/heartbeat.h"
#include "output/hit_stream.h"
#include "output/spool.h"

#define PUBLISH_EVERY (TIMESTAMP_SECOND / 10)
#define HEARTBEAT_VERSION 1	/* of the record's fields */
#define MISSED_BEATS 4		/* after so many a record is gone... */
#define STOPPED_TTL 3600	/* ...but that of a source which has stopped */

/* --- what workers let us see --------------------------------------------- */

bool
frontend_due(const struct frontend *f, unsigned worker)
{
	/* Who asks now is not to be told what was a moment ago. */
	return atomic_load(frontend_asked_to_report()) ||
	    timestamp_steady() - f->worker[worker].published_at >=
	    PUBLISH_EVERY;
}

void
frontend_publish(struct frontend *f, unsigned worker,
    const struct counters *c, int64_t time)
{
	struct frontend_worker *w = &f->worker[worker];

	w->published_at = timestamp_steady();
	pthread_mutex_lock(&f->lock);
	w->counters = *c;
	w->time = time;
	pthread_mutex_unlock(&f->lock);
	frontend_report_snapshot(f, worker);
}

void
frontend_report_snapshot(struct frontend *f, unsigned worker)
{
	struct frontend_worker *w = &f->worker[worker];

	if (w->feed.pipeline == NULL)
		return;
	pthread_mutex_lock(&f->lock);
	w->of_pipeline = *pipeline_counters(w->feed.pipeline);
	for (size_t i = 0; i < w->log_count; i++)
		pipeline_counters_sum(&w->of_pipeline,
		    pipeline_counters(w->log[i].pipeline));
	pthread_mutex_unlock(&f->lock);
}

/* --- the set ------------------------------------------------------------- */

static void
count_pipeline(const struct pipeline_counters *p, struct counters *c)
{
	counters_always(c, "queries", "total", p->queries);
	counters_always(c, "queries", "matched", p->matched);
	counters_add(c, "queries", "unmonitored", p->unmonitored);
	counters_add(c, "queries", "excluded", p->excluded);
	counters_add(c, "queries", "allowed", p->allowed);
	counters_always(c, "hits", "total", p->hits);
	counters_add(c, "hits", "by_cname", p->matched_cname);
	counters_add(c, "hits", "by_address", p->matched_address);
	counters_add(c, "hits", "table_full", p->table_full);
	counters_add(c, "responses", "total", p->responses);
	counters_add(c, "responses", "unmonitored", p->responses_unmonitored);
	counters_add(c, "responses", "excluded", p->responses_excluded);
	counters_add(c, "answers", "in_time", p->answered);
	counters_add(c, "answers", "late", p->answered_late);
	counters_add(c, "answers", "none", p->unanswered);
	counters_add(c, "answers", "unasked", p->unasked);
	counters_add(c, "answers", "unpaired", p->unpaired);
	counters_add(c, "answers", "table_full", p->pairs_full);
	counters_add(c, "answers", "forgotten", p->pairs_forgotten);
}

static void
count_stream(struct hit_stream *s, struct counters *c)
{
	struct hit_stream_counters h;

	hit_stream_counters(s, &h);
	counters_always(c, "redis", "sent", h.sent);
	counters_add(c, "redis", "waiting", h.waiting);
	counters_always(c, "redis", "queue_drops", h.queue_drops);
	counters_add(c, "redis", "refused", h.refused);
	counters_add(c, "redis", "unsent", h.unsent);
	counters_add(c, "redis", "outages", h.outages);
}

static void
count_spool(struct hit_stream *stream, struct spool *spool,
    struct counters *c)
{
	struct hit_stream_counters h;
	struct spool_counters s;

	hit_stream_counters(stream, &h);
	spool_counters(spool, &s);
	counters_add(c, "spool", "total", h.spooled);
	counters_always(c, "spool", "waiting", s.records);
	counters_always(c, "spool", "octets", s.octets);
	counters_add(c, "spool", "forced", s.forced);
	counters_add(c, "spool", "torn", s.torn + h.damaged);
}

void
frontend_counters(struct frontend *f, struct counters *ret)
{
	memset(ret, 0, sizeof(*ret));
	pthread_mutex_lock(&f->lock);
	for (unsigned i = 0; i < f->workers; i++)
		counters_sum(ret, &f->worker[i].counters);
	for (unsigned i = 0; i < f->workers; i++) {
		if (f->worker[i].feed.pipeline != NULL)
			count_pipeline(&f->worker[i].of_pipeline, ret);
	}
	pthread_mutex_unlock(&f->lock);
	if (f->reload != NULL)
		rules_reload_count(f->reload, ret);
	if (f->stream != NULL)
		count_stream(f->stream, ret);
	if (f->stream != NULL && f->spool != NULL)
		count_spool(f->stream, f->spool, ret);
}

/* --- the heartbeat ------------------------------------------------------- */

void
frontend_add_input(struct frontend *f, const char *name)
{
	size_t used = strlen(f->input);

	snprintf(f->input + used, sizeof(f->input) - used, "%s%s",
	    used > 0 ? ", " : "", name);
}

/* Which rules there are; those of the set-up may be being replaced. */
static void
tell_rules(struct frontend *f, struct heartbeat *b)
{
	const struct rules *rules = f->setup.rules;
	uint64_t generation, names;

	if (f->reload != NULL) {
		generation = rules_reload_generation(f->reload);
		names = rules_reload_names(f->reload);
	} else {
		generation = rules_generation(rules);
		names = rules_size(rules).names;
	}
	heartbeat_number(b, "generation", (int64_t)generation);
	heartbeat_number(b, "names", (int64_t)names);
}

/* When the newest input of all workers was; 0 if none knows. */
static int64_t
newest_input(struct frontend *f)
{
	int64_t newest = 0;

	pthread_mutex_lock(&f->lock);
	for (unsigned i = 0; i < f->workers; i++) {
		if (f->worker[i].time > newest)
			newest = f->worker[i].time;
	}
	pthread_mutex_unlock(&f->lock);
	return newest;
}

static void
beat(struct frontend *f, const char *state, unsigned ttl,
    const struct counters *c)
{
	struct heartbeat b = { .ttl = ttl };
	int64_t now = timestamp_now(), newest = newest_input(f);

	heartbeat_number(&b, "v", HEARTBEAT_VERSION);
	heartbeat_text(&b, "program", f->program);
	heartbeat_text(&b, "version", VERSION);
	heartbeat_text(&b, "via", f->via == QUERY_VIA_CAPTURE ? "capture" :
	    "log");
	heartbeat_text(&b, "host", f->host);
	heartbeat_number(&b, "pid", getpid());
	heartbeat_text(&b, "input", f->input);
	heartbeat_text(&b, "state", state);
	heartbeat_number(&b, "time", now);
	heartbeat_number(&b, "uptime", timestamp_steady() - f->started_at);
	heartbeat_number(&b, "workers", f->workers);
	tell_rules(f, &b);
	heartbeat_text(&b, "spool", f->spool != NULL ? "disk" : "none");
	if (newest > 0)
		heartbeat_number(&b, "lag", now - newest);
	heartbeat_counters(&b, c);
	hit_stream_heartbeat(f->stream, &b);
}

void
frontend_housekeep(struct frontend *f)
{
	bool asked = atomic_load(frontend_asked_to_report());
	bool due = f->stream != NULL && f->heartbeat > 0 &&
	    timestamp_steady() >= f->beat_at;
	struct counters c;

	if (!asked && !due)
		return;
	frontend_counters(f, &c);
	if (asked) {
		atomic_store(frontend_asked_to_report(), false);
		counters_log(&c);
	}
	if (!due)
		return;
	f->beat_at = timestamp_steady() + f->heartbeat * TIMESTAMP_SECOND;
	beat(f, "running", MISSED_BEATS * f->heartbeat, &c);
}

void
frontend_report_last(struct frontend *f)
{
	struct counters c;

	for (unsigned i = 0; i < f->workers; i++)
		frontend_report_snapshot(f, i);
	frontend_counters(f, &c);
	counters_log(&c);
	if (f->setup.rules != NULL)
		allow_setup_tell(f->setup.rules);
	if (f->stream != NULL && f->heartbeat > 0)
		beat(f, "stopped", STOPPED_TTL, &c);
}
