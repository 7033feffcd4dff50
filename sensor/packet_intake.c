#include "packet_intake.h"

#include <stdlib.h>

#include "core/counters.h"
#include "hits/intake.h"
#include "duplicates.h"

#define DUPLICATES 16384	/* messages that are remembered */

struct packet_intake {
	struct intake *intake;
	struct duplicates *duplicates;	/* NULL: none is one */
};

struct packet_intake *
packet_intake_new(const struct intake_options *o, int64_t window)
{
	struct packet_intake *in = calloc(1, sizeof(*in));

	if (in == NULL)
		return NULL;
	in->intake = intake_new(o);
	if (window > 0)
		in->duplicates = duplicates_new(DUPLICATES, window);
	if (in->intake == NULL || (window > 0 && in->duplicates == NULL)) {
		packet_intake_free(in);
		return NULL;
	}
	return in;
}

void
packet_intake_take(struct packet_intake *in, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length)
{
	const struct intake_message taken = {
		.time = p->time,
		.source = p->source,
		.destination = p->destination,
		.source_port = p->source_port,
		.destination_port = p->destination_port,
		.vlan = p->vlan,
		.tunnel = p->tunnel,
		.transport = transport,
		.duplicate = in->duplicates != NULL && duplicates_seen(
		    in->duplicates, p, transport, message, length),
		.wire = message,
		.length = length,
	};

	intake_take(in->intake, &taken);
}

void
packet_intake_count(const struct packet_intake *in, struct counters *c)
{
	const struct duplicates_counters *d;

	intake_count(in->intake, c);
	if (in->duplicates == NULL)
		return;
	d = duplicates_counters(in->duplicates);
	counters_add(c, "dns", "duplicates", d->seen);
	counters_add(c, "dns", "duplicates_evicted", d->evicted);
}

void
packet_intake_free(struct packet_intake *in)
{
	if (in == NULL)
		return;
	intake_free(in->intake);
	duplicates_free(in->duplicates);
	free(in);
}
