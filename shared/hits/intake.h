#ifndef INTAKE_H
#define INTAKE_H

/*
 * intake - from DNS messages to the pipeline, or to the printing of -a: a
 * cheap look first, and ldns for what may matter.  For feeds that show whole
 * messages: packets, dnstap.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/address.h"
#include "core/dns_device.h"
#include "core/query.h"

struct counters;
struct prefixes;
struct pipeline;

/* Take one question to print; ${q} is borrowed until it returns. */
typedef void intake_print(void *ctx, const struct query *q);

struct intake_options {
	struct pipeline *pipeline;	/* borrowed; NULL: print all */
	intake_print *print;
	void *print_ctx;
	size_t devices;			/* kinds that may name the device */
	enum dns_device device[DNS_DEVICES];
	const struct prefixes *forwarders;	/* whose word counts on that;
						   borrowed; NULL: anyone's */
};

/* A message, and how it came; all is borrowed. */
struct intake_message {
	int64_t time;		/* event time, microseconds UTC */
	struct address source, destination;
	uint16_t source_port, destination_port;
	uint16_t vlan;		/* outermost 802.1Q id; 0: none */
	const char *tunnel;	/* outermost tunnel, a constant; NULL: none */
	enum query_transport transport;
	bool duplicate;		/* printed with -a, else let go of */
	const uint8_t *wire;
	size_t length;
};

struct intake;

/**
 * intake_new(o):
 * Return a new one, or NULL if memory is short.
 */
struct intake *intake_new(const struct intake_options *o);

/**
 * intake_take(in, m):
 * Take the message ${m}.
 */
void intake_take(struct intake *in, const struct intake_message *m);

/**
 * intake_count(in, c), intake_free(in):
 * Add to ${c} all that it has counted; free ${in}, NULL is fine.
 */
void intake_count(const struct intake *in, struct counters *c);
void intake_free(struct intake *in);

#endif /* !INTAKE_H */
