/*
 * querywatch-sensor - which hosts ask for bad names, seen in packets.
 */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/config.h"
#include "core/log.h"
#include "crew.h"
#include "frontend/frontend.h"
#include "frontend/netblocks.h"
#include "frontend/workers.h"
#include "input.h"
#include "match/prefixes.h"

#define PROGRAM "querywatch-sensor"

static const char help[] =
    "Usage: querywatch-sensor [-an] [-c CONF] [-b LIST]... [-o OUTPUT] "
    "[--filter EXPR]\n"
    "           [--workers N] (-i IFACE | -r FILE...)\n"
    "       querywatch-sensor --report[=text|json|html] [--top N] "
    "(-i IFACE | -r FILE...)\n"
    "\n"
    "Watch DNS in packets and report queries for names on a list, and answers\n"
    "that lead to them.\n"
    "\n"
    "  -i IFACE  sniff on this interface\n"
    "  -r FILE   read this capture (pcap or pcapng, also gzip, zstd or xz; - is\n"
    "            standard input); may be given many times\n"
    FRONTEND_HELP
    "  --filter EXPR\n"
    "            a pcap-filter(7) in place of the one made for what can be\n"
    "            decoded; '' is none\n"
    "  --workers N\n"
    "            share the interface, or the files, between N threads\n";

enum { FILTER = 256, WORKERS };

struct arguments {
	struct input_wanted wanted;
	unsigned workers;	/* 0: as the configuration says */
	struct prefixes *forwarders;	/* of the configuration; NULL: all */
};

/* Take one option of ours; 0, or -1 if there is something wrong with it, which
 * has been said, or it is none of ours. */
static int
take_option(struct frontend *f, int letter, struct arguments *a,
    int *retstatus)
{
	switch (letter) {
	case 'i':
		a->wanted.interface = optarg;
		return 0;
	case 'r':
		a->wanted.files[a->wanted.file_count++] = optarg;
		return 0;
	case FILTER:
		a->wanted.filter = optarg;
		return 0;
	case WORKERS:
		if ((a->workers = workers_parse(optarg)) > 0)
			return 0;
		*retstatus = usage_error(PROGRAM, "--workers %s: give a "
		    "number, 1 to %d", optarg, FRONTEND_WORKERS_MAX);
		return -1;
	default:
		if (frontend_option(f, letter, optarg) == 0)
			return 0;
		*retstatus = frontend_exit_status(f);
		return -1;
	}
}

/* Read the command line; 0, or -1 when ${retstatus} is the status to end
 * with. */
static int
read_arguments(int argc, char **argv, struct frontend *f,
    struct arguments *ret, int *retstatus)
{
	static const struct option longer[] = {
		{ "filter", required_argument, NULL, FILTER },
		FRONTEND_LONG_OPTIONS,
		{ "workers", required_argument, NULL, WORKERS },
		{ NULL, 0, NULL, 0 }
	};
	const struct input_wanted *wanted = &ret->wanted;
	int letter;

	while ((letter = getopt_long(argc, argv, FRONTEND_LETTERS "i:r:",
	    longer, NULL)) != -1) {
		if (take_option(f, letter, ret, retstatus) != 0)
			return -1;
	}
	*retstatus = EXIT_USAGE;
	if (optind < argc)
		usage_error(PROGRAM, "'%s' is too much: give the capture with "
		    "-r FILE", argv[optind]);
	else if (wanted->interface != NULL && wanted->file_count > 0)
		usage_error(PROGRAM, "give -i IFACE or -r FILE, not both");
	else if (wanted->interface == NULL && wanted->file_count == 0 &&
	    !frontend_checking(f))
		usage_error(PROGRAM, "no input: give -i IFACE or -r FILE");
	else
		return 0;
	return -1;
}

/* From the configuration to the end of the input; the exit status. */
static int
run(struct frontend *f, struct arguments *a, struct input *in)
{
	struct input_wanted *wanted = &a->wanted;
	int status = frontend_configure(f);

	if (status != 0)
		return status;
	if (netblocks_load(frontend_config(f), "forwarders",
	    &a->forwarders) != 0)
		return EXIT_FAILURE;
	wanted->workers = workers_choose(a->workers,
	    config_number(frontend_config(f), "workers"),
	    wanted->interface != NULL ? FRONTEND_WORKERS_MAX :
	    wanted->file_count);
	frontend_set_workers(f, wanted->workers);
	if ((wanted->interface != NULL || wanted->file_count > 0) &&
	    input_open(wanted, f, in) != 0)
		return EXIT_FAILURE;
	if ((status = frontend_drop(f, false)) != 0 ||
	    (status = frontend_load(f)) != 0)
		return status;
	if (frontend_checking(f)) {
		input_check(in, f);
		return in->failed ? EXIT_FAILURE : frontend_checked(f);
	}
	return crew_run(f, in, wanted->workers, a->forwarders) == 0 ?
	    EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	struct frontend *f = frontend_new(PROGRAM,
	    QUERY_VIA_CAPTURE, help, argv);
	struct arguments arguments = { .workers = 0 };
	struct input input = { .count = 0 };
	int status = EXIT_FAILURE;

	if (f == NULL)
		return EXIT_FAILURE;
	arguments.wanted.files = calloc((size_t)argc, sizeof(char *));
	if (arguments.wanted.files == NULL)
		log_warn("cannot start");
	else if (read_arguments(argc, argv, f, &arguments, &status) == 0)
		status = run(f, &arguments, &input);
	status = frontend_finish(f, status);
	input_close(&input);
	prefixes_free(arguments.forwarders);
	free(arguments.wanted.files);
	return status;
}
