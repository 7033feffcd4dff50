#ifndef DECAP_H
#define DECAP_H

/*
 * decap - from a frame to the UDP or TCP payload in it, layer by layer.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/address.h"

/* What the first octets of a frame are. */
enum link_type {
	LINK_ETHERNET,		/* Ethernet II */
	LINK_RAW,		/* an IP packet, nothing before it */
	LINK_NULL,		/* BSD loopback: an address family */
	LINK_SLL,		/* Linux cooked, version 1 */
	LINK_SLL2		/* Linux cooked, version 2 */
};

/* What became of a frame. */
enum decap_result {
	DECAP_UDP, DECAP_TCP,	/* the packet is filled */
	DECAP_NOT_IP,		/* ARP, spanning tree, ... */
	DECAP_NOT_TRANSPORT,	/* ICMP, ESP, ... */
	DECAP_FRAGMENT,		/* part of a fragmented IP packet */
	DECAP_MALFORMED,	/* a header is cut or contradicts itself */
	DECAP_RESULTS
};

/* A UDP datagram or TCP segment.  The payload is borrowed from the frame. */
struct packet {
	struct address source, destination;
	uint16_t source_port, destination_port;
	uint16_t vlan;		/* outermost 802.1Q id, 0: none */
	const uint8_t *payload;
	size_t length;		/* octets of it that were captured */
	size_t wire_length;	/* octets of it that were sent */
	uint32_t sequence;	/* TCP: of the first octet of the payload */
	bool syn, fin, rst;	/* TCP */
};

/**
 * decap(frame, length, link, ret):
 * Take the headers off the ${length} octets at ${frame}.  Fill ${ret} if the
 * result is DECAP_UDP or DECAP_TCP; else it is undefined.  No allocation;
 * at most a fixed number of headers.
 */
enum decap_result decap(const uint8_t *frame, size_t length,
    enum link_type link, struct packet *ret);

#endif /* !DECAP_H */
