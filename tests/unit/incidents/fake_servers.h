#ifndef FAKE_SERVERS_H
#define FAKE_SERVERS_H

/*
 * fake_servers - output/redis_servers.h over a list of what is asked, in
 * order, and what is answered, so that no Redis is needed.
 */

#include <stdio.h>

#include "fake_reply.h"
#include "output/redis_servers.h"

#define FAKE_STEPS_MAX 64
#define FAKE_COMMAND_SIZE 256

/* What is expected, and where the test has come to. */
static struct {
	struct { const char *command; const struct redis_reply *reply; }
	    step[FAKE_STEPS_MAX];
	size_t steps, next;
	char last[FAKE_COMMAND_SIZE];	/* the last command, as asked */
} fake;

/* Expect a command whose words begin with ${command}. */
static inline void
fake_expect(const char *command, const struct redis_reply *reply)
{
	assert_true(fake.steps < FAKE_STEPS_MAX);
	fake.step[fake.steps].command = command;
	fake.step[fake.steps++].reply = reply;
}

/* All that was expected has come; begin anew. */
static inline void
fake_end(void)
{
	assert_int_equal(fake.next, fake.steps);
	fake.steps = fake.next = 0;
}

const struct redis_reply *
redis_servers_call(struct redis_servers *s, const char *key, int argc,
    const char **argv, const size_t *lengths)
{
	size_t used = 0;

	(void)s;
	(void)lengths;
	assert_non_null(key);
	for (int i = 0; i < argc && used < sizeof(fake.last) - 1; i++)
		used += (size_t)snprintf(fake.last + used,
		    sizeof(fake.last) - used, "%s%s", i > 0 ? " " : "",
		    argv[i]);
	if (fake.next == fake.steps)
		fail_msg("not expected: %s", fake.last);
	if (strncmp(fake.last, fake.step[fake.next].command,
	    strlen(fake.step[fake.next].command)) != 0)
		fail_msg("%s in place of %s", fake.last,
		    fake.step[fake.next].command);
	return fake.step[fake.next++].reply;
}

const char *
redis_servers_error(const struct redis_servers *s)
{
	(void)s;
	return "no route";
}

#endif /* !FAKE_SERVERS_H */
