#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/usage.h"
#include "frontend/frontend.h"
#include "frontend/frontend_state.h"
#include "output/redis_servers.h"

#define TOP_DEFAULT 20
#define TOP_MAX 65536

static int
add_list(struct frontend *f, const char *arg)
{
	char error[256];

	if (rules_setup_add(&f->setup, arg, error, sizeof(error)) == 0)
		return 0;
	f->exit_status = usage_error(f->program, "-b: %s", error);
	return -1;
}

/* The text is NULL where no format was given. */
static int
choose_report(struct frontend *f, const char *text)
{
	f->reports = true;
	f->report_format = text == NULL ? REPORT_PRINT_TEXT :
	    report_print_format(text);
	if (f->report_format != REPORT_PRINT_FORMATS)
		return 0;
	f->exit_status = usage_error(f->program, "--report=%s: give text, "
	    "json or html", text);
	return -1;
}

static int
choose_top(struct frontend *f, const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' &&
	    number > 0 && number <= TOP_MAX) {
		f->top = number;
		return 0;
	}
	f->exit_status = usage_error(f->program, "--top %s: give a number, "
	    "1 to %d", text, TOP_MAX);
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
	case FRONTEND_FORCE:
		f->setup.guards.force = true;
		return 0;
	case FRONTEND_ONLY_NEW:
		f->setup.known_path = value;
		return 0;
	case FRONTEND_REPORT:
		return choose_report(f, value);
	case FRONTEND_TOP:
		return choose_top(f, value);
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
	    !redis_servers_target_valid(f->output))
		return usage_error(f->program, "output '%s': give -, "
		    "unix:PATH or HOST:PORT[,HOST:PORT...]", f->output);
	if (f->all && strcmp(f->output, "-") != 0)
		return usage_error(f->program, "-a prints on standard "
		    "output: it goes without -o %s", f->output);
	if (f->reports && (f->all || strcmp(f->output, "-") != 0))
		return usage_error(f->program, "--report prints on standard "
		    "output, and nothing else: it goes without %s", f->all ?
		    "-a" : "another output");
	if (f->top > 0 && !f->reports)
		return usage_error(f->program, "--top only goes with "
		    "--report");
	if (f->top == 0)
		f->top = TOP_DEFAULT;
	if (!f->all && !f->reports && !f->check && f->setup.count == 0)
		return usage_error(f->program, "no list of bad names: give "
		    "-b LIST (or -a to print every query)");
	return 0;
}
