#ifndef DNS_NAME_H
#define DNS_NAME_H

/*
 * dns_name - a domain name in canonical wire form (RFC 1035, 3.1; RFC 4034,
 * 6.2): length-prefixed labels, ASCII letters in lower case, ending in the
 * empty root label.  One spelling for one name, whatever the case, escapes
 * or final dot it came in.  Plain data, nothing to free.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DNS_NAME_MAX 255	/* octets of wire form, the root's included */
#define DNS_LABEL_MAX 63	/* octets of one label */
#define DNS_NAME_TEXT_SIZE 1024	/* 4 * 255 and a NUL, rounded up */

struct dns_name {
	uint8_t length;			/* octets in use, 1 to 255 */
	uint8_t wire[DNS_NAME_MAX];
};

/**
 * dns_name_from_text(text, length, ret):
 * Read presentation form (RFC 1035, 5.1): labels separated by dots, \DDD and
 * \X escapes, a final dot allowed, "." the root.  Any octet but an unescaped
 * dot or backslash stands for itself.  Return 0, or -1 for an empty label,
 * a label over 63 octets, a name over 255, or a broken escape; ${ret} is
 * then undefined.  O(length).
 */
int dns_name_from_text(const char *text, size_t length, struct dns_name *ret);

/**
 * dns_name_from_wire(bytes, length, ret):
 * Read an uncompressed name at the start of ${bytes}.  Return the octets it
 * takes there, or 0 if it is cut, too long or holds anything but plain
 * labels (a compression pointer, say); ${ret} is then undefined.
 */
size_t dns_name_from_wire(const uint8_t *bytes, size_t length,
    struct dns_name *ret);

/**
 * dns_name_to_text(name, buf):
 * Write presentation form with a NUL, no final dot, "." for the root, and
 * return its length.  Octets outside 0x21-0x7E become \DDD; a dot or
 * backslash inside a label gets a backslash (RFC 4343, 2.1).
 */
size_t dns_name_to_text(const struct dns_name *name,
    char buf[DNS_NAME_TEXT_SIZE]);

/**
 * dns_name_equal(a, b):
 * Are both the same name?
 */
bool dns_name_equal(const struct dns_name *a, const struct dns_name *b);

/**
 * dns_name_ends_in(name, parent):
 * Is ${name} ${parent}, or below it?
 */
bool dns_name_ends_in(const struct dns_name *name,
    const struct dns_name *parent);

#endif /* !DNS_NAME_H */
