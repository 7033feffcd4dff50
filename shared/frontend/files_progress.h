#ifndef FILES_PROGRESS_H
#define FILES_PROGRESS_H

/*
 * files_progress - how far several files have been read, as one line on a
 * terminal: those who read note it, the main thread shows it.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/byte_stream.h"

struct files_progress;
struct frontend;

/**
 * files_progress_new(f, count, name, unit):
 * Return the progress of ${count} files; a single one is called ${name}, and
 * ${unit} is what is counted in them, "frames" (both borrowed).  NULL, which
 * the others take and then do nothing, if standard error is no terminal, or
 * lines of ours would get in between.
 */
struct files_progress *files_progress_new(const struct frontend *f,
    size_t count, const char *name, const char *unit);

/**
 * files_progress_note(p, file, count, position):
 * So far has file number ${file}, from 0, been read.  For any thread, a file
 * belonging to one.
 */
void files_progress_note(struct files_progress *p, size_t file,
    uint64_t count, struct byte_stream_position position);

/**
 * files_progress_show(p):
 * Show the line if it is due.  For the main thread.
 */
void files_progress_show(struct files_progress *p);

/**
 * files_progress_free(p):
 * Remove the line and free ${p}.
 */
void files_progress_free(struct files_progress *p);

#endif /* !FILES_PROGRESS_H */
