#include "log_input.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/counters.h"
#include "core/log.h"
#include "core/timestamp.h"
#include "formats/bind9_glance.h"
#include "hits/pipeline.h"
#include "line_reader.h"
#include "log_query.h"
#include "log_time.h"

struct log_input {
	const char *name;
	const struct log_format *format;	/* NULL: not known yet */
	const struct log_target *target;
	bool hits;		/* the target wants them */
	struct bind9_glance *glance;	/* NULL: not for this input */
	struct log_clock clock;
	struct log_memory memory;
	uint64_t lines, queries, responses;
};

/* From now on ${in} is of ${format}. */
static void
pin(struct log_input *in, const struct log_format *format)
{
	in->format = format;
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
	if (format != NULL)
		pin(in, format);
	return in;
}

static enum log_verdict
parse(struct log_input *in, const char *line, size_t length,
    struct log_fields *ret)
{
	const struct log_format *format;
	enum log_verdict v;

	if (in->glance != NULL)
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

/* Parse ${line} in full, whatever it is. */
static void
take_slowly(struct log_input *in, const char *line, size_t length)
{
	const struct log_target *target = in->target;
	struct log_fields f;
	struct query q;
	enum log_verdict v = parse(in, line, length, &f);

	if (v == LOG_QUERY && log_query_from(&f, &q) != 0)
		v = LOG_BROKEN_NAME;
	target->counters->verdict[v]++;
	if (v != LOG_QUERY)
		return;
	count_question(in, &f);
	if (target->print != NULL) {
		q.time = log_query_time(&f, &in->clock, timestamp_now());
		target->print(target->print_ctx, &q);
		return;
	}
	/* A server that logs responses can log the queries as well: taking
	 * both would count each twice.  A hit has to name a client. */
	if ((f.response && !replies_count(in)) || f.client.length == 0 ||
	    !pipeline_look(target->pipeline, &q.client, &q.qname))
		return;
	q.response = false;	/* it stands for the query */
	q.time = log_query_time(&f, &in->clock, timestamp_now());
	pipeline_put(target->pipeline, &q);
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
	q.time = log_query_time(&f, &in->clock, timestamp_now());
	pipeline_put(in->target->pipeline, &q);
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

/* Take lines for as long as a glance is enough. */
static void
take_at_a_glance(struct log_input *in, struct line_reader *r)
{
	struct cursor rest = line_reader_rest(r);
	const uint8_t *line = rest.at, *end = line + cursor_left(&rest);
	const uint8_t *next;
	struct bind9_glimpse seen;
	uint64_t lines = 0, responses = 0;

	while ((next = bind9_glance_look(in->glance, line, end, &seen)) !=
	    NULL) {
		lines++;
		if (seen.response)	/* as in take_slowly */
			responses++;
		else
			take_glimpse(in, &seen, line, next);
		line = next;
	}
	line_reader_step(r, line);
	in->lines += lines;
	in->queries += lines - responses;
	in->responses += responses;
	in->target->counters->lines += lines;
	in->target->counters->verdict[LOG_QUERY] += lines;
	in->target->counters->responses += responses;
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
note_time(struct log_input *in, const char *line, size_t length)
{
	struct log_fields f;

	if (in->format != NULL &&
	    log_format_parse(in->format, &in->memory, line, length, &f) ==
	    LOG_QUERY)
		(void)log_time_parse(&in->clock, f.time, timestamp_now(),
		    &in->target->counters->newest);
}

void
log_input_take(struct log_input *in, struct line_reader *r)
{
	const char *line, *last = NULL;
	size_t length, last_length = 0;
	bool more;

	do {
		if (in->glance != NULL)
			take_at_a_glance(in, r);
		more = line_reader_next(r, &line, &length);
		if (more) {
			log_input_line(in, line, length);
			last = line;
			last_length = length;
		}
	} while (more);
	if (last != NULL)
		note_time(in, last, last_length);
	in->target->counters->too_long += line_reader_long(r);
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

void
log_input_count(const struct log_counters *l, struct counters *c)
{
	counters_always(c, "lines", "total", l->lines);
	counters_always(c, "lines", "queries",
	    l->verdict[LOG_QUERY] - l->responses);
	counters_add(c, "lines", "responses", l->responses);
	counters_add(c, "lines", "other", l->verdict[LOG_OTHER]);
	counters_add(c, "lines", "cut_short", l->cut);
	counters_add(c, "lines", "too_long", l->too_long);
	counters_add(c, "lines", "truncated", l->truncated);
	counters_add(c, "lines", "strange", l->strange);
	counters_add(c, "lines", "clientless", l->clientless);
	counters_add(c, "lines", "bytes", l->bytes);
	for (int v = LOG_BROKEN_PREFIX; v < LOG_VERDICTS; v++)
		counters_add(c, "broken",
		    log_format_verdict_text((enum log_verdict)v),
		    l->verdict[v]);
}
