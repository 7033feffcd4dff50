#include "output/redis_reply.h"

#include <hiredis/hiredis.h>
#include <stdbool.h>

/* A struct redis_reply is a redisReply that nobody else may know. */
static const redisReply *
opened(const struct redis_reply *r)
{
	return (const redisReply *)(const void *)r;
}

enum redis_type
redis_reply_type(const struct redis_reply *r)
{
	if (r == NULL)
		return REDIS_NIL;
	switch (opened(r)->type) {
	case REDIS_REPLY_INTEGER:
		return REDIS_INTEGER;
	case REDIS_REPLY_STRING:
	case REDIS_REPLY_STATUS:
		return REDIS_TEXT;
	case REDIS_REPLY_ARRAY:
		return REDIS_ARRAY;
	case REDIS_REPLY_ERROR:
		return REDIS_ERROR;
	default:
		return REDIS_NIL;
	}
}

long long
redis_reply_integer(const struct redis_reply *r)
{
	return redis_reply_type(r) == REDIS_INTEGER ? opened(r)->integer : 0;
}

static bool
has_text(const struct redis_reply *r)
{
	enum redis_type type = redis_reply_type(r);

	return type == REDIS_TEXT || type == REDIS_ERROR;
}

const char *
redis_reply_text(const struct redis_reply *r)
{
	return has_text(r) ? opened(r)->str : "";
}

size_t
redis_reply_length(const struct redis_reply *r)
{
	return has_text(r) ? (size_t)opened(r)->len : 0;
}

size_t
redis_reply_count(const struct redis_reply *r)
{
	return redis_reply_type(r) == REDIS_ARRAY ? opened(r)->elements : 0;
}

const struct redis_reply *
redis_reply_at(const struct redis_reply *r, size_t index)
{
	if (index >= redis_reply_count(r))
		return NULL;
	return (const struct redis_reply *)(const void *)
	    opened(r)->element[index];
}
