#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/timestamp.h"
#include "filter.h"

#define SNAPLEN 65535		/* the largest IP packet, nearly */
#define FILE_BATCH 4096		/* frames of a file between two looks at the
				   world */
#define DROPS 2			/* counters of a card */
#define READ_TIMEOUT_MS 100	/* how long the kernel may gather frames */

struct capture {
	pcap_t *pcap;
	bool live;
	int batch;		/* frames of one capture_run of a file */
	enum link_type link;
	int drops[DROPS];	/* files of an interface's counters; or -1 */
	uint64_t dropped_before;	/* their sum when we came */
	capture_frame *fn;	/* of the running capture_run */
	void *ctx;
};

/* What we know of libpcap's link types. */
static const struct {
	int dlt;
	enum link_type link;
} links[] = {
	{ DLT_EN10MB, LINK_ETHERNET }, { DLT_RAW, LINK_RAW },
	{ DLT_IPV4, LINK_RAW }, { DLT_IPV6, LINK_RAW },
	{ DLT_NULL, LINK_NULL }, { DLT_LOOP, LINK_NULL },
	{ DLT_ENC, LINK_ENC }, { DLT_LINUX_SLL, LINK_SLL },
	{ DLT_LINUX_SLL2, LINK_SLL2 }, { DLT_PPP, LINK_PPP },
	{ DLT_PPP_SERIAL, LINK_PPP }, { DLT_PPP_WITH_DIR, LINK_PPP_WITH_DIR },
	{ DLT_PPP_ETHER, LINK_PPPOE }, { DLT_C_HDLC, LINK_CHDLC },
	{ DLT_FDDI, LINK_FDDI }, { DLT_ARCNET_LINUX, LINK_ARCNET },
	{ DLT_IEEE802_11, LINK_WLAN },
	{ DLT_IEEE802_11_RADIO, LINK_RADIOTAP },
	{ DLT_PRISM_HEADER, LINK_PRISM },
	{ DLT_IEEE802_11_RADIO_AVS, LINK_PRISM }, { DLT_PPI, LINK_PPI },
	{ DLT_NFLOG, LINK_NFLOG }, { DLT_PKTAP, LINK_PKTAP },
};

/* The link type that ${dlt} stands for; -1 if it is none of ours. */
static int
link_of(int dlt)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		if (links[i].dlt == dlt)
			return (int)links[i].link;
	}
	return -1;
}

/* A pipe may pause: what it has given should not wait for more. */
static bool
from_disk(pcap_t *pcap)
{
	FILE *file = pcap_file(pcap);
	struct stat st;

	return file != NULL && fstat(fileno(file), &st) == 0 &&
	    S_ISREG(st.st_mode);
}

/* The user's own filter, as it is. */
static int
compile_filter(pcap_t *pcap, const char *expression,
    char reterr[CAPTURE_ERROR_SIZE])
{
	struct bpf_program program;
	int status;

	if (expression[0] == '\0')
		return 0;
	if (pcap_compile(pcap, &program, expression, 1,
	    PCAP_NETMASK_UNKNOWN) != 0) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "filter '%s': %s",
		    expression, pcap_geterr(pcap));
		return -1;
	}
	status = pcap_setfilter(pcap, &program);
	pcap_freecode(&program);
	if (status != 0)
		snprintf(reterr, CAPTURE_ERROR_SIZE, "filter '%s': %s",
		    expression, pcap_geterr(pcap));
	return status;
}

/* Ours. */
static int
default_filter(pcap_t *pcap, enum link_type link,
    const struct capture_options *o, char reterr[CAPTURE_ERROR_SIZE])
{
	struct bpf_insn code[FILTER_MAX];
	struct bpf_program program = { .bf_insns = code };
	struct filter filter;

	filter_build(link, o->ports, o->port_count, &filter);
	for (size_t i = 0; i < filter.length; i++)
		code[i] = (struct bpf_insn){ filter.code[i].code,
		    filter.code[i].jt, filter.code[i].jf, filter.code[i].k };
	program.bf_len = (unsigned)filter.length;
	if (pcap_setfilter(pcap, &program) == 0)
		return 0;
	snprintf(reterr, CAPTURE_ERROR_SIZE, "filter: %s", pcap_geterr(pcap));
	return -1;
}

