#include "output/redis_library.h"

#include <stdio.h>
#include <string.h>

#include "output/redis_link.h"
#include "output/redis_servers.h"

/* The version the server has: 0 if none, -1 and a sentence if unknown. */
static long long
version_there(const struct redis_library *library, struct redis_link *link,
    char *reterr, size_t size)
{
	const struct redis_reply *reply;
	char function[128];
	const char *argv[] = { "FCALL_RO", function, "0" };

	snprintf(function, sizeof(function), "%s_version", library->name);
	reply = redis_link_call(link, 3, argv, NULL);
	if (reply == NULL) {
		snprintf(reterr, size, "%s", redis_link_error(link));
		return -1;
	}
	if (redis_reply_type(reply) == REDIS_INTEGER)
		return redis_reply_integer(reply);
	if (strstr(redis_reply_text(reply), "Function not found") != NULL)
		return 0;
	if (strstr(redis_reply_text(reply), "unknown command") != NULL)
		snprintf(reterr, size, "the server knows no functions: "
		    "Redis 7.0 or later is needed");
	else
		snprintf(reterr, size, "%s", redis_reply_text(reply));
	return -1;
}

int
redis_library_ensure(const struct redis_library *library,
    struct redis_link *link, char *reterr, size_t size)
{
	const char *argv[] = { "FUNCTION", "LOAD", "REPLACE", library->code };
	const size_t lengths[] = { 8, 4, 7, library->length };
	const struct redis_reply *reply;
	long long there = version_there(library, link, reterr, size);

	if (there < 0)
		return -1;
	if (there == library->version)
		return 0;
	if (there > library->version) {
		snprintf(reterr, size, "the server has version %lld of the "
		    "function library %s, newer than this program's %lld: "
		    "upgrade this program", there, library->name,
		    library->version);
		return -1;
	}
	reply = redis_link_call(link, 4, argv, lengths);
	if (reply == NULL) {
		snprintf(reterr, size, "%s", redis_link_error(link));
		return -1;
	}
	if (redis_reply_type(reply) == REDIS_ERROR) {
		snprintf(reterr, size, "cannot load the function library %s: "
		    "%s%s", library->name, redis_reply_text(reply),
		    strncmp(redis_reply_text(reply), "NOPERM", 6) == 0 ?
		    " (as a user who may: redis-cli -x FUNCTION LOAD REPLACE "
		    "<FILE.lua)" : "");
		return -1;
	}
	return 0;
}

int
redis_library_ensure_all(const struct redis_library *library,
    struct redis_servers *servers, char *reterr, size_t size)
{
	/* Whichever key it is: now it is known who there is. */
	if (redis_servers_link(servers, library->name) == NULL) {
		snprintf(reterr, size, "%s", redis_servers_error(servers));
		return -1;
	}
	for (size_t i = 0; i < redis_servers_count(servers); i++) {
		if (redis_library_ensure(library, redis_servers_at(servers, i),
		    reterr, size) != 0) {
			redis_servers_look_again(servers);
			return -1;
		}
	}
	return 0;
}
