#ifndef DNS_TOKEN_H
#define DNS_TOKEN_H

/*
 * dns_token - types, classes and response codes as words, both ways, by
 * ldns's tables and what BIND's logs add to them.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/query.h"

#define DNS_TOKEN_SIZE QUERY_TOKEN_SIZE

/**
 * dns_type_text(type, buf), dns_class_text(class, buf):
 * Write the mnemonic that ldns knows, or TYPEn and CLASSn (RFC 3597), with a
 * NUL; return its length.
 */
size_t dns_type_text(uint16_t type, char buf[DNS_TOKEN_SIZE]);
size_t dns_class_text(uint16_t rrclass, char buf[DNS_TOKEN_SIZE]);

/**
 * dns_type_parse(text, length), dns_class_parse(text, length):
 * Return the number of a mnemonic as ldns or a nameserver prints it (CHAOS,
 * RESERVED0, TYPE65, RRTYPE7, type=65), or -1 if there is none (BADTYPE).
 */
int32_t dns_type_parse(const char *text, size_t length);
int32_t dns_class_parse(const char *text, size_t length);

/**
 * dns_rcode_text(rcode, buf), dns_rcode_parse(text, length):
 * The same for response codes; unknown ones print as RCODEn, and a number
 * alone is one, too.
 */
size_t dns_rcode_text(uint8_t rcode, char buf[DNS_TOKEN_SIZE]);
int dns_rcode_parse(const char *text, size_t length);

#endif /* !DNS_TOKEN_H */
