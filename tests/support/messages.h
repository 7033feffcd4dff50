#ifndef MESSAGES_H
#define MESSAGES_H

/*
 * messages - DNS messages put together by hand, for tests.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct message {
	size_t length;
	uint8_t octets[2048];
};

static inline void
message_add(struct message *m, const void *octets, size_t length)
{
	memcpy(m->octets + m->length, octets, length);
	m->length += length;
}

static inline void
message_u16(struct message *m, unsigned value)
{
	const uint8_t octets[] = { (uint8_t)(value >> 8), (uint8_t)value };

	message_add(m, octets, 2);
}

/**
 * message_header(id, flags, questions, additional):
 * Return a message of nothing but its header.
 */
static inline struct message
message_header(unsigned id, unsigned flags, unsigned questions,
    unsigned additional)
{
	struct message m = { .length = 0 };

	message_u16(&m, id);
	message_u16(&m, flags);
	message_u16(&m, questions);
	message_u16(&m, 0);
	message_u16(&m, 0);
	message_u16(&m, additional);
	return m;
}

/**
 * message_question(m, name, length, type, class):
 * Append a question; ${name} is wire form, its final 0 included.
 */
static inline void
message_question(struct message *m, const char *name, size_t length,
    unsigned type, unsigned rrclass)
{
	message_add(m, name, length);
	message_u16(m, type);
	message_u16(m, rrclass);
}

#endif /* !MESSAGES_H */
