#ifndef DNSTAP_MESSAGE_H
#define DNSTAP_MESSAGE_H

/*
 * dnstap_message - what a nameserver tells of one DNS message, out of the
 * protocol buffer that it comes in.
 *
 * Fields may come in any order, those that are not known are stepped over,
 * and of one that comes twice the last counts, as the encoding has it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/address.h"
#include "core/query.h"

/* Whose exchange it is, with which server in which role; of each a query and
 * a response. */
enum dnstap_kind {
	DNSTAP_AUTH,		/* a client's, with an authoritative server */
	DNSTAP_RESOLVER,	/* a resolver's own, with one of these */
	DNSTAP_CLIENT,		/* a client's, with a resolver */
	DNSTAP_FORWARDER,	/* a forwarder's, with a resolver */
	DNSTAP_STUB,		/* a stub resolver's, with a resolver */
	DNSTAP_TOOL,		/* a program's */
	DNSTAP_UPDATE,		/* a dynamic update */
	DNSTAP_KINDS
};

/* Plain data; the octets are borrowed from the buffer. */
struct dnstap_message {
	enum dnstap_kind kind;
	bool response;
	struct address client, server;	/* family 0: not told */
	uint16_t client_port, server_port;	/* 0: not told */
	enum query_transport transport;
	int64_t time;		/* of that message, microseconds UTC */
	bool has_time;
	const uint8_t *wire;	/* the message; NULL: not told */
	size_t length;
};

/**
 * dnstap_message_decode(payload, length, ret):
 * Read the payload of a frame.  Return 0, or -1 if it is no dnstap message:
 * then ${ret} is undefined.
 */
int dnstap_message_decode(const uint8_t *payload, size_t length,
    struct dnstap_message *ret);

/**
 * dnstap_message_kind_text(kind), dnstap_message_kind_find(name):
 * The word for a kind, "client"; and back, -1 if there is none.
 */
const char *dnstap_message_kind_text(enum dnstap_kind kind);
int dnstap_message_kind_find(const char *name);

#endif /* !DNSTAP_MESSAGE_H */
