#ifndef DECAP_H
#define DECAP_H

/*
 * decap - from a frame to the UDP or TCP payload in it, layer by layer: tags,
 * labels, tunnels, extension headers, all by default and to a bounded depth.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/address.h"

/* What the first octets of a frame are. */
enum link_type {
	LINK_ETHERNET,		/* Ethernet II or 802.3 */
	LINK_RAW,		/* an IP packet, nothing before it */
	LINK_NULL,		/* BSD loopback: an address family */
	LINK_SLL,		/* Linux cooked, version 1 */
	LINK_SLL2,		/* Linux cooked, version 2 */
	LINK_ENC,		/* OpenBSD's encapsulated IP */
	LINK_PPP,		/* PPP, with or without HDLC framing */
	LINK_PPP_WITH_DIR,	/* the same after an octet of direction */
	LINK_PPPOE,		/* PPPoE, its Ethernet header taken off */
	LINK_CHDLC,		/* Cisco HDLC */
	LINK_FDDI,		/* FDDI */
	LINK_ARCNET,		/* ARCnet as Linux shows it */
	LINK_WLAN,		/* 802.11 */
	LINK_RADIOTAP,		/* 802.11 after a radiotap header */
	LINK_PRISM,		/* 802.11 after a Prism or AVS header */
	LINK_PPI,		/* a PPI header, then the link type it names */
	LINK_NFLOG,		/* netfilter log */
	LINK_PKTAP		/* Apple's header, then the type it names */
};

/* What became of a frame. */
enum decap_result {
	DECAP_UDP, DECAP_TCP,	/* the packet is filled */
	DECAP_FRAGMENT,		/* so is its fragment, see fragments.h */
	DECAP_NOT_IP,		/* ARP, spanning tree, ... */
	DECAP_NOT_TRANSPORT,	/* ICMP, ESP, ... */
	DECAP_MALFORMED,	/* a header is cut or contradicts itself */
	DECAP_TOO_DEEP,		/* more headers than anybody needs */
	DECAP_RESULTS
};

/* The kinds of headers, to say which one was malformed. */
enum decap_layer {
	DECAP_LAYER_LINK,	/* Ethernet, 802.2, and what else libpcap has */
	DECAP_LAYER_TAG,	/* 802.1Q, MPLS, PPPoE, PPP */
	DECAP_LAYER_IP,		/* and extension headers */
	DECAP_LAYER_TRANSPORT,	/* UDP, TCP */
	DECAP_LAYER_TUNNEL,	/* GRE, VXLAN, ... */
	DECAP_LAYERS
};

/* Where a fragment belongs (RFC 791, 3.2; RFC 8200, 4.5). */
struct fragment {
	uint32_t id;
	uint32_t offset;	/* of the payload, in octets */
	uint8_t protocol;	/* what the whole payload is */
	bool more;		/* there are later ones */
};

/* A UDP datagram or TCP segment.  The payload is borrowed from the frame. */
struct packet {
	int64_t time;		/* of the frame, microseconds UTC */
	enum decap_layer layer;	/* the last one that was begun */
	struct address source, destination;	/* the innermost */
	uint16_t source_port, destination_port;
	uint16_t vlan;		/* outermost 802.1Q id, 0: none */
	const char *tunnel;	/* outermost tunnel, NULL: none; a constant */
	const uint8_t *payload;
	size_t length;		/* octets of it that were captured */
	size_t wire_length;	/* octets of it that were sent */
	uint32_t sequence;	/* TCP: of the first octet of the payload */
	bool syn, fin, rst;	/* TCP */
	struct fragment fragment;	/* DECAP_FRAGMENT only */
};

/**
 * decap(frame, length, link, time, ret):
 * Take the headers off the ${length} octets at ${frame}, seen at ${time}.  Fill ${ret} if the
 * result is DECAP_UDP, DECAP_TCP or DECAP_FRAGMENT; else only its layer is
 * defined.  No allocation; a fixed number of headers at most.
 */
enum decap_result decap(const uint8_t *frame, size_t length,
    enum link_type link, int64_t time, struct packet *ret);

/**
 * decap_whole(payload, length, p):
 * Go on after reassembly: ${payload} is the whole payload of the IP packet
 * whose last fragment is ${p}, which is then filled as by decap.
 */
enum decap_result decap_whole(const uint8_t *payload, size_t length,
    struct packet *p);

#endif /* !DECAP_H */
