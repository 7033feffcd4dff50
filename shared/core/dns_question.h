#ifndef DNS_QUESTION_H
#define DNS_QUESTION_H

/*
 * dns_question - a first, cheap look at a DNS message, to let go of what
 * cannot match.  It never decides that something is a hit: what it does not
 * let go of is decoded by dns_message (ldns), and fuzzing holds the two
 * against each other.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/dns_name.h"

enum dns_question {
	DNS_QUESTION_CUT,	/* not even a header */
	DNS_QUESTION_NOT_QUERY,	/* another opcode: NOTIFY, UPDATE ... */
	DNS_QUESTION_NONE,	/* no question: most of a zone transfer */
	DNS_QUESTION_PLAIN,	/* one uncompressed question */
	DNS_QUESTION_ODD	/* several, or only ldns can judge */
};

#define DNS_QUESTION_FIXED 4	/* octets of type and class after the name */

/**
 * dns_question_look(wire, length, ret):
 * Look at the message of ${length} octets at ${wire}, query or response.  Fill
 * ${ret} with the name asked for if it is DNS_QUESTION_PLAIN; else ${ret} is
 * undefined.
 */
enum dns_question dns_question_look(const uint8_t *wire, size_t length,
    struct dns_name *ret);

/**
 * dns_question_response(wire, length):
 * Is the message a response?
 */
static inline bool
dns_question_response(const uint8_t *wire, size_t length)
{
	return length > 2 && (wire[2] & 0x80) != 0;
}

#endif /* !DNS_QUESTION_H */
