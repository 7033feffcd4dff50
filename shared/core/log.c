#include "core/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LOG_LINE 2048
#define STATUS_MAX 79		/* what a line of any terminal holds */

static const char *program = "querywatch";
static int status_shown;	/* length of the status; under stderr's lock */

void
log_program(const char *name)
{
	program = name;
}

/* Put ${text} in the place of the status, which may be longer. */
static void
replace_status(const char *text)
{
	int length = (int)strnlen(text, STATUS_MAX);

	if (length > 0)
		fprintf(stderr, "\r%-*.*s", status_shown, length, text);
	else if (status_shown > 0)
		fprintf(stderr, "\r%*s\r", status_shown, "");
	status_shown = length;
}

/* Write ${text} with control and 8-bit octets as \xHH, and a newline. */
static void
print_escaped(const char *text)
{
	char line[4 * LOG_LINE + 2];
	size_t used = 0;

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0x20 && c < 0x7f)
			line[used++] = (char)c;
		else
			used += (size_t)snprintf(line + used, 5, "\\x%02x", c);
	}
	line[used++] = '\n';
	flockfile(stderr);
	replace_status("");
	fwrite(line, 1, used, stderr);
	funlockfile(stderr);
}

static void __attribute__((format(printf, 2, 0)))
print_line(const char *reason, const char *format, va_list args)
{
	int saved = errno;
	char line[LOG_LINE];
	size_t used;

	snprintf(line, sizeof(line), "%s: ", program);
	used = strlen(line);
	vsnprintf(line + used, sizeof(line) - used, format, args);
	used = strlen(line);
	if (reason != NULL)
		snprintf(line + used, sizeof(line) - used, ": %s", reason);
	print_escaped(line);
	errno = saved;
}

void
log_warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line(strerror(errno), format, args);
	va_end(args);
}

void
log_warnx(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line(NULL, format, args);
	va_end(args);
}

void
log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line(NULL, format, args);
	va_end(args);
}

void
log_status(const char *text)
{
	if (!isatty(STDERR_FILENO))
		return;
	flockfile(stderr);
	replace_status(text != NULL ? text : "");
	fflush(stderr);
	funlockfile(stderr);
}
