#ifndef OCTETS_H
#define OCTETS_H

/*
 * octets - packets and messages put together by hand, for tests.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct octets {
	size_t length;
	uint8_t octets[2048];
};

static inline void
octets_add(struct octets *o, const void *more, size_t length)
{
	memcpy(o->octets + o->length, more, length);
	o->length += length;
}

static inline void
octets_zeros(struct octets *o, size_t length)
{
	memset(o->octets + o->length, 0, length);
	o->length += length;
}

/* Append an unsigned integer in network byte order. */
static inline void
octets_u16(struct octets *o, unsigned value)
{
	const uint8_t both[] = { (uint8_t)(value >> 8), (uint8_t)value };

	octets_add(o, both, 2);
}

static inline void
octets_u32(struct octets *o, uint32_t value)
{
	octets_u16(o, value >> 16);
	octets_u16(o, value & 0xffff);
}

#endif /* !OCTETS_H */
