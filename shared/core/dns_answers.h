#ifndef DNS_ANSWERS_H
#define DNS_ANSWERS_H

/*
 * dns_answers - the first, cheap look at what a response answers, as
 * dns_question has one at what is asked: the names and addresses that a list
 * may hold.  It never decides that something is a hit: what it finds, or can't
 * read, is decoded by dns_message (ldns), and fuzzing holds the two against
 * each other.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/address.h"
#include "core/dns_name.h"

/* What an answer leads to: another name (CNAME) or an address (A, AAAA). */
struct dns_answer {
	bool is_name;
	struct dns_name name;		/* if is_name */
	struct address address;		/* else */
};

/* Where the reading stands.  Plain data; the message is borrowed. */
struct dns_answers {
	const uint8_t *wire;
	size_t length;
	size_t at;		/* of the next record */
	unsigned left;		/* records */
};

enum dns_answers_status {
	DNS_ANSWERS_END,	/* no more */
	DNS_ANSWERS_ONE,	/* one was read */
	DNS_ANSWERS_ODD		/* from here on, only ldns can judge */
};

/**
 * dns_answers_begin(wire, length, question):
 * Begin to read the answer section of the message of ${length} octets, whose
 * header and single question, ${question} octets of it, are whole.
 */
struct dns_answers dns_answers_begin(const uint8_t *wire, size_t length,
    size_t question);

/**
 * dns_answers_next(a, ret):
 * Go on to the next CNAME, A or AAAA record, stepping over all others, and
 * fill ${ret}.  O(octets stepped over).
 */
enum dns_answers_status dns_answers_next(struct dns_answers *a,
    struct dns_answer *ret);

/**
 * dns_answers_record_end(wire, length, at):
 * Return where the record that begins at ${at} ends, by its own word
 * (RDLENGTH); 0 if it is cut.
 */
size_t dns_answers_record_end(const uint8_t *wire, size_t length, size_t at);

#endif /* !DNS_ANSWERS_H */
