#include "core/usage.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/log.h"

int
usage_error(const char *program, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	log_warnx("%s (see %s --help)", text, program);
	return EXIT_USAGE;
}

int
usage_option(const char *program, int letter, char *const *argv)
{
	const char *problem = letter == ':' ? "needs a value" :
	    "is not known";

	/* A letter may stand among others in its word; a long option is the
	 * whole word. */
	if (optopt > 0 && optopt < 128)
		return usage_error(program, "option -%c %s", optopt, problem);
	return usage_error(program, "option %s %s", argv[optind - 1],
	    problem);
}
