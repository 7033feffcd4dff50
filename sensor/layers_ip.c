#include "layers.h"

/* IP protocol numbers (IANA protocol-numbers). */
enum {
	IP_HOP_BY_HOP = 0, IP_IPIP = 4, IP_TCP = 6, IP_UDP = 17, IP_IPV6 = 41,
	IP_ROUTING = 43, IP_FRAGMENT = 44, IP_GRE = 47, IP_AH = 51,
	IP_DESTINATION = 60, IP_ETHERIP = 97, IP_MOBILITY = 135,
	IP_MPLS = 137, IP_HIP = 139, IP_SHIM6 = 140
};

static enum decap_result
take_udp(struct layers *l)
{
	struct packet *p = l->p;
	uint16_t length;

	layers_begin(l, DECAP_LAYER_TRANSPORT);
	p->source_port = cursor_u16(&l->c);
	p->destination_port = cursor_u16(&l->c);
	length = cursor_u16(&l->c);
	cursor_u16(&l->c);		/* checksum: not ours to judge */
	if (l->c.failed)
		return DECAP_MALFORMED;
	p->wire_length = cursor_left(&l->c) + l->beyond;
	if (length < 8)
		length = 8;
	if (p->wire_length > length - 8u)
		p->wire_length = length - 8u;
	cursor_limit(&l->c, p->wire_length);
	p->payload = l->c.at;
	p->length = cursor_left(&l->c);
	return layers_udp_tunnel(l);
}

static enum decap_result
take_tcp(struct layers *l)
{
	struct packet *p = l->p;
	size_t header;
	uint16_t flags;

	layers_begin(l, DECAP_LAYER_TRANSPORT);
	p->source_port = cursor_u16(&l->c);
	p->destination_port = cursor_u16(&l->c);
	p->sequence = cursor_u32(&l->c);
	cursor_u32(&l->c);		/* acknowledgement */
	flags = cursor_u16(&l->c);
	cursor_take(&l->c, 6);		/* window, checksum, urgent pointer */
	header = (size_t)(flags >> 12) * 4;
	if (header < 20)
		return DECAP_MALFORMED;
	cursor_take(&l->c, header - 20);
	if (l->c.failed)
		return DECAP_MALFORMED;
	p->fin = flags & 0x01;
	p->syn = flags & 0x02;
	p->rst = flags & 0x04;
	if (p->syn)
		p->sequence++;		/* the SYN itself takes one */
	p->payload = l->c.at;
	p->length = cursor_left(&l->c);
	p->wire_length = p->length + l->beyond;
	return DECAP_TCP;
}

/* What an IP protocol number announces, extension headers aside. */
static enum decap_result
take_transport(struct layers *l, uint8_t protocol)
{
	switch (protocol) {
	case IP_UDP:
		return take_udp(l);
	case IP_TCP:
		return take_tcp(l);
	case IP_IPIP:
	case IP_IPV6:
		layers_in(l, "ipip");
		return layers_ip(l);
	case IP_GRE:
		return layers_gre(l);
	case IP_ETHERIP:
		layers_in(l, "etherip");
		cursor_u16(&l->c);	/* version (RFC 3378) */
		return layers_ethernet(l);
	case IP_MPLS:
		layers_in(l, "mpls");
		return layers_mpls(l);
	default:
		return DECAP_NOT_TRANSPORT;
	}
}

/* Let the cursor end where the IP packet of ${length} octets from here does;
 * what of them was not captured is beyond. */
static void
limit_to_packet(struct layers *l, size_t length)
{
	size_t left = cursor_left(&l->c);

	l->beyond = length > left ? length - left : 0;
	cursor_limit(&l->c, length);
}

/* The packet is a fragment: its payload waits for the others. */
static enum decap_result
keep_fragment(struct layers *l, uint32_t id, uint32_t offset, bool more,
    uint8_t protocol)
{
	l->p->fragment = (struct fragment){ id, offset, protocol, more };
	l->p->payload = l->c.at;
	l->p->length = cursor_left(&l->c);
	l->p->wire_length = l->p->length + l->beyond;
	return DECAP_FRAGMENT;
}

/* Step over an extension header of type ${type}; false if it is none.  IPv4
 * has but the authentication header. */
