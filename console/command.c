#include "command.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/config.h"
#include "core/log.h"
#include "core/usage.h"

static int
add_list(struct command_lists *l, const char *arg)
{
	char error[256];

	if (rules_setup_add(&l->setup, arg, error, sizeof(error)) == 0)
		return COMMAND_TAKEN;
	return usage_error(COMMAND_PROGRAM, "-b: %s", error);
}

int
command_shared_option(const struct command *c, int letter, char *const *argv)
{
	switch (letter) {
	case 'h':
		fputs(c->help, stdout);
		return EXIT_SUCCESS;
	case '?':
	case ':':
		return usage_option(COMMAND_PROGRAM, letter, argv);
	default:
		return COMMAND_OTHER;
	}
}

int
command_option(const struct command *c, struct command_lists *l, int letter,
    const char *value, char *const *argv)
{
	switch (letter) {
	case 'b':
		return add_list(l, value);
	case 'c':
		l->config_path = value;
		return COMMAND_TAKEN;
	default:
		return command_shared_option(c, letter, argv);
	}
}

int
command_configure(struct command_lists *l)
{
	char error[512];

	l->config = config_load(l->config_path, error, sizeof(error));
	if (l->config != NULL)
		return 0;
	log_warnx("%s", error);
	return -1;
}

int
command_load(struct command_lists *l)
{
	if (command_configure(l) != 0 ||
	    rules_setup_open(&l->setup, l->config) != 0)
		return -1;
	if (l->setup.count == 0) {
		log_warnx("no list of bad names: give -b LIST, or -c CONF "
		    "with lists");
		return -1;
	}
	return rules_setup_load(&l->setup, false);
}

void
command_close(struct command_lists *l)
{
	rules_setup_free(&l->setup);
	config_free(l->config);
}
