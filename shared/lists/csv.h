#ifndef CSV_H
#define CSV_H

/*
 * csv - the fields of a line of comma-separated values (RFC 4180).
 *
 * A line is a record: quotes that are not closed on it are an error, so that
 * one slip does not swallow the lines below.
 */

#include <stdbool.h>
#include <stddef.h>

/**
 * csv_field(at, ret):
 * Cut the next field off the text at ${*at}: ${ret} is it, within that text,
 * without its quotes and without white space around it; ${*at} is what
 * follows the comma, or NULL after the last field.  False, with the text
 * spoilt, if quotes stand inside a field that they do not open, or are not
 * closed.  O(length of the field).
 */
bool csv_field(char **at, char **ret);

#endif /* !CSV_H */
