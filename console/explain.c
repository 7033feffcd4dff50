/* querywatch explain - what would become of a query, and why. */

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "commands.h"
#include "core/dns_token.h"
#include "core/log.h"
#include "core/timestamp.h"
#include "core/usage.h"
#include "verdict.h"

#define EXIT_NO_HIT 1
#define EXIT_ERROR 2

static const char help[] =
    "usage: querywatch explain NAME [--client ADDRESS] [--type TYPE]\n"
    "           [--json] [-b LIST]... [-c CONF]\n"
    "\n"
    "Say whether a query for NAME would be a hit, and which entries of which\n"
    "lists and which allow rules have a say in that.  An address in place of\n"
    "the name is looked for as one in an answer.\n"
    "\n"
    "  -b LIST   a list of bad names, as front ends take it; may be repeated\n"
    "  -c CONF   read this configuration, its lists as well\n"
    "  --client ADDRESS\n"
    "            who asks; without it, what is for some clients does not hold\n"
    "  --force   use lists that look wrong, and only say so\n"
    "  --json    print one JSON object\n"
    "  --type TYPE\n"
    "            the type of the query (default: A)\n"
    "  -h        this help (also --help)\n"
    "\n"
    "The exit status is 0 for a hit, 1 for none, 2 for an error.\n";

enum { CLIENT = 256, FORCE, JSON, TYPE };

struct options {
	struct command_lists lists;
	const char *name;
	struct address client;		/* family 0: not given */
	uint16_t type;
	bool json;
};

static int
take_client(struct options *o, const char *text)
{
	if (address_parse(text, strlen(text), &o->client) == 0)
		return COMMAND_TAKEN;
	return usage_error(COMMAND_PROGRAM, "--client: '%s' is no address",
	    text);
}

static int
take_type(struct options *o, const char *text)
{
	int32_t type = dns_type_parse(text, strlen(text));

	if (type < 0)
		return usage_error(COMMAND_PROGRAM, "--type: '%s' is no type "
		    "of a query", text);
	o->type = (uint16_t)type;
	return COMMAND_TAKEN;
}

static int
take_option(struct options *o, int letter, char *const *argv)
{
	switch (letter) {
	case CLIENT:
		return take_client(o, optarg);
	case FORCE:
		o->lists.setup.guards.force = true;
		return COMMAND_TAKEN;
	case JSON:
		o->json = true;
		return COMMAND_TAKEN;
	case TYPE:
		return take_type(o, optarg);
	default:
		return command_option(&explain, &o->lists, letter, optarg,
		    argv);
	}
}

/* Read the command line.  Return COMMAND_TAKEN to go on, else the exit
 * status. */
static int
read_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "client", required_argument, NULL, CLIENT },
		{ "force", no_argument, NULL, FORCE },
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, JSON },
		{ "type", required_argument, NULL, TYPE },
		{ NULL, 0, NULL, 0 }
	};
	int letter, status = COMMAND_TAKEN;

	while (status == COMMAND_TAKEN && (letter = getopt_long(argc, argv,
	    ":b:c:h", names, NULL)) != -1)
		status = take_option(o, letter, argv);
	if (status != COMMAND_TAKEN)
		return status;
	if (optind == argc)
		return usage_error(COMMAND_PROGRAM, "explain: no name");
	if (optind + 1 < argc)
		return usage_error(COMMAND_PROGRAM, "'%s' is too much",
		    argv[optind + 1]);
	o->name = argv[optind];
	return COMMAND_TAKEN;
}

/* Judge and print.  Return the exit status. */
static int
judge(const struct options *o, const struct dns_name *name,
    const struct address *address)
{
	const struct verdict_question q = {
		.rules = o->lists.setup.rules,
		.config = o->lists.config,
		.text = o->name,
		.about = {
			.name = name, .client = &o->client, .qtype = o->type,
			.time = timestamp_now(), .count = false,
		},
		.address = address,
	};
	struct verdict v;
	int status = EXIT_ERROR;

	if (verdict_find(&q, &v) != 0) {
		log_warnx("out of memory");
	} else {
		(o->json ? verdict_json : verdict_text)(&q, &v);
		status = v.word == VERDICT_HIT ? EXIT_SUCCESS : EXIT_NO_HIT;
	}
	verdict_free(&v);
	return status;
}

static int
run(int argc, char **argv)
{
	struct options o = { .type = 1 };
	struct dns_name name;
	struct address address;
	bool is_address;
	int status = read_options(argc, argv, &o);

	if (status != COMMAND_TAKEN)
		return status;
	is_address = address_parse(o.name, strlen(o.name), &address) == 0;
	if (dns_name_from_text(is_address ? "." : o.name, is_address ? 1 :
	    strlen(o.name), &name) != 0)
		status = usage_error(COMMAND_PROGRAM, "explain: '%s' is no "
		    "name", o.name);
	else if (command_load(&o.lists) != 0)
		status = EXIT_ERROR;
	else
		status = judge(&o, &name, is_address ? &address : NULL);
	command_close(&o.lists);
	return status;
}

const struct command explain = {
	"explain", "say whether a query would be a hit, and why", help, run
};
