#ifndef FRAMES_H
#define FRAMES_H

/*
 * frames - packets put together by hand, header by header, for tests.
 */

#include <stddef.h>
#include <stdint.h>

#include "octets.h"

enum { FRAME_TCP = 6, FRAME_UDP = 17 };
enum { FRAME_FIN = 1, FRAME_SYN = 2, FRAME_RST = 4, FRAME_ACK = 16 };

/**
 * frame_ether(f, type):
 * An Ethernet header, or what follows a tag's first two octets.
 */
static inline void
frame_ether(struct octets *f, unsigned type)
{
	octets_add(f, "\2\0\0\0\0\1\2\0\0\0\0\2", 12);
	octets_u16(f, type);
}

/**
 * frame_ipv4(f, protocol, fragment, length):
 * A header from 192.0.2.66 to 198.51.100.53 before ${length} octets;
 * ${fragment} is its flags and offset.
 */
static inline void
frame_ipv4(struct octets *f, uint8_t protocol, unsigned fragment,
    size_t length)
{
	const uint8_t rest[] = {
		64, protocol, 0, 0, 192, 0, 2, 66, 198, 51, 100, 53
	};

	octets_add(f, "\x45", 2);
	octets_u16(f, (unsigned)(20 + length));
	octets_u16(f, 1);
	octets_u16(f, fragment);
	octets_add(f, rest, sizeof(rest));
}

/**
 * frame_ipv6(f, next, length):
 * A header from 2001:db8::66 to 2001:db8::53 before ${length} octets.
 */
static inline void
frame_ipv6(struct octets *f, uint8_t next, size_t length)
{
	const uint8_t hops[] = { next, 64 };

	octets_add(f, "\x60\0\0", 4);
	octets_u16(f, (unsigned)length);
	octets_add(f, hops, 2);
	octets_add(f, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x66", 16);
	octets_add(f, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x53", 16);
}

/**
 * frame_udp(f, payload, length):
 * A datagram from port 50000 to 53.
 */
static inline void
frame_udp(struct octets *f, const void *payload, size_t length)
{
	octets_u16(f, 50000);
	octets_u16(f, 53);
	octets_u16(f, (unsigned)(8 + length));
	octets_u16(f, 0);
	octets_add(f, payload, length);
}

/**
 * frame_tcp(f, sequence, flags, payload, length):
 * A segment from port 50000 to 53, with a header of 24 octets.
 */
static inline void
frame_tcp(struct octets *f, uint32_t sequence, unsigned flags,
    const void *payload, size_t length)
{
	octets_u16(f, 50000);
	octets_u16(f, 53);
	octets_u32(f, sequence);
	octets_u32(f, 0);
	octets_u16(f, 6 << 12 | flags);
	octets_zeros(f, 6);
	octets_add(f, "\1\1\1", 4);	/* options: nothing, end */
	octets_add(f, payload, length);
}

#endif /* !FRAMES_H */
