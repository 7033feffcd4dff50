#ifndef COMMAND_REDIS_H
#define COMMAND_REDIS_H

/*
 * command_redis - what the commands share that look into Redis: where it is,
 * and how to ask it.
 */

#include <stddef.h>

struct command;
struct config;
struct redis_reply;
struct redis_servers;

/* Plain data; all zero is a good start, command_redis_close ends it. */
struct command_redis {
	const char *config_path;	/* -c; NULL: the defaults */
	const char *output;		/* -o; NULL: as configured */
	struct config *config;
	struct redis_servers *servers;
};

/**
 * command_redis_option(c, r, letter, value, argv):
 * As command_option, for -c, -h, -o and what is wrong.
 */
int command_redis_option(const struct command *c, struct command_redis *r,
    int letter, const char *value, char *const *argv);

/**
 * command_redis_open(r):
 * Read the configuration and see that Redis answers.  Return 0, or -1 after
 * having said what is wrong.
 */
int command_redis_open(struct command_redis *r);

/**
 * command_redis_ask(r, key, argc, argv):
 * Have Redis do the command ${argv}, about ${key}.  Return the reply, borrowed
 * until the next call, or NULL after having said what is wrong; an error that
 * Redis answers is wrong, too.
 */
const struct redis_reply *command_redis_ask(struct command_redis *r,
    const char *key, int argc, const char **argv);

/**
 * command_redis_close(r):
 * Free what ${r} holds, not ${r} itself.
 */
void command_redis_close(struct command_redis *r);

#endif /* !COMMAND_REDIS_H */
