#ifndef CAPTURE_FILE_H
#define CAPTURE_FILE_H

/*
 * capture_file - frames out of a pcap or pcapng file or pipe, plain or
 * compressed.
 */

#include <stdbool.h>

#include "capture.h"
#include "core/byte_stream.h"

struct capture_file;

/**
 * capture_file_open(path, filter, reterr):
 * Open a file, or standard input for "-".  None of it is read yet.  ${path}
 * and ${filter} (NULL: none) are borrowed.  Return NULL and one sentence in
 * ${reterr} if it cannot be opened.
 */
struct capture_file *capture_file_open(const char *path,
    const struct capture_filter *filter, char reterr[CAPTURE_ERROR_SIZE]);

/**
 * capture_file_run(f, timeout_ms, fn, ctx):
 * As capture_run.  All whole frames before a failure are given.
 */
enum capture_status capture_file_run(struct capture_file *f, int timeout_ms,
    capture_frame *fn, void *ctx);

/**
 * capture_file_begun(f), capture_file_error(f):
 * Is it known to be a capture file?  Why did it fail?
 */
bool capture_file_begun(const struct capture_file *f);
const char *capture_file_error(const struct capture_file *f);

/**
 * capture_file_name(f):
 * Return its path, or "standard input"; borrowed.
 */
const char *capture_file_name(const struct capture_file *f);

/**
 * capture_file_counters(f, ret), capture_file_position(f):
 * Fill in received and unread; how far it has been read.
 */
void capture_file_counters(const struct capture_file *f,
    struct capture_counters *ret);
struct byte_stream_position capture_file_position(
    const struct capture_file *f);

/**
 * capture_file_close(f):
 * Close and free; NULL is fine.
 */
void capture_file_close(struct capture_file *f);

#endif /* !CAPTURE_FILE_H */
