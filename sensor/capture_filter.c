#include "capture_filter.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

#include "file_frame.h"
#include "filter.h"
#include "link_types.h"

struct capture_filter {
	struct bpf_program *programs;	/* in the order of link_types_table; */
	size_t count;			/* empty where it makes no sense */
};

/* libpcap's own number for the link type ${number} of a file. */
static int
dlt_of(const struct link_type_entry *type)
{
	return type->link == LINK_RAW && type->number < 228 ? DLT_RAW :
	    (int)type->number;
}

/* Compile ${expression} for frames of a file; one that does not is left
 * empty. */
static void
compile_for(const struct link_type_entry *type, const char *expression,
    struct bpf_program *ret, char reterr[CAPTURE_ERROR_SIZE])
{
	pcap_t *dead = pcap_open_dead(dlt_of(type), FILE_FRAME_MAX);

	if (dead == NULL) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "out of memory");
		return;
	}
	if (pcap_compile(dead, ret, expression, 1,
	    PCAP_NETMASK_UNKNOWN) != 0) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "filter '%s': %s",
		    expression, pcap_geterr(dead));
		ret->bf_insns = NULL;
	}
	pcap_close(dead);
}

struct capture_filter *
capture_filter_new(const char *expression, char reterr[CAPTURE_ERROR_SIZE])
{
	size_t count, good = 0;
	const struct link_type_entry *types = link_types_table(&count);
	struct capture_filter *filter = calloc(1, sizeof(*filter));

	if (filter == NULL || (filter->programs = calloc(count,
	    sizeof(*filter->programs))) == NULL) {
		snprintf(reterr, CAPTURE_ERROR_SIZE, "out of memory");
		goto err0;
	}
	filter->count = count;
	for (size_t i = 0; i < count; i++) {
		compile_for(&types[i], expression, &filter->programs[i],
		    reterr);
		good += filter->programs[i].bf_insns != NULL;
	}
	if (good > 0)
		return filter;
err0:
	capture_filter_free(filter);
	return NULL;
}

int
capture_filter_pass(const struct capture_filter *filter,
    const struct link_type_entry *type, const uint8_t *frame, size_t length,
    size_t wire_length)
{
	size_t count;
	const struct bpf_program *program =
	    &filter->programs[type - link_types_table(&count)];
	const struct pcap_pkthdr header = {
		.caplen = (bpf_u_int32)length,
		.len = (bpf_u_int32)wire_length,
	};

	if (program->bf_insns == NULL)
		return -1;
	return pcap_offline_filter(program, &header, frame) != 0;
}

void
capture_filter_free(struct capture_filter *filter)
{
	if (filter == NULL)
		return;
	for (size_t i = 0; i < filter->count; i++)
		pcap_freecode(&filter->programs[i]);
	free(filter->programs);
	free(filter);
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

int
capture_filter_set(pcap_t *pcap, enum link_type link, const struct capture_options *o,
    char reterr[CAPTURE_ERROR_SIZE])
{
	return o->filter != NULL ? compile_filter(pcap, o->filter, reterr) :
	    default_filter(pcap, link, o, reterr);
}

int
capture_filter_shut(pcap_t *pcap, char reterr[CAPTURE_ERROR_SIZE])
{
	struct bpf_insn reject = { BPF_RET | BPF_K, 0, 0, 0 };
	struct bpf_program program = { 1, &reject };

	if (pcap_setfilter(pcap, &program) == 0)
		return 0;
	snprintf(reterr, CAPTURE_ERROR_SIZE, "filter: %s", pcap_geterr(pcap));
	return -1;
}
