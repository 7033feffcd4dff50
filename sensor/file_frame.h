#ifndef FILE_FRAME_H
#define FILE_FRAME_H

/*
 * file_frame - what the readers of capture file formats have in common: a
 * frame as the file has it, and the byte order of numbers.
 */

#include "core/cursor.h"
#include "core/timestamp.h"
#include "link_types.h"

#define FILE_FRAME_MAX ((size_t)256 * 1024)	/* octets, as libpcap has it */
#define FILE_FRAME_ERROR_SIZE 160

/* What the next octets of the file are. */
enum file_frame_result {
	FILE_FRAME_ONE,		/* a frame */
	FILE_FRAME_NONE,	/* something else, stepped over */
	FILE_FRAME_SHORT,	/* not all of it has been read yet */
	FILE_FRAME_BROKEN	/* nothing more can be read */
};

struct file_frame {
	int64_t time;			/* microseconds UTC */
	const uint8_t *octets;		/* borrowed from the cursor */
	size_t length;			/* octets that were captured */
	size_t wire_length;		/* octets that were sent */
	uint32_t link;			/* number of its link type */
	const struct link_type_entry *type;	/* NULL: none of ours */
};

/**
 * file_frame_u16(c, little), file_frame_u32(c, little):
 * Read a number in the file's byte order.
 */
static inline uint16_t
file_frame_u16(struct cursor *c, bool little)
{
	uint16_t v = cursor_u16(c);

	return little ? __builtin_bswap16(v) : v;
}

static inline uint32_t
file_frame_u32(struct cursor *c, bool little)
{
	uint32_t v = cursor_u32(c);

	return little ? __builtin_bswap32(v) : v;
}

/**
 * file_frame_time(seconds, micros):
 * Return them as microseconds, within the years 0 to 9999, so that whoever
 * adds to a time stays within an int64_t.
 */
static inline int64_t
file_frame_time(int64_t seconds, uint32_t micros)
{
	const int64_t first = INT64_C(-62167219200);
	const int64_t last = INT64_C(253402300799) - UINT32_MAX / 1000000;

	if (seconds < first)
		seconds = first;
	if (seconds > last)
		seconds = last;
	return seconds * TIMESTAMP_SECOND + micros;
}

#endif /* !FILE_FRAME_H */
