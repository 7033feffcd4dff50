/*
 * querywatch-logreader - finds look-ups of bad names in the query logs of
 * nameservers.
 */

#include <getopt.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/log.h"
#include "core/timestamp.h"
#include "dnstap/dnstap_feed.h"
#include "dnstap/dnstap_server.h"
#include "dnstap/dnstap_socket.h"
#include "follow.h"
#include "frontend/frontend.h"
#include "frontend/workers.h"
#include "log_counters.h"
#include "log_format.h"
#include "log_input.h"
#include "log_paths.h"
#include "log_zones.h"
#include "pulse.h"
#include "read_files.h"

#define PROGRAM "querywatch-logreader"

static const char help[] =
    "usage: querywatch-logreader [-an] [-b LIST]... [-c CONF] [-F FORMAT] "
    "[-f]\n"
    "           [--from-start | --from-end | --since TIME] [--state STATE]\n"
    "           [-o OUTPUT] [--show-broken N] [--workers N]\n"
    "           FILE[,zone=ZONE]...|-\n"
    "       querywatch-logreader [-an] [-b LIST]... [-c CONF] [-o OUTPUT]\n"
    "           --dnstap SOCKET...\n"
    "       querywatch-logreader --report[=text|json|html] [--top N] "
    "FILE...|-\n"
    "Read query logs of nameservers and report look-ups of bad names.\n"
    FRONTEND_HELP
    "  -F FORMAT the logs' format (default: told by what they hold), one of\n"
    "            bind9, bind8, unbound, dnsmasq, pdns-recursor, dnsdist,\n"
    "            coredns, windows, adguard, zeek, dnstap\n"
    "  -f        follow the files as they grow and rotate\n"
    "  --dnstap SOCKET\n"
    "            listen for nameservers that bring dnstap: unix:PATH or "
    "HOST:PORT\n"
    "  --from-start, --from-end\n"
    "            with -f, for a log not read before: begin with what it holds\n"
    "            already, or with what comes (default)\n"
    "  --since TIME\n"
    "            only queries from then on, 2026-11-24[T07:00:00] UTC; with -f\n"
    "            for a log not read before, its rotated files too\n"
    "  --state STATE\n"
    "            with -f and hits on standard output: a file that keeps how far\n"
    "            the logs were read\n"
    "  --show-broken N\n"
    "            show the first N lines that are broken, and how\n"
    "  --workers N\n"
    "            without -f: read N files side by side\n";

enum { DNSTAP = 256, FROM_START, FROM_END, SINCE, STATE, SHOW_BROKEN, WORKERS };

static const struct option long_options[] = {
	{ "dnstap", required_argument, NULL, DNSTAP },
	{ "from-start", no_argument, NULL, FROM_START },
	{ "from-end", no_argument, NULL, FROM_END },
	{ "since", required_argument, NULL, SINCE },
	{ "state", required_argument, NULL, STATE },
	{ "show-broken", required_argument, NULL, SHOW_BROKEN },
	{ "workers", required_argument, NULL, WORKERS },
	FRONTEND_LONG_OPTIONS,
	{ NULL, 0, NULL, 0 },
};

struct options {
	const struct log_format *format;	/* NULL: told by the lines */
	bool follow;
	int begin;		/* the option that says where, 0: none */
	int64_t since;		/* microseconds UTC */
	const char *state;
	unsigned workers;			/* 0: as configured */
	unsigned long show;			/* broken lines */
	bool dnstap;		/* the files hold that */
	const char *listen[DNSTAP_SERVER_SOCKETS];	/* on these for it */
	size_t listen_count;
	char **paths;
	size_t count;
};

/* Note one argument of --dnstap. */
static int
add_socket(struct options *o, const char *target)
{
	if (!dnstap_socket_valid(target))
		return usage_error(PROGRAM, "--dnstap %s: give unix:PATH or "
		    "HOST:PORT", target);
	if (o->listen_count == DNSTAP_SERVER_SOCKETS)
		return usage_error(PROGRAM, "--dnstap: give at most %d",
		    DNSTAP_SERVER_SOCKETS);
	o->listen[o->listen_count++] = target;
	return 0;
}

