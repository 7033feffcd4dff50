#ifndef TAPS_H
#define TAPS_H

/*
 * taps - dnstap put together by hand, for tests.
 */

#include <stdint.h>
#include <string.h>

#include "octets.h"

enum { TAPS_ACCEPT = 1, TAPS_START, TAPS_STOP, TAPS_READY, TAPS_FINISH };

#define TAPS_CONTENT "protobuf:dnstap.Dnstap"

/**
 * taps_control(o, type, content):
 * Append a control frame, with that content type unless it is NULL.
 */
static inline void
taps_control(struct octets *o, uint32_t type, const char *content)
{
	size_t length = content != NULL ? strlen(content) : 0;

	octets_u32(o, 0);
	octets_u32(o, (uint32_t)(content != NULL ? length + 12 : 4));
	octets_u32(o, type);
	if (content == NULL)
		return;
	octets_u32(o, 1);
	octets_u32(o, (uint32_t)length);
	octets_add(o, content, length);
}

/**
 * taps_frame(o, payload):
 * Append a data frame.
 */
static inline void
taps_frame(struct octets *o, const struct octets *payload)
{
	octets_u32(o, (uint32_t)payload->length);
	octets_add(o, payload->octets, payload->length);
}

static inline void
taps_varint(struct octets *o, uint64_t number)
{
	uint8_t octet;

	do {
		octet = (uint8_t)(number & 0x7f);
		number >>= 7;
		if (number > 0)
			octet |= 0x80;
		octets_add(o, &octet, 1);
	} while (number > 0);
}

/**
 * taps_number(o, field, value), taps_fixed(o, field, value),
 * taps_octets(o, field, octets, length):
 * Append a field.
 */
static inline void
taps_number(struct octets *o, unsigned field, uint64_t value)
{
	taps_varint(o, field << 3);
	taps_varint(o, value);
}

static inline void
taps_fixed(struct octets *o, unsigned field, uint32_t value)
{
	const uint8_t octets[] = { (uint8_t)value, (uint8_t)(value >> 8),
	    (uint8_t)(value >> 16), (uint8_t)(value >> 24) };

	taps_varint(o, field << 3 | 5);
	octets_add(o, octets, sizeof(octets));
}

static inline void
taps_octets(struct octets *o, unsigned field, const void *octets,
    size_t length)
{
	taps_varint(o, field << 3 | 2);
	taps_varint(o, length);
	octets_add(o, octets, length);
}

/**
 * taps_payload(message):
 * Return the payload of a frame with that message.
 */
static inline struct octets
taps_payload(const struct octets *message)
{
	struct octets o = { .length = 0 };

	taps_octets(&o, 1, "ns1.example", 11);
	taps_octets(&o, 14, message->octets, message->length);
	taps_number(&o, 15, 1);
	return o;
}

/* 192.0.2.7 port 50894 asks 198.51.100.53 for bad.example, A. */
static const uint8_t taps_query[] =
    "\x12\x34\1\0\0\1\0\0\0\0\0\0\3bad\7example\0\0\1\0\1";
#define TAPS_QUERY_LENGTH (sizeof(taps_query) - 1)

/**
 * taps_message(type, wire, length):
 * Return a message of that type (5: a client's query, 6: its response) at
 * 1795000000.123456789 s.
 */
static inline struct octets
taps_message(unsigned type, const void *wire, size_t length)
{
	unsigned response = type % 2 == 0 ? 4 : 0;
	struct octets o = { .length = 0 };

	taps_number(&o, 1, type);
	taps_number(&o, 2, 1);
	taps_number(&o, 3, 1);
	taps_octets(&o, 4, "\xc0\0\2\7", 4);
	taps_octets(&o, 5, "\xc6\x33\x64\x35", 4);
	taps_number(&o, 6, 50894);
	taps_number(&o, 7, 53);
	taps_number(&o, 8 + response, 1795000000);
	taps_fixed(&o, 9 + response, 123456789);
	taps_octets(&o, 10 + response, wire, length);
	return o;
}

#endif /* !TAPS_H */
