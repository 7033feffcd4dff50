#include "failure.h"

#include <stdio.h>
#include <string.h>

#include "output/redis_link.h"

/* Does ${error} tell of the server's state, not of what we gave it? */
static bool
is_passing(const char *error)
{
	static const char *const codes[] = { "LOADING", "BUSY", "OOM",
	    "READONLY", "MISCONF", "NOREPLICAS", "MASTERDOWN", "CLUSTERDOWN",
	    "MOVED", "ASK", "TRYAGAIN", "NOAUTH", "WRONGPASS", "NOPERM",
	    "NOGROUP", "UNKILLABLE", "UNBLOCKED" };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		size_t length = strlen(codes[i]);

		if (strncmp(error, codes[i], length) == 0 &&
		    (error[length] == ' ' || error[length] == '\0'))
			return true;
	}
	return strstr(error, "unction not found") != NULL ||
	    strstr(error, "non local key") != NULL ||
	    strstr(error, "o such key") != NULL ||
	    strstr(error, "killed by user") != NULL;
}

enum store_result
failure_judge(const struct redis_reply *r, const char *why, char *reterr)
{
	bool error = redis_reply_type(r) == REDIS_ERROR;

	snprintf(reterr, INCIDENT_STORE_ERROR_SIZE, "%s", r == NULL ? why :
	    error ? redis_reply_text(r) : "unexpected reply");
	return error && !is_passing(redis_reply_text(r)) ? STORE_BROKEN :
	    STORE_AWAY;
}