/* Does it all go together?  Else say what does not. */
static int
check_options(const struct options *o, const struct frontend *f)
{
	if (o->listen_count > 0 && (o->count > 0 || o->follow || o->dnstap))
		return usage_error(PROGRAM, "--dnstap goes without FILE, -F "
		    "and -f");
	if (o->count == 0 && o->listen_count == 0 && !frontend_checking(f))
		return usage_error(PROGRAM, "which log? give a FILE, or - for "
		    "standard input");
	if (!o->follow && (o->state != NULL || o->begin == FROM_START ||
	    o->begin == FROM_END))
		return usage_error(PROGRAM, "--from-start, --from-end and "
		    "--state only go with -f");
	if (o->follow && o->dnstap)
		return usage_error(PROGRAM, "-f follows logs of lines: let the "
		    "nameserver bring dnstap with --dnstap");
	for (size_t i = 0; o->follow && i < o->count; i++) {
		if (strcmp(o->paths[i], "-") == 0)
			return usage_error(PROGRAM, "-f follows files: leave it "
			    "out to read standard input");
	}
	return 0;
}

/* Return 0 to go on; else the main exits with *${retstatus}. */
static int
read_options(struct frontend *f, int argc, char **argv, struct options *ret,
    int *retstatus)
{
	char names[256];
	int c;

	while ((c = getopt_long(argc, argv, FRONTEND_LETTERS "F:f",
	    long_options, NULL)) != -1) {
		if (c == 'f') {
			ret->follow = true;
		} else if (c == FROM_START || c == FROM_END || c == SINCE) {
			if (ret->begin != 0 && ret->begin != c) {
				*retstatus = usage_error(PROGRAM, "give one "
				    "of --from-start, --from-end and --since");
				return -1;
			}
			ret->begin = c;
			if (c != SINCE || timestamp_parse(optarg,
			    &ret->since) == 0)
				continue;
			*retstatus = usage_error(PROGRAM, "--since %s: give "
			    "2026-11-24 or 2026-11-24T07:00:00", optarg);
			return -1;
		} else if (c == STATE) {
			ret->state = optarg;
		} else if (c == DNSTAP) {
			*retstatus = add_socket(ret, optarg);
			if (*retstatus != 0)
				return -1;
		} else if (c == SHOW_BROKEN) {
			if (text_number((struct text){ optarg,
			    strlen(optarg) }, UINT_MAX, &ret->show) == 0)
				continue;
			*retstatus = usage_error(PROGRAM, "--show-broken %s: "
			    "give a number", optarg);
			return -1;
		} else if (c == WORKERS) {
			if ((ret->workers = workers_parse(optarg)) > 0)
				continue;
			*retstatus = usage_error(PROGRAM, "--workers %s: give "
			    "a number, 1 to %d", optarg, FRONTEND_WORKERS_MAX);
			return -1;
		} else if (c == 'F') {
			ret->dnstap = strcmp(optarg, "dnstap") == 0;
			ret->format = log_format_find(optarg);
			if (ret->dnstap || ret->format != NULL)
				continue;
			*retstatus = usage_error(PROGRAM, "-F %s: no such "
			    "format; %s and dnstap are known", optarg,
			    log_format_names(names, sizeof(names)));
			return -1;
		} else if (frontend_option(f, c, optarg) != 0) {
			*retstatus = frontend_exit_status(f);
			return -1;
		}
	}
	ret->paths = argv + optind;
	ret->count = (size_t)(argc - optind);
	return *retstatus = check_options(ret, f);
}

static void
print(void *ctx, const struct query *q)
{
	frontend_print(ctx, q);
}

/* The input, opened; exactly one of them. */
struct input {
	struct read_files *files;
	struct follow *follow;
	struct log_paths *paths;
	struct log_zones *zones;
	struct dnstap_server *server;
};

/* Take what nameservers bring, until it is to stop. */
static int
serve(struct dnstap_server *s, struct frontend *f,
    const struct log_target *target)
{
	struct dnstap_feed *feed = dnstap_feed_new(frontend_config(f), target);
	const struct pulse pulse = {
		.frontend = f, .counters = target->counters,
		.dnstap = feed, .server = s,
	};

	if (feed == NULL) {
		log_warn("cannot start");
		return EXIT_FAILURE;
	}
	frontend_enter(f, 0);
	while (!frontend_stopping(f)) {
		dnstap_server_step(s, feed, PULSE_MS);
		pulse_beat(&pulse);
	}
	frontend_leave(f, 0);
	pulse_end(&pulse);
	dnstap_feed_free(feed);
	return EXIT_SUCCESS;
}

static int
run(struct frontend *f, const struct options *o, const struct input *in)
{
	struct log_counters counters = { .bytes = 0 };
	atomic_uint show = (unsigned)o->show;
	const struct log_target target = {
		.counters = &counters,
		.pipeline = frontend_pipeline(f, 0),
		.print = frontend_all(f) ? print : NULL,
		.print_ctx = f,
		.zones = in->zones,
		.show = &show,
		.dnstap = o->dnstap,
		.since = o->since,
	};
	int status = EXIT_SUCCESS;

	if (in->server != NULL) {
		status = serve(in->server, f, &target);
	} else if (in->follow != NULL) {
		status = follow_run(in->follow, f, o->format, &target);
	} else {
		read_files_run(in->files, f, o->format, &target, o->workers);
		status = read_files_status(in->files);
	}
	return status;
}

