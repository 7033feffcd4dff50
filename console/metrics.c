/* querywatch metrics - what the sources tell, for Prometheus. */

#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "command_redis.h"
#include "commands.h"
#include "core/log.h"
#include "core/timestamp.h"
#include "core/usage.h"
#include "output/redis_link.h"
#include "source_list.h"

static const char help[] =
    "usage: querywatch metrics [-c CONF] [-o OUTPUT]\n"
    "\n"
    "Print what front ends and consumers tell of themselves, and the alarms,\n"
    "in Prometheus's text format.\n"
    "\n"
    "  -c CONF   read this configuration\n"
    "  -o OUTPUT unix:PATH or HOST:PORT[,...] (Redis)\n"
    "  -h        this help (also --help)\n";

/* One field of one source's record that is a number. */
struct sample {
	const char *key;
	const char *source;
	const char *value;
};

/* Read the command line.  Return COMMAND_TAKEN to go on, else the exit
 * status. */
static int
read_options(int argc, char **argv, struct command_redis *r)
{
	static const struct option names[] = {
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	int letter, status = COMMAND_TAKEN;

	while (status == COMMAND_TAKEN && (letter = getopt_long(argc, argv,
	    ":c:ho:", names, NULL)) != -1)
		status = command_redis_option(&metrics, r, letter, optarg,
		    argv);
	if (status == COMMAND_TAKEN && optind < argc)
		return usage_error(COMMAND_PROGRAM, "'%s' is too much",
		    argv[optind]);
	return status;
}

/* --- the format --------------------------------------------------------- */

static void
begin_metric(const char *name, const char *type, const char *about)
{
	printf("# HELP querywatch_%s %s\n# TYPE querywatch_%s %s\n", name,
	    about, name, type);
}

/* A label's value, escaped; what is not printable ASCII as '?'. */
static void
print_label(const char *name, const char *value)
{
	printf("%s=\"", name);
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			putchar('\\');
		putchar(*value >= ' ' && *value <= '~' ? *value : '?');
	}
	putchar('"');
}

/* querywatch_NAME{source="SOURCE"}, and a space. */
static void
begin_sample(const char *name, const char *source)
{
	printf("querywatch_%s{", name);
	print_label("source", source);
	printf("} ");
}

/* --- what every source has ---------------------------------------------- */

static void
print_states(const struct source_list *l, const char *name,
    enum source_state state, const char *about)
{
	begin_metric(name, "gauge", about);
	for (size_t i = 0; i < l->count; i++) {
		begin_sample(name, l->at[i].name);
		printf("%d\n", l->at[i].state == state);
	}
}

static void
print_info(const struct source_list *l)
{
	static const char *const labels[] = { "program", "version", "via",
	    "host", "input" };

	begin_metric("source_info", "gauge", "What the source is.");
	for (size_t i = 0; i < l->count; i++) {
		const struct source *s = &l->at[i];

		if (s->count == 0)
			continue;
		printf("querywatch_source_info{");
		print_label("source", s->name);
		for (size_t k = 0; k < sizeof(labels) / sizeof(labels[0]);
		    k++) {
			putchar(',');
			print_label(labels[k], source_list_value(s,
			    labels[k]));
		}
		puts("} 1");
	}
}

static void
print_seconds(const char *name, const char *source, int64_t microseconds)
{
	begin_sample(name, source);
	printf("%.6f\n", (double)microseconds / 1e6);
}

static void
print_times(const struct source_list *l)
{
	static const struct { const char *key, *name, *about; } spans[] = {
		{ "lag", "source_lag_seconds",
		    "From the time of its newest input to its record." },
		{ "uptime", "source_uptime_seconds", "Since it started." },
	};
	int64_t now = timestamp_now();

	begin_metric("source_age_seconds", "gauge",
	    "Since the source told last how it is.");
	for (size_t i = 0; i < l->count; i++)
		print_seconds("source_age_seconds", l->at[i].name,
		    now - l->at[i].seen);
	for (size_t k = 0; k < sizeof(spans) / sizeof(spans[0]); k++) {
		begin_metric(spans[k].name, "gauge", spans[k].about);
		for (size_t i = 0; i < l->count; i++) {
			const char *text = source_list_value(&l->at[i],
			    spans[k].key);

			if (text[0] != '\0')
				print_seconds(spans[k].name, l->at[i].name,
				    strtoll(text, NULL, 10));
		}
	}
}

