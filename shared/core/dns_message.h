#ifndef DNS_MESSAGE_H
#define DNS_MESSAGE_H

/*
 * dns_message - DNS messages as ldns decodes them; ldns is the authority.
 *
 * ldns allocates for what it parses; all of it is freed before these
 * functions return.  Nothing else in Querywatch includes ldns for messages.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/query.h"

#define DNS_MESSAGE_HEADER 12		/* octets, RFC 1035, 4.1.1 */
#define DNS_TOKEN_SIZE QUERY_TOKEN_SIZE

/* Take one question of a message; ${q} is borrowed until it returns. */
typedef void dns_message_question(void *ctx, const struct query *q);

/**
 * dns_message_decode(wire, length, frame, fn, ctx):
 * Decode the header and every question of the message of ${length} octets
 * at ${wire}.  For each question call ${fn} with ${ctx} and a copy of
 * ${frame} (its client the sender, its server the receiver) completed by
 * id, QR, flags, rcode and the question; in a response client and server
 * change places, so that the client is always the side that asked.  A
 * message without a question, or whose first one is broken, gives one call
 * with has_question false.  Return the questions decoded, or -1 if there is
 * no whole header or a question could not be read; what was read before has
 * then been given to ${fn}.
 */
int dns_message_decode(const uint8_t *wire, size_t length,
    const struct query *frame, dns_message_question *fn, void *ctx);

/**
 * dns_message_opcode(wire, length):
 * Return the opcode of the message, 0 (QUERY) to 15, or -1 if it is cut.
 */
int dns_message_opcode(const uint8_t *wire, size_t length);

/**
 * dns_type_text(type, buf), dns_class_text(class, buf):
 * Write the mnemonic that ldns knows, or TYPEn and CLASSn (RFC 3597), with a
 * NUL; return its length.
 */
size_t dns_type_text(uint16_t type, char buf[DNS_TOKEN_SIZE]);
size_t dns_class_text(uint16_t rrclass, char buf[DNS_TOKEN_SIZE]);

/**
 * dns_type_parse(text, length), dns_class_parse(text, length):
 * Return the number of a mnemonic as ldns or any BIND version prints it
 * (CHAOS, RESERVED0, TYPE65, RRTYPE7), or -1 if there is none (BADTYPE).
 */
int32_t dns_type_parse(const char *text, size_t length);
int32_t dns_class_parse(const char *text, size_t length);

/**
 * dns_rcode_text(rcode, buf), dns_rcode_parse(text, length):
 * The same for response codes; unknown ones print as RCODEn.
 */
size_t dns_rcode_text(uint8_t rcode, char buf[DNS_TOKEN_SIZE]);
int dns_rcode_parse(const char *text, size_t length);

#endif /* !DNS_MESSAGE_H */
