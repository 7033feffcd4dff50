#include "layers.h"

/* UDP ports of tunnels (IANA service names, and what is in use). */
enum {
	PORT_DNS = 53, PORT_GTP_U = 2152, PORT_TEREDO = 3544, PORT_GRE_UDP = 4754,
	PORT_VXLAN = 4789, PORT_VXLAN_GPE = 4790, PORT_GENEVE = 6081,
	PORT_VXLAN_LINUX = 8472
};

/* A label stack (RFC 3032): the last label says nothing of what follows, so
 * the first four bits have to. */
enum decap_result
layers_mpls(struct layers *l)
{
	uint32_t label;

	layers_begin(l, DECAP_LAYER_TAG);
	do {
		if (!layers_deeper(l))
			return DECAP_TOO_DEEP;
		label = cursor_u32(&l->c);
		if (l->c.failed)
			return DECAP_MALFORMED;
	} while ((label & 0x100) == 0);
	if (cursor_left(&l->c) == 0)
		return DECAP_MALFORMED;
	switch (*l->c.at >> 4) {
	case 4:
	case 6:
		return layers_ip(l);
	case 0:				/* control word (RFC 4385), Ethernet */
		cursor_u32(&l->c);
		return layers_ethernet(l);
	default:
		return layers_ethernet(l);
	}
}

/* A PPPoE session (RFC 2516, 4). */
enum decap_result
layers_pppoe(struct layers *l)
{
	uint8_t version = cursor_u8(&l->c);
	uint8_t code = cursor_u8(&l->c);
	uint16_t length;

	layers_begin(l, DECAP_LAYER_TAG);
	cursor_u16(&l->c);		/* session */
	length = cursor_u16(&l->c);
	if (l->c.failed || version != 0x11)
		return DECAP_MALFORMED;
	if (code != 0)
		return DECAP_NOT_IP;
	cursor_limit(&l->c, length);
	return layers_ppp(l);
}

/* ERSPAN (draft-foschiano-erspan): type I has no header, II has 8 octets,
 * III 12, and 8 more where its last bit says so. */
static enum decap_result
take_erspan(struct layers *l, uint16_t type, bool has_sequence)
{
	const uint8_t *header;

	if (type == TYPE_ERSPAN && has_sequence) {
		cursor_take(&l->c, 8);
	} else if (type == TYPE_ERSPAN3) {
		header = cursor_take(&l->c, 12);
		if (header != NULL && (header[11] & 1))
			cursor_take(&l->c, 8);
	}
	return layers_ethernet(l);
}

/* RFC 2784, 2890; version 1 is PPTP's (RFC 2637). */
enum decap_result
layers_gre(struct layers *l)
{
	uint16_t flags = cursor_u16(&l->c);
	uint16_t type = cursor_u16(&l->c);

	layers_begin(l, DECAP_LAYER_TUNNEL);
	if (l->c.failed || (flags & 7) > 1)
		return DECAP_MALFORMED;
	if (flags & 0xc000)
		cursor_u32(&l->c);	/* checksum, offset */
	if (flags & 0x2000)
		cursor_u32(&l->c);	/* key */
	if (flags & 0x1000)
		cursor_u32(&l->c);	/* sequence number */
	if ((flags & 7) == 1 && (flags & 0x0080))
		cursor_u32(&l->c);	/* acknowledgement */
	if (flags & 0x4000)		/* source routes: gone since RFC 2784 */
		return DECAP_NOT_IP;
	if (l->c.failed)
		return DECAP_MALFORMED;
	if (type == TYPE_ERSPAN || type == TYPE_ERSPAN3) {
		layers_in(l, "erspan");
		return take_erspan(l, type, flags & 0x1000);
	}
	layers_in(l, "gre");
	if (type == TYPE_PPP)
		return layers_ppp(l);
	return layers_type(l, type);
}

/* RFC 7348, 5. */
static enum decap_result
take_vxlan(struct layers *l, uint16_t port)
{
	uint8_t flags = cursor_u8(&l->c);
	uint8_t next;

	cursor_u16(&l->c);
	next = cursor_u8(&l->c);
	cursor_u32(&l->c);		/* network identifier */
	if (l->c.failed || (flags & 0x08) == 0)
		return DECAP_MALFORMED;
	/* Generic protocol extension (draft-ietf-nvo3-vxlan-gpe): IP, with no
	 * Ethernet before it.  It has a port and a flag of its own. */
	if ((port == PORT_VXLAN_GPE || (flags & 0x04)) &&
	    (next == 1 || next == 2))
		return layers_ip(l);
	return layers_ethernet(l);
}

