#ifndef FAKE_REPLY_H
#define FAKE_REPLY_H

/*
 * fake_reply - replies made by a test, and the accessors of
 * output/redis_link.h over them, so that no Redis is needed.
 */

#include <string.h>

#include "output/redis_link.h"

struct redis_reply {
	enum redis_type type;
	long long integer;
	const char *text;
	const struct redis_reply *at;
	size_t count;
};

#define INTEGER(n) { .type = REDIS_INTEGER, .integer = (n) }
#define TEXT(t) { .type = REDIS_TEXT, .text = (t) }
#define ERROR(t) { .type = REDIS_ERROR, .text = (t) }
#define ARRAY(a) { .type = REDIS_ARRAY, .at = (a), \
    .count = sizeof(a) / sizeof((a)[0]) }

enum redis_type
redis_reply_type(const struct redis_reply *r)
{
	return r == NULL ? REDIS_NIL : r->type;
}

long long
redis_reply_integer(const struct redis_reply *r)
{
	return r == NULL ? 0 : r->integer;
}

const char *
redis_reply_text(const struct redis_reply *r)
{
	return r == NULL || r->text == NULL ? "" : r->text;
}

size_t
redis_reply_length(const struct redis_reply *r)
{
	return strlen(redis_reply_text(r));
}

size_t
redis_reply_count(const struct redis_reply *r)
{
	return r == NULL ? 0 : r->count;
}

const struct redis_reply *
redis_reply_at(const struct redis_reply *r, size_t index)
{
	return r == NULL || index >= r->count ? NULL : &r->at[index];
}

#endif /* !FAKE_REPLY_H */
