#ifndef DNS_DEVICE_H
#define DNS_DEVICE_H

/*
 * dns_device - which device asked, where a forwarder stands before it and
 * says so in an EDNS option.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/query.h"

/* What may say it. */
enum dns_device {
	DNS_DEVICE_MAC,		/* option 65001: hardware address (dnsmasq) */
	DNS_DEVICE_ID,		/* 65073: a device's name (Nominum, dnsmasq) */
	DNS_DEVICE_CPE,		/* 65074: a customer's router (likewise) */
	DNS_DEVICE_SUBNET,	/* 8: client subnet, RFC 7871 */
	DNS_DEVICES
};

/**
 * dns_device_parse(text):
 * Return what ${text} names: mac, id, cpe, subnet; or -1.
 */
int dns_device_parse(const char *text);

/**
 * dns_device_find(wire, length, wanted, count, buf):
 * Look among the EDNS options of the message for the first of the ${count}
 * kinds at ${wanted} that it has, and write what it says with a NUL:
 *
 *	mac	02:00:5e:10:00:01
 *	id, cpe	printable ASCII as it is, anything else as \\DDD
 *	subnet	192.0.2.7 where the prefix is the whole address, else
 *		192.0.2.0/24; nothing for /0, which says "do not tell"
 *
 * What has no room is cut.  Return the text's length, 0 for none.
 */
size_t dns_device_find(const uint8_t *wire, size_t length,
    const enum dns_device *wanted, size_t count, char buf[QUERY_DEVICE_SIZE]);

#endif /* !DNS_DEVICE_H */
