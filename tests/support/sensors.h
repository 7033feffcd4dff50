#ifndef SENSORS_H
#define SENSORS_H

/*
 * sensors - a whole sensor for tests, set up as its main does it, but with
 * configuration and list out of memory and no rights given up.
 *
 * The one place in the tests that knows how a sensor is made, fed and ended.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/counters.h"
#include "frontend/frontend.h"
#include "hits/intake.h"
#include "hits/pipeline.h"
#include "packet_intake.h"
#include "sensor.h"

/* Tables so small that a few packets fill them. */
#define SENSORS_SMALL \
    "fragments = 8\ntcp_streams = 8\ncoalesce_table = 4\nanswer_table = 16\n"

/* Write the path of a file that holds ${text} into ${retpath}; it is gone
 * when the process is. */
static inline void
sensors_file(const char *text, char retpath[64])
{
	int fd = memfd_create("test", 0);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		abort();
	snprintf(retpath, 64, "/proc/self/fd/%d", fd);
}

/**
 * sensors_frontend(config, list):
 * Return a front end with the configuration and the list of bad names whose
 * texts are given; one that prints every query (-a) if ${list} is NULL.
 * It may be used by one sensor after the other.
 */
static inline struct frontend *
sensors_frontend(const char *config, const char *list)
{
	static char *argv[] = { NULL };
	static char paths[8][64];
	static size_t used;
	struct frontend *f = frontend_new("test", QUERY_VIA_CAPTURE, "", argv);

	if (f == NULL || used + 2 > 8)
		abort();
	sensors_file(config, paths[used]);
	frontend_option(f, 'c', paths[used++]);
	if (list == NULL) {
		frontend_option(f, 'a', NULL);
	} else {
		sensors_file(list, paths[used]);
		frontend_option(f, 'b', paths[used++]);
	}
	if (frontend_configure(f) != 0 || frontend_load(f) != 0)
		abort();
	return f;
}

/* A sensor and what takes its messages. */
struct sensors {
	struct frontend *frontend;
	struct packet_intake *intake;
	struct sensor *sensor;
};

static inline void
sensors_print(void *ctx, const struct query *q)
{
	frontend_print(ctx, q);
}

static inline void
sensors_take(void *ctx, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length)
{
	struct sensors *s = ctx;

	packet_intake_take(s->intake, p, transport, message, length);
}

/**
 * sensors_start(s, f), sensors_free(s):
 * Make ${s}, which stays where it is, a sensor of ${f}; free what it holds.
 */
static inline void
sensors_start(struct sensors *s, struct frontend *f)
{
	const struct intake_options o = {
		.pipeline = frontend_pipeline(f, 0),
		.print = sensors_print,
		.print_ctx = f,
		.devices = 2,
		.device = { DNS_DEVICE_MAC, DNS_DEVICE_SUBNET },
	};

	s->frontend = f;
	s->intake = packet_intake_new(&o, 50000);
	s->sensor = sensor_new(frontend_config(f), sensors_take, s);
	if (s->intake == NULL || s->sensor == NULL)
		abort();
}

static inline void
sensors_free(struct sensors *s)
{
	packet_intake_free(s->intake);
	sensor_free(s->sensor);
}

/**
 * sensors_count(s):
 * Return all that ${s} has counted.
 */
static inline struct counters
sensors_count(const struct sensors *s)
{
	struct counters c = { .count = 0 };

	sensor_count(s->sensor, &c);
	packet_intake_count(s->intake, &c);
	return c;
}

/**
 * sensors_end(s):
 * The input of ${s} is at its end: nothing waits any more, in its front end
 * neither.
 */
static inline void
sensors_end(struct sensors *s)
{
	struct pipeline *pipeline = frontend_pipeline(s->frontend, 0);

	sensor_tick(s->sensor, INT64_MAX);
	if (pipeline != NULL)
		pipeline_flush(pipeline);
}

#endif /* !SENSORS_H */
