#ifndef CAPTURE_H
#define CAPTURE_H

/*
 * capture - frames from an interface or a capture file.  libpcap stays
 * behind this file.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decap.h"

#define CAPTURE_ERROR_SIZE 512

struct capture;

/* Take one frame, borrowed until it returns: ${length} octets captured at
 * ${time}, microseconds UTC. */
typedef void capture_frame(void *ctx, int64_t time, enum link_type link,
    const uint8_t *frame, size_t length);

struct capture_counters {
	uint64_t received;	/* by the kernel's filter, since the start */
	uint64_t kernel_drops;	/* the ring was full */
	uint64_t interface_drops;	/* the card or its driver dropped */
	uint64_t unread;
};

/* How to open it; borrowed while it is being opened. */
struct capture_options {
	const char *filter;	/* a pcap-filter(7) expression, "": none;
				   NULL: the default, see filter.h */
	const uint16_t *ports;	/* of DNS, for the default */
	size_t port_count;
	int ring_mib;		/* the kernel's ring */
};

/**
 * capture_open_file(path, o, reterr):
 * Open a pcap or pcapng file, or standard input for "-"; by default without
 * a filter.  Return NULL and one sentence in ${reterr} if it is none, or of
 * a link type we do not read.
 */
struct capture *capture_open_file(const char *path,
    const struct capture_options *o, char reterr[CAPTURE_ERROR_SIZE]);

/**
 * capture_open_live(interface, o, reterr):
 * Sniff on ${interface}, promiscuous, through a filter in the kernel.  Needs
 * CAP_NET_RAW until it returns; after that no right, and nothing that the
 * sandbox would not allow.
 */
struct capture *capture_open_live(const char *interface,
    const struct capture_options *o, char reterr[CAPTURE_ERROR_SIZE]);

bool capture_live(const struct capture *c);

/**
 * capture_link(c):
 * What its frames start with.
 */
enum link_type capture_link(const struct capture *c);

/* How a capture_run ended. */
enum capture_status { CAPTURE_MORE, CAPTURE_QUIET, CAPTURE_END, CAPTURE_FAILED };

/**
 * capture_run(c, timeout_ms, fn, ctx):
 * Give some frames to ${fn}: up to a few thousand of a file, one of a pipe,
 * what the ring holds of an interface, waiting for the first at most ${timeout_ms}.
 * CAPTURE_QUIET: nothing came; CAPTURE_END: the file is at its end;
 * CAPTURE_FAILED: capture_error says why.
 */
enum capture_status capture_run(struct capture *c, int timeout_ms,
    capture_frame *fn, void *ctx);

/**
 * capture_error(c), capture_counters(c, ret):
 * The reason of the last failure; the kernel's counters, all 0 for a file.
 */
const char *capture_error(struct capture *c);
void capture_counters(struct capture *c, struct capture_counters *ret);

/**
 * capture_close(c):
 * Close and free; NULL is fine.
 */
void capture_close(struct capture *c);

#endif /* !CAPTURE_H */
