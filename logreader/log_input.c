#include "log_input.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/timestamp.h"
#include "formats/bind9_glance.h"
#include "hits/pipeline.h"
#include "line_reader.h"
#include "log_counters.h"
#include "log_doubt.h"
#include "log_health.h"
#include "log_query.h"
#include "log_wrapper.h"
#include "log_zones.h"

#define SHOWN 400		/* octets of a broken line that are shown */

struct log_input {
	const char *name;
	const struct log_format *format;	/* NULL: not known yet */
	const struct log_target *target;
	bool hits;		/* the target wants them */
	struct line_reader *reader;	/* that lines come from */
	struct bind9_glance *glance;	/* NULL: not for this input */
	struct log_clock clock;
	struct log_memory memory;
	int64_t written;	/* 0: it still is */
	uint64_t lines, queries, responses;
	bool given;		/* by -F: so we were told */
	struct log_doubt doubt;	/* is it still of that format? */
	struct log_health health;
	uint64_t judged, broken, judged_broken;	/* lines */
};

/* From now on ${in} is of ${format}. */
static void
pin(struct log_input *in, const struct log_format *format)
{
	in->format = format;
	bind9_glance_free(in->glance);
	in->glance = NULL;
	log_doubt_settle(&in->doubt);
	/* With print every line is parsed anyway.  Without memory for it a
	 * glance is not missed, only slower. */
	if (format->glance && in->target->print == NULL)
		in->glance = bind9_glance_new();
}

struct log_input *
log_input_new(const char *name, const struct log_format *format,
    const struct log_target *target)
{
	struct log_input *in = calloc(1, sizeof(*in));

	if (in == NULL)
		return NULL;
	in->name = name;
	in->target = target;
	in->hits = target->pipeline != NULL;
	in->given = format != NULL;
	in->clock.zone = log_zones_find(target->zones, name);
	if (format != NULL)
		pin(in, format);
	return in;
}

void
log_input_written(struct log_input *in, int64_t time)
{
	in->written = time;
}

/* No time in the log is later. */
static int64_t
latest_time(const struct log_input *in)
{
	return in->written != 0 ? in->written : timestamp_now();
}

/* The time of what is passed on. */
static int64_t
time_of(struct log_input *in, const struct log_fields *f)
{
	int64_t time = log_query_time(f, &in->clock, latest_time(in));

	in->target->counters->times[in->clock.kind]++;
	return time;
}

/* Show a line that is broken, if that is wanted. */
static void
show(const struct log_input *in, const char *line, size_t length,
    enum log_verdict v)
{
	atomic_uint *left = in->target->show;
	unsigned many = left != NULL ? atomic_load(left) : 0;
	char text[4 * SHOWN + 1];
	size_t used = 0;

	while (many > 0 && !atomic_compare_exchange_weak(left, &many,
	    many - 1))
		continue;
	if (many == 0)
		return;
	/* The log escapes what is left but NUL. */
	for (size_t i = 0; i < length && i < SHOWN; i++) {
		memcpy(text + used, "\\x00", 4);
		if (line[i] != '\0')
			text[used] = line[i];
		used += line[i] != '\0' ? 1 : 4;
	}
	text[used] = '\0';
	log_info("%s:%" PRIu64 ": broken, %s: %s%s", in->name, in->lines,
	    log_format_verdict_text(v), text, length > SHOWN ? "..." : "");
}

/* A line is no query: does another format know better?  Then return what it
 * says. */
static enum log_verdict
doubt(struct log_input *in, const char *line, size_t length,
    enum log_verdict v, struct log_fields *ret)
{
	const struct log_format *other;
	struct log_fields f;
	enum log_verdict theirs;

	if (in->format == NULL)
		return v;
	other = log_doubt_line(&in->doubt, in->format, line, length, &f,
	    &theirs);
	if (other == NULL)
		return v;
	in->target->counters->format_changed++;
	log_warnx("%s: no %s query in %u lines, but %s finds some%s",
	    in->name, in->format->name, in->doubt.dry, other->name,
	    in->given ? ": is -F right?" : "; taking it for that from now on");
	if (in->given)
		return v;
	pin(in, other);
	in->memory = in->doubt.memory;
	*ret = f;
	return theirs;
}

