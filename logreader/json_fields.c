#include "json_fields.h"

#define DEPTH 32		/* of objects and arrays in one another */

/* What an object is read for. */
struct search {
	const char *const *keys;
	size_t count;
	struct json_value *values;	/* found, in the keys' order */
	struct text scope;	/* the member that the object is; or empty */
};

static bool take_value(struct cursor *c, unsigned depth,
    const struct search *inner, struct json_value *ret);

static void
skip_space(struct cursor *c)
{
	while (cursor_left(c) > 0 && (*c->at == ' ' || *c->at == '\t' ||
	    *c->at == '\r' || *c->at == '\n'))
		c->at++;
}

/* The value of four hexadecimal digits. */
static bool
take_unit(struct cursor *c, unsigned *ret)
{
	*ret = 0;
	for (int i = 0; i < 4; i++) {
		uint8_t b = text_peek(c);

		if (!text_next_is(c, TEXT_HEX))
			return false;
		*ret = *ret << 4 | (unsigned)(b <= '9' ? b - '0' :
		    (b | 0x20) - 'a' + 10);
		c->at++;
	}
	return true;
}

/* A string from its first quote on. */
static bool
take_string(struct cursor *c, struct json_value *ret)
{
	const uint8_t *first;
	unsigned unit;

	if (!text_skip(c, "\""))
		return false;
	first = c->at;
	ret->kind = JSON_STRING;
	ret->escaped = false;
	while (cursor_left(c) > 0) {
		uint8_t b = *c->at++;

		if (b < 0x20)
			return false;
		if (b == '"') {
			ret->text.at = (const char *)first;
			ret->text.length = (size_t)(c->at - first) - 1;
			return true;
		}
		if (b != '\\')
			continue;
		ret->escaped = true;
		b = cursor_u8(c);
		if (b == 'u' ? !take_unit(c, &unit) :
		    b == 0 || strchr("\"\\/bfnrt", b) == NULL)
			return false;
	}
	return false;
}

static bool
take_number(struct cursor *c, struct json_value *ret)
{
	const uint8_t *first = c->at;

	(void)text_skip(c, "-");
	if (!text_skip(c, "0") && text_while(c, TEXT_DIGIT).length == 0)
		return false;
	if (text_skip(c, ".") && text_while(c, TEXT_DIGIT).length == 0)
		return false;
	if (text_skip(c, "e") || text_skip(c, "E")) {
		if (!text_skip(c, "+"))
			(void)text_skip(c, "-");
		if (text_while(c, TEXT_DIGIT).length == 0)
			return false;
	}
	ret->kind = JSON_NUMBER;
	ret->escaped = false;
	ret->text.at = (const char *)first;
	ret->text.length = (size_t)(c->at - first);
	return true;
}

/* Return what follows on "${scope}." in ${key}, all of it if there is no
 * scope; or NULL. */
static const char *
below(struct text scope, const char *key)
{
	if (scope.length == 0)
		return key;
	return strncmp(key, scope.at, scope.length) == 0 &&
	    key[scope.length] == '.' ? key + scope.length + 1 : NULL;
}

/* Where the value of ${key} goes: to its place, or to ${other}. */
static struct json_value *
place(struct text key, const struct search *s, struct json_value *other)
{
	for (size_t i = 0; s != NULL && i < s->count; i++) {
		const char *name = below(s->scope, s->keys[i]);

		if (name != NULL && text_is(key, name))
			return &s->values[i];
	}
	other->kind = JSON_ABSENT;
	return other;
}

/* Is the member ${key} of the outermost object to be looked into? */
static bool
is_scope(struct text key, const struct search *s)
{
	for (size_t i = 0; s != NULL && i < s->count; i++) {
		if (key.length > 0 && s->scope.length == 0 &&
		    below(key, s->keys[i]) != NULL)
			return true;
	}
	return false;
}

/* An object, for its members ${s}; NULL: for none. */
static bool
take_object(struct cursor *c, unsigned depth, const struct search *s)
{
	struct json_value key, other, *value;
	struct search inner;
	bool scope;

	if (!text_skip(c, "{"))
		return false;
	skip_space(c);
	if (text_skip(c, "}"))
		return true;
	do {
		skip_space(c);
		if (!take_string(c, &key) || (key.escaped && s != NULL))
			return false;
		skip_space(c);
		if (!text_skip(c, ":"))
			return false;
		value = place(key.text, s, &other);
		scope = is_scope(key.text, s);
		if (scope) {
			inner = *s;
			inner.scope = key.text;
		}
		if (value->kind != JSON_ABSENT ||
		    !take_value(c, depth, scope ? &inner : NULL, value))
			return false;
	} while (text_skip(c, ","));
	return text_skip(c, "}");
}

