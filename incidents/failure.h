#ifndef FAILURE_H
#define FAILURE_H

/*
 * failure - what it means that Redis did not do what was asked.
 */

#include "incident_store.h"

struct redis_reply;		/* output/redis_link.h */

/**
 * failure_judge(r, why, reterr):
 * Judge the reply ${r}, which is not what was asked for, and write one sentence
 * to ${reterr}, INCIDENT_STORE_ERROR_SIZE octets; ${why} tells what happened if
 * there is no reply.  Return STORE_AWAY if the server is not there, or in a
 * state that passes; STORE_BROKEN if it did refuse what we gave it, or a
 * function failed, which left everything as it was.
 */
enum store_result failure_judge(const struct redis_reply *r, const char *why,
    char *reterr);

#endif /* !FAILURE_H */
