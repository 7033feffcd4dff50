#ifndef BIND8_H
#define BIND8_H

/*
 * bind8 - the query log of BIND 8.
 *
 *	prefix "XX" ("+" / SP) "/" address "/" name "/" type ["/" class]
 *
 * 8.1 has neither class nor the + of recursion.  The name can hold slashes:
 * the client is read from the left, type and class from the right.
 */

#include "log_format.h"

/* A log_parse. */
enum log_verdict bind8_parse(const char *line, size_t length,
    struct log_fields *ret);

#endif /* !BIND8_H */
