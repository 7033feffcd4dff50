#ifndef QUERY_H
#define QUERY_H

/*
 * query - one question that a client asked (or, in a response, was
 * answered), as both front ends see it.  Plain data, fixed size, nothing to
 * free.  What a feed does not show is absent, never invented.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/address.h"
#include "core/dns_name.h"

#define QUERY_TOKEN_SIZE 24	/* a type or class as a log printed it */
#define QUERY_DEVICE_SIZE 64	/* what a forwarder calls the device, a NUL */
#define QUERY_ANSWERS_SIZE 512	/* the texts of a response's answers */

enum query_via { QUERY_VIA_CAPTURE, QUERY_VIA_LOG };

enum query_transport {
	QUERY_TRANSPORT_UNKNOWN, QUERY_TRANSPORT_UDP,
	/* Streams: */
	QUERY_TRANSPORT_TCP, QUERY_TRANSPORT_DOT, QUERY_TRANSPORT_DOH,
	QUERY_TRANSPORT_DOQ
};

/* Header and EDNS flags, named as BIND's query log names them. */
enum query_flag {
	QUERY_FLAGS_KNOWN = 1 << 0,	/* the feed shows flags at all */
	QUERY_FLAG_RD = 1 << 1,		/* + (and - when clear) */
	QUERY_FLAG_SIGNED = 1 << 2,	/* S: TSIG or SIG(0) */
	QUERY_FLAG_EDNS = 1 << 3,	/* E */
	QUERY_FLAG_TCP = 1 << 4,	/* T: a stream transport */
	QUERY_FLAG_DO = 1 << 5,		/* D: DNSSEC OK */
	QUERY_FLAG_CD = 1 << 6,		/* C: checking disabled */
	QUERY_FLAG_COOKIE_VALID = 1 << 7,	/* V: a valid server cookie */
	QUERY_FLAG_COOKIE = 1 << 8	/* K: any other cookie option */
};

/* The answer section of a response, as far as there is room. */
struct query_answers {
	uint16_t count;		/* texts, "A 192.0.2.7" each with its NUL */
	uint16_t used;		/* octets of them */
	uint16_t more;		/* announced, but with no room, or broken */
	char text[QUERY_ANSWERS_SIZE];	/* printable ASCII */
};

struct query {
	int64_t time;		/* event time, microseconds UTC since 1970 */
	uint64_t line;		/* of a log: the octets of its file up to the
				   end of the line; 0: not known */
	struct address client;	/* the side that asked; family 0: unknown */
	struct address server;	/* the side that was asked */
	uint16_t client_port;	/* 0: unknown */
	uint16_t server_port;	/* 0: unknown */
	uint16_t vlan;		/* outermost 802.1Q id; 0: none */
	const char *tunnel;	/* outermost tunnel, a constant; NULL: none */
	uint16_t id;		/* message id, if has_id */
	bool has_id;
	bool response;		/* QR: a response's question */
	bool has_question;	/* false: a message with none */
	bool duplicate;		/* the message was seen a moment before */
	bool has_rcode;
	uint8_t rcode;		/* RFC 1035, 4.1.1; if has_rcode */
	enum query_transport transport;
	unsigned flags;		/* of enum query_flag */
	int32_t qtype;		/* RR type, -1: known by its token only */
	int32_t qclass;		/* RR class, -1: likewise, or absent */
	char qtype_token[QUERY_TOKEN_SIZE];	/* as the log printed it, */
	char qclass_token[QUERY_TOKEN_SIZE];	/* empty: not from a log */
	struct dns_name qname;
	char device[QUERY_DEVICE_SIZE];	/* empty: not known */
	struct query_answers answers;	/* of a response, else none */
};

#endif /* !QUERY_H */
