#ifndef READ_FILES_H
#define READ_FILES_H

/*
 * read_files - logs read from where they begin to where they end: files, in
 * the order given, plain or compressed (gzip, zstd, xz), or standard input
 * for as long as it lasts.
 *
 * Several workers read several files side by side, each the next one that
 * nobody reads; a file is one worker's from its first line to its last.
 */

#include <stdbool.h>
#include <stddef.h>

#include "log_input.h"

struct frontend;
struct read_files;

/**
 * read_files_open(paths, count):
 * Open every file of ${paths} (borrowed), "-" being standard input.  Say
 * which cannot be read; the others are.  Return NULL if memory is short.
 */
struct read_files *read_files_open(char *const *paths, size_t count);

/**
 * read_files_status(r):
 * Return EXIT_FAILURE if any file could not be opened or read.
 */
int read_files_status(const struct read_files *r);

/**
 * read_files_live(r):
 * Is any of them a pipe or the like, which may go on for days?
 */
bool read_files_live(const struct read_files *r);

/**
 * read_files_run(r, f, format, target, workers):
 * Let ${workers} read them all, or until ${f} is to stop.  Each has counters
 * and a pipeline of its own; the rest of its target is as ${target} says.
 * On a terminal, show how far that has come.
 */
void read_files_run(struct read_files *r, struct frontend *f,
    const struct log_format *format, const struct log_target *target,
    unsigned workers);

/**
 * read_files_free(r):
 * Close the files and free ${r}; NULL is fine.
 */
void read_files_free(struct read_files *r);

#endif /* !READ_FILES_H */
