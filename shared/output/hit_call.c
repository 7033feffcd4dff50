#include "output/hit_call.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static_assert(6 + 2 * HEARTBEAT_FIELDS_MAX <= HIT_CALL_ARGS,
    "a heartbeat is a call");

static void
add_argument(struct hit_call *call, const char *text, size_t length)
{
	call->argv[call->argc] = text;
	call->lengths[call->argc++] = length;
}

static void
add_text(struct hit_call *call, const char *text)
{
	add_argument(call, text, strlen(text));
}

static void
name_keys(struct hit_call *call, unsigned partition, const char *source)
{
	call->argc = 0;
	call->hits = call->logs = 0;
	partition_key(partition, "hits", call->key);
	partition_key(partition, "positions", call->positions);
	snprintf(call->of_logs, sizeof(call->of_logs), "qw:{%u}:logs:%s",
	    partition, source);
}

void
hit_call_begin(struct hit_call *call, unsigned partition,
    const struct hit_call_source *source, uint64_t sequence)
{
	name_keys(call, partition, source->name);
	snprintf(call->start, sizeof(call->start), "%" PRId64, source->start);
	snprintf(call->number, sizeof(call->number), "%" PRIu64, sequence);
	snprintf(call->limit, sizeof(call->limit), "%" PRIu64, source->limit);
	add_text(call, "FCALL");
	add_text(call, "qw_hits_put");
	add_text(call, "3");
	add_text(call, call->key);
	add_text(call, call->positions);
	add_text(call, call->of_logs);
	add_text(call, source->name);
	add_text(call, call->start);
	add_text(call, call->number);
	add_text(call, call->limit);
	add_text(call, "0");	/* logs, so far */
}

void
hit_call_log(struct hit_call *call, const char *log,
    const struct log_position *position)
{
	char *text = call->log[call->logs++];

	log_position_format(position, text);
	add_text(call, log);
	add_text(call, text);
	snprintf(call->log_count, sizeof(call->log_count), "%zu", call->logs);
	call->argv[HIT_CALL_HEAD - 1] = call->log_count;
	call->lengths[HIT_CALL_HEAD - 1] = strlen(call->log_count);
}

/* Add a hit that has these fields. */
static void
add_hit(struct hit_call *call, uint64_t sequence,
    const struct hit_field *field, size_t fields)
{
	char *number = call->sequences[call->hits];
	char *count = call->counts[call->hits++];

	snprintf(number, sizeof(call->sequences[0]), "%" PRIu64, sequence);
	snprintf(count, sizeof(call->counts[0]), "%zu", 2 * fields);
	add_text(call, number);
	add_text(call, count);
	for (size_t k = 0; k < fields; k++) {
		add_text(call, field[k].key);
		add_argument(call, field[k].value, field[k].length);
	}
}

void
hit_call_add(struct hit_call *call, uint64_t sequence, const struct hit *h)
{
	struct hit_fields *f = &call->fields[call->hits];

	hit_fields_of(h, HIT_TIMES_MICROSECONDS, f);
	add_hit(call, sequence, f->field, f->count);
}

void
hit_call_add_record(struct hit_call *call, const struct hit_record *r)
{
	add_hit(call, r->sequence, r->field, r->count);
}

void
hit_call_take_over(struct hit_call *call, unsigned partition,
    const char *source, int64_t start)
{
	name_keys(call, partition, source);
	snprintf(call->start, sizeof(call->start), "%" PRId64, start);
	add_text(call, "FCALL");
	add_text(call, "qw_hits_begin");
	add_text(call, "2");
	add_text(call, call->positions);
	add_text(call, call->of_logs);
	add_text(call, source);
	add_text(call, call->start);
}

void
hit_call_heartbeat(struct hit_call *call, const char *source, int64_t start,
    const struct heartbeat *b)
{
	call->argc = 0;
	call->hits = 0;
	snprintf(call->key, sizeof(call->key), "qw:source:%s", source);
	snprintf(call->number, sizeof(call->number), "%u", b->ttl);
	snprintf(call->start, sizeof(call->start), "%" PRId64, start);
	add_text(call, "FCALL");
	add_text(call, "qw_hits_heartbeat");
	add_text(call, "1");
	add_text(call, call->key);
	add_text(call, call->number);
	add_text(call, call->start);
	for (size_t i = 0; i < b->count; i++) {
		add_text(call, heartbeat_key(b, i));
		add_text(call, heartbeat_value(b, i));
	}
}
