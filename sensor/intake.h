#ifndef INTAKE_H
#define INTAKE_H

/*
 * intake - from DNS messages to the pipeline, or to the printing of -a: once
 * each, a cheap look first, and ldns for what may matter.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/dns_device.h"
#include "core/query.h"
#include "decap.h"

struct counters;
struct prefixes;
struct pipeline;

/* Take one question to print; ${q} is borrowed until it returns. */
typedef void intake_print(void *ctx, const struct query *q);

struct intake_options {
	struct pipeline *pipeline;	/* borrowed; NULL: print all */
	intake_print *print;
	void *print_ctx;
	int64_t duplicate_window;	/* microseconds; 0: none is one */
	size_t devices;			/* kinds that may name the device */
	enum dns_device device[DNS_DEVICES];
	const struct prefixes *forwarders;	/* whose word counts on that;
						   borrowed; NULL: anyone's */
};

struct intake;

/**
 * intake_new(o):
 * Return a new one, or NULL if memory is short.
 */
struct intake *intake_new(const struct intake_options *o);

/**
 * intake_take(in, p, transport, message, length):
 * Take the message of ${length} octets that came with ${p}; all is borrowed
 * until it returns.
 */
void intake_take(struct intake *in, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length);

/**
 * intake_count(in, c), intake_free(in):
 * Add to ${c} all that it has counted; free ${in}, NULL is fine.
 */
void intake_count(const struct intake *in, struct counters *c);
void intake_free(struct intake *in);

#endif /* !INTAKE_H */