/* Take over ${pcap}, once its link type is known to be ours and the filter is
 * in place. */
static struct capture *
capture_of(pcap_t *pcap, const char *name, bool live,
    const struct capture_options *o, char reterr[CAPTURE_ERROR_SIZE])
{
	int dlt = pcap_datalink(pcap);
	const char *dlt_name = pcap_datalink_val_to_name(dlt);
	int link = link_of(dlt);
	struct capture *c;

	if (link < 0) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "%s: link type %s (%d) "
		    "is not supported", name,
		    dlt_name != NULL ? dlt_name : "unknown", dlt);
		goto err;
	}
	if (o->filter != NULL) {
		if (compile_filter(pcap, o->filter, reterr) != 0)
			goto err;
	} else if (live) {
		if (default_filter(pcap, (enum link_type)link, o,
		    reterr) != 0)
			goto err;
	}
	if ((c = calloc(1, sizeof(*c))) == NULL) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "out of memory");
		goto err;
	}
	c->pcap = pcap;
	c->live = live;
	c->batch = live || from_disk(pcap) ? FILE_BATCH : 1;
	c->link = (enum link_type)link;
	for (size_t i = 0; i < DROPS; i++)
		c->drops[i] = -1;
	return c;
err:
	pcap_close(pcap);
	return NULL;
}

struct capture *
capture_open_file(const char *path, const struct capture_options *o,
    char reterr[CAPTURE_ERROR_SIZE])
{
	char error[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = pcap_open_offline(path, error);

	if (pcap == NULL) {
		/* libpcap names the file in some of its errors only. */
		if (strncmp(error, path, strlen(path)) == 0)
			snprintf(reterr, CAPTURE_ERROR_SIZE, "%s", error);
		else
			snprintf(reterr, CAPTURE_ERROR_SIZE, "%s: %s", path,
			    error);
		return NULL;
	}
	return capture_of(pcap, path, false, o, reterr);
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
	if ((c = capture_of(pcap, interface, true, o, reterr)) != NULL)
		open_drops(c, interface);
	return c;
err:
	pcap_close(pcap);
	return NULL;
}

bool
capture_live(const struct capture *c)
{
	return c->live;
}

enum link_type
capture_link(const struct capture *c)
{
	return c->link;
}

static void
take_frame(u_char *user, const struct pcap_pkthdr *header,
    const u_char *frame)
{
	const struct capture *c = (const void *)user;
	int64_t seconds = header->ts.tv_sec;

	/* A pcap file's seconds are 32 bits, which libpcap 1.10 takes as
	 * signed: without this, 2038 would be 1901. */
	if (seconds < 0)
		seconds += INT64_C(1) << 32;
	c->fn(c->ctx, seconds * TIMESTAMP_SECOND + header->ts.tv_usec, c->link, frame,
	    header->caplen);
}

enum capture_status
capture_run(struct capture *c, int timeout_ms, capture_frame *fn, void *ctx)
{
	struct pollfd ready = { .events = POLLIN };
	int frames;

	c->fn = fn;
	c->ctx = ctx;
	frames = pcap_dispatch(c->pcap, c->live ? -1 : c->batch, take_frame,
	    (void *)c);
	if (frames > 0)
		return CAPTURE_MORE;
	if (frames < 0)
		return CAPTURE_FAILED;
	if (!c->live)
		return CAPTURE_END;
	ready.fd = pcap_get_selectable_fd(c->pcap);
	return poll(&ready, 1, timeout_ms) > 0 ? CAPTURE_MORE : CAPTURE_QUIET;
}

const char *
capture_error(struct capture *c)
{
	return pcap_geterr(c->pcap);
}

void
capture_counters(struct capture *c, struct capture_counters *ret)
{
	struct pcap_stat stat;

	memset(ret, 0, sizeof(*ret));
	if (!c->live || pcap_stats(c->pcap, &stat) != 0)
		return;
	ret->received = stat.ps_recv;
	ret->kernel_drops = stat.ps_drop;
	ret->interface_drops = read_drops(c) - c->dropped_before;
}

void
capture_close(struct capture *c)
{
	if (c == NULL)
		return;
	pcap_close(c->pcap);
	for (size_t i = 0; i < DROPS; i++) {
		if (c->drops[i] >= 0)
			close(c->drops[i]);
	}
	free(c);
}
