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

#include "frontend/frontend.h"
#include "hits/pipeline.h"
#include "sensor.h"

/* Tables so small that a few packets fill them. */
#define SENSORS_SMALL "fragments = 8\ntcp_streams = 8\ncoalesce_table = 4\n"

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

/**
 * sensors_new(f, link), sensors_frame(s, time, frame, length):
 * Return a new sensor of ${f} for frames that start with ${link}; give it a
 * frame.
 */
static inline struct sensor *
sensors_new(struct frontend *f, enum link_type link)
{
	struct sensor *s = sensor_new(f, link);

	if (s == NULL)
		abort();
	return s;
}

static inline void
sensors_frame(struct sensor *s, int64_t time, const uint8_t *frame,
    size_t length)
{
	sensor_frame(s, time, frame, length);
}

/**
 * sensors_end(f, s):
 * The input of ${s} is at its end: nothing waits any more, in ${f} neither.
 */
static inline void
sensors_end(struct frontend *f, struct sensor *s)
{
	sensor_tick(s, INT64_MAX);
	if (frontend_pipeline(f) != NULL)
		pipeline_flush(frontend_pipeline(f));
}

#endif /* !SENSORS_H */
