#ifndef JSON_LINES_H
#define JSON_LINES_H

/*
 * json_lines - hits and queries on standard output, one JSON object a line.
 */

#include "hits/hit.h"

/**
 * json_lines_put(f):
 * Print ${f}.  Return 0, or -1 once standard output cannot be written
 * (errno says why; EPIPE when the reader has gone).
 */
int json_lines_put(const struct hit_fields *f);

/**
 * json_lines_flush():
 * Hand everything printed to the system.  Return as json_lines_put.
 */
int json_lines_flush(void);

#endif /* !JSON_LINES_H */
