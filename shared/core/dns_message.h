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

#include "core/dns_answers.h"
#include "core/query.h"

#define DNS_MESSAGE_HEADER 12		/* octets, RFC 1035, 4.1.1 */

/* Take one question of a message; ${q} is borrowed until it returns. */
typedef void dns_message_question(void *ctx, const struct query *q);

/**
 * dns_message_decode(wire, length, frame, fn, ctx):
 * Decode the header and every question of the message of ${length} octets
 * at ${wire}.  For each question call ${fn} with ${ctx} and a copy of
 * ${frame} (its client the sender, its server the receiver) completed by
 * id, QR, flags, rcode and the question; in a response client and server
 * change places, so that the client is always the side that asked, and the
 * last question has the answers, up to the first that is broken.  A message
 * without a question, or whose first one is broken, gives one call with
 * has_question false.  Return the questions decoded, or -1 if there is
 * no whole header or a question could not be read; what was read before has
 * then been given to ${fn}.
 */
int dns_message_decode(const uint8_t *wire, size_t length,
    const struct query *frame, dns_message_question *fn, void *ctx);

/* Take one answer that a list may hold; borrowed until it returns. */
typedef void dns_message_answer(void *ctx, const struct dns_answer *a);

/**
 * dns_message_answers(wire, length, fn, ctx):
 * Decode the answers of the message, up to the first that is broken, and give
 * each CNAME, A and AAAA record to ${fn} with ${ctx}.
 */
void dns_message_answers(const uint8_t *wire, size_t length,
    dns_message_answer *fn, void *ctx);

/* Take one EDNS option of ${length} octets, borrowed until it returns. */
typedef void dns_message_option(void *ctx, uint16_t code, const uint8_t *data,
    size_t length);

/**
 * dns_message_options(wire, length, fn, ctx):
 * Decode the message and give each EDNS option in it to ${fn} with ${ctx}.
 */
void dns_message_options(const uint8_t *wire, size_t length,
    dns_message_option *fn, void *ctx);

/**
 * dns_message_opcode(wire, length):
 * Return the opcode of the message, 0 (QUERY) to 15, or -1 if it is cut.
 */
int dns_message_opcode(const uint8_t *wire, size_t length);

#endif /* !DNS_MESSAGE_H */