static enum log_verdict
parse(struct log_input *in, const char *line, size_t length,
    struct log_fields *ret)
{
	const struct log_format *format;
	enum log_verdict v;

	if (in->glance != NULL && !log_wrapper_begins(line, length))
		return bind9_glance_parse(in->glance, line, length, ret);
	if (in->format != NULL)
		return log_format_parse(in->format, &in->memory, line, length,
		    ret);
	format = log_format_recognise(&in->memory, line, length, ret, &v);
	if (format != NULL)
		pin(in, format);
	return v;
}

static void
count_question(struct log_input *in, const struct log_fields *f)
{
	struct log_counters *c = in->target->counters;

	c->truncated += f->truncated;
	c->strange += f->strange;
	c->clientless += f->client.length == 0;
	c->responses += f->response;
	in->responses += f->response;
	in->queries += !f->response;
}

/* Does this log have nothing but responses to tell of queries? */
static bool
replies_count(const struct log_input *in)
{
	return in->format->replies && in->queries == 0;
}

static void
note_useless(struct log_input *in, const char *line, size_t length,
    enum log_verdict v)
{
	in->target->counters->nul += length > 0 &&
	    memchr(line, '\0', length) != NULL;
	if (v == LOG_OTHER)
		return;
	in->broken++;
	show(in, line, length, v);
}

/* It has to be known of ${q}, whose fields are ${f}, when it was: then print
 * it or pass it on. */
static void
pass_on(struct log_input *in, const struct log_fields *f, struct query *q)
{
	const struct log_target *target = in->target;

	q->time = time_of(in, f);
	q->line = target->reach != NULL ? line_reader_taken(in->reader) : 0;
	if (q->time < target->since)
		return;
	if (target->print != NULL) {
		target->print(target->print_ctx, q);
		return;
	}
	if (target->reach != NULL)
		target->reach(target->reach_ctx, q->line);
	pipeline_put_alone(target->pipeline, q);
}

/* Parse ${line} in full, whatever it is. */
static void
take_slowly(struct log_input *in, const char *line, size_t length)
{
	const struct log_target *target = in->target;
	struct log_fields f;
	struct query q;
	enum log_verdict v = parse(in, line, length, &f);

	if (v != LOG_QUERY)
		v = doubt(in, line, length, v, &f);
	if (v == LOG_QUERY && log_query_from(&f, &q) != 0)
		v = LOG_BROKEN_NAME;
	target->counters->verdict[v]++;
	if (v != LOG_QUERY) {
		note_useless(in, line, length, v);
		return;
	}
	log_doubt_settle(&in->doubt);
	count_question(in, &f);
	if (target->print != NULL) {
		pass_on(in, &f, &q);
		return;
	}
	/* A server that logs responses can log the queries as well: taking
	 * both would count each twice.  A hit has to name a client. */
	if ((f.response && !replies_count(in)) || f.client.length == 0 ||
	    !pipeline_look(target->pipeline, &q.client, &q.qname))
		return;
	q.response = false;	/* it stands for the query */
	pass_on(in, &f, &q);
}

/* A line that a glance has accepted matters: all of it is needed now. */
static void
put(struct log_input *in, const uint8_t *line, const uint8_t *next)
{
	size_t length = (size_t)(next - line) - 1;
	struct log_fields f;
	struct query q;

	if (length > 0 && next[-2] == '\r')
		length--;
	if (log_format_parse(in->format, &in->memory, (const char *)line,
	    length, &f) != LOG_QUERY || log_query_from(&f, &q) != 0)
		return;		/* a fuzz target holds that this is never so */
	line_reader_step(in->reader, next);	/* for where it ends */
	pass_on(in, &f, &q);
}

/* A query seen at a glance: nearly always it is let go by its last two
 * labels. */
static inline void
take_glimpse(struct log_input *in, const struct bind9_glimpse *seen,
    const uint8_t *line, const uint8_t *next)
{
	struct pipeline *p = in->target->pipeline;
	struct dns_name name;

	if (pipeline_look_tail(p, &seen->client, seen->tail.wire,
	    seen->tail.length) && bind9_glance_name(seen, &name) &&
	    pipeline_look_rest(p, &name))
		put(in, line, next);
}

