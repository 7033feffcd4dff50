/* querywatch lists - which lists there are, and what each holds. */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "commands.h"
#include "core/log.h"
#include "core/timestamp.h"
#include "core/usage.h"
#include "listing.h"

static const char help[] =
    "usage: querywatch lists [--json] [-b LIST]... [-c CONF]\n"
    "\n"
    "Say of each list where it is, how old, what it holds, what of it was\n"
    "refused, and how much of it other lists hold as well.\n"
    "\n"
    "  -b LIST   a list of bad names, as front ends take it; may be repeated\n"
    "  -c CONF   read this configuration, its lists as well\n"
    "  --force   use lists that look wrong, and only say so\n"
    "  --json    print one JSON object\n"
    "  -h        this help (also --help)\n";

enum { FORCE = 256, JSON };

/* Read the command line.  Return COMMAND_TAKEN to go on, else the exit
 * status. */
static int
read_options(int argc, char **argv, struct command_lists *l, bool *retjson)
{
	static const struct option names[] = {
		{ "force", no_argument, NULL, FORCE },
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, JSON },
		{ NULL, 0, NULL, 0 }
	};
	int letter, status = COMMAND_TAKEN;

	while (status == COMMAND_TAKEN && (letter = getopt_long(argc, argv,
	    ":b:c:h", names, NULL)) != -1) {
		if (letter == FORCE)
			l->setup.guards.force = true;
		else if (letter == JSON)
			*retjson = true;
		else
			status = command_option(&lists, l, letter, optarg,
			    argv);
	}
	if (status == COMMAND_TAKEN && optind < argc)
		return usage_error(COMMAND_PROGRAM, "'%s' is too much",
		    argv[optind]);
	return status;
}

static int
run(int argc, char **argv)
{
	struct command_lists l = { .config_path = NULL };
	struct listing *listing;
	bool json = false;
	int status = read_options(argc, argv, &l, &json);

	if (status != COMMAND_TAKEN)
		return status;
	status = EXIT_FAILURE;
	listing = calloc(1, sizeof(*listing));
	if (listing == NULL) {
		log_warn("lists");
	} else if (command_load(&l) == 0) {
		listing->setup = &l.setup;
		listing->now = timestamp_now();
		rules_count_all(l.setup.rules, &listing->counts);
		(json ? listing_json : listing_text)(listing);
		status = EXIT_SUCCESS;
	}
	free(listing);
	command_close(&l);
	return status;
}

const struct command lists = {
	"lists", "say which lists there are, and what each holds", help, run
};
