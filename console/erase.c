/* querywatch erase - leave nothing behind of one host. */

#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "command_redis.h"
#include "commands.h"
#include "core/address.h"
#include "core/log.h"
#include "core/usage.h"
#include "output/partition.h"
#include "output/redis_link.h"

#define LIMIT "500"		/* entries looked at in one call */
#define CURSOR_SIZE 64

static const char help[] =
    "usage: querywatch erase ADDRESS [--dry-run] [-c CONF] [-o OUTPUT]\n"
    "\n"
    "Remove from Redis what there is of the host with that address: its\n"
    "hits, its incidents with all that belongs to them, and its record.\n"
    "\n"
    "  -c CONF   read this configuration\n"
    "  --dry-run\n"
    "            only say what would be removed\n"
    "  -o OUTPUT unix:PATH or HOST:PORT[,...] (Redis)\n"
    "  -h        this help (also --help)\n";

enum { DRY_RUN = 256 };

struct options {
	struct command_redis redis;
	struct address host;
	bool dry;
};

/* What is removed, in this order: a hit that waits would bring an incident
 * back. */
static const struct part {
	const char *name, *begin, *text;
} parts[] = {
	{ "hits", "-", "hits that wait" },
	{ "dead", "-", "dead entries" },
	{ "events", "-", "events" },
	{ "incidents", "0", "incidents" },
	{ "host", "-", "host records" },
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

/* Read the command line.  Return COMMAND_TAKEN to go on, else the exit
 * status. */
static int
read_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "dry-run", no_argument, NULL, DRY_RUN },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	int letter, status = COMMAND_TAKEN;

	while (status == COMMAND_TAKEN && (letter = getopt_long(argc, argv,
	    ":c:ho:", names, NULL)) != -1) {
		if (letter == DRY_RUN)
			o->dry = true;
		else
			status = command_redis_option(&erase, &o->redis,
			    letter, optarg, argv);
	}
	if (status != COMMAND_TAKEN)
		return status;
	if (optind == argc)
		return usage_error(COMMAND_PROGRAM, "erase: no address");
	if (optind + 1 < argc)
		return usage_error(COMMAND_PROGRAM, "'%s' is too much",
		    argv[optind + 1]);
	if (address_parse(argv[optind], strlen(argv[optind]), &o->host) != 0)
		return usage_error(COMMAND_PROGRAM, "erase: '%s' is no "
		    "address", argv[optind]);
	return COMMAND_TAKEN;
}

/* How many partitions the records are kept in; 0 after having said that
 * nobody knows. */
static unsigned
find_partitions(struct command_redis *r)
{
	static const char key[] = "qw:meta";
	const char *argv[] = { "HGET", key, "partitions" };
	const struct redis_reply *reply = command_redis_ask(r, key, 3, argv);
	unsigned long number;

	if (reply == NULL)
		return 0;
	number = strtoul(redis_reply_text(reply), NULL, 10);
	if (number >= 1 && number <= 1024)
		return (unsigned)number;
	log_warnx("there are no records in this Redis");
	return 0;
}

/* Remove one part, call after call.  Return 0 and how many there were, or
 * -1. */
static int
erase_part(struct options *o, unsigned partition, const char *host,
    const struct part *part, uint64_t *retfound)
{
	char key[PARTITION_KEY_SIZE], moving[PARTITION_KEY_SIZE];
	char cursor[CURSOR_SIZE];
	const char *argv[] = { "FCALL", "qw_upkeep_erase", "2", key, moving,
	    host, part->name, cursor, LIMIT, o->dry ? "1" : "0" };

	*retfound = 0;
	partition_key(partition, "hits", key);
	partition_key(partition, "moving", moving);
	snprintf(cursor, sizeof(cursor), "%s", part->begin);
	while (cursor[0] != '\0') {
		const struct redis_reply *r = command_redis_ask(&o->redis,
		    key, 10, argv);

		if (r == NULL)
			return -1;
		*retfound += (uint64_t)redis_reply_integer(
		    redis_reply_at(r, 1));
		snprintf(cursor, sizeof(cursor), "%s",
		    redis_reply_text(redis_reply_at(r, 0)));
	}
	return 0;
}

/* Remove all.  Return the exit status. */
static int
erase_host(struct options *o)
{
	char host[ADDRESS_TEXT_SIZE];
	unsigned partitions = find_partitions(&o->redis);
	uint64_t found, all = 0;

	if (partitions == 0)
		return EXIT_FAILURE;
	address_format(&o->host, host);
	for (size_t i = 0; i < PARTS; i++) {
		if (erase_part(o, partition_of(host, partitions), host, &parts[i], &found) != 0)
			return EXIT_FAILURE;
		all += found;
		if (found > 0)
			printf("%s: %" PRIu64 "%s\n", parts[i].text, found,
			    o->dry ? "" : " removed");
	}
	if (all == 0)
		printf("there is nothing of %s\n", host);
	return EXIT_SUCCESS;
}

static int
run(int argc, char **argv)
{
	struct options o = { .dry = false };
	int status = read_options(argc, argv, &o);

	if (status != COMMAND_TAKEN)
		return status;
	status = command_redis_open(&o.redis) == 0 ? erase_host(&o) :
	    EXIT_FAILURE;
	command_redis_close(&o.redis);
	return status;
}

const struct command erase = {
	"erase", "leave nothing behind of one host", help, run
};
