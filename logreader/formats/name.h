#ifndef NAME_H
#define NAME_H

/*
 * name - can this be a name as BIND prints it?
 */

#include "text.h"

/**
 * name_is_plain(t):
 * Does ${t} hold bytes 0x21 to 0x7E only, and neither a bitstring label
 * (\[x...], BIND 8 to 9.2) nor the <unknown> of a name that BIND could not
 * print?  Empty is not plain.
 */
bool name_is_plain(struct text t);

#endif /* !NAME_H */
