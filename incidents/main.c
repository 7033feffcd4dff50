/*
 * querywatch-incidents - hits from Redis in, per-host incident records out.
 */

#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backoff.h"
#include "core/config.h"
#include "core/log.h"
#include "core/privileges.h"
#include "core/sandbox.h"
#include "core/usage.h"
#include "output/redis_servers.h"
#include "stream_reader.h"
#include "upkeep.h"

#define PROGRAM "querywatch-incidents"
#define GROUP "incidents"	/* our consumer group, on every stream */
#define CONSUMER_SIZE 65
#define HOST_SIZE 256
#define ERROR_SIZE 256

static const char help[] =
    "usage: " PROGRAM " [-n] [-c CONF] -o OUTPUT\n"
    "\n"
    "Keep per-host incident records in Redis from the hits there.\n"
    "\n"
    "  -c CONF   read this configuration\n"
    "  -n        check the configuration, say what was found, exit\n"
    "  -o OUTPUT unix:PATH or HOST:PORT[,...] (Redis)\n"
    "  -h        this help (also --help)\n"
    "  -V        the version (also --version)\n";

struct options {
	const char *configuration;	/* NULL: only defaults */
	const char *output;		/* NULL: as configured */
	bool check;
};

static volatile sig_atomic_t stopping;

static volatile sig_atomic_t report_wanted;

static void
note_signal(int number)
{
	if (number == SIGUSR1)
		report_wanted = 1;
	else
		stopping = 1;
}

/* Read the command line.  Return -1 to go on, else the exit status. */
static int
read_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	int letter;

	while ((letter = getopt_long(argc, argv, ":c:hno:V", names,
	    NULL)) != -1) {
		switch (letter) {
		case 'c':
			o->configuration = optarg;
			break;
		case 'h':
			fputs(help, stdout);
			return EXIT_SUCCESS;
		case 'n':
			o->check = true;
			break;
		case 'o':
			o->output = optarg;
			break;
		case 'V':
			puts(PROGRAM " " VERSION);
			return EXIT_SUCCESS;
		default:
			return usage_option(PROGRAM, letter, argv);
		}
	}
	if (optind < argc)
		return usage_error(PROGRAM, "'%s' is too much", argv[optind]);
	if (o->output != NULL && !redis_servers_target_valid(o->output))
		return usage_error(PROGRAM, "output '%s': give unix:PATH or "
		    "HOST:PORT", o->output);
	return -1;
}

/* Our name in the consumer group: the configured one, else the host's, made
 * of the characters that a source's name may have. */
static void
name_consumer(const struct config *config, const char *host,
    char name[CONSUMER_SIZE])
{
	const char *configured = config_string(config, "consumer");

	if (configured[0] == '\0')
		configured = host;
	snprintf(name, CONSUMER_SIZE, "%.*s", CONSUMER_SIZE - 1, configured);
	for (char *c = name; *c != '\0'; c++) {
		char one[2] = { *c, '\0' };

		if (!config_source_valid(one))
			*c = '-';
	}
	if (name[0] == '\0')
		snprintf(name, CONSUMER_SIZE, PROGRAM);
}

static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = note_signal };

	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGPIPE, &action, NULL);
}

/* Wait, in steps so short that a signal just before one does no harm. */
static void
pause_for(int milliseconds)
{
	const struct timespec step = { 0, 50 * 1000000 };

	for (int left = milliseconds; left > 0 && !stopping; left -= 50)
		nanosleep(&step, NULL);
}

static void
report(const struct incident_counters *done, uint64_t reconnects)
{
	log_info("%" PRIu64 " entries applied, %" PRIu64 " incidents opened, "
	    "%" PRIu64 " dead-lettered, %" PRIu64 " reconnects, %" PRIu64
	    " taken over, %" PRIu64 " without room", done->applied,
	    done->opened, done->dead, reconnects, done->claimed,
	    done->refused);
}

/* Apply what is there, then do what else is due.  Unless that is STORE_DONE,
 * *${reterror} says why. */
static enum store_result
step(struct stream_reader *reader, struct upkeep *upkeep,
    const char **reterror)
{
	enum store_result result = stream_reader_step(reader);

	*reterror = stream_reader_error(reader);
	if (result != STORE_DONE)
		return result;
	result = upkeep_step(upkeep);
	*reterror = upkeep_error(upkeep);
	if (result != STORE_DONE)
		stream_reader_prepare_again(reader);
	return result;
}

