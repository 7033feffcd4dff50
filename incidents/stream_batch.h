#ifndef STREAM_BATCH_H
#define STREAM_BATCH_H

/*
 * stream_batch - the ids of the entries that one read took from a stream.
 *
 * Ids are all that is kept: the server-side function looks at the entries
 * themselves.  Plain data, nothing to free.
 */

#include <stddef.h>

#define STREAM_BATCH_MAX 256	/* entries of one read */
#define STREAM_ID_SIZE 42	/* two 64-bit numbers, '-' and a NUL */

struct redis_reply;		/* output/redis_link.h */

struct stream_batch {
	size_t count;
	char id[STREAM_BATCH_MAX][STREAM_ID_SIZE];
};

/**
 * stream_batch_read(entries, ret):
 * Fill ${ret} with the ids in ${entries}, the list of entries of one stream
 * in a reply to XREADGROUP.  An entry that is pending but deleted has its id
 * there too, and it is kept.  Return 0, or -1 if that is not such a list or
 * holds more than STREAM_BATCH_MAX entries; ${ret} is then undefined.
 */
int stream_batch_read(const struct redis_reply *entries,
    struct stream_batch *ret);

#endif /* !STREAM_BATCH_H */
