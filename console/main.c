/*
 * querywatch - the operator's command line.
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "commands.h"
#include "core/log.h"
#include "core/usage.h"

static const struct command *const table[] = { &compile, &erase, &explain,
    &lists, &metrics, &sources };

#define COMMANDS (sizeof(table) / sizeof(table[0]))

static void
print_help(void)
{
	puts("usage: " COMMAND_PROGRAM " COMMAND [OPTION]... [ARGUMENT]...\n"
	    "\n"
	    "The operator's command line.\n");
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-10s%s\n", table[i]->name, table[i]->summary);
	puts("\n"
	    "  -h        this help (also --help); after a command: its own\n"
	    "  -V        the version (also --version)");
}

static bool
is(const char *word, const char *letter, const char *text)
{
	return strcmp(word, letter) == 0 || strcmp(word, text) == 0;
}

int
main(int argc, char **argv)
{
	log_program(COMMAND_PROGRAM);
	if (argc < 2)
		return usage_error(COMMAND_PROGRAM, "no command");
	if (is(argv[1], "-h", "--help")) {
		print_help();
		return EXIT_SUCCESS;
	}
	if (is(argv[1], "-V", "--version")) {
		puts(COMMAND_PROGRAM " " VERSION);
		return EXIT_SUCCESS;
	}
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(argv[1], table[i]->name) == 0)
			return table[i]->run(argc - 1, argv + 1);
	}
	return usage_error(COMMAND_PROGRAM, argv[1][0] == '-' ?
	    "option %s is not known" : "there is no command '%s'", argv[1]);
}
