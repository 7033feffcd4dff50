#ifndef SENSOR_H
#define SENSOR_H

/*
 * sensor - from frames to queries: headers off, TCP put together, a cheap
 * look at each message, and ldns for those that may matter.
 */

#include <stddef.h>
#include <stdint.h>

#include "decap.h"

struct counters;
struct frontend;

/* Everything that the sensor has seen, each frame under one reason. */
struct sensor_counters {
	uint64_t frames;
	uint64_t results[DECAP_RESULTS];	/* frames by what they were */
	uint64_t other_ports;	/* UDP and TCP between other ports */
	uint64_t queries;	/* messages, decoded or let go of */
	uint64_t responses;
	uint64_t other_opcodes;	/* NOTIFY, UPDATE, ... */
	uint64_t malformed;	/* messages that do not decode */
};

struct sensor;

/**
 * sensor_new(f, worker, link):
 * Return a sensor that feeds the pipeline of that worker (or the -a printing)
 * of ${f}, which is borrowed, with frames of type ${link}; NULL if memory is
 * short.
 */
struct sensor *sensor_new(struct frontend *f, unsigned worker,
    enum link_type link);

/**
 * sensor_frame(s, time, frame, length):
 * Take one frame.  A capture_frame with a struct sensor as its context.
 */
void sensor_frame(void *s, int64_t time, const uint8_t *frame, size_t length);

/**
 * sensor_tick(s, now):
 * Event time has reached ${now} (INT64_MAX: the input is at its end): give up
 * TCP segments that were waited for in vain.
 */
void sensor_tick(struct sensor *s, int64_t now);

/**
 * sensor_time(s):
 * The time of the last frame, microseconds; 0 before the first.
 */
int64_t sensor_time(const struct sensor *s);

/**
 * sensor_count(s, c):
 * Add to ${c} all that it has counted.
 */
void sensor_count(const struct sensor *s, struct counters *c);

/**
 * sensor_free(s):
 * Free ${s}; NULL is fine.
 */
void sensor_free(struct sensor *s);

#endif /* !SENSOR_H */
