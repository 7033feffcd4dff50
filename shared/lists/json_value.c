#include "lists/json_value.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 9e15			/* what a double holds exactly */

/* A struct json_value is jansson's own under another name. */
static const json_t *
inside(const struct json_value *v)
{
	return (const json_t *)v;
}

static const struct json_value *
outside(const json_t *v)
{
	return (const struct json_value *)v;
}

struct json_value *
json_value_read(const char *text, size_t length, size_t *retline)
{
	json_error_t error;
	json_t *v;

	*retline = 1;
	if (length > JSON_VALUE_MAX)
		return NULL;
	/* A number too large for an integer must not lose all the rest. */
	v = json_loadb(text, length, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL,
	    &error);
	if (v == NULL && error.line > 0)
		*retline = (size_t)error.line;
	return (struct json_value *)v;
}

const struct json_value *
json_value_member(const struct json_value *v, const char *key)
{
	return outside(json_object_get(inside(v), key));
}

const struct json_value *
json_value_item(const struct json_value *v, size_t i)
{
	return outside(json_array_get(inside(v), i));
}

size_t
json_value_count(const struct json_value *v)
{
	return json_array_size(inside(v));
}

bool
json_value_is_array(const struct json_value *v)
{
	return json_is_array(inside(v));
}

const char *
json_value_text(const struct json_value *v, size_t *retlength)
{
	const char *text = json_string_value(inside(v));

	*retlength = text != NULL ? json_string_length(inside(v)) : 0;
	return text != NULL ? text : "";
}

bool
json_value_is(const struct json_value *v, const char *word)
{
	size_t length;
	const char *text = json_value_text(v, &length);

	return length == strlen(word) && memcmp(text, word, length) == 0;
}

int64_t
json_value_number(const struct json_value *v, int64_t otherwise)
{
	const json_t *value = inside(v);
	double number;
	char *end;

	if (json_is_string(value)) {
		number = strtod(json_string_value(value), &end);
		if (end == json_string_value(value) || *end != '\0')
			return otherwise;
	} else if (json_is_number(value)) {
		number = json_number_value(value);
	} else {
		return otherwise;
	}
	return number > -NUMBER_MAX && number < NUMBER_MAX ?
	    (int64_t)number : otherwise;
}

bool
json_value_true(const struct json_value *v)
{
	return json_is_true(inside(v)) || json_value_number(v, 0) == 1;
}

void
json_value_free(struct json_value *v)
{
	json_decref((json_t *)v);
}
