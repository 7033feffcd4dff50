#include "capture.h"

#include <fcntl.h>
#include <limits.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture_file.h"
#include "capture_filter.h"
#include "core/timestamp.h"
#include "fanout.h"
#include "link_types.h"

#define SNAPLEN 65535		/* the largest IP packet, nearly */
#define DROPS 2			/* counters of a card */
#define READ_TIMEOUT_MS 100	/* how long the kernel may gather frames */

struct capture {
	struct capture_file *file;	/* else it is an interface: */
	pcap_t *pcap;
	enum link_type link;
	int drops[DROPS];	/* files of an interface's counters; or -1 */
	uint64_t dropped_before;	/* their sum when we came */
	capture_frame *fn;	/* of the running capture_run */
	void *ctx;
	struct pcap_stat last;	/* of the kernel's counters, */
	uint64_t received, kernel_drops;	/* and what they have come to */
};

const char *
capture_link_name(uint32_t number, char buf[CAPTURE_LINK_NAME_SIZE])
{
	const char *name = number > INT_MAX ? NULL :
	    pcap_datalink_val_to_name((int)number);

	snprintf(buf, CAPTURE_LINK_NAME_SIZE, "%s (%lu)", name != NULL ? name :
	    "unknown", (unsigned long)number);
	return buf;
}

/* --- opening --------------------------------------------------------------- */

struct capture *
capture_open_file(const char *path, const struct capture_filter *filter,
    char reterr[CAPTURE_ERROR_SIZE])
{
	struct capture *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "out of memory");
		return NULL;
	}
	if ((c->file = capture_file_open(path, filter, reterr)) == NULL) {
		free(c);
		return NULL;
	}
	return c;
}

/* Take over ${pcap}, once its link type is known to be ours and the filter is
 * in place. */
static struct capture *
capture_of(pcap_t *pcap, const char *interface,
    const struct capture_options *o, char reterr[CAPTURE_ERROR_SIZE])
{
	uint32_t dlt = (uint32_t)pcap_datalink(pcap);
	const struct link_type_entry *type = link_types_find(dlt);
	char name[CAPTURE_LINK_NAME_SIZE];
	struct capture *c;

	if (type == NULL) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "%s: link type %s "
		    "is not supported", interface, capture_link_name(dlt, name));
		return NULL;
	}
	if ((o->shared ? capture_filter_shut(pcap, reterr) :
	    capture_filter_set(pcap, type->link, o, reterr)) != 0)
		return NULL;
	if ((c = calloc(1, sizeof(*c))) == NULL) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "out of memory");
		return NULL;
	}
	c->pcap = pcap;
	c->link = type->link;
	for (size_t i = 0; i < DROPS; i++)
		c->drops[i] = -1;
	return c;
}

/* Set everything that has to be set before the activation. */
static int
prepare(pcap_t *pcap, int ring_mib)
{
	return pcap_set_snaplen(pcap, SNAPLEN) != 0 ||
	    pcap_set_promisc(pcap, 1) != 0 ||
	    pcap_set_timeout(pcap, READ_TIMEOUT_MS) != 0 ||
	    pcap_set_buffer_size(pcap, ring_mib * 1024 * 1024) != 0 ? -1 : 0;
}

/* Why could ${interface} not be opened? */
static void
explain_activation(pcap_t *pcap, int status, const char *interface,
    char reterr[CAPTURE_ERROR_SIZE])
{
	if (status == PCAP_ERROR_PERM_DENIED)
		snprintf(reterr, CAPTURE_ERROR_SIZE, "%s: no right to sniff: "
		    "run as root, or give the program CAP_NET_RAW",
		    interface);
	else if (status == PCAP_ERROR_NO_SUCH_DEVICE)
		snprintf(reterr, CAPTURE_ERROR_SIZE, "%s: there is no such "
		    "interface (see 'ip link')", interface);
	else
		snprintf(reterr, CAPTURE_ERROR_SIZE, "%s: %s", interface,
		    pcap_geterr(pcap)[0] != '\0' ? pcap_geterr(pcap) :
		    pcap_statustostr(status));
}

/* The sum of the card's counters; 0 for what has none. */
static uint64_t
read_drops(const struct capture *c)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < DROPS; i++) {
		char text[32];
		ssize_t length = c->drops[i] < 0 ? -1 :
		    pread(c->drops[i], text, sizeof(text) - 1, 0);

		if (length > 0) {
			text[length] = '\0';
			sum += strtoull(text, NULL, 10);
		}
	}
	return sum;
}

/*
 * What the card has dropped, by its driver's account.  libpcap would open
 * these files anew each time, which the sandbox forbids.
 */
