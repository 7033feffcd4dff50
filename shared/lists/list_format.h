#ifndef LIST_FORMAT_H
#define LIST_FORMAT_H

/*
 * list_format - what list.c asks of each format, one file each.
 */

#include <stddef.h>

#include "lists/list.h"

struct list_reader;		/* list.c */

/**
 * list_reader_name(r, text, length, match):
 * Take the name ${text}, a part of the current line, to be matched as
 * ${match}; refuse and count it if it cannot be a bad name.
 */
void list_reader_name(struct list_reader *r, const char *text, size_t length,
    enum list_match match);

/**
 * list_reader_address(r, entry):
 * Take ${entry}, a clean netblock.
 */
void list_reader_address(struct list_reader *r, const struct netblock *entry);

/**
 * list_reader_refuse(r, reason, text, length):
 * Count ${text} on the current line as refused for ${reason}.
 */
void list_reader_refuse(struct list_reader *r, enum list_reason reason,
    const char *text, size_t length);

/**
 * list_plain_line(r, line, length, match), list_hosts_line(...),
 * list_address_line(r, line, length):
 * Read one line, without its end, comment, and outer white space, never
 * empty.
 */
void list_plain_line(struct list_reader *r, const char *line, size_t length,
    enum list_match match);
void list_hosts_line(struct list_reader *r, const char *line, size_t length,
    enum list_match match);
void list_address_line(struct list_reader *r, const char *line,
    size_t length);

#endif /* !LIST_FORMAT_H */
