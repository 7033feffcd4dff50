#include "decap.h"

#include "core/cursor.h"

#define TAGS_MAX 8		/* 802.1Q tags on one frame */
#define EXTENSIONS_MAX 16	/* IPv6 extension headers in one packet */

/* EtherTypes (IEEE 802 numbers) and IP protocols (IANA). */
enum {
	TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd,
	TYPE_8021Q = 0x8100, TYPE_8021AD = 0x88a8, TYPE_9100 = 0x9100
};
enum {
	IP_HOP_BY_HOP = 0, IP_TCP = 6, IP_UDP = 17, IP_ROUTING = 43,
	IP_FRAGMENT = 44, IP_AH = 51, IP_DESTINATION = 60
};

static enum decap_result
decap_udp(struct cursor *c, size_t beyond, struct packet *p)
{
	uint16_t length;

	p->source_port = cursor_u16(c);
	p->destination_port = cursor_u16(c);
	length = cursor_u16(c);
	cursor_u16(c);			/* checksum: not ours to judge */
	if (c->failed)
		return DECAP_MALFORMED;
	p->wire_length = cursor_left(c) + beyond;
	if (length < 8)
		length = 8;
	if (p->wire_length > length - 8u)
		p->wire_length = length - 8u;
	cursor_limit(c, p->wire_length);
	p->payload = c->at;
	p->length = cursor_left(c);
	return DECAP_UDP;
}

static enum decap_result
decap_tcp(struct cursor *c, size_t beyond, struct packet *p)
{
	size_t header;
	uint16_t flags;

	p->source_port = cursor_u16(c);
	p->destination_port = cursor_u16(c);
	p->sequence = cursor_u32(c);
	cursor_u32(c);			/* acknowledgement */
	flags = cursor_u16(c);
	cursor_take(c, 6);		/* window, checksum, urgent pointer */
	header = (size_t)(flags >> 12) * 4;
	if (header < 20)
		return DECAP_MALFORMED;
	cursor_take(c, header - 20);
	if (c->failed)
		return DECAP_MALFORMED;
	p->fin = flags & 0x01;
	p->syn = flags & 0x02;
	p->rst = flags & 0x04;
	if (p->syn)
		p->sequence++;		/* the SYN itself takes one */
	p->payload = c->at;
	p->length = cursor_left(c);
	p->wire_length = p->length + beyond;
	return DECAP_TCP;
}

/* ${beyond}: octets of the IP packet that were sent but not captured. */
static enum decap_result
decap_transport(struct cursor *c, size_t beyond, uint8_t protocol,
    struct packet *p)
{
	switch (protocol) {
	case IP_UDP:
		return decap_udp(c, beyond, p);
	case IP_TCP:
		return decap_tcp(c, beyond, p);
	default:
		return DECAP_NOT_TRANSPORT;
	}
}

/* Let ${c} end where the IP packet of ${length} octets from here does, and
 * return how many of those were not captured. */
static size_t
limit_to_packet(struct cursor *c, size_t length)
{
	size_t left = cursor_left(c);

	cursor_limit(c, length);
	return length > left ? length - left : 0;
}

static enum decap_result
decap_ipv4(struct cursor *c, struct packet *p)
{
	uint8_t first = cursor_u8(c);
	size_t header = (size_t)(first & 0x0f) * 4;
	const uint8_t *addresses;
	uint16_t total, fragment;
	uint8_t protocol;
	size_t beyond;

	cursor_u8(c);			/* type of service */
	total = cursor_u16(c);
	cursor_u16(c);			/* identification */
	fragment = cursor_u16(c);
	cursor_u8(c);			/* time to live */
	protocol = cursor_u8(c);
	cursor_u16(c);			/* checksum */
	addresses = cursor_take(c, 8);
	if (addresses == NULL || header < 20)
		return DECAP_MALFORMED;
	p->source = address_v4(addresses);
	p->destination = address_v4(addresses + 4);
	cursor_take(c, header - 20);	/* options */
	/* A length of 0 is a packet that the sender's card has yet to cut. */
	if (c->failed || (total != 0 && total < header))
		return DECAP_MALFORMED;
	beyond = limit_to_packet(c, total != 0 ? total - header :
	    cursor_left(c));
	if (fragment & 0x3fff)		/* more fragments, or an offset */
		return DECAP_FRAGMENT;
	return decap_transport(c, beyond, protocol, p);
}

