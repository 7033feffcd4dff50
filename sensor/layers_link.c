#include "layers.h"

/* What a VLAN tag, a tunnel or the link announces by its EtherType. */
enum decap_result
layers_type(struct layers *l, uint16_t type)
{
	while (layers_deeper(l)) {
		uint16_t tag;

		switch (type) {
		case TYPE_IPV4:
		case TYPE_IPV6:
			return layers_ip(l);
		case TYPE_8021Q:
		case TYPE_8021AD:
		case TYPE_9100:
			layers_begin(l, DECAP_LAYER_TAG);
			tag = cursor_u16(&l->c);
			type = cursor_u16(&l->c);
			if (l->c.failed)
				return DECAP_MALFORMED;
			if (l->p->vlan == 0)
				l->p->vlan = tag & 0x0fff;
			continue;
		case TYPE_MPLS:
		case TYPE_MPLS_UPSTREAM:
			return layers_mpls(l);
		case TYPE_PPPOE:
			return layers_pppoe(l);
		case TYPE_TEB:
			return layers_ethernet(l);
		default:
			if (type < 0x0600) {	/* a length: IEEE 802.3 */
				cursor_limit(&l->c, type);
				return layers_llc(l);
			}
			return DECAP_NOT_IP;
		}
	}
	return DECAP_TOO_DEEP;
}

enum decap_result
layers_ethernet(struct layers *l)
{
	uint16_t type;

	layers_begin(l, DECAP_LAYER_LINK);
	cursor_take(&l->c, 12);		/* addresses */
	type = cursor_u16(&l->c);
	return l->c.failed ? DECAP_MALFORMED : layers_type(l, type);
}

/* IEEE 802.2: SNAP names an EtherType, and SAP 6 is IP itself. */
enum decap_result
layers_llc(struct layers *l)
{
	uint8_t dsap = cursor_u8(&l->c);
	uint8_t ssap = cursor_u8(&l->c);
	uint32_t oui;
	uint16_t type;

	cursor_u8(&l->c);		/* control */
	if (l->c.failed)
		return DECAP_MALFORMED;
	if (dsap == 0x06 && ssap == 0x06)
		return layers_ip(l);
	if (dsap != 0xaa || ssap != 0xaa)
		return DECAP_NOT_IP;
	oui = (uint32_t)cursor_u8(&l->c) << 16;
	oui |= cursor_u16(&l->c);
	type = cursor_u16(&l->c);
	if (l->c.failed)
		return DECAP_MALFORMED;
	/* RFC 1042 and bridge-tunnel encapsulation. */
	return (oui == 0 || oui == 0x0000f8) && type >= 0x0600 ?
	    layers_type(l, type) : DECAP_NOT_IP;
}

/* PPP: address and control where they are not left out, then a protocol of
 * one or two octets (RFC 1661, 2; RFC 1662, 3.1). */
enum decap_result
layers_ppp(struct layers *l)
{
	unsigned protocol;

	layers_begin(l, DECAP_LAYER_TAG);
	if (cursor_left(&l->c) >= 2 && l->c.at[0] == 0xff &&
	    l->c.at[1] == 0x03)
		cursor_take(&l->c, 2);
	protocol = cursor_u8(&l->c);
	if ((protocol & 1) == 0)
		protocol = protocol << 8 | cursor_u8(&l->c);
	if (l->c.failed)
		return DECAP_MALFORMED;
	switch (protocol) {
	case 0x0021:
	case 0x0057:
		return layers_ip(l);
	case 0x0281:
		return layers_mpls(l);
	default:
		return DECAP_NOT_IP;
	}
}
