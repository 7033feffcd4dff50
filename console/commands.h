#ifndef COMMANDS_H
#define COMMANDS_H

/*
 * commands - the commands of querywatch, a file each.
 */

struct command;

extern const struct command compile;
extern const struct command explain;
extern const struct command lists;

#endif /* !COMMANDS_H */