static enum decap_result
decap_ipv6(struct cursor *c, struct packet *p)
{
	const uint8_t *addresses;
	uint16_t payload;
	uint8_t next;
	size_t beyond;

	cursor_u32(c);			/* version, class, flow */
	payload = cursor_u16(c);
	next = cursor_u8(c);
	cursor_u8(c);			/* hop limit */
	addresses = cursor_take(c, 32);
	if (addresses == NULL)
		return DECAP_MALFORMED;
	p->source = address_v6(addresses);
	p->destination = address_v6(addresses + 16);
	beyond = limit_to_packet(c, payload != 0 ? payload : cursor_left(c));
	for (int i = 0; i < EXTENSIONS_MAX && !c->failed; i++) {
		uint8_t after, units;

		if (next != IP_HOP_BY_HOP && next != IP_ROUTING &&
		    next != IP_DESTINATION && next != IP_AH &&
		    next != IP_FRAGMENT)
			return decap_transport(c, beyond, next, p);
		after = cursor_u8(c);
		units = cursor_u8(c);
		if (next == IP_FRAGMENT) {
			/* RFC 6946: an atomic fragment is whole. */
			if ((cursor_u16(c) & 0xfff9) != 0)
				return DECAP_FRAGMENT;
			cursor_u32(c);
		} else if (next == IP_AH) {
			cursor_take(c, (size_t)units * 4 + 6);
		} else {
			cursor_take(c, (size_t)units * 8 + 6);
		}
		next = after;
	}
	return DECAP_MALFORMED;
}

/* An IP packet of either version, told by its first four bits. */
static enum decap_result
decap_ip(struct cursor *c, struct packet *p)
{
	if (cursor_left(c) == 0)
		return DECAP_MALFORMED;
	switch (*c->at >> 4) {
	case 4:
		return decap_ipv4(c, p);
	case 6:
		return decap_ipv6(c, p);
	default:
		return DECAP_MALFORMED;
	}
}

/* What an EtherType announces, VLAN tags included. */
static enum decap_result
decap_type(struct cursor *c, uint16_t type, struct packet *p)
{
	for (int tags = 0; tags < TAGS_MAX; tags++) {
		uint16_t tag;

		if (type == TYPE_IPV4 || type == TYPE_IPV6)
			return decap_ip(c, p);
		if (type != TYPE_8021Q && type != TYPE_8021AD &&
		    type != TYPE_9100)
			return c->failed ? DECAP_MALFORMED : DECAP_NOT_IP;
		tag = cursor_u16(c);
		if (tags == 0)
			p->vlan = tag & 0x0fff;
		type = cursor_u16(c);
	}
	return DECAP_MALFORMED;
}

/* The address family of BSD loopback, in the byte order of whoever wrote it
 * (so either); IPv6 is 10, 24, 28 or 30 there. */
static enum decap_result
decap_null(struct cursor *c, struct packet *p)
{
	uint32_t family = cursor_u32(c);

	if (family > 0xffff)
		family = __builtin_bswap32(family);
	if (family != 2 && family != 10 && family != 24 && family != 28 &&
	    family != 30)
		return c->failed ? DECAP_MALFORMED : DECAP_NOT_IP;
	return decap_ip(c, p);
}

enum decap_result
decap(const uint8_t *frame, size_t length, enum link_type link,
    struct packet *ret)
{
	struct cursor c = cursor_over(frame, length);
	uint16_t type;

	ret->vlan = 0;
	switch (link) {
	case LINK_ETHERNET:
		cursor_take(&c, 12);	/* addresses */
		type = cursor_u16(&c);
		break;
	case LINK_SLL:
		cursor_take(&c, 14);
		type = cursor_u16(&c);
		break;
	case LINK_SLL2:
		type = cursor_u16(&c);
		cursor_take(&c, 18);
		break;
	case LINK_NULL:
		return decap_null(&c, ret);
	case LINK_RAW:
		return decap_ip(&c, ret);
	default:
		return DECAP_MALFORMED;
	}
	return c.failed ? DECAP_MALFORMED : decap_type(&c, type, ret);
}
