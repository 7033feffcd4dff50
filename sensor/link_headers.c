#include "link_headers.h"

#include "link_types.h"

/* A little-endian number: what 802.11 and friends use. */
static uint16_t
little_u16(struct cursor *c)
{
	return __builtin_bswap16(cursor_u16(c));
}

static uint32_t
little_u32(struct cursor *c)
{
	return __builtin_bswap32(cursor_u32(c));
}

/* BSD loopback: an address family in the byte order of whoever wrote it (so
 * either); IPv6 is 10, 24, 28 or 30 there. */
static enum decap_result
take_null(struct layers *l)
{
	uint32_t family = cursor_u32(&l->c);

	if (family > 0xffff)
		family = __builtin_bswap32(family);
	if (family != 2 && family != 10 && family != 24 && family != 28 &&
	    family != 30)
		return l->c.failed ? DECAP_MALFORMED : DECAP_NOT_IP;
	return layers_ip(l);
}

/* Linux cooked: an EtherType, or one of Linux's own small numbers. */
static enum decap_result
take_sll_type(struct layers *l, uint16_t type)
{
	if (l->c.failed)
		return DECAP_MALFORMED;
	if (type == 4)			/* 802.2 follows */
		return layers_llc(l);
	return type >= 0x0600 ? layers_type(l, type) : DECAP_NOT_IP;
}

static enum decap_result
take_sll(struct layers *l)
{
	uint16_t type;

	cursor_take(&l->c, 14);
	type = cursor_u16(&l->c);
	return take_sll_type(l, type);
}

static enum decap_result
take_sll2(struct layers *l)
{
	uint16_t type = cursor_u16(&l->c);

	cursor_take(&l->c, 18);
	return take_sll_type(l, type);
}

/* An EtherType after ${before} octets that do not matter. */
static enum decap_result
take_typed(struct layers *l, size_t before)
{
	uint16_t type;

	cursor_take(&l->c, before);
	type = cursor_u16(&l->c);
	return l->c.failed ? DECAP_MALFORMED : layers_type(l, type);
}

static enum decap_result
take_fddi(struct layers *l)
{
	uint8_t control = cursor_u8(&l->c);

	cursor_take(&l->c, 12);
	if (l->c.failed)
		return DECAP_MALFORMED;
	/* Only LLC frames; their priority bits do not matter. */
	return (control & 0xf0) == 0x50 ? layers_llc(l) : DECAP_NOT_IP;
}

/* ARCnet as Linux shows it: addresses, offset, protocol id; RFC 1201 has
 * three more octets before the packet, RFC 1051 has none. */
static enum decap_result
take_arcnet(struct layers *l)
{
	uint8_t protocol, split;

	cursor_take(&l->c, 4);		/* source, destination, offset */
	protocol = cursor_u8(&l->c);
	if (l->c.failed)
		return DECAP_MALFORMED;
	if (protocol == 240)		/* IP, RFC 1051 */
		return layers_ip(l);
	if (protocol != 212 && protocol != 196)	/* IP, IPv6: RFC 1201 */
		return DECAP_NOT_IP;
	split = cursor_u8(&l->c);
	cursor_u16(&l->c);		/* sequence number */
	if (split != 0)			/* in pieces: nobody does that */
		return DECAP_NOT_IP;
	return layers_ip(l);
}

/* A data frame of 802.11, not encrypted (IEEE 802.11-2020, 9.2). */
static enum decap_result
take_wlan(struct layers *l)
{
	uint16_t control = little_u16(&l->c);
	unsigned type = control >> 2 & 3, subtype = control >> 4 & 15;

	if (l->c.failed)
		return DECAP_MALFORMED;
	if (type != 2 || (subtype & 4) != 0 || (control & 0x4000) != 0)
		return DECAP_NOT_IP;
	cursor_take(&l->c, 22);		/* duration, addresses, sequence */
	if ((control & 0x0300) == 0x0300)
		cursor_take(&l->c, 6);	/* fourth address */
	if (subtype & 8) {
		uint16_t qos = little_u16(&l->c);

		if (qos & 0x0080)	/* several frames in one */
			return DECAP_NOT_IP;
		if (control & 0x8000)
			cursor_take(&l->c, 4);	/* HT control */
	}
	return l->c.failed ? DECAP_MALFORMED : layers_llc(l);
}

