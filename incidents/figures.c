#include "figures.h"

#include "failure.h"
#include "output/partition.h"
#include "output/redis_link.h"
#include "output/redis_servers.h"

#define COUNT 11		/* numbers that the function returns */

enum store_result
figures_read(struct redis_servers *servers,
    const struct incident_settings *settings, unsigned partition,
    struct figures *ret, char *reterr)
{
	char key[PARTITION_KEY_SIZE], moving[PARTITION_KEY_SIZE];
	const char *argv[] = { "FCALL", "qw_upkeep_state", "2", key,
	    moving, settings->group };
	const struct redis_reply *r;
	int64_t n[COUNT];

	partition_key(partition, "hits", key);
	partition_key(partition, "moving", moving);
	r = redis_servers_call(servers, key, 6, argv, NULL);
	if (redis_reply_count(r) != COUNT)
		return failure_judge(r, redis_servers_error(servers), reterr);
	for (size_t i = 0; i < COUNT; i++)
		n[i] = redis_reply_integer(redis_reply_at(r, i));
	*ret = (struct figures){ .length = n[0], .waiting = n[1],
	    .pending = n[2], .oldest = n[3], .dead = n[4], .hosts = n[5],
	    .incidents = n[6], .open = n[7], .refused = n[8],
	    .evicted = n[9], .expired = n[10] };
	return STORE_DONE;
}

void
figures_add(struct figures *sum, const struct figures *f)
{
	sum->length += f->length;
	sum->waiting = sum->waiting < 0 || f->waiting < 0 ? -1 :
	    sum->waiting + f->waiting;
	sum->pending += f->pending;
	if (f->oldest > 0 && (sum->oldest == 0 || f->oldest < sum->oldest))
		sum->oldest = f->oldest;
	sum->dead += f->dead;
	sum->hosts += f->hosts;
	sum->incidents += f->incidents;
	sum->open += f->open;
	sum->refused += f->refused;
	sum->evicted += f->evicted;
	sum->expired += f->expired;
}