/* Read and apply until a signal.  Return the exit status. */
static int
run(struct stream_reader *reader, struct upkeep *upkeep)
{
	struct backoff backoff = { 0 };
	const struct incident_counters *done = stream_reader_counters(reader);
	const char *error;
	uint64_t reconnects = 0;
	bool away = false, refused = false;

	while (!stopping && !refused) {
		switch (step(reader, upkeep, &error)) {
		case STORE_DONE:
			if (away) {
				log_info("Redis is back");
				reconnects++;
			}
			away = false;
			backoff_reset(&backoff);
			break;
		case STORE_AWAY:
		case STORE_BROKEN:
			if (!away)
				log_warnx("Redis is away, trying until it is "
				    "back: %s", error);
			if (!away)
				upkeep_away(upkeep);
			away = true;
			pause_for(backoff_next(&backoff));
			break;
		case STORE_REFUSED:
			log_warnx("%s", error);
			refused = true;
			break;
		}
		if (report_wanted) {
			report_wanted = 0;
			report(done, reconnects);
		}
	}
	if (!away && !refused)
		upkeep_stop(upkeep);
	report(done, reconnects);
	return refused ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Get addresses for ${target}, waiting for them as for Redis; NULL if a signal
 * came first.  The caller frees them. */
static char *
find_redis(const char *target)
{
	struct backoff backoff = { 0 };
	char error[ERROR_SIZE], *found;
	bool said = false;

	while (!stopping) {
		found = redis_servers_resolve(target, error, sizeof(error));
		if (found != NULL)
			return found;
		if (!said)
			log_warnx("Redis is away, trying until it is back: %s",
			    error);
		said = true;
		pause_for(backoff_next(&backoff));
	}
	return NULL;
}

/* Give up rights, and what can be done without files and resolvers.  Return
 * -1 to go on at *${retfound}, which the caller frees, else the exit status. */
static int
enter_sandbox(const struct config *config, const char *output,
    char **retfound)
{
	char error[ERROR_SIZE];

	if (privileges_drop(config_string(config, "user"), false, error,
	    sizeof(error)) != 0) {
		log_warnx("%s", error);
		return EXIT_FAILURE;
	}
	if (!config_switch(config, "sandbox"))
		return (*retfound = strdup(output)) != NULL ? -1 :
		    EXIT_FAILURE;
	if ((*retfound = find_redis(output)) == NULL)
		return EXIT_SUCCESS;
	if (sandbox_enter(strncmp(output, "unix:", 5) == 0 ? SANDBOX_UNIX :
	    SANDBOX_TCP, error, sizeof(error)) == 0)
		return -1;
	log_warnx("%s", error);
	free(*retfound);
	return EXIT_FAILURE;
}

/* Consume with the ${settings} from the Redis at ${output} until a signal.
 * Return the exit status. */
static int
consume(const struct incident_settings *settings, const struct config *config,
    const char *output, const char *host)
{
	struct redis_servers *servers;
	struct stream_reader *reader = NULL;
	struct upkeep *upkeep = NULL;
	int status = EXIT_FAILURE;

	servers = redis_servers_new(output, config, STREAM_READER_TIMEOUT);
	if (servers != NULL)
		reader = stream_reader_new(settings, servers);
	if (reader != NULL)
		upkeep = upkeep_new(settings, servers,
		    stream_reader_counters(reader), host);
	if (upkeep != NULL)
		status = run(reader, upkeep);
	else
		log_warn("cannot start");
	upkeep_free(upkeep);
	stream_reader_free(reader);
	redis_servers_free(servers);
	return status;
}

/* Do what ${o} asks with the configuration read. */
static int
start(const struct options *o, struct config *config)
{
	char consumer[CONSUMER_SIZE], error[ERROR_SIZE], host[HOST_SIZE] = "";
	const char *output = o->output != NULL ? o->output :
	    config_string(config, "output");
	const struct incident_settings settings = {
		.group = GROUP,
		.consumer = consumer,
		.partitions = (unsigned)config_number(config, "partitions"),
		.names = config_number(config, "names_per_incident"),
		.evidence = config_number(config, "evidence_per_incident"),
		.hosts = config_number(config, "hosts_max"),
		.stream = config_number(config, "stream_max"),
		.claim_idle = config_number(config, "claim_idle"),
		.retention = config_number(config, "retention"),
		.heartbeat = config_number(config, "heartbeat"),
	};
	char *found;
	int status;

	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	name_consumer(config, host, consumer);
	if (output[0] == '\0' && !o->check)
		return usage_error(PROGRAM, "no Redis: give -o unix:PATH or "
		    "HOST:PORT");
	if (output[0] != '\0' && !redis_servers_target_valid(output)) {
		log_warnx("output: '%s' is neither unix:PATH nor HOST:PORT",
		    output);
		return EXIT_FAILURE;
	}
	if (redis_servers_prepare(config, error, sizeof(error)) != 0) {
		log_warnx("%s", error);
		return EXIT_FAILURE;
	}
	if (o->check) {
		printf("configuration is fine: %u partition%s, consumer %s\n",
		    settings.partitions, settings.partitions == 1 ? "" : "s",
		    consumer);
		return EXIT_SUCCESS;
	}
	catch_signals();
	if ((status = enter_sandbox(config, output, &found)) >= 0)
		return status;
	status = consume(&settings, config, found, host);
	free(found);
	return status;
}

int
main(int argc, char **argv)
{
	struct options options = { 0 };
	struct config *config;
	char error[ERROR_SIZE];
	int status;

	log_program(PROGRAM);
	if ((status = read_options(argc, argv, &options)) >= 0)
		return status;
	config = config_load(options.configuration, error, sizeof(error));
	if (config == NULL) {
		log_warnx("%s", error);
		return EXIT_FAILURE;
	}
	status = start(&options, config);
	config_free(config);
	return status;
}