/* RFC 8926, 3.4. */
static enum decap_result
take_geneve(struct layers *l)
{
	uint8_t first = cursor_u8(&l->c);
	uint16_t type;

	cursor_u8(&l->c);
	type = cursor_u16(&l->c);
	cursor_u32(&l->c);		/* network identifier */
	cursor_take(&l->c, (first & 0x3fu) * 4);
	if (l->c.failed || first >> 6 != 0)
		return DECAP_MALFORMED;
	return layers_type(l, type);
}

/* 3GPP TS 29.281, 5: a user packet, after optional extension headers. */
static enum decap_result
take_gtp(struct layers *l)
{
	uint8_t flags = cursor_u8(&l->c);
	uint8_t message = cursor_u8(&l->c);
	uint8_t next = 0;

	cursor_take(&l->c, 6);		/* length, tunnel */
	if (l->c.failed || flags >> 5 != 1 || (flags & 0x10) == 0)
		return DECAP_MALFORMED;
	if (message != 255)
		return DECAP_NOT_TRANSPORT;
	if (flags & 0x07) {
		cursor_take(&l->c, 3);
		next = cursor_u8(&l->c);
		if ((flags & 0x04) == 0)
			next = 0;
	}
	while (next != 0) {
		size_t units = cursor_u8(&l->c);

		if (!layers_deeper(l) || units == 0)
			return DECAP_MALFORMED;
		cursor_take(&l->c, units * 4 - 2);
		next = cursor_u8(&l->c);
	}
	return l->c.failed ? DECAP_MALFORMED : layers_ip(l);
}

/* RFC 4380, 5.1.1: authentication and origin may stand before the packet. */
static enum decap_result
take_teredo(struct layers *l)
{
	while (cursor_left(&l->c) >= 2 && l->c.at[0] == 0) {
		uint8_t kind, id, value;

		cursor_u8(&l->c);
		kind = cursor_u8(&l->c);
		if (!layers_deeper(l) || kind > 1)
			return DECAP_MALFORMED;
		if (kind == 0) {
			cursor_take(&l->c, 6);
		} else {
			id = cursor_u8(&l->c);
			value = cursor_u8(&l->c);
			cursor_take(&l->c, (size_t)id + value + 9);
		}
	}
	if (cursor_left(&l->c) < 40 || *l->c.at >> 4 != 6)
		return DECAP_MALFORMED;
	return layers_ip(l);
}

static bool
is_tunnel(uint16_t port)
{
	return port == PORT_VXLAN || port == PORT_GENEVE ||
	    port == PORT_GTP_U || port == PORT_VXLAN_LINUX ||
	    port == PORT_VXLAN_GPE || port == PORT_GRE_UDP ||
	    port == PORT_TEREDO;
}

/* What the tunnel at ${port} carries; DECAP_UDP if it is no tunnel's. */
static enum decap_result
take_tunnel(struct layers *l, uint16_t port)
{
	switch (port) {
	case PORT_VXLAN:
	case PORT_VXLAN_LINUX:
	case PORT_VXLAN_GPE:
		layers_in(l, "vxlan");
		return take_vxlan(l, port);
	case PORT_GENEVE:
		layers_in(l, "geneve");
		return take_geneve(l);
	case PORT_GTP_U:
		layers_in(l, "gtp");
		return take_gtp(l);
	case PORT_GRE_UDP:
		return layers_gre(l);
	case PORT_TEREDO:
		layers_in(l, "teredo");
		return take_teredo(l);
	default:
		return DECAP_UDP;
	}
}

/*
 * Ports only hint at a tunnel: somebody's DNS query may come from port 4789.
 * What does not turn out to carry a datagram, a segment or a fragment is the
 * datagram that it was.
 */
enum decap_result
layers_udp_tunnel(struct layers *l)
{
	uint16_t source = l->p->source_port, to = l->p->destination_port;
	struct packet outer;
	enum decap_result result;

	if (source == PORT_DNS || to == PORT_DNS ||
	    (!is_tunnel(to) && !is_tunnel(source)))
		return DECAP_UDP;
	outer = *l->p;
	result = layers_deeper(l) ?
	    take_tunnel(l, is_tunnel(to) ? to : source) : DECAP_TOO_DEEP;
	if (result == DECAP_UDP || result == DECAP_TCP ||
	    result == DECAP_FRAGMENT || result == DECAP_TOO_DEEP)
		return result;
	*l->p = outer;
	return DECAP_UDP;
}
