#ifndef USAGE_H
#define USAGE_H

/*
 * usage - one line about a wrong command line: what is wrong, and where help
 * is.
 */

#define EXIT_USAGE 2		/* wrong command line */

/**
 * usage_error(program, format, ...):
 * Log what is wrong and that ${program} --help helps; return EXIT_USAGE.
 */
int usage_error(const char *program, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * usage_option(program, letter, argv):
 * The same for what getopt_long has just not liked, ${letter} being what it
 * returned, '?' or ':'.  The list of letters has to begin with a colon, which
 * keeps getopt itself quiet.
 */
int usage_option(const char *program, int letter, char *const *argv);

#endif /* !USAGE_H */
