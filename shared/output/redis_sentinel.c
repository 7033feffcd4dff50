#include "output/redis_sentinel.h"

#include <stdio.h>
#include <string.h>

/* What went wrong, as a sentence. */
static void
explain(struct redis_link *link, const struct redis_reply *reply,
    const char *otherwise, char *reterr, size_t size)
{
	if (reply == NULL)
		snprintf(reterr, size, "%s", redis_link_error(link));
	else if (redis_reply_type(reply) == REDIS_ERROR)
		snprintf(reterr, size, "%s: %s", redis_link_target(link),
		    redis_reply_text(reply));
	else
		snprintf(reterr, size, "%s: %s", redis_link_target(link),
		    otherwise);
}

int
redis_sentinel_ask(struct redis_link *link, const char *master,
    char retaddress[REDIS_LINK_ADDRESS_SIZE], char *reterr, size_t size)
{
	const char *argv[] = { "SENTINEL", "GET-MASTER-ADDR-BY-NAME",
	    master };
	const struct redis_reply *reply = redis_link_call(link, 3, argv, NULL);
	const char *host = redis_reply_text(redis_reply_at(reply, 0));
	const char *port = redis_reply_text(redis_reply_at(reply, 1));
	char target[REDIS_LINK_ADDRESS_SIZE];
	int length;

	if (redis_reply_count(reply) != 2) {
		explain(link, reply, "this sentinel does not know the master "
		    "that redis_sentinel names", reterr, size);
		return -1;
	}
	length = snprintf(target, sizeof(target), strchr(host, ':') != NULL ?
	    "[%s]:%s" : "%s:%s", host, port);
	if (length < 0 || (size_t)length >= sizeof(target) ||
	    !redis_link_target_valid(target)) {
		explain(link, reply, "this sentinel tells no address", reterr,
		    size);
		return -1;
	}
	memcpy(retaddress, target, sizeof(target));
	return 0;
}

int
redis_sentinel_check(struct redis_link *link, char *reterr, size_t size)
{
	const char *argv[] = { "ROLE" };
	const struct redis_reply *reply = redis_link_call(link, 1, argv, NULL);

	if (strcmp(redis_reply_text(redis_reply_at(reply, 0)),
	    "master") == 0)
		return 0;
	explain(link, reply, "is no master, whatever the sentinel says",
	    reterr, size);
	return -1;
}
