#ifndef COMMANDS_H
#define COMMANDS_H

/*
 * commands - the commands of querywatch, a file each.
 */

struct command;

extern const struct command compile;
extern const struct command erase;
extern const struct command explain;
extern const struct command lists;
extern const struct command metrics;
extern const struct command sources;

#endif /* !COMMANDS_H */
