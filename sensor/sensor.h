#ifndef SENSOR_H
#define SENSOR_H

/*
 * sensor - from frames to DNS messages: headers off, fragments and TCP put
 * together, and what is between other ports let go.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/query.h"
#include "decap.h"

struct config;
struct counters;

/* Take one DNS message and the packet that held its end; both are borrowed
 * until it returns. */
typedef void sensor_message(void *ctx, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length);

/* Everything that the sensor has seen, each frame under one reason. */
struct sensor_counters {
	uint64_t frames;
	uint64_t results[DECAP_RESULTS];	/* frames by what they were */
	uint64_t malformed[DECAP_LAYERS];	/* of them, by the header */
	uint64_t whole[DECAP_RESULTS];	/* what fragments made, likewise */
	uint64_t other_ports;	/* UDP and TCP between other ports */
	uint64_t empty;		/* datagrams without a payload */
};

struct sensor;

/**
 * sensor_new(config, fn, ctx):
 * Return a sensor of the tables and ports that ${config} says, which gives
 * each message to ${fn} with ${ctx}; NULL if memory is short.
 */
struct sensor *sensor_new(const struct config *config, sensor_message *fn,
    void *ctx);

/**
 * sensor_frame(s, time, link, frame, length):
 * Take one frame.  A capture_frame with a struct sensor as its context.
 */
void sensor_frame(void *s, int64_t time, enum link_type link,
    const uint8_t *frame, size_t length);

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
