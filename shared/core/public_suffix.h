#ifndef PUBLIC_SUFFIX_H
#define PUBLIC_SUFFIX_H

/*
 * public_suffix - where in a name is what somebody has registered?  By the
 * public suffix list (publicsuffix.org), private suffixes included: of
 * www.bad.co.uk it is bad.co.uk, of a.b.in-addr.arpa b.in-addr.arpa, of a
 * name below a top-level domain that the list does not know its last two
 * labels.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "core/dns_name.h"

struct public_suffix;

/**
 * public_suffix_open():
 * Return the list that is installed, or the one built into libpsl if there is
 * none or it is older; NULL if there is neither.  Opens files.
 */
struct public_suffix *public_suffix_open(void);

/**
 * public_suffix_read(file):
 * Return the list in ${file}, as it is published, from its start; NULL if it
 * is none or memory is short.
 */
struct public_suffix *public_suffix_read(FILE *file);

/**
 * public_suffix_registered(p, name):
 * Return how many octets at the end of ${name} in wire form, the root's
 * included, are its registered domain; 0 if it has none, being a public
 * suffix itself, or the root.  Allocates nothing; about a microsecond.
 */
size_t public_suffix_registered(const struct public_suffix *p,
    const struct dns_name *name);

/**
 * public_suffix_is(p, name):
 * Is ${name} itself a public suffix, the root or a single label?  Allocates
 * nothing.  About 10 ns for a name that is none, where the list is installed
 * as it is published (package publicsuffix); else a quarter of a microsecond.
 */
bool public_suffix_is(const struct public_suffix *p,
    const struct dns_name *name);

/**
 * public_suffix_close(p):
 * Free ${p}; NULL is fine.
 */
void public_suffix_close(struct public_suffix *p);

#endif /* !PUBLIC_SUFFIX_H */
