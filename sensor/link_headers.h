#ifndef LINK_HEADERS_H
#define LINK_HEADERS_H

/*
 * link_headers - the link types beside Ethernet that libpcap may give and
 * that can carry IP (www.tcpdump.org/linktypes.html has their layouts).
 */

#include "layers.h"

/**
 * link_headers(l, link):
 * Take the headers of ${link} off and go on with what they carry.
 */
enum decap_result link_headers(struct layers *l, enum link_type link);

#endif /* !LINK_HEADERS_H */
