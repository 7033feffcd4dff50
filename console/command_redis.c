#include "command_redis.h"

#include <stdlib.h>

#include "command.h"
#include "core/config.h"
#include "core/log.h"
#include "output/redis_link.h"
#include "output/redis_servers.h"

#define TIMEOUT_MS 10000

int
command_redis_option(const struct command *c, struct command_redis *r,
    int letter, const char *value, char *const *argv)
{
	switch (letter) {
	case 'c':
		r->config_path = value;
		return COMMAND_TAKEN;
	case 'o':
		r->output = value;
		return COMMAND_TAKEN;
	default:
		return command_shared_option(c, letter, argv);
	}
}

int
command_redis_open(struct command_redis *r)
{
	static const char key[] = "qw:meta";
	const char *argv[] = { "EXISTS", key };
	char error[512];

	r->config = config_load(r->config_path, error, sizeof(error));
	if (r->config == NULL) {
		log_warnx("%s", error);
		return -1;
	}
	if (r->output == NULL)
		r->output = config_string(r->config, "output");
	if (!redis_servers_target_valid(r->output)) {
		log_warnx("no Redis: give -o unix:PATH or HOST:PORT, or -c "
		    "CONF with output");
		return -1;
	}
	if (redis_servers_prepare(r->config, error, sizeof(error)) != 0) {
		log_warnx("%s", error);
		return -1;
	}
	r->servers = redis_servers_new(r->output, r->config, TIMEOUT_MS);
	if (r->servers == NULL) {
		log_warn("cannot start");
		return -1;
	}
	return command_redis_ask(r, key, 2, argv) != NULL ? 0 : -1;
}

const struct redis_reply *
command_redis_ask(struct command_redis *r, const char *key, int argc,
    const char **argv)
{
	const struct redis_reply *reply = redis_servers_call(r->servers, key,
	    argc, argv, NULL);

	if (reply == NULL) {
		log_warnx("%s", redis_servers_error(r->servers));
		return NULL;
	}
	if (redis_reply_type(reply) == REDIS_ERROR) {
		log_warnx("Redis: %s", redis_reply_text(reply));
		return NULL;
	}
	return reply;
}

void
command_redis_close(struct command_redis *r)
{
	redis_servers_free(r->servers);
	config_free(r->config);
}