/* Take lines for as long as a glance is enough; return the last, if any. */
static struct text
take_at_a_glance(struct log_input *in, struct line_reader *r)
{
	struct cursor rest = line_reader_rest(r);
	const uint8_t *line = rest.at, *end = line + cursor_left(&rest);
	const uint8_t *next;
	struct bind9_glimpse seen;
	uint64_t lines = 0, responses = 0;
	struct text last = { NULL, 0 };

	while ((next = bind9_glance_look(in->glance, line, end, &seen)) !=
	    NULL) {
		lines++;
		if (seen.response)	/* as in take_slowly */
			responses++;
		else
			take_glimpse(in, &seen, line, next);
		last.at = (const char *)line;
		line = next;
	}
	line_reader_step(r, line);
	in->lines += lines;
	in->queries += lines - responses;
	in->responses += responses;
	in->target->counters->lines += lines;
	in->target->counters->verdict[LOG_QUERY] += lines;
	in->target->counters->responses += responses;
	if (lines > 0) {
		log_doubt_settle(&in->doubt);
		last.length = (size_t)((const char *)line - last.at) - 1;
		last.length -= last.at[last.length - 1] == '\r';
	}
	return last;
}

void
log_input_line(struct log_input *in, const char *line, size_t length)
{
	in->lines++;
	in->target->counters->lines++;
	take_slowly(in, line, length);
}

/* How far the log has come: of each read the last line tells it. */
static void
note_time(struct log_input *in, struct text line)
{
	struct log_fields f;

	if (in->format != NULL && line.at != NULL &&
	    log_format_parse(in->format, &in->memory, line.at, line.length,
	    &f) == LOG_QUERY)
		(void)log_time_parse(&in->clock, f.time, latest_time(in),
		    &in->target->counters->newest);
}

/* Are too many lines broken?  Those that were too long are. */
static void
judge(struct log_input *in, uint64_t too_long, bool last)
{
	struct log_health *h = &in->health;
	enum log_health_notice notice;

	in->broken += too_long;
	notice = log_health_take(h, in->lines - in->judged + too_long,
	    in->broken - in->judged_broken, last);
	in->judged = in->lines;
	in->judged_broken = in->broken;
	if (notice == LOG_HEALTH_BETTER)
		log_info("%s: the lines are understood again", in->name);
	if (notice == LOG_HEALTH_WORSE || notice == LOG_HEALTH_STILL)
		in->target->counters->not_understood++;
	if (notice == LOG_HEALTH_WORSE)
		log_warnx("%s: %" PRIu64 " of the last %" PRIu64 " lines are "
		    "broken; --show-broken 10 shows some", in->name,
		    h->broken, h->lines);
}

void
log_input_take(struct log_input *in, struct line_reader *r)
{
	struct text line, last = { NULL, 0 };
	uint64_t too_long;
	bool more;

	in->reader = r;
	do {
		if (in->glance != NULL) {
			line = take_at_a_glance(in, r);
			last = line.at != NULL ? line : last;
		}
		more = line_reader_next(r, &line.at, &line.length);
		if (more) {
			log_input_line(in, line.at, line.length);
			last = line;
		}
	} while (more);
	note_time(in, last);
	too_long = line_reader_long(r);
	in->target->counters->too_long += too_long;
	judge(in, too_long, false);
}

ssize_t
log_input_read(struct log_input *in, struct line_reader *r, int fd)
{
	ssize_t got = line_reader_fill(r, fd);

	if (got > 0) {
		in->target->counters->bytes += (uint64_t)got;
		log_input_take(in, r);
	}
	return got;
}

void
log_input_end(struct log_input *in, struct line_reader *r)
{
	in->target->counters->cut += line_reader_restart(r);
}

void
log_input_free(struct log_input *in)
{
	if (in == NULL)
		return;
	judge(in, 0, true);
	if (in->lines > 0 && in->queries == 0 && in->responses == 0)
		log_warnx("%s: no query in %" PRIu64 " lines; is it the query "
		    "log, and of a format that -F knows?", in->name,
		    in->lines);
	if (in->queries == 0 && in->responses > 0 && in->hits &&
	    !in->format->replies)
		log_warnx("%s: only responses; hits come from the lines about "
		    "queries: let the server log these (named.conf: querylog "
		    "yes; dnsdist: LogAction)", in->name);
	bind9_glance_free(in->glance);
	free(in);
}
