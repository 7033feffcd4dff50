#include "stream_batch.h"

#include <stdbool.h>
#include <string.h>

#include "output/redis_link.h"

/* Digits, a dash, digits? */
static bool
is_id(const char *text, size_t length)
{
	size_t time = strspn(text, "0123456789");
	size_t sequence;

	if (length >= STREAM_ID_SIZE || time == 0 || text[time] != '-')
		return false;
	sequence = strspn(text + time + 1, "0123456789");
	return sequence > 0 && time + 1 + sequence == length;
}

int
stream_batch_read(const struct redis_reply *entries, struct stream_batch *ret)
{
	size_t count = redis_reply_count(entries);

	if (redis_reply_type(entries) != REDIS_ARRAY ||
	    count > STREAM_BATCH_MAX)
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct redis_reply *id =
		    redis_reply_at(redis_reply_at(entries, i), 0);
		size_t length = redis_reply_length(id);

		if (redis_reply_type(id) != REDIS_TEXT ||
		    !is_id(redis_reply_text(id), length))
			return -1;
		memcpy(ret->id[i], redis_reply_text(id), length + 1);
	}
	ret->count = count;
	return 0;
}
