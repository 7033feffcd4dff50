#ifndef LOG_POSITIONS_H
#define LOG_POSITIONS_H

/*
 * log_positions - the positions of a source's logs, each partition's own.
 *
 * Logs are known by name, their path as it was given or found.  For a few
 * thousand of them: each look goes through all.
 */

#include <stddef.h>

#include "output/log_position.h"

struct log_positions;

/**
 * log_positions_new():
 * Return an empty set, or NULL if memory is short.
 */
struct log_positions *log_positions_new(void);

/**
 * log_positions_set(s, log, partition, position):
 * Keep ${position} (copied, as ${log} is) in place of the former one.
 * Return -1 if memory is short.
 */
int log_positions_set(struct log_positions *s, const char *log,
    unsigned partition, const struct log_position *position);

/**
 * log_positions_get(s, log, partition):
 * Return that position, valid until the next log_positions_set, or NULL.
 */
const struct log_position *log_positions_get(const struct log_positions *s,
    const char *log, unsigned partition);

/**
 * log_positions_count(s), log_positions_at(s, i, retlog):
 * How many there are; the ${i}th, with the name of its log.
 */
size_t log_positions_count(const struct log_positions *s);
const struct log_position *log_positions_at(const struct log_positions *s,
    size_t i, const char **retlog);

/**
 * log_positions_free(s):
 * Free ${s}; NULL is fine.
 */
void log_positions_free(struct log_positions *s);

#endif /* !LOG_POSITIONS_H */