static bool
skip_extension(struct layers *l, uint8_t type, uint8_t *retnext)
{
	struct cursor *c = &l->c;
	size_t units;

	switch (type) {
	case IP_HOP_BY_HOP:
	case IP_ROUTING:
	case IP_DESTINATION:
	case IP_MOBILITY:
	case IP_HIP:
	case IP_SHIM6:
		if (l->p->source.family != 6)
			return false;
		*retnext = cursor_u8(c);
		units = cursor_u8(c);
		cursor_take(c, units * 8 + 6);
		return true;
	case IP_AH:
		*retnext = cursor_u8(c);
		units = cursor_u8(c);
		cursor_take(c, units * 4 + 6);
		return true;
	default:
		return false;
	}
}

/* RFC 8200, 4.5.  true if the packet goes on behind the header: RFC 6946,
 * an atomic fragment is whole. */
static bool
take_fragment_header(struct layers *l, uint8_t *retnext,
    enum decap_result *retresult)
{
	struct cursor *c = &l->c;
	uint16_t place;
	uint32_t id;

	*retnext = cursor_u8(c);
	cursor_u8(c);
	place = cursor_u16(c);
	id = cursor_u32(c);
	if (c->failed)
		*retresult = DECAP_MALFORMED;
	else if (place & 0xfff9)
		*retresult = keep_fragment(l, id, place & 0xfff8u, place & 1,
		    *retnext);
	else
		return true;
	return false;
}

enum decap_result
layers_payload(struct layers *l, uint8_t protocol)
{
	layers_begin(l, DECAP_LAYER_IP);
	while (layers_deeper(l)) {
		enum decap_result result;
		uint8_t next = 0;

		if (protocol == IP_FRAGMENT && l->p->source.family == 6) {
			if (!take_fragment_header(l, &next, &result))
				return result;
		} else if (!skip_extension(l, protocol, &next)) {
			return take_transport(l, protocol);
		} else if (l->c.failed) {
			return DECAP_MALFORMED;
		}
		protocol = next;
	}
	return DECAP_TOO_DEEP;
}

static enum decap_result
take_ipv4(struct layers *l)
{
	struct cursor *c = &l->c;
	uint8_t first = cursor_u8(c);
	size_t header = (size_t)(first & 0x0f) * 4;
	const uint8_t *addresses;
	uint16_t total, id, fragment;
	uint8_t protocol;

	cursor_u8(c);			/* type of service */
	total = cursor_u16(c);
	id = cursor_u16(c);
	fragment = cursor_u16(c);
	cursor_u8(c);			/* time to live */
	protocol = cursor_u8(c);
	cursor_u16(c);			/* checksum */
	addresses = cursor_take(c, 8);
	if (addresses == NULL || header < 20)
		return DECAP_MALFORMED;
	l->p->source = address_v4(addresses);
	l->p->destination = address_v4(addresses + 4);
	cursor_take(c, header - 20);	/* options */
	/* A length of 0 is a packet that the sender's card has yet to cut. */
	if (c->failed || (total != 0 && total < header))
		return DECAP_MALFORMED;
	if (total != 0)
		limit_to_packet(l, total - header);
	if (fragment & 0x3fff)
		return keep_fragment(l, id, (fragment & 0x1fffu) * 8,
		    fragment & 0x2000, protocol);
	return layers_payload(l, protocol);
}

static enum decap_result
take_ipv6(struct layers *l)
{
	struct cursor *c = &l->c;
	const uint8_t *addresses;
	uint16_t payload;
	uint8_t next;

	cursor_u32(c);			/* version, class, flow */
	payload = cursor_u16(c);
	next = cursor_u8(c);
	cursor_u8(c);			/* hop limit */
	addresses = cursor_take(c, 32);
	if (addresses == NULL)
		return DECAP_MALFORMED;
	l->p->source = address_v6(addresses);
	l->p->destination = address_v6(addresses + 16);
	if (payload != 0)
		limit_to_packet(l, payload);
	return layers_payload(l, next);
}

enum decap_result
layers_ip(struct layers *l)
{
	layers_begin(l, DECAP_LAYER_IP);
	if (cursor_left(&l->c) == 0)
		return DECAP_MALFORMED;
	switch (*l->c.at >> 4) {
	case 4:
		return take_ipv4(l);
	case 6:
		return take_ipv6(l);
	default:
		return DECAP_MALFORMED;
	}
}
