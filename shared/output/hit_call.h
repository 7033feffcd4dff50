#ifndef HIT_CALL_H
#define HIT_CALL_H

/*
 * hit_call - the arguments of one call of a function in qw_hits.lua, and the
 * texts that they point to.
 *
 * Nothing is allocated; a call is used again and again.
 */

#include <stddef.h>
#include <stdint.h>

#include "hits/hit.h"
#include "output/heartbeat.h"
#include "output/hit_record.h"
#include "output/log_position.h"
#include "output/partition.h"

#define HIT_CALL_HITS 128	/* most hits in one call */
#define HIT_CALL_LOGS HIT_CALL_HITS	/* most logs in one call */
#define HIT_CALL_HEAD 11	/* arguments before logs and hits */
#define HIT_CALL_ARGS (HIT_CALL_HEAD + 2 * HIT_CALL_LOGS + \
    HIT_CALL_HITS * (2 + 2 * HIT_FIELDS_MAX))

/* Plain data; the caller sends argc, argv and lengths. */
struct hit_call {
	int argc;
	const char *argv[HIT_CALL_ARGS];
	size_t lengths[HIT_CALL_ARGS];
	size_t hits, logs;
	char key[sizeof("qw:source:") + HIT_SOURCE_SIZE], positions[PARTITION_KEY_SIZE];
	char of_logs[32 + HIT_SOURCE_SIZE];
	char start[24], number[24], limit[24], log_count[8];
	char log[HIT_CALL_LOGS][LOG_POSITION_TEXT];
	char sequences[HIT_CALL_HITS][24];
	char counts[HIT_CALL_HITS][8];
	struct hit_fields fields[HIT_CALL_HITS];
};

/* Whose hits they are, and how many a stream may have. */
struct hit_call_source {
	const char *name;	/* borrowed as long as the call is used */
	int64_t start;
	uint64_t limit;		/* entries of a stream, beyond which it takes
				   no more; 0: none */
};

/**
 * hit_call_begin(call, partition, source, sequence):
 * Begin a batch for ${partition} whose last hit, of this partition or not, has
 * the number ${sequence}.
 */
void hit_call_begin(struct hit_call *call, unsigned partition,
    const struct hit_call_source *source, uint64_t sequence);

/**
 * hit_call_log(call, log, position):
 * Add that the log called ${log} (borrowed) has come to ${position}; before
 * the first hit, HIT_CALL_LOGS at most.
 */
void hit_call_log(struct hit_call *call, const char *log,
    const struct log_position *position);

/**
 * hit_call_add(call, sequence, h):
 * Add ${h} (copied), the source's hit number ${sequence}: one of at most
 * HIT_CALL_HITS, in ascending order.
 */
void hit_call_add(struct hit_call *call, uint64_t sequence,
    const struct hit *h);

/**
 * hit_call_add_record(call, r):
 * The same for a hit out of the spool; what ${r} points to is borrowed.
 */
void hit_call_add_record(struct hit_call *call, const struct hit_record *r);

/**
 * hit_call_take_over(call, partition, source, start):
 * Make it the call by which a process that starts at ${start} takes the name
 * ${source} (borrowed) over, and is told the positions of its logs.
 */
void hit_call_take_over(struct hit_call *call, unsigned partition,
    const char *source, int64_t start);

/**
 * hit_call_heartbeat(call, source, start, b):
 * Make it the call that writes the record of ${source}; ${b} is borrowed.
 */
void hit_call_heartbeat(struct hit_call *call, const char *source,
    int64_t start, const struct heartbeat *b);

#endif /* !HIT_CALL_H */
