#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/usage.h"
#include "frontend/frontend.h"
#include "frontend/frontend_state.h"

static int
add_list(struct frontend *f, const char *arg)
{
	char error[256];

	if (rules_setup_add(&f->setup, arg, error, sizeof(error)) == 0)
		return 0;
	f->exit_status = usage_error(f->program, "-b: %s", error);
	return -1;
}

int
frontend_option(struct frontend *f, int letter, const char *value)
{
	switch (letter) {
	case 'a':
		f->all = true;
		return 0;
	case 'b':
		return add_list(f, value);
	case 'c':
		f->config_path = value;
		return 0;
	case 'n':
		f->check = true;
		return 0;
	case 'o':
		f->output = value;
		return 0;
	case 'h':
		printf("%s", f->help);
		f->exit_status = EXIT_SUCCESS;
		return -1;
	case 'V':
		printf("%s %s\n", f->program, VERSION);
		f->exit_status = EXIT_SUCCESS;
		return -1;
	default:
		f->exit_status = usage_option(f->program, letter, f->argv);
		return -1;
	}
}

int
frontend_exit_status(const struct frontend *f)
{
	return f->exit_status;
}

int
frontend_options_check(struct frontend *f)
{
	if (f->output == NULL || f->output[0] == '\0')
		f->output = config_string(f->config, "output");
	if (f->output[0] == '\0')
		f->output = "-";
	if (strcmp(f->output, "-") != 0 &&
	    !redis_link_target_valid(f->output))
		return usage_error(f->program, "output '%s': give -, "
		    "unix:PATH or HOST:PORT", f->output);
	if (f->all && strcmp(f->output, "-") != 0)
		return usage_error(f->program, "-a prints on standard "
		    "output: it goes without -o %s", f->output);
	if (!f->all && !f->check && f->setup.count == 0)
		return usage_error(f->program, "no list of bad names: give "
		    "-b LIST (or -a to print every query)");
	return 0;
}
