#ifndef NAME_H
#define NAME_H

/*
 * name - can this be a name as BIND prints it?  And names put together from
 * what other programs print.
 */

#include "core/dns_name.h"
#include "text.h"

/**
 * name_is_plain(t):
 * Does ${t} hold bytes 0x21 to 0x7E only, and neither a bitstring label
 * (\[x...], BIND 8 to 9.2) nor the <unknown> of a name that BIND could not
 * print?  Empty is not plain.
 */
bool name_is_plain(struct text t);

/**
 * name_add(buf, length, octet):
 * Add ${octet} of a label to the ${length} octets of presentation form in
 * ${buf}, escaped if it has to be.  Return false if there is no room.
 */
bool name_add(char buf[DNS_NAME_TEXT_SIZE], size_t *length, uint8_t octet);

/**
 * name_add_dot(buf, length):
 * Add the dot between two labels; the rest as name_add.
 */
bool name_add_dot(char buf[DNS_NAME_TEXT_SIZE], size_t *length);

#endif /* !NAME_H */
