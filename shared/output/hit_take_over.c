#include <stdio.h>
#include <stdlib.h>

#include "core/timestamp.h"
#include "output/hit_stream_state.h"
#include "output/partition.h"
#include "output/redis_servers.h"

static int
fail(struct hit_stream *s, const struct redis_reply *reply)
{
	snprintf(s->error, sizeof(s->error), "%s",
	    redis_reply_type(reply) == REDIS_ERROR ? redis_reply_text(reply) :
	    redis_servers_error(s->servers));
	return -1;
}

static int
choose_start(struct hit_stream *s)
{
	const struct redis_reply *reply;
	char key[PARTITION_KEY_SIZE];
	const char *argv[] = { "HGET", key, s->o.source };
	long long used;

	for (unsigned p = 0; p < s->o.partitions; p++) {
		partition_key(p, "positions", key);
		reply = redis_servers_call(s->servers, key, 3, argv, NULL);
		if (reply == NULL || redis_reply_type(reply) == REDIS_ERROR)
			return fail(s, reply);
		used = strtoll(redis_reply_text(reply), NULL, 10);
		if (used >= s->told_start)
			s->told_start = used + 1;
	}
	return 0;
}

int
hit_take_over_prepare(struct hit_stream *s, bool *retrefused)
{
	int agreed;

	*retrefused = false;
	if (redis_library_ensure_all(&s->library, s->servers, s->error,
	    sizeof(s->error)) != 0)
		return -1;
	agreed = partition_agree(s->servers, s->o.partitions, s->error,
	    sizeof(s->error));
	*retrefused = agreed < 0;
	return agreed != 0 ? -1 : choose_start(s);
}

/* Keep what ${reply} of qw_hits_begin says about the logs. */
static int
keep_positions(struct hit_stream *s, unsigned partition,
    const struct redis_reply *reply)
{
	for (size_t i = 0; i + 1 < redis_reply_count(reply); i += 2) {
		const char *log = redis_reply_text(redis_reply_at(reply, i));
		struct log_position position;

		if (log_position_parse(redis_reply_text(redis_reply_at(reply,
		    i + 1)), &position) != 0) {
			snprintf(s->error, sizeof(s->error), "qw:{%u}:logs:%s:"
			    " the position of '%s' cannot be understood",
			    partition, s->o.source, log);
			return -1;
		}
		if (log_positions_set(s->stored, log, partition,
		    &position) != 0) {
			snprintf(s->error, sizeof(s->error), "out of memory");
			return -1;
		}
	}
	return 0;
}

int
hit_take_over(struct hit_stream *s)
{
	const struct redis_reply *reply;

	for (unsigned p = 0; p < s->o.partitions; p++) {
		hit_call_take_over(s->call, p, s->o.source, s->told_start);
		reply = redis_servers_call(s->servers, s->call->positions,
		    s->call->argc, s->call->argv, s->call->lengths);
		if (redis_reply_type(reply) == REDIS_INTEGER) {
			snprintf(s->error, sizeof(s->error), "cannot begin as "
			    "source '%s': another process has just begun",
			    s->o.source);
			return -1;
		}
		if (redis_reply_type(reply) != REDIS_ARRAY)
			return fail(s, reply);
		if (keep_positions(s, p, reply) != 0)
			return -1;
	}
	s->begun = true;
	return 0;
}
