#ifndef CAPTURE_H
#define CAPTURE_H

/*
 * capture - frames from an interface or a capture file.  libpcap stays
 * behind this file; it opens interfaces and compiles filters.  Files are read
 * by capture_file.h.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/byte_stream.h"
#include "decap.h"

#define CAPTURE_ERROR_SIZE 512
#define CAPTURE_LINK_NAME_SIZE 64

struct capture;
struct capture_filter;

/* Take one frame, borrowed until it returns: ${length} octets captured at
 * ${time}, microseconds UTC, that start as ${link} says. */
typedef void capture_frame(void *ctx, int64_t time, enum link_type link,
    const uint8_t *frame, size_t length);

struct capture_counters {
	uint64_t received;	/* by the kernel's filter, or in the file */
	uint64_t kernel_drops;	/* the ring was full */
	uint64_t interface_drops;	/* the card or its driver dropped */
	uint64_t unread;	/* in the file, of link types we do not read */
};

/* How to open an interface; borrowed while it is being opened. */
struct capture_options {
	const char *filter;	/* a pcap-filter(7) expression, "": none;
				   NULL: the default, see filter.h */
	const uint16_t *ports;	/* of DNS, for the default */
	size_t port_count;
	int ring_mib;		/* the kernel's ring */
	bool shared;		/* nothing comes before capture_share */
};

/**
 * capture_link_name(number, buf):
 * Write what libpcap calls that link type, and its number, "USER0 (147)";
 * return ${buf}.
 */
const char *capture_link_name(uint32_t number,
    char buf[CAPTURE_LINK_NAME_SIZE]);

/**
 * capture_open_file(path, filter, reterr):
 * Open a capture file, or standard input for "-".  ${path} and ${filter}
 * (NULL: none) are borrowed until it is closed.  Nothing of it is read yet,
 * so that capture_run may still find that it is no capture file.  Return NULL
 * and one sentence in ${reterr} if it cannot be opened.
 */
struct capture *capture_open_file(const char *path,
    const struct capture_filter *filter, char reterr[CAPTURE_ERROR_SIZE]);

/**
 * capture_open_live(interface, o, reterr):
 * Sniff on ${interface}, promiscuous, through a filter in the kernel.  Needs
 * CAP_NET_RAW until it returns; after that no right, and nothing that the
 * sandbox would not allow.
 */
struct capture *capture_open_live(const char *interface,
    const struct capture_options *o, char reterr[CAPTURE_ERROR_SIZE]);

/**
 * capture_share(all, count, o, reterr):
 * Let the ${count} captures at ${all}, opened on one interface with the same
 * ${o}, share its frames: by client, as fanout.h says, number i of them what
 * is worker i's.  Needs no right.  -1 and one sentence in ${reterr} if the
 * kernel refuses.
 */
int capture_share(struct capture *const *all, size_t count,
    const struct capture_options *o, char reterr[CAPTURE_ERROR_SIZE]);

/* How a capture_run ended. */
enum capture_status { CAPTURE_MORE, CAPTURE_QUIET, CAPTURE_END, CAPTURE_FAILED };

/**
 * capture_run(c, timeout_ms, fn, ctx):
 * Give some frames to ${fn}: up to a few thousand of a file, what has come of
 * a pipe, what the ring holds of an interface, waiting for the first at most
 * ${timeout_ms}; possibly none, and none before capture_begun.
 * CAPTURE_QUIET: nothing came; CAPTURE_END: the file is at its end;
 * CAPTURE_FAILED: capture_error says why.
 */
enum capture_status capture_run(struct capture *c, int timeout_ms,
    capture_frame *fn, void *ctx);

/**
 * capture_live(c), capture_begun(c):
 * Is it an interface?
 * Is it known to be something that can be read?  An interface always is; of a
 * file, capture_run has to see the header first.
 */
bool capture_live(const struct capture *c);
bool capture_begun(const struct capture *c);

/**
 * capture_error(c), capture_counters(c, ret):
 * The reason of the last failure; what was counted, 0 where it does not
 * apply.
 */
const char *capture_error(struct capture *c);
void capture_counters(struct capture *c, struct capture_counters *ret);

/**
 * capture_name(c), capture_position(c):
 * The file's path, or "standard input", borrowed, and how far it has been
 * read; NULL and 0 for an interface.
 */
const char *capture_name(const struct capture *c);
struct byte_stream_position capture_position(const struct capture *c);

/**
 * capture_close(c):
 * Close and free; NULL is fine.
 */
void capture_close(struct capture *c);

#endif /* !CAPTURE_H */
