#ifndef LAYERS_H
#define LAYERS_H

/*
 * layers - what the files of decap ask of each other: each function takes one
 * kind of header off the cursor and hands on what follows.
 *
 *	link_headers.c	what libpcap gives beside Ethernet
 *	layers_link.c	Ethernet, 802.2, PPP, and what an EtherType announces
 *	layers_ip.c	IPv4, IPv6 and its extension headers, UDP, TCP
 *	layers_tunnel.c	what carries another packet: GRE, ERSPAN, VXLAN, ...
 */

#include "core/cursor.h"
#include "decap.h"

#define LAYERS_MAX 32		/* headers taken off one frame */

/* EtherTypes (IEEE, IANA ieee-802-numbers). */
enum {
	TYPE_IPV4 = 0x0800, TYPE_8021Q = 0x8100, TYPE_8021AD = 0x88a8,
	TYPE_9100 = 0x9100, TYPE_IPV6 = 0x86dd, TYPE_MPLS = 0x8847,
	TYPE_MPLS_UPSTREAM = 0x8848, TYPE_PPPOE = 0x8864, TYPE_TEB = 0x6558,
	TYPE_ERSPAN = 0x88be, TYPE_ERSPAN3 = 0x22eb, TYPE_PPP = 0x880b
};

/* What is being taken apart. */
struct layers {
	struct cursor c;	/* at the next header */
	size_t beyond;		/* octets after ${c} sent but not captured */
	int left;		/* headers that may still come */
	struct packet *p;	/* what is found */
};

/* One more header: false once there have been too many. */
static inline bool
layers_deeper(struct layers *l)
{
	return l->left-- > 0;
}

/* A header of that kind begins. */
static inline void
layers_begin(struct layers *l, enum decap_layer layer)
{
	l->p->layer = layer;
}

/* Say that the packet came in a tunnel; the outermost one counts. */
static inline void
layers_in(struct layers *l, const char *tunnel)
{
	if (l->p->tunnel == NULL)
		l->p->tunnel = tunnel;
}

/**
 * layers_ethernet(l), layers_type(l, type), layers_llc(l), layers_ppp(l):
 * An Ethernet frame; what an EtherType announces; an 802.2 header; what PPP
 * carries.
 */
enum decap_result layers_ethernet(struct layers *l);
enum decap_result layers_type(struct layers *l, uint16_t type);
enum decap_result layers_llc(struct layers *l);
enum decap_result layers_ppp(struct layers *l);

/**
 * layers_ip(l), layers_payload(l, protocol):
 * An IP packet of either version; the payload of one, of which the addresses
 * are known: what ${protocol} announces, extension headers first.
 */
enum decap_result layers_ip(struct layers *l);
enum decap_result layers_payload(struct layers *l, uint8_t protocol);

/**
 * layers_mpls(l), layers_pppoe(l), layers_gre(l):
 * A label stack; a PPPoE session; a GRE packet.
 */
enum decap_result layers_mpls(struct layers *l);
enum decap_result layers_pppoe(struct layers *l);
enum decap_result layers_gre(struct layers *l);

/**
 * layers_udp_tunnel(l):
 * The payload of the datagram in ${l->p}, if one of its ports is a tunnel's:
 * VXLAN, GENEVE, GTP-U, Teredo, GRE in UDP.  DECAP_UDP and the packet
 * unchanged if it is none.
 */
enum decap_result layers_udp_tunnel(struct layers *l);

#endif /* !LAYERS_H */