/* Files that are followed are read by one. */
static void
choose_workers(struct frontend *f, struct options *o)
{
	o->workers = workers_choose(o->workers,
	    config_number(frontend_config(f), "workers"),
	    o->follow ? 1 : o->count);
	frontend_set_workers(f, o->workers);
}

/* What stands behind the paths, and is taken off them. */
static int
take_zones(struct frontend *f, const struct options *o, struct input *in)
{
	char error[LOG_ZONE_ERROR_SIZE];

	in->zones = log_zones_new(config_string(frontend_config(f), "zone"),
	    error);
	for (size_t i = 0; in->zones != NULL && i < o->count; i++) {
		if (log_zones_take(in->zones, o->paths[i], error) != 0) {
			log_warnx("%s", error);
			return EXIT_FAILURE;
		}
	}
	if (in->zones != NULL)
		return 0;
	log_warnx("%s", error);
	return EXIT_FAILURE;
}

/* Look patterns up that the shell has not, unless they are followed. */
static int
find_paths(struct options *o, struct input *in)
{
	if (o->follow || o->count == 0)
		return 0;
	if ((in->paths = log_paths_find(o->paths, o->count)) == NULL) {
		log_warn("cannot start");
		return EXIT_FAILURE;
	}
	o->paths = log_paths_list(in->paths, &o->count);
	return 0;
}

/* Nameservers are to bring it; with -n nothing is disturbed. */
static int
open_server(struct frontend *f, const struct options *o, struct input *ret)
{
	for (size_t i = 0; i < o->listen_count; i++)
		frontend_add_input(f, o->listen[i]);
	frontend_set_listening(f);
	frontend_set_reloading(f);
	if (frontend_checking(f))
		return 0;
	ret->server = dnstap_server_open(o->listen, o->listen_count,
	    config_string(frontend_config(f), "dnstap_group"));
	return ret->server != NULL ? 0 : EXIT_FAILURE;
}

/* Open what is to be read; -n may do without. */
static int
open_input(struct frontend *f, const struct options *o, struct input *ret)
{
	if (dnstap_feed_check(frontend_config(f)) != 0)
		return EXIT_FAILURE;
	if (o->listen_count > 0)
		return open_server(f, o, ret);
	if (o->count == 0)
		return 0;
	for (size_t i = 0; i < o->count; i++)
		frontend_add_input(f, o->paths[i]);
	if (o->follow)
		ret->follow = follow_open(o->paths, o->count,
		    (struct followed_begin){
			.end = o->begin != FROM_START && o->begin != SINCE,
			.after = o->begin == SINCE ? o->since : INT64_MAX,
		    });
	else
		ret->files = read_files_open(o->paths, o->count);
	if (o->follow || (ret->files != NULL && read_files_live(ret->files)))
		frontend_set_reloading(f);
	return ret->follow != NULL || ret->files != NULL ? 0 : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	struct options o = { .format = NULL };
	struct input in = { .files = NULL };
	struct frontend *f = frontend_new(PROGRAM, QUERY_VIA_LOG, help, argv);
	int status;

	if (f == NULL)
		return EXIT_FAILURE;
	if (read_options(f, argc, argv, &o, &status) != 0 ||
	    (status = frontend_configure(f)) != 0)
		goto done;
	if ((status = take_zones(f, &o, &in)) != 0 ||
	    (status = find_paths(&o, &in)) != 0)
		goto done;
	choose_workers(f, &o);
	if ((status = open_input(f, &o, &in)) != 0 ||
	    (o.follow && !frontend_checking(f) &&
	    (status = frontend_keep_positions(f, o.state)) != 0) ||
	    (status = frontend_drop(f, o.follow)) != 0 ||
	    (status = frontend_load(f)) != 0)
		goto done;
	if (!frontend_checking(f))
		status = run(f, &o, &in);
	else if (in.files != NULL && read_files_status(in.files) != 0)
		status = EXIT_FAILURE;
	else
		status = frontend_checked(f);
done:
	status = frontend_finish(f, status);
	read_files_free(in.files);
	follow_free(in.follow);
	log_paths_free(in.paths);
	log_zones_free(in.zones);
	dnstap_server_free(in.server);
	return status;
}
