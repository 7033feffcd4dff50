#ifndef FILTERING_H
#define FILTERING_H

/*
 * filtering - what a filter of filter.h lets through, beside what the decoder
 * finds, for tests.  libpcap has the interpreter for filters.
 */

#include <pcap/pcap.h>
#include <stdbool.h>

#include "filter.h"

#define FILTERING_LINKS (LINK_PKTAP + 1)

static const uint16_t filtering_port = 53;
static struct filter filtering_filters[FILTERING_LINKS];

/**
 * filtering_build():
 * Build the filters of all link types, before anything else here.
 */
static inline void
filtering_build(void)
{
	for (int link = 0; link < FILTERING_LINKS; link++)
		filter_build((enum link_type)link, &filtering_port, 1,
		    &filtering_filters[link]);
}

/**
 * filtering_passes(f, frame, length):
 * Does ${f} let the frame through?
 */
static inline bool
filtering_passes(const struct filter *f, const uint8_t *frame, size_t length)
{
	/* libpcap's struct is the kernel's. */
	_Static_assert(sizeof(struct bpf_insn) == sizeof(struct sock_filter),
	    "one layout");
	return bpf_filter((const struct bpf_insn *)(const void *)f->code,
	    frame, (unsigned)length, (unsigned)length) != 0;
}

/**
 * filtering_matters(frame, length, link):
 * Is the frame DNS to the decoder, or may it be a part of it?
 */
static inline bool
filtering_matters(const uint8_t *frame, size_t length, enum link_type link)
{
	struct packet p;

	switch (decap(frame, length, link, 0, &p)) {
	case DECAP_FRAGMENT:
		return true;
	case DECAP_UDP:
	case DECAP_TCP:
		return p.source_port == filtering_port ||
		    p.destination_port == filtering_port;
	default:
		return false;
	}
}

/**
 * filtering_loses(frame, length, link):
 * Does the filter of ${link} reject the frame, which matters?
 */
static inline bool
filtering_loses(const uint8_t *frame, size_t length, enum link_type link)
{
	return filtering_matters(frame, length, link) &&
	    !filtering_passes(&filtering_filters[link], frame, length);
}

#endif /* !FILTERING_H */