static void
open_drops(struct capture *c, const char *interface)
{
	static const char *const names[DROPS] = {
		"rx_missed_errors", "rx_fifo_errors"
	};
	char path[256];

	for (size_t i = 0; i < DROPS; i++) {
		snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/%s",
		    interface, names[i]);
		c->drops[i] = open(path, O_RDONLY | O_CLOEXEC);
	}
	c->dropped_before = read_drops(c);
}

struct capture *
capture_open_live(const char *interface, const struct capture_options *o,
    char reterr[CAPTURE_ERROR_SIZE])
{
	char error[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = pcap_create(interface, error);
	struct capture *c;
	int status;

	if (pcap == NULL) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "%s: %s", interface,
		    error);
		return NULL;
	}
	if (prepare(pcap, o->ring_mib) != 0) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "%s: cannot be prepared",
		    interface);
		goto err;
	}
	if ((status = pcap_activate(pcap)) < 0) {
		explain_activation(pcap, status, interface, reterr);
		goto err;
	}
	if (pcap_setnonblock(pcap, 1, error) != 0) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "%s: %s", interface,
		    error);
		goto err;
	}
	if ((c = capture_of(pcap, interface, o, reterr)) == NULL)
		goto err;
	open_drops(c, interface);
	return c;
err:
	pcap_close(pcap);
	return NULL;
}

int
capture_share(struct capture *const *all, size_t count,
    const struct capture_options *o, char reterr[CAPTURE_ERROR_SIZE])
{
	char error[FANOUT_ERROR_SIZE];
	struct filter program;
	int group = FANOUT_NEW;

	fanout_program(o->ports, o->port_count, &program);
	for (size_t i = 0; i < count; i++) {
		if (fanout_join(pcap_fileno(all[i]->pcap), &program, &group,
		    error) != 0) {
			snprintf(reterr, CAPTURE_ERROR_SIZE, "%s", error);
			return -1;
		}
	}
	for (size_t i = 0; i < count; i++) {
		if (capture_filter_set(all[i]->pcap, all[i]->link, o, reterr) != 0)
			return -1;
	}
	return 0;
}

/* --- running --------------------------------------------------------------- */

static void
take_frame(u_char *user, const struct pcap_pkthdr *header,
    const u_char *frame)
{
	const struct capture *c = (const void *)user;

	c->fn(c->ctx, (int64_t)header->ts.tv_sec * TIMESTAMP_SECOND +
	    header->ts.tv_usec, c->link, frame, header->caplen);
}

enum capture_status
capture_run(struct capture *c, int timeout_ms, capture_frame *fn, void *ctx)
{
	struct pollfd ready = { .events = POLLIN };
	int frames;

	if (c->file != NULL)
		return capture_file_run(c->file, timeout_ms, fn, ctx);
	c->fn = fn;
	c->ctx = ctx;
	frames = pcap_dispatch(c->pcap, -1, take_frame, (void *)c);
	if (frames > 0)
		return CAPTURE_MORE;
	if (frames < 0)
		return CAPTURE_FAILED;
	ready.fd = pcap_get_selectable_fd(c->pcap);
	return poll(&ready, 1, timeout_ms) > 0 ? CAPTURE_MORE : CAPTURE_QUIET;
}

bool
capture_live(const struct capture *c)
{
	return c->file == NULL;
}

bool
capture_begun(const struct capture *c)
{
	return c->file == NULL || capture_file_begun(c->file);
}

const char *
capture_error(struct capture *c)
{
	return c->file != NULL ? capture_file_error(c->file) :
	    pcap_geterr(c->pcap);
}

/* libpcap's counters have 32 bits, which a busy interface counts through. */
static void
ask_kernel(struct capture *c)
{
	struct pcap_stat now;

	if (pcap_stats(c->pcap, &now) != 0)
		return;
	c->received += now.ps_recv - c->last.ps_recv;
	c->kernel_drops += now.ps_drop - c->last.ps_drop;
	c->last = now;
}

void
capture_counters(struct capture *c, struct capture_counters *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (c->file != NULL) {
		capture_file_counters(c->file, ret);
		return;
	}
	ask_kernel(c);
	ret->received = c->received;
	ret->kernel_drops = c->kernel_drops;
	ret->interface_drops = read_drops(c) - c->dropped_before;
}

const char *
capture_name(const struct capture *c)
{
	return c->file != NULL ? capture_file_name(c->file) : NULL;
}

struct byte_stream_position
capture_position(const struct capture *c)
{
	return c->file != NULL ? capture_file_position(c->file) :
	    (struct byte_stream_position){ 0, 0 };
}

void
capture_close(struct capture *c)
{
	if (c == NULL)
		return;
	capture_file_close(c->file);
	if (c->pcap != NULL) {
		pcap_close(c->pcap);
		for (size_t i = 0; i < DROPS; i++) {
			if (c->drops[i] >= 0)
				close(c->drops[i]);
		}
	}
	free(c);
}
