#ifndef CAPTURE_FILTER_H
#define CAPTURE_FILTER_H

/*
 * capture_filter - which frames come through: for an interface in the kernel,
 * for a file by libpcap's own interpreter.
 */

#include "capture.h"

struct link_type_entry;
struct pcap;			/* libpcap's pcap_t */

/**
 * capture_filter_new(expression, reterr):
 * Return a filter for the frames of files, compiled for every link type that
 * we read: names in it are looked up here, which the sandbox would not allow
 * later.  NULL and one sentence in ${reterr} if it makes sense with none.
 */
struct capture_filter *capture_filter_new(const char *expression,
    char reterr[CAPTURE_ERROR_SIZE]);

/**
 * capture_filter_pass(filter, type, frame, length, wire_length):
 * Does this frame fit?  1, 0, or -1 if the filter makes no sense with its
 * link type.
 */
int capture_filter_pass(const struct capture_filter *filter,
    const struct link_type_entry *type, const uint8_t *frame, size_t length,
    size_t wire_length);

/**
 * capture_filter_free(filter):
 * Free ${filter}; NULL is fine.
 */
void capture_filter_free(struct capture_filter *filter);

/**
 * capture_filter_set(pcap, link, o, reterr):
 * Give the interface ${pcap}, whose frames start with ${link}, the filter that
 * ${o} says.  -1 and one sentence in ${reterr} if that cannot be.
 */
int capture_filter_set(struct pcap *pcap, enum link_type link,
    const struct capture_options *o, char reterr[CAPTURE_ERROR_SIZE]);

/**
 * capture_filter_shut(pcap, reterr):
 * Let nothing through, until capture_filter_set.
 */
int capture_filter_shut(struct pcap *pcap, char reterr[CAPTURE_ERROR_SIZE]);

#endif /* !CAPTURE_FILTER_H */
