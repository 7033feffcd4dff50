#ifndef FRAMES_H
#define FRAMES_H

/*
 * frames - packets put together by hand, header by header, for tests.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct frame {
	size_t length;
	uint8_t octets[2048];
};

enum { FRAME_TCP = 6, FRAME_UDP = 17 };
enum { FRAME_FIN = 1, FRAME_SYN = 2, FRAME_RST = 4, FRAME_ACK = 16 };

static inline void
frame_add(struct frame *f, const void *octets, size_t length)
{
	memcpy(f->octets + f->length, octets, length);
	f->length += length;
}

static inline void
frame_zeros(struct frame *f, size_t length)
{
	memset(f->octets + f->length, 0, length);
	f->length += length;
}

static inline void
frame_u16(struct frame *f, unsigned value)
{
	const uint8_t octets[] = { (uint8_t)(value >> 8), (uint8_t)value };

	frame_add(f, octets, 2);
}

static inline void
frame_u32(struct frame *f, uint32_t value)
{
	frame_u16(f, value >> 16);
	frame_u16(f, value & 0xffff);
}

/**
 * frame_ether(f, type):
 * An Ethernet header, or what follows a tag's first two octets.
 */
static inline void
frame_ether(struct frame *f, unsigned type)
{
	frame_add(f, "\2\0\0\0\0\1\2\0\0\0\0\2", 12);
	frame_u16(f, type);
}

/**
 * frame_ipv4(f, protocol, fragment, length):
 * A header from 192.0.2.66 to 198.51.100.53 before ${length} octets;
 * ${fragment} is its flags and offset.
 */
static inline void
frame_ipv4(struct frame *f, uint8_t protocol, unsigned fragment,
    size_t length)
{
	const uint8_t rest[] = {
		64, protocol, 0, 0, 192, 0, 2, 66, 198, 51, 100, 53
	};

	frame_add(f, "\x45", 2);
	frame_u16(f, (unsigned)(20 + length));
	frame_u16(f, 1);
	frame_u16(f, fragment);
	frame_add(f, rest, sizeof(rest));
}

/**
 * frame_ipv6(f, next, length):
 * A header from 2001:db8::66 to 2001:db8::53 before ${length} octets.
 */
static inline void
frame_ipv6(struct frame *f, uint8_t next, size_t length)
{
	const uint8_t hops[] = { next, 64 };

	frame_add(f, "\x60\0\0", 4);
	frame_u16(f, (unsigned)length);
	frame_add(f, hops, 2);
	frame_add(f, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x66", 16);
	frame_add(f, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x53", 16);
}

/**
 * frame_udp(f, payload, length):
 * A datagram from port 50000 to 53.
 */
static inline void
frame_udp(struct frame *f, const void *payload, size_t length)
{
	frame_u16(f, 50000);
	frame_u16(f, 53);
	frame_u16(f, (unsigned)(8 + length));
	frame_u16(f, 0);
	frame_add(f, payload, length);
}

/**
 * frame_tcp(f, sequence, flags, payload, length):
 * A segment from port 50000 to 53, with a header of 24 octets.
 */
static inline void
frame_tcp(struct frame *f, uint32_t sequence, unsigned flags,
    const void *payload, size_t length)
{
	frame_u16(f, 50000);
	frame_u16(f, 53);
	frame_u32(f, sequence);
	frame_u32(f, 0);
	frame_u16(f, 6 << 12 | flags);
	frame_zeros(f, 6);
	frame_add(f, "\1\1\1", 4);	/* options: nothing, end */
	frame_add(f, payload, length);
}

#endif /* !FRAMES_H */
