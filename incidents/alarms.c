#include "alarms.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/log.h"
#include "core/timestamp.h"
#include "failure.h"
#include "output/redis_link.h"
#include "output/redis_servers.h"

#define LOG_MAX "10000"		/* entries kept, about */

enum store_result
alarms_tell(struct redis_servers *servers, const char *who,
    const struct alarm *alarm, char *reterr)
{
	static const char now[] = "qw:{alarms}:now", log[] = "qw:{alarms}:log";
	char time[24];
	const char *argv[] = { "FCALL", "qw_upkeep_alarm", "2", now, log,
	    alarm->kind, alarm->about, alarm->on ? "1" : "0", time, who,
	    alarm->text, LOG_MAX };
	const struct redis_reply *r;

	snprintf(time, sizeof(time), "%" PRId64, timestamp_now());
	r = redis_servers_call(servers, now, 12, argv, NULL);
	if (redis_reply_type(r) != REDIS_INTEGER)
		return failure_judge(r, redis_servers_error(servers), reterr);
	if (redis_reply_integer(r) == 1 && alarm->on)
		log_warnx("alarm: %s", alarm->text);
	else if (redis_reply_integer(r) == 1)
		log_info("alarm over: %s", alarm->text);
	return STORE_DONE;
}
