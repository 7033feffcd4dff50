#ifndef LOG_POSITION_H
#define LOG_POSITION_H

/*
 * log_position - how much of a log is out, so that whoever reads it next goes
 * on with exactly the next line.
 *
 *	   begin         taken               end
 *	-----|-------------|------------------|-------------
 *	 done   the window: its first hits      not looked at
 *	        up to taken are out; then, once
 *	        the window has an end, its
 *	        repeats, by their first lines
 *
 * Reading begins again at ${begin}: the windows of the coalescer are made
 * anew, with the same ends, and what is out already is left out.  All three
 * are offsets in one file, of the text as it was before any compression: a
 * log goes on in another file only between two windows.
 *
 * The file is known by what is in it, since a rotated log has another name
 * and a compressed one another inode.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hits/hit.h"

#define LOG_POSITION_HEAD 256	/* octets by which a file's start is known */
#define LOG_POSITION_TAIL 128	/* and the place before ${begin} */
#define LOG_POSITION_TEXT 256	/* of the text, with its NUL */

struct log_position {
	uint64_t file;		/* which of the log's files, counted from 1 as
				   they are read; 0: there is no position */
	uint64_t begin, taken;
	uint64_t end;		/* 0: not known yet */
	int64_t changed;	/* when the file was, microseconds UTC */
	uint64_t device, inode;
	uint64_t head_length, head;	/* of its first octets, the hash */
	uint64_t tail_length, tail;	/* of those before begin; length 0:
				   not known */
};

/**
 * log_position_format(p, buf), log_position_parse(text, ret):
 * Write ${p} as text, without spaces at its ends; read it again.  Return -1,
 * with ${ret} untouched, for what is no position.
 */
void log_position_format(const struct log_position *p,
    char buf[LOG_POSITION_TEXT]);
int log_position_parse(const char *text, struct log_position *ret);

/**
 * log_position_before(a, b):
 * Does ${a} begin before ${b}?
 */
bool log_position_before(const struct log_position *a,
    const struct log_position *b);

/**
 * log_position_lowest(all, count, ret):
 * Write the lowest of the ${count} positions at ${all}, some of which may have
 * file 0, into ${ret}; with as much as any of them knows of its file's start,
 * since a partition that gets no hits learned of it while it was empty.
 * Return whether there is one.
 */
bool log_position_lowest(const struct log_position *all, size_t count,
    struct log_position *ret);

/**
 * log_position_has(p, file, h):
 * Is ${h}, of a line in the log's file number ${file}, out as of ${p}?
 */
bool log_position_has(const struct log_position *p, uint64_t file,
    const struct hit *h);

#endif /* !LOG_POSITION_H */
