#include "core/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LOG_LINE 2048

static const char *program = "querywatch";

void
log_program(const char *name)
{
	program = name;
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
	fwrite(line, 1, used, stderr);
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
