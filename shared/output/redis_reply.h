#ifndef REDIS_REPLY_H
#define REDIS_REPLY_H

/*
 * redis_reply - what a server has answered; made and freed by redis_link.
 */

#include <stddef.h>

struct redis_reply;		/* opaque */

enum redis_type {
	REDIS_NIL, REDIS_INTEGER, REDIS_TEXT, REDIS_ARRAY, REDIS_ERROR
};

/**
 * redis_reply_*(r):
 * Look at a reply; ${r} may be NULL, which looks like REDIS_NIL.  The text of
 * REDIS_TEXT and REDIS_ERROR ends in a NUL that is not counted.  redis_reply_at
 * gives NULL outside an array's bounds.
 */
enum redis_type redis_reply_type(const struct redis_reply *r);
long long redis_reply_integer(const struct redis_reply *r);
const char *redis_reply_text(const struct redis_reply *r);
size_t redis_reply_length(const struct redis_reply *r);
size_t redis_reply_count(const struct redis_reply *r);
const struct redis_reply *redis_reply_at(const struct redis_reply *r,
    size_t index);

#endif /* !REDIS_REPLY_H */
