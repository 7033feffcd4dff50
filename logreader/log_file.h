#ifndef LOG_FILE_H
#define LOG_FILE_H

/*
 * log_file - one file of a log, open: the one that grows, or one that it was
 * rotated to, perhaps compressed.  It is known by what is in it.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "output/log_position.h"

struct line_reader;
struct log_file;

/**
 * log_file_open(path, packed):
 * Open the regular file ${path}, compressed if ${packed}.  Return NULL with
 * errno set; EISDIR and ESPIPE for what is no regular file.
 */
struct log_file *log_file_open(const char *path, bool packed);

/**
 * log_file_same(f, device, inode):
 * Is it that file?  As long as it is open no other has the same numbers.
 */
bool log_file_same(const struct log_file *f, dev_t device, ino_t inode);

/**
 * log_file_size(f), log_file_changed(f):
 * Its octets now, as they are; when it was changed last, microseconds UTC.
 */
uint64_t log_file_size(const struct log_file *f);
int64_t log_file_changed(const struct log_file *f);

/**
 * log_file_packed(f):
 * Is it compressed?
 */
bool log_file_packed(const struct log_file *f);

/**
 * log_file_head(f, length, rethash):
 * Hash the first ${length} octets of the text, LOG_POSITION_HEAD at most, or
 * as many as there are; return how many.  Of a file that is being read it is
 * what was read.
 */
size_t log_file_head(struct log_file *f, size_t length, uint64_t *rethash);

/**
 * log_file_starts_as(f, other):
 * Do both texts begin alike, as far as the shorter of the two beginnings
 * goes?  Not if one is empty.
 */
bool log_file_starts_as(struct log_file *f, struct log_file *other);

/**
 * log_file_mark(f, p):
 * Write into ${p}, whose begin is set, how the text that was read of ${f} is
 * known again.
 */
void log_file_mark(const struct log_file *f, struct log_position *p);

/**
 * log_file_is(f, p):
 * Is it the file of ${p}, by its text?
 */
bool log_file_is(struct log_file *f, const struct log_position *p);

/**
 * log_file_seek(f, r, offset):
 * Let ${r} go on at that octet of the text.  Return 0; or -1 if the system
 * refuses, or if ${f} is compressed and this was called before.
 */
int log_file_seek(struct log_file *f, struct line_reader *r, uint64_t offset);

/**
 * log_file_read(f, r):
 * Fill ${r} once; after log_file_seek.  Return the octets read, 0 at the end,
 * or -1 with a reason in the log.
 */
ssize_t log_file_read(struct log_file *f, struct line_reader *r);

/**
 * log_file_cut(f):
 * Has what was read been cut off since, and perhaps something else been
 * written in its place?
 */
bool log_file_cut(struct log_file *f);

/**
 * log_file_forget(f):
 * It was cut: nothing of what it holds now was read.
 */
void log_file_forget(struct log_file *f);

/**
 * log_file_octets(f, buf, length, offset):
 * Read what is there now at ${offset}, of a file that is not compressed; the
 * position of reading stays.  Return how many.
 */
size_t log_file_octets(const struct log_file *f, char *buf, size_t length,
    uint64_t offset);

/**
 * log_file_close(f):
 * Close and free; NULL is fine.
 */
void log_file_close(struct log_file *f);

#endif /* !LOG_FILE_H */
