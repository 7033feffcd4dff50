#ifndef CSV_H
#define CSV_H

/*
 * csv - a line of comma-separated values (RFC 4180), as data feeds write it:
 * blanks around a value and before its quotes are no part of it.  A value in
 * quotes does not go on behind the end of its line.
 */

#include <stdbool.h>
#include <stddef.h>

#define CSV_COLUMNS_MAX 32
#define CSV_LINE_MAX 4095

/* One value; the text is the row's own. */
struct csv_value {
	const char *text;
	size_t length;
};

/* A line taken apart.  Plain data. */
struct csv_row {
	size_t count;
	struct csv_value value[CSV_COLUMNS_MAX];
	char text[CSV_LINE_MAX + 1];
};

/**
 * csv_field(at, ret):
 * Cut the next field off the text at ${*at}: ${ret} is it, within that text,
 * without its quotes and without white space around it; ${*at} is what
 * follows the comma, or NULL after the last field.  False, with the text
 * spoilt, if quotes stand inside a field that they do not open, or are not
 * closed.  O(length of the field).
 */
bool csv_field(char **at, char **ret);

/**
 * csv_split(line, length, ret):
 * Take the ${length} octets at ${line} apart; quotes are resolved.  Return 0,
 * or -1, ${ret} undefined, for a line of over CSV_LINE_MAX octets or
 * CSV_COLUMNS_MAX columns, or as csv_field, or if a NUL is in it.
 * What ${ret} points at is within itself.
 */
int csv_split(const char *line, size_t length, struct csv_row *ret);

/**
 * csv_column(header, name):
 * Which column of ${header} is called ${name}, whatever its case?  -1: none.
 */
int csv_column(const struct csv_row *header, const char *name);

/**
 * csv_value(row, column):
 * The value in ${column}, empty if there is no such column.
 */
struct csv_value csv_value(const struct csv_row *row, int column);

/**
 * csv_is(value, word):
 * Is ${value} that word, whatever its case?
 */
bool csv_is(struct csv_value value, const char *word);

#endif /* !CSV_H */