/* Skip a header that says its own length, ${at} octets from its start. */
static bool
skip_sized(struct layers *l, size_t at, bool wide)
{
	struct cursor peek = l->c;
	uint32_t length;

	cursor_take(&peek, at);
	length = wide ? little_u32(&peek) : little_u16(&peek);
	return !peek.failed && cursor_take(&l->c, length) != NULL;
}

static enum decap_result
take_radiotap(struct layers *l)
{
	return skip_sized(l, 2, false) ? take_wlan(l) : DECAP_MALFORMED;
}

/* Prism says its length at 4 in the host's order; AVS starts with a version
 * and a length in network order. */
static enum decap_result
take_prism(struct layers *l)
{
	struct cursor peek = l->c;
	uint32_t first = cursor_u32(&peek);
	uint32_t second = cursor_u32(&peek);

	if ((first & 0xfffff000) == 0x80211000) {	/* AVS */
		if (cursor_take(&l->c, second) == NULL)
			return DECAP_MALFORMED;
		return take_wlan(l);
	}
	if (second > 0xffff)
		second = __builtin_bswap32(second);
	if (peek.failed || cursor_take(&l->c, second) == NULL)
		return DECAP_MALFORMED;
	return take_wlan(l);
}

static enum decap_result
take_ppi(struct layers *l)
{
	struct cursor peek = l->c;
	const struct link_type_entry *type;

	cursor_take(&peek, 4);
	type = link_types_find(little_u32(&peek));
	if (peek.failed || !skip_sized(l, 2, false))
		return DECAP_MALFORMED;
	return type == NULL || !layers_deeper(l) ? DECAP_NOT_IP :
	    link_headers(l, type->link);
}

static enum decap_result
take_pktap(struct layers *l)
{
	struct cursor peek = l->c;
	const struct link_type_entry *type;

	cursor_take(&peek, 8);		/* length, record type */
	type = link_types_find(little_u32(&peek));
	if (peek.failed || !skip_sized(l, 0, true))
		return DECAP_MALFORMED;
	return type == NULL || !layers_deeper(l) ? DECAP_NOT_IP :
	    link_headers(l, type->link);
}

/* Attributes of type and length in the host's order; 9 is the packet. */
static enum decap_result
take_nflog(struct layers *l)
{
	cursor_take(&l->c, 4);		/* family, version, resource */
	while (cursor_left(&l->c) >= 4) {
		uint16_t length = cursor_u16(&l->c);
		uint16_t type = cursor_u16(&l->c);

		/* The type is below 256: it tells the byte order. */
		if (type > 0xff) {
			length = __builtin_bswap16(length);
			type = __builtin_bswap16(type);
		}
		if (length < 4)
			return DECAP_MALFORMED;
		if ((type & 0x7fff) == 9) {
			cursor_limit(&l->c, length - 4u);
			return layers_ip(l);
		}
		cursor_take(&l->c, (length - 4u + 3) / 4 * 4);
	}
	return l->c.failed ? DECAP_MALFORMED : DECAP_NOT_IP;
}

/* Cisco HDLC: address, control, EtherType. */
static enum decap_result
take_chdlc(struct layers *l)
{
	return take_typed(l, 2);
}

enum decap_result
link_headers(struct layers *l, enum link_type link)
{
	switch (link) {
	case LINK_ETHERNET:
		return layers_ethernet(l);
	case LINK_RAW:
		return layers_ip(l);
	case LINK_NULL:
		return take_null(l);
	case LINK_SLL:
		return take_sll(l);
	case LINK_SLL2:
		return take_sll2(l);
	case LINK_ENC:
		cursor_take(&l->c, 12);	/* address family, SPI, flags */
		return layers_ip(l);
	case LINK_PPP_WITH_DIR:
		cursor_u8(&l->c);
		return layers_ppp(l);
	case LINK_PPP:
		return layers_ppp(l);
	case LINK_PPPOE:
		return layers_pppoe(l);
	case LINK_CHDLC:
		return take_chdlc(l);
	case LINK_FDDI:
		return take_fddi(l);
	case LINK_ARCNET:
		return take_arcnet(l);
	case LINK_WLAN:
		return take_wlan(l);
	case LINK_RADIOTAP:
		return take_radiotap(l);
	case LINK_PRISM:
		return take_prism(l);
	case LINK_PPI:
		return take_ppi(l);
	case LINK_NFLOG:
		return take_nflog(l);
	case LINK_PKTAP:
		return take_pktap(l);
	}
	return DECAP_MALFORMED;
}
