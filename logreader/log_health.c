#include "log_health.h"

/* Has there been a verdict on what ${h} holds? */
static bool
is_full(const struct log_health *h)
{
	return h->lines >= LOG_HEALTH_WINDOW;
}

enum log_health_notice
log_health_take(struct log_health *h, uint64_t lines, uint64_t broken,
    bool last)
{
	bool was = h->ill;

	if (is_full(h))
		h->lines = h->broken = 0;
	h->lines += lines;
	h->broken += broken;
	if (!is_full(h) && !(last && h->lines >= LOG_HEALTH_LEAST))
		return LOG_HEALTH_SAME;
	h->ill = h->broken * 1000 > h->lines * LOG_HEALTH_PERMILLE;
	if (h->ill)
		return was ? LOG_HEALTH_STILL : LOG_HEALTH_WORSE;
	return was ? LOG_HEALTH_BETTER : LOG_HEALTH_SAME;
}