/* --- what they count ---------------------------------------------------- */

/* Is it a counter's name and value: with a '_', and a number? */
static bool
is_counter(const struct source_field *f)
{
	const char *digits = f->value[0] == '-' ? f->value + 1 : f->value;

	return strchr(f->key, '_') != NULL && f->key[0] != '\0' &&
	    f->key[strspn(f->key, "abcdefghijklmnopqrstuvwxyz"
	    "0123456789_")] == '\0' && digits[0] != '\0' &&
	    digits[strspn(digits, "0123456789")] == '\0';
}

/* These say how something is now, and may go down. */
static bool
is_gauge(const char *key)
{
	static const char *const gauges[] = { "connections_open",
	    "logs_followed", "logs_behind", "logs_full", "redis_waiting",
	    "lists_generation", "all_length", "all_waiting", "all_pending",
	    "all_dead", "all_hosts", "all_incidents", "all_open" };

	for (size_t i = 0; i < sizeof(gauges) / sizeof(gauges[0]); i++) {
		if (strcmp(gauges[i], key) == 0)
			return true;
	}
	return false;
}

static int
by_key(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	return order != 0 ? order : strcmp(x->source, y->source);
}

/* All counters of all sources; those of one name have to be together. */
static int
print_counters(const struct source_list *l)
{
	size_t most = 1, count = 0;
	struct sample *all;

	for (size_t i = 0; i < l->count; i++)
		most += l->at[i].count;
	if ((all = calloc(most, sizeof(*all))) == NULL) {
		log_warn("metrics");
		return -1;
	}
	for (size_t i = 0; i < l->count; i++) {
		const struct source *s = &l->at[i];

		for (size_t k = 0; k < s->count; k++) {
			if (is_counter(&s->field[k]))
				all[count++] = (struct sample){
				    s->field[k].key, s->name,
				    s->field[k].value };
		}
	}
	qsort(all, count, sizeof(*all), by_key);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || strcmp(all[i].key, all[i - 1].key) != 0)
			begin_metric(all[i].key, is_gauge(all[i].key) ?
			    "gauge" : "counter", "See querywatch-streams(7).");
		begin_sample(all[i].key, all[i].source);
		puts(all[i].value);
	}
	free(all);
	return 0;
}

/* The alarms there are now, each "KIND ABOUT". */
static int
print_alarms(struct command_redis *r)
{
	static const char key[] = "qw:{alarms}:now";
	const char *argv[] = { "HKEYS", key };
	const struct redis_reply *names = command_redis_ask(r, key, 2, argv);

	if (names == NULL)
		return -1;
	begin_metric("alarms", "gauge", "Alarms that are not over.");
	printf("querywatch_alarms %zu\n", redis_reply_count(names));
	begin_metric("alarm", "gauge", "An alarm that is not over.");
	for (size_t i = 0; i < redis_reply_count(names); i++) {
		const char *name = redis_reply_text(redis_reply_at(names, i));
		size_t kind = strcspn(name, " ");
		char text[32];

		snprintf(text, sizeof(text), "%.*s", (int)kind, name);
		printf("querywatch_alarm{");
		print_label("kind", text);
		putchar(',');
		print_label("about", name[kind] == ' ' ? name + kind + 1 :
		    "");
		puts("} 1");
	}
	return 0;
}

static int
print_all(struct command_redis *r)
{
	struct source_list l;
	int status;

	if (source_list_read(r, &l) != 0)
		return -1;
	print_states(&l, "source_running", SOURCE_RUNNING,
	    "Whether the source is heard.");
	print_states(&l, "source_silent", SOURCE_SILENT,
	    "Whether the source is not heard, and has not stopped in order.");
	print_info(&l);
	print_times(&l);
	status = print_counters(&l);
	source_list_free(&l);
	return status == 0 ? print_alarms(r) : -1;
}

static int
run(int argc, char **argv)
{
	struct command_redis r = { .output = NULL };
	int status = read_options(argc, argv, &r);

	if (status != COMMAND_TAKEN)
		return status;
	status = command_redis_open(&r) == 0 && print_all(&r) == 0 ?
	    EXIT_SUCCESS : EXIT_FAILURE;
	command_redis_close(&r);
	return status;
}

const struct command metrics = {
	"metrics", "print what the sources tell, for Prometheus", help, run
};
