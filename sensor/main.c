/*
 * querywatch-sensor - which hosts ask for bad names, seen in packets.
 */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "core/config.h"
#include "core/counters.h"
#include "core/log.h"
#include "frontend/frontend.h"
#include "worker.h"

#define QUIET_MS 100		/* how long to wait for a frame */

#define PROGRAM "querywatch-sensor"

static const char help[] =
    "Usage: querywatch-sensor [-an] [-c CONF] [-b LIST]... [-o OUTPUT] "
    "[--filter EXPR]\n"
    "           (-i IFACE | -r FILE)\n"
    "\n"
    "Watch DNS queries in packets and report those for names on a list.\n"
    "\n"
    "  -i IFACE  sniff on this interface\n"
    "  -r FILE   read this capture (pcap or pcapng; - is standard input)\n"
    FRONTEND_HELP
    "  --filter EXPR\n"
    "            a pcap-filter(7) in place of the one made for what can be\n"
    "            decoded; '' is none\n";

enum { FILTER = 256 };

struct arguments {
	const char *interface, *file;
	const char *filter;	/* NULL: the default */
};

/* Read the command line; 0, or -1 when ${retstatus} is the status to end
 * with. */
static int
read_arguments(int argc, char **argv, struct frontend *f,
    struct arguments *ret, int *retstatus)
{
	static const struct option longer[] = {
		{ "filter", required_argument, NULL, FILTER },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	int letter;

	while ((letter = getopt_long(argc, argv, FRONTEND_LETTERS "i:r:",
	    longer, NULL)) != -1) {
		if (letter == 'i') {
			ret->interface = optarg;
		} else if (letter == 'r') {
			ret->file = optarg;
		} else if (letter == FILTER) {
			ret->filter = optarg;
		} else if (frontend_option(f, letter, optarg) != 0) {
			*retstatus = frontend_exit_status(f);
			return -1;
		}
	}
	*retstatus = EXIT_USAGE;
	if (optind < argc)
		usage_error(PROGRAM, "'%s' is too much: give the capture with "
		    "-r FILE", argv[optind]);
	else if (ret->interface != NULL && ret->file != NULL)
		usage_error(PROGRAM, "give -i IFACE or -r FILE, not both");
	else if (ret->interface == NULL && ret->file == NULL &&
	    !frontend_checking(f))
		usage_error(PROGRAM, "no input: give -i IFACE or -r FILE");
	else
		return 0;
	return -1;
}

static struct capture *
open_capture(const struct arguments *a, struct frontend *f)
{
	const struct config *config = frontend_config(f);
	char error[CAPTURE_ERROR_SIZE];
	uint16_t ports[CONFIG_LIST_MAX];
	const struct capture_options options = {
		.filter = a->filter,
		.ports = ports,
		.port_count = config_count(config, "ports"),
		.ring_mib = (int)config_number(config, "ring"),
	};
	struct capture *c;

	for (size_t i = 0; i < options.port_count; i++)
		ports[i] = (uint16_t)config_item_number(config, "ports", i);
	if (a->file != NULL) {
		c = capture_open_file(a->file, &options, error);
	} else {
		frontend_set_live(f);
		c = capture_open_live(a->interface, &options, error);
	}
	frontend_add_input(f, a->file != NULL ? a->file : a->interface);
	if (c == NULL)
		log_warnx("%s", error);
	else if (a->filter != NULL)
		log_info("filter: %s", a->filter[0] != '\0' ? a->filter :
		    "none");
	return c;
}

/* Run until the input ends, fails, or somebody wants the end. */
static int
run(struct frontend *f, struct worker *w, struct capture *c)
{
	enum capture_status status = CAPTURE_MORE;

	while (!frontend_stopping(f) &&
	    (status == CAPTURE_MORE || status == CAPTURE_QUIET)) {
		status = worker_step(w, c);
		frontend_housekeep(f);
	}
	worker_finish(w, c);
	/* A signal may end the wait for standard input as a failure. */
	if (status != CAPTURE_FAILED || frontend_stopping(f))
		return EXIT_SUCCESS;
	log_warnx("the capture ends early: %s", capture_error(c));
	return EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	struct frontend *f = frontend_new(PROGRAM,
	    QUERY_VIA_CAPTURE, help, argv);
	struct arguments arguments = { NULL, NULL, NULL };
	struct capture *capture = NULL;
	struct worker *worker = NULL;
	int status;

	if (f == NULL)
		return EXIT_FAILURE;
	if (read_arguments(argc, argv, f, &arguments, &status) != 0 ||
	    (status = frontend_configure(f)) != 0)
		goto done;
	status = EXIT_FAILURE;
	if ((arguments.file != NULL || arguments.interface != NULL) &&
	    (capture = open_capture(&arguments, f)) == NULL)
		goto done;
	if ((status = frontend_drop(f, false)) != 0 ||
	    (status = frontend_load(f)) != 0)
		goto done;
	if (frontend_checking(f)) {
		status = frontend_checked(f);
		goto done;
	}
	if ((worker = worker_new(&(struct worker_options){ .frontend = f, .sharing = 1 })) == NULL) {
		log_warn("cannot start");
		status = EXIT_FAILURE;
		goto done;
	}
	status = run(f, worker, capture);
done:
	status = frontend_finish(f, status);
	worker_free(worker);
	capture_close(capture);
	return status;
}
