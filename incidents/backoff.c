#include "backoff.h"

int
backoff_next(struct backoff *b)
{
	int wait = b->next > 0 ? b->next : BACKOFF_FIRST;

	b->next = wait < BACKOFF_LAST / 2 ? 2 * wait : BACKOFF_LAST;
	return wait;
}

void
backoff_reset(struct backoff *b)
{
	b->next = 0;
}
