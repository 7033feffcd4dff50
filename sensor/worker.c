#include "worker.h"

#include <stdlib.h>

#include "core/config.h"
#include "core/counters.h"
#include "core/dns_question.h"
#include "frontend/frontend.h"
#include "hits/intake.h"
#include "hits/pipeline.h"
#include "fanout.h"
#include "handover.h"
#include "packet_intake.h"
#include "sensor.h"

#define QUIET_MS 100		/* how long to wait for a frame */
#define MAILBOX (8 << 20)	/* octets of messages that may wait for us */

struct worker {
	struct worker_options o;
	struct worker *const *all;	/* that share the clients */
	struct packet_intake *intake;
	struct sensor *sensor;
	struct handover *mailbox;	/* NULL: nobody shares */
	uint64_t handed_over;		/* messages given to others */
	uint64_t mailbox_drops;		/* and that they had no room for */
	uint64_t unread;		/* frames of captures that are closed */
};

/* --- set-up ---------------------------------------------------------------- */

static void
print_query(void *ctx, const struct query *q)
{
	frontend_print(ctx, q);
}

static struct packet_intake *
new_intake(const struct worker_options *o)
{
	const struct config *config = frontend_config(o->frontend);
	struct intake_options options = {
		.pipeline = frontend_pipeline(o->frontend, o->number),
		.print = print_query,
		.print_ctx = o->frontend,
		.devices = config_count(config, "device"),
		.forwarders = o->forwarders,
	};

	for (size_t i = 0; i < options.devices; i++)	/* checked by config */
		options.device[i] = (enum dns_device)dns_device_parse(
		    config_item(config, "device", i));
	return packet_intake_new(&options,
	    config_number(config, "duplicates") * INT64_C(1000));
}

static void
take_message(void *ctx, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length);

struct worker *
worker_new(const struct worker_options *o)
{
	struct worker *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->o = *o;
	w->intake = new_intake(o);
	w->sensor = sensor_new(frontend_config(o->frontend), take_message, w);
	if (o->sharing > 1)
		w->mailbox = handover_new(MAILBOX);
	if (w->intake == NULL || w->sensor == NULL ||
	    (o->sharing > 1 && w->mailbox == NULL)) {
		worker_free(w);
		return NULL;
	}
	return w;
}

void
worker_meet(struct worker *w, struct worker *const *all)
{
	w->all = all;
}

/* --- messages -------------------------------------------------------------- */

/* The worker that the asking side of the message belongs to. */
static unsigned
owner_of(const struct worker *w, const struct packet *p,
    const uint8_t *message, size_t length)
{
	return fanout_worker(dns_question_response(message, length) ?
	    &p->destination : &p->source, w->o.sharing);
}

static void
take_message(void *ctx, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length)
{
	struct worker *w = ctx;
	unsigned owner = w->o.sharing > 1 ?
	    owner_of(w, p, message, length) : w->o.number;

	if (owner == w->o.number)
		packet_intake_take(w->intake, p, transport, message, length);
	else if (handover_put(w->all[owner]->mailbox, p, transport, message,
	    length))
		w->handed_over++;
	else
		w->mailbox_drops++;
}

static void
take_handed_over(void *ctx, const struct packet *p,
    enum query_transport transport, const uint8_t *message, size_t length)
{
	struct worker *w = ctx;

	packet_intake_take(w->intake, p, transport, message, length);
}

/* --- running --------------------------------------------------------------- */

/* What ${c}, which may be NULL, has counted.  The card's drops are the same
 * for all that share it. */
static void
count_capture(const struct worker *w, struct capture *c, struct counters *ret)
{
	struct capture_counters now;

	counters_add(ret, "frames", "unread_link", w->unread);
	if (c == NULL)
		return;
	capture_counters(c, &now);
	if (!capture_live(c)) {
		counters_add(ret, "frames", "unread_link", now.unread);
		return;
	}
	counters_always(ret, "kernel", "received", now.received);
	counters_always(ret, "kernel", "ring_drops", now.kernel_drops);
	counters_always(ret, "kernel", "interface_drops",
	    w->o.number == 0 ? now.interface_drops : 0);
}

static void
publish(struct worker *w, struct capture *c)
{
	struct counters counters = { .count = 0 };

	sensor_count(w->sensor, &counters);
	packet_intake_count(w->intake, &counters);
	counters_add(&counters, "workers", "handed_over", w->handed_over);
	counters_add(&counters, "workers", "mailbox_drops",
	    w->mailbox_drops);
	count_capture(w, c, &counters);
	frontend_publish(w->o.frontend, w->o.number, &counters,
	    c != NULL && capture_live(c) ? sensor_time(w->sensor) : 0);
}

/* Event time has come so far, with the last frame or by INT64_MAX. */
static void
let_time_go_on(struct worker *w)
{
	struct pipeline *pipeline = frontend_pipeline(w->o.frontend,
	    w->o.number);
	int64_t time = sensor_time(w->sensor);

	sensor_tick(w->sensor, time);
	if (pipeline != NULL && time != 0)
		pipeline_advance(pipeline, time);
}

enum capture_status
worker_step(struct worker *w, struct capture *c)
{
	enum capture_status status = capture_run(c, QUIET_MS, sensor_frame,
	    w->sensor);

	if (w->mailbox != NULL)
		handover_take(w->mailbox, take_handed_over, w);
	let_time_go_on(w);
	frontend_tick(w->o.frontend, w->o.number);
	if (frontend_due(w->o.frontend, w->o.number))
		publish(w, c);
	return status;
}

void
worker_leave(struct worker *w, struct capture *c)
{
	struct capture_counters last;

	capture_counters(c, &last);
	w->unread += last.unread;
}

void
worker_finish(struct worker *w, struct capture *c)
{
	sensor_tick(w->sensor, INT64_MAX);
	if (w->mailbox != NULL)
		handover_take(w->mailbox, take_handed_over, w);
	publish(w, c);
}

void
worker_free(struct worker *w)
{
	if (w == NULL)
		return;
	packet_intake_free(w->intake);
	sensor_free(w->sensor);
	handover_free(w->mailbox);
	free(w);
}