static bool
take_array(struct cursor *c, unsigned depth)
{
	struct json_value other;

	if (!text_skip(c, "["))
		return false;
	skip_space(c);
	if (text_skip(c, "]"))
		return true;
	do {
		if (!take_value(c, depth, NULL, &other))
			return false;
	} while (text_skip(c, ","));
	return text_skip(c, "]");
}

/* Any value, with the space around it, inside ${depth} others; an object is
 * read for ${inner}. */
static bool
take_value(struct cursor *c, unsigned depth, const struct search *inner,
    struct json_value *ret)
{
	bool fine;

	skip_space(c);
	*ret = (struct json_value){ .kind = JSON_NESTED };
	switch (text_peek(c)) {
	case '"':
		fine = take_string(c, ret);
		break;
	case '{':
		fine = depth + 1 < DEPTH && take_object(c, depth + 1, inner);
		break;
	case '[':
		fine = depth + 1 < DEPTH && take_array(c, depth + 1);
		break;
	case 't':
		ret->kind = JSON_TRUE;
		fine = text_skip(c, "true");
		break;
	case 'f':
		ret->kind = JSON_FALSE;
		fine = text_skip(c, "false");
		break;
	case 'n':
		ret->kind = JSON_NULL;
		fine = text_skip(c, "null");
		break;
	default:
		fine = take_number(c, ret);
	}
	skip_space(c);
	return fine;
}

bool
json_fields_read(const char *line, size_t length, const char *const *keys,
    size_t count, struct json_value *ret)
{
	struct cursor c = cursor_over(line, length);
	const struct search s = {
		.keys = keys, .count = count, .values = ret,
	};

	for (size_t i = 0; i < count; i++)
		ret[i] = (struct json_value){ .kind = JSON_ABSENT };
	skip_space(&c);
	if (!take_object(&c, 0, &s))
		return false;
	skip_space(&c);
	return text_done(&c);
}

/* The octet that a backslash and ${letter} stand for. */
static uint8_t
unescaped(uint8_t letter)
{
	switch (letter) {
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return letter;
	}
}

/* A code point after its "\u", both halves of a pair. */
static bool
take_point(struct cursor *c, unsigned *ret)
{
	unsigned low;

	if (!take_unit(c, ret))
		return false;
	if (*ret < 0xD800 || *ret > 0xDFFF)
		return true;
	if (*ret > 0xDBFF || !text_skip(c, "\\u") || !take_unit(c, &low) ||
	    low < 0xDC00 || low > 0xDFFF)
		return false;
	*ret = 0x10000 + ((*ret - 0xD800) << 10) + (low - 0xDC00);
	return true;
}

/* Write ${point} as UTF-8 and return its length, up to four octets. */
static size_t
utf8(unsigned point, uint8_t out[4])
{
	size_t n = point < 0x80 ? 1 : point < 0x800 ? 2 :
	    point < 0x10000 ? 3 : 4;
	static const uint8_t lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

	for (size_t i = n - 1; i > 0; i--, point >>= 6)
		out[i] = (uint8_t)(0x80 | (point & 0x3F));
	out[0] = (uint8_t)(lead[n] | point);
	return n;
}

bool
json_fields_decode(const struct json_value *v, char *buf, size_t size,
    struct text *ret)
{
	struct cursor c = cursor_over(v->text.at, v->text.length);
	size_t used = 0;

	*ret = v->text;
	if (!v->escaped)
		return true;
	while (cursor_left(&c) > 0) {
		uint8_t out[4] = { *c.at++ };
		size_t n = 1;
		unsigned point;

		if (out[0] == '\\') {
			out[0] = unescaped(cursor_u8(&c));
			if (out[0] == 'u') {
				if (!take_point(&c, &point))
					return false;
				n = utf8(point, out);
			}
		}
		if (n > size - used)
			return false;
		memcpy(buf + used, out, n);
		used += n;
	}
	*ret = (struct text){ buf, used };
	return true;
}
