#include "capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/timestamp.h"

#define SNAPLEN 65535		/* the largest IP packet, nearly */
#define FILE_BATCH 4096		/* frames of a file between two looks at the
				   world */
#define READ_TIMEOUT_MS 100	/* how long the kernel may gather frames */

struct capture {
	pcap_t *pcap;
	bool live;
	int batch;		/* frames of one capture_run of a file */
	enum link_type link;
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

/* Take over ${pcap} once its link type is known to be ours. */
static struct capture *
capture_of(pcap_t *pcap, const char *name, bool live,
    char reterr[CAPTURE_ERROR_SIZE])
{
	int dlt = pcap_datalink(pcap);
	const char *dlt_name = pcap_datalink_val_to_name(dlt);
	struct capture *c;

	if (link_of(dlt) < 0) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "%s: link type %s (%d) "
		    "is not supported", name,
		    dlt_name != NULL ? dlt_name : "unknown", dlt);
		pcap_close(pcap);
		return NULL;
	}
	if ((c = calloc(1, sizeof(*c))) == NULL) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "out of memory");
		pcap_close(pcap);
		return NULL;
	}
	c->pcap = pcap;
	c->live = live;
	c->batch = live || from_disk(pcap) ? FILE_BATCH : 1;
	c->link = (enum link_type)link_of(dlt);
	return c;
}

struct capture *
capture_open_file(const char *path, char reterr[CAPTURE_ERROR_SIZE])
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
	return capture_of(pcap, path, false, reterr);
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

/* The filter for this link, also behind one or two tags (QinQ).  "vlan" shifts
 * all offsets after it, so it comes last; on other links it does not
 * compile. */
static char *
filter_for(pcap_t *pcap, const char *filter)
{
	char *text;

	if (pcap_datalink(pcap) != DLT_EN10MB)
		return strdup(filter);
	return asprintf(&text, "(%s) or (vlan and ((%s) or (vlan and (%s))))",
	    filter, filter, filter) < 0 ? NULL : text;
}

static int
set_filter(pcap_t *pcap, const char *filter, char reterr[CAPTURE_ERROR_SIZE])
{
	struct bpf_program program;
	char *text = filter_for(pcap, filter);
	int status;

	if (text == NULL) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "out of memory");
		return -1;
	}
	if (pcap_compile(pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN) != 0) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "filter '%s': %s", text,
		    pcap_geterr(pcap));
		free(text);
		return -1;
	}
	status = pcap_setfilter(pcap, &program);
	pcap_freecode(&program);
	free(text);
	if (status != 0)
		snprintf(reterr, CAPTURE_ERROR_SIZE, "filter: %s",
		    pcap_geterr(pcap));
	return status;
}

struct capture *
capture_open_live(const char *interface, const char *filter, int ring_mib,
    char reterr[CAPTURE_ERROR_SIZE])
{
	char error[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = pcap_create(interface, error);
	int status;

	if (pcap == NULL) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "%s: %s", interface,
		    error);
		return NULL;
	}
	if (prepare(pcap, ring_mib) != 0) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "%s: cannot be prepared",
		    interface);
		goto err;
	}
	if ((status = pcap_activate(pcap)) < 0) {
		explain_activation(pcap, status, interface, reterr);
		goto err;
	}
	if (set_filter(pcap, filter, reterr) != 0)
		goto err;
	if (pcap_setnonblock(pcap, 1, error) != 0) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "%s: %s", interface,
		    error);
		goto err;
	}
	return capture_of(pcap, interface, true, reterr);
err:
	pcap_close(pcap);
	return NULL;
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
	c->fn(c->ctx, seconds * TIMESTAMP_SECOND + header->ts.tv_usec, frame,
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
	ret->interface_drops = stat.ps_ifdrop;
}

void
capture_close(struct capture *c)
{
	if (c == NULL)
		return;
	pcap_close(c->pcap);
	free(c);
}
