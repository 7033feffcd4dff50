#ifndef COMMANDS_H
#define COMMANDS_H

/*
 * commands - the commands of querywatch, a file each.
 */

struct command;

extern const struct command compile;
extern const struct command explain;

#endif /* !COMMANDS_H */
