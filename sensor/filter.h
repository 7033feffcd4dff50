#ifndef FILTER_H
#define FILTER_H

/*
 * filter - the kernel's filter for live capture: everything from which decap
 * may get DNS, and little else.
 *
 * It is classic BPF, written out rather than compiled from pcap-filter(7),
 * whose "vlan", "mpls" and "pppoes" shift the offsets of all that follows and
 * exist for some link types only.  Where a decision would take more than a
 * few instructions (what is in a tunnel, behind an extension header, in a
 * fragment) the frame is let through: the decoder looks closer.
 */

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

#include "decap.h"

#define FILTER_PORTS_MAX 64	/* beside those of tunnels */
#define FILTER_MAX 1024		/* instructions */

/* A program for the kernel, or for libpcap, whose struct bpf_insn is the
 * same. */
struct filter {
	size_t length;
	struct sock_filter code[FILTER_MAX];
};

/**
 * filter_build(link, ports, count, ret):
 * Fill ${ret} with the filter for frames that start with ${link}, where DNS
 * is spoken on the ${count} (FILTER_PORTS_MAX at most) ports of UDP and TCP
 * at ${ports}.  For the rarer link types it lets everything through.  Frames
 * may be tagged, or have lost their outermost tag, as those have that Linux
 * hands to packet sockets.
 */
void filter_build(enum link_type link, const uint16_t *ports, size_t count,
    struct filter *ret);

#endif /* !FILTER_H */
