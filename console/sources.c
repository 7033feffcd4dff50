/* querywatch sources - how the front ends and the consumers are. */

#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "command_redis.h"
#include "commands.h"
#include "core/config.h"
#include "core/timestamp.h"
#include "core/usage.h"
#include "print.h"
#include "source_list.h"

#define EXIT_SILENT 1
#define EXIT_ERROR 2

static const char help[] =
    "usage: querywatch sources [--json] [--forget NAME] [-c CONF] [-o OUTPUT]\n"
    "\n"
    "Say of each front end and consumer whether it is heard, and how it is.\n"
    "\n"
    "  -c CONF   read this configuration\n"
    "  --forget NAME\n"
    "            remember this source no longer: it is gone for good\n"
    "  --json    print one JSON object\n"
    "  -o OUTPUT unix:PATH or HOST:PORT[,...] (Redis)\n"
    "  -h        this help (also --help)\n"
    "\n"
    "The exit status is 0 if all are heard or have stopped in order, 1 if one\n"
    "is silent, 2 for an error.\n";

enum { FORGET = 256, JSON };

struct options {
	struct command_redis redis;
	const char *forget;		/* NULL: nothing */
	bool json;
};

/* Read the command line.  Return COMMAND_TAKEN to go on, else the exit
 * status. */
static int
read_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "forget", required_argument, NULL, FORGET },
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, JSON },
		{ NULL, 0, NULL, 0 }
	};
	int letter, status = COMMAND_TAKEN;

	while (status == COMMAND_TAKEN && (letter = getopt_long(argc, argv,
	    ":c:ho:", names, NULL)) != -1) {
		if (letter == FORGET)
			o->forget = optarg;
		else if (letter == JSON)
			o->json = true;
		else
			status = command_redis_option(&sources, &o->redis,
			    letter, optarg, argv);
	}
	if (status == COMMAND_TAKEN && optind < argc)
		return usage_error(COMMAND_PROGRAM, "'%s' is too much",
		    argv[optind]);
	if (status == COMMAND_TAKEN && o->forget != NULL &&
	    !config_source_valid(o->forget))
		return usage_error(COMMAND_PROGRAM, "--forget: '%s' is no "
		    "name of a source", o->forget);
	return status;
}

static bool
ends_in(const char *text, const char *tail)
{
	size_t length = strlen(text), wanted = strlen(tail);

	return length >= wanted && strcmp(text + length - wanted, tail) == 0;
}

/* What was lost on the way, by whatever stage. */
static uint64_t
drops_of(const struct source *s)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (ends_in(s->field[i].key, "_drops"))
			sum += strtoull(s->field[i].value, NULL, 10);
	}
	return sum;
}

/* The hits that it has put, or that it has applied. */
static const char *
hits_of(const struct source *s)
{
	const char *sent = source_list_value(s, "redis_sent");

	return sent[0] != '\0' ? sent : source_list_value(s,
	    "entries_applied");
}

static void
print_column(int width, const char *text)
{
	int used = (int)strlen(text);

	print_text(text[0] != '\0' ? text : "-");
	printf("%*s", used == 0 ? width - 1 : used < width ? width - used : 1,
	    "");
}

/* A time span in microseconds, as seconds. */
static void
print_span(const char *microseconds)
{
	char text[32] = "";

	if (microseconds[0] != '\0')
		snprintf(text, sizeof(text), "%.1f s",
		    (double)strtoll(microseconds, NULL, 10) / 1e6);
	print_column(12, text);
}

static void
print_line(const struct source *s, int64_t now)
{
	char age[32], drops[32] = "";

	snprintf(age, sizeof(age), "%" PRId64, now - s->seen);
	if (s->count > 0)
		snprintf(drops, sizeof(drops), "%" PRIu64, drops_of(s));
	print_column(24, s->name);
	print_column(9, source_list_word(s->state));
	print_span(age);
	print_span(source_list_value(s, "lag"));
	print_column(10, drops);
	print_column(12, hits_of(s));
	print_text(source_list_value(s, "generation"));
	putchar('\n');
}

static void
print_table(const struct source_list *l)
{
	int64_t now = timestamp_now();

	if (l->count == 0) {
		puts("no source is known");
		return;
	}
	puts("source                  state    told        lag         "
	    "drops     hits        lists");
	for (size_t i = 0; i < l->count; i++)
		print_line(&l->at[i], now);
}

static void
print_object(const struct source_list *l)
{
	int64_t now = timestamp_now();

	printf("{\"sources\":[");
	for (size_t i = 0; i < l->count; i++) {
		const struct source *s = &l->at[i];

		printf("%s{\"source\":", i > 0 ? "," : "");
		print_json(s->name);
		print_member("state", source_list_word(s->state));
		print_time("seen", s->seen);
		printf(",\"age\":%" PRId64 ",\"record\":{",
		    (now - s->seen) / TIMESTAMP_SECOND);
		for (size_t k = 0; k < s->count; k++) {
			if (k > 0)
				putchar(',');
			print_json(s->field[k].key);
			putchar(':');
			print_json(s->field[k].value);
		}
		printf("}}");
	}
	puts("]}");
}

/* Remember a source no longer, and its silence neither. */
static int
forget(struct options *o)
{
	static const char known[] = "qw:{alarms}:sources",
	    now[] = "qw:{alarms}:now", log[] = "qw:{alarms}:log";
	char key[sizeof("qw:source:") + 65], time[32], text[128];
	const char *drop[] = { "DEL", key };
	const char *take[] = { "HDEL", known, o->forget };
	const char *clear[] = { "FCALL", "qw_upkeep_alarm", "2", now, log,
	    "silent", o->forget, "0", time, "querywatch", text, "10000" };

	snprintf(key, sizeof(key), "qw:source:%s", o->forget);
	snprintf(time, sizeof(time), "%" PRId64, timestamp_now());
	snprintf(text, sizeof(text), "source %s was forgotten", o->forget);
	if (command_redis_ask(&o->redis, key, 2, drop) == NULL ||
	    command_redis_ask(&o->redis, known, 3, take) == NULL ||
	    command_redis_ask(&o->redis, now, 12, clear) == NULL)
		return -1;
	return 0;
}

/* Print them.  Return the exit status. */
static int
tell(struct options *o)
{
	struct source_list l;
	int status = EXIT_SUCCESS;

	if (source_list_read(&o->redis, &l) != 0)
		return EXIT_ERROR;
	(o->json ? print_object : print_table)(&l);
	for (size_t i = 0; i < l.count; i++) {
		if (l.at[i].state == SOURCE_SILENT)
			status = EXIT_SILENT;
	}
	source_list_free(&l);
	return status;
}

static int
run(int argc, char **argv)
{
	struct options o = { .json = false };
	int status = read_options(argc, argv, &o);

	if (status != COMMAND_TAKEN)
		return status;
	status = EXIT_ERROR;
	if (command_redis_open(&o.redis) == 0 &&
	    (o.forget == NULL || forget(&o) == 0))
		status = tell(&o);
	command_redis_close(&o.redis);
	return status;
}

const struct command sources = {
	"sources", "say how the front ends and the consumers are", help, run
};
