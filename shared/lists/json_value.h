#ifndef JSON_VALUE_H
#define JSON_VALUE_H

/*
 * json_value - a JSON text (RFC 8259) in memory, to look into.  Whatever is
 * asked of a value that is not there, or of another kind, is answered with
 * "nothing": feeds leave out what they like.  jansson stays behind this file.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_VALUE_MAX ((size_t)128 << 20)	/* octets of one text */

struct json_value;		/* opaque, and part of the one read */

/**
 * json_value_read(text, length, retline):
 * Read ${length} octets, an object or an array, and return it, to be
 * json_value_free'd.  NULL if it is none, is longer than JSON_VALUE_MAX or
 * nested deeper than 2048, or memory is short; ${retline} is then the line
 * that could not be read.
 */
struct json_value *json_value_read(const char *text, size_t length,
    size_t *retline);

/**
 * json_value_member(v, key), json_value_item(v, i), json_value_count(v):
 * A member of an object, an item of an array, and the items of that; NULL or
 * 0 if there is none.  Borrowed from ${v}.
 */
const struct json_value *json_value_member(const struct json_value *v,
    const char *key);
const struct json_value *json_value_item(const struct json_value *v, size_t i);
size_t json_value_count(const struct json_value *v);

/**
 * json_value_is_array(v), json_value_true(v):
 * What is it?  True are also 1 and "1".
 */
bool json_value_is_array(const struct json_value *v);
bool json_value_true(const struct json_value *v);

/**
 * json_value_text(v, retlength), json_value_is(v, word):
 * A string, with a NUL, of ${*retlength} octets of UTF-8, NULs among them
 * perhaps; "" and 0 if it is none.  Is it that word?
 */
const char *json_value_text(const struct json_value *v, size_t *retlength);
bool json_value_is(const struct json_value *v, const char *word);

/**
 * json_value_number(v, otherwise):
 * A number without its fraction, or one in a string; else ${otherwise}.
 */
int64_t json_value_number(const struct json_value *v, int64_t otherwise);

/**
 * json_value_free(v):
 * Free it with all of its parts; NULL is fine.
 */
void json_value_free(struct json_value *v);

#endif /* !JSON_VALUE_H */
