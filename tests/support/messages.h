#ifndef MESSAGES_H
#define MESSAGES_H

/*
 * messages - DNS messages put together by hand, for tests.
 */

#include <stddef.h>
#include <stdint.h>

#include "octets.h"

/**
 * message_header(id, flags, questions, additional):
 * Return a message of nothing but its header.
 */
static inline struct octets
message_header(unsigned id, unsigned flags, unsigned questions,
    unsigned additional)
{
	struct octets m = { .length = 0 };

	octets_u16(&m, id);
	octets_u16(&m, flags);
	octets_u16(&m, questions);
	octets_u16(&m, 0);
	octets_u16(&m, 0);
	octets_u16(&m, additional);
	return m;
}

/**
 * message_question(m, name, length, type, class):
 * Append a question; ${name} is wire form, its final 0 included.
 */
static inline void
message_question(struct octets *m, const char *name, size_t length,
    unsigned type, unsigned rrclass)
{
	octets_add(m, name, length);
	octets_u16(m, type);
	octets_u16(m, rrclass);
}

#endif /* !MESSAGES_H */
