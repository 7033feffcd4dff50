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

void
hit_call_begin(struct hit_call *call, unsigned partition, const char *source,
    int64_t start, uint64_t sequence)
{
	call->argc = 0;
	call->hits = 0;
	snprintf(call->key, sizeof(call->key), "qw:{%u}:hits", partition);
	snprintf(call->positions, sizeof(call->positions),
	    "qw:{%u}:positions", partition);
	snprintf(call->start, sizeof(call->start), "%" PRId64, start);
	snprintf(call->number, sizeof(call->number), "%" PRIu64, sequence);
	add_text(call, "FCALL");
	add_text(call, "qw_hits_put");
	add_text(call, "2");
	add_text(call, call->key);
	add_text(call, call->positions);
	add_text(call, source);
	add_text(call, call->start);
	add_text(call, call->number);
}

void
hit_call_add(struct hit_call *call, const struct hit *h)
{
	struct hit_fields *f = &call->fields[call->hits];
	char *count = call->counts[call->hits++];

	hit_fields_of(h, HIT_TIMES_MICROSECONDS, f);
	snprintf(count, sizeof(call->counts[0]), "%zu", 2 * f->count);
	add_text(call, count);
	for (size_t k = 0; k < f->count; k++) {
		add_text(call, f->field[k].key);
		add_argument(call, f->field[k].value, f->field[k].length);
	}
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
