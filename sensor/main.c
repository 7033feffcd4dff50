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
#include "sensor.h"

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

static void
publish(struct frontend *f, const struct sensor *s, struct capture *c,
    bool live)
{
	struct counters counters = { .count = 0 };
	struct capture_counters kernel;

	sensor_count(s, &counters);
	if (live) {
		capture_counters(c, &kernel);
		counters_always(&counters, "kernel", "received",
		    kernel.received);
		counters_always(&counters, "kernel", "ring_drops",
		    kernel.kernel_drops);
		counters_always(&counters, "kernel", "interface_drops",
		    kernel.interface_drops);
	}
	frontend_publish(f, 0, &counters, sensor_time(s));
}

/* Run until the input ends, fails, or somebody wants the end. */
static int
run(struct frontend *f, struct sensor *s, struct capture *c, bool live)
{
	enum capture_status status = CAPTURE_MORE;

	while (!frontend_stopping(f) &&
	    (status == CAPTURE_MORE || status == CAPTURE_QUIET)) {
		status = capture_run(c, QUIET_MS, sensor_frame, s);
		sensor_tick(s, sensor_time(s));
		frontend_tick(f, 0);
		if (frontend_due(f, 0))
			publish(f, s, c, live);
		frontend_housekeep(f);
	}
	/* Nothing more comes, whatever the reason: wait for no segment. */
	sensor_tick(s, INT64_MAX);
	publish(f, s, c, live);
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
	struct sensor *sensor = NULL;
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
	if ((sensor = sensor_new(f, 0, capture_link(capture))) == NULL) {
		log_warn("cannot start");
		status = EXIT_FAILURE;
		goto done;
	}
	status = run(f, sensor, capture, arguments.interface != NULL);
done:
	status = frontend_finish(f, status);
	sensor_free(sensor);
	capture_close(capture);
	return status;
}
