#ifndef COMMAND_H
#define COMMAND_H

/*
 * command - what the commands of querywatch share: their table, the options
 * that several have, and the rules that they ask.
 */

#include <stdbool.h>
#include <stddef.h>

#include "frontend/rules_setup.h"

#define COMMAND_PROGRAM "querywatch"

struct config;

/* One command; main.c has the table. */
struct command {
	const char *name, *summary, *help;
	int (*run)(int argc, char **argv);	/* argv[0] is its name; returns
						   the exit status */
};

/* Lists and configuration, as options give them.  Plain data; all zero is a
 * good start, command_close ends it. */
struct command_lists {
	const char *config_path;		/* -c; NULL: the defaults */
	struct config *config;
	struct rules_setup setup;
};

/* What command_option says. */
enum { COMMAND_TAKEN = -1, COMMAND_OTHER = -2 };

/**
 * command_shared_option(c, letter, argv):
 * Take a letter that every command has: -h, and what is none.  Return as
 * command_option.
 */
int command_shared_option(const struct command *c, int letter,
    char *const *argv);

/**
 * command_option(c, l, letter, value, argv):
 * Take the option ${letter}, as getopt_long gives it, if it is one of those
 * that all commands have: -b, -c, -h, and what is wrong.  Return
 * COMMAND_TAKEN, COMMAND_OTHER if it is the command's own, or the exit status
 * to end with.
 */
int command_option(const struct command *c, struct command_lists *l,
    int letter, const char *value, char *const *argv);

/**
 * command_configure(l):
 * Read the configuration.  Return 0, or -1 after having said what is wrong.
 */
int command_configure(struct command_lists *l);

/**
 * command_load(l):
 * Read the configuration and the lists, that of the command line and those of
 * the configuration, into ${l->setup.rules}.  Return 0, or -1 after having said
 * what is wrong; no list at all is wrong, too.
 */
int command_load(struct command_lists *l);

/**
 * command_close(l):
 * Free what ${l} holds, not ${l} itself.
 */
void command_close(struct command_lists *l);

#endif /* !COMMAND_H */
