#ifndef LOG_WRAPPER_H
#define LOG_WRAPPER_H

/*
 * log_wrapper - lines as the keepers of containers wrap them, in whatever
 * format:
 *
 *	{"log":"line\n","stream":"stderr","time":"2026-11-23T07:38:08.264Z"}
 *	2026-11-23T07:38:08.264853850Z stderr F line
 *
 * Docker's json-file, with more members or without; containerd, CRI-O and
 * Podman's k8s-file.  They cut only lines that are longer than a nameserver's:
 * a part of one is nobody's.  Sources: moby/moby:daemon/logger/jsonfilelog and
 * containerd/containerd:pkg/cri/io/logger.go.
 */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "log_memory.h"
#include "text.h"

enum log_wrapper {
	LOG_WRAPPER_NONE,	/* the line is not wrapped */
	LOG_WRAPPER_WHOLE,	/* it wraps a line */
	LOG_WRAPPER_PART,	/* it wraps a part of one */
	LOG_WRAPPER_BROKEN	/* it begins so, but is not what they write */
};

/**
 * log_wrapper_streamed(line, length):
 * Does a stream's name stand in ${line}, over 20 octets, where it would after
 * a time?
 */
bool log_wrapper_streamed(const char *line, size_t length);

/**
 * log_wrapper_begins(line, length):
 * Could ${line} be wrapped?  Cheap, for every line.
 */
static inline bool
log_wrapper_begins(const char *line, size_t length)
{
	return length > 20 && (memcmp(line, "{\"log\":\"", 8) == 0 ||
	    (line[4] == '-' && line[10] == 'T' && line[13] == ':' &&
	    log_wrapper_streamed(line, length)));
}

/**
 * log_wrapper_open(m, line, length, rettext, rettime):
 * What is ${line}?  If it wraps a line, put that into ${rettext} and when it
 * was written, as log_time_scan finds it, into ${rettime}; both are borrowed
 * from ${line}, or from ${m} until it opens the next.
 */
enum log_wrapper log_wrapper_open(struct log_memory *m, const char *line,
    size_t length, struct text *rettext, struct text *rettime);

#endif /* !LOG_WRAPPER_H */
