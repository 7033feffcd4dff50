#ifndef REDIS_REFUSAL_H
#define REDIS_REFUSAL_H

/*
 * redis_refusal - what a server's error says about where to go instead.
 */

#include "output/redis_link.h"

enum redis_refusal_kind {
	REFUSAL_NONE,		/* nothing of the kind: an answer */
	REFUSAL_MOVED,		/* the slot is at that address for good */
	REFUSAL_ASK,		/* the key is there, for this command only */
	REFUSAL_LATER		/* this server cannot do it, or not yet */
};

struct redis_refusal {
	enum redis_refusal_kind kind;
	unsigned slot;		/* MOVED and ASK */
	char address[REDIS_LINK_ADDRESS_SIZE];	/* likewise, HOST:PORT; its
				   host is "" for that of the one who says it */
};

/**
 * redis_refusal_read(error, ret):
 * Fill ${ret} from the text of an error, or of anything else.  Nothing has
 * been done by a server that refuses so.
 */
void redis_refusal_read(const char *error, struct redis_refusal *ret);

#endif /* !REDIS_REFUSAL_H */
