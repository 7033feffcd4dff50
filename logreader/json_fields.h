#ifndef JSON_FIELDS_H
#define JSON_FIELDS_H

/*
 * json_fields - some members of the JSON object that a log line is.
 *
 * All of the line is held against RFC 8259, but for the UTF-8 inside its
 * strings, so text that a stranger chose can end neither its string nor the
 * object.  Only members of the outermost object count, and those of its
 * members: a.b is also b in a.  Nothing is allocated, nothing decoded before
 * it is asked for.
 */

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

enum json_kind {
	JSON_ABSENT, JSON_STRING, JSON_NUMBER, JSON_TRUE, JSON_FALSE,
	JSON_NULL, JSON_NESTED
};

struct json_value {
	enum json_kind kind;
	bool escaped;		/* a string with backslashes */
	struct text text;	/* as it stands, without the quotes */
};

/**
 * json_fields_read(line, length, keys, count, ret):
 * Read ${line}, an object and nothing else, and put the values of its members
 * named ${keys}, ${count} of them, into ${ret}, in the order of the keys.
 * Return false if it is no such object, has one of them twice, has a name
 * with a backslash where it looks for them, or nests deeper than 32 levels;
 * ${ret} is then undefined.
 */
bool json_fields_read(const char *line, size_t length,
    const char *const *keys, size_t count, struct json_value *ret);

/**
 * json_fields_decode(v, buf, size, ret):
 * Undo the escapes of ${v}, a string: \u as UTF-8.  ${ret} is ${v} itself if
 * there are none, else in ${buf} of ${size} octets.  Return false if it does
 * not fit or holds half of a surrogate pair.
 */
bool json_fields_decode(const struct json_value *v, char *buf, size_t size,
    struct text *ret);

#endif /* !JSON_FIELDS_H */
