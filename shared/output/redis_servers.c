#include "output/redis_servers.h"

#include <stdlib.h>

#include "output/redis_link.h"

struct redis_servers {
	struct redis_link *link;
};

struct redis_servers *
redis_servers_new(const char *target, const struct config *config,
    int timeout_ms)
{
	struct redis_servers *s = calloc(1, sizeof(*s));

	(void)config;
	if (s == NULL || (s->link = redis_link_new(target,
	    timeout_ms)) == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

struct redis_link *
redis_servers_link(struct redis_servers *s, const char *key)
{
	(void)key;
	return s->link;
}

const struct redis_reply *
redis_servers_call(struct redis_servers *s, const char *key, int argc,
    const char **argv, const size_t *lengths)
{
	(void)key;
	return redis_link_call(s->link, argc, argv, lengths);
}

bool
redis_servers_moved(const struct redis_reply *r)
{
	(void)r;
	return false;
}

size_t
redis_servers_count(struct redis_servers *s)
{
	(void)s;
	return 1;
}

struct redis_link *
redis_servers_at(struct redis_servers *s, size_t i)
{
	(void)i;
	return s->link;
}

const char *
redis_servers_error(const struct redis_servers *s)
{
	return redis_link_error(s->link);
}

void
redis_servers_free(struct redis_servers *s)
{
	if (s == NULL)
		return;
	redis_link_free(s->link);
	free(s);
}
