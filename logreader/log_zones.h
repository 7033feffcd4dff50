#ifndef LOG_ZONES_H
#define LOG_ZONES_H

/*
 * log_zones - which log's times are in which zone.
 */

#include "log_zone.h"

struct log_zones;

/**
 * log_zones_new(name, reterr):
 * Return zones of which ${name}, as above, is that of every log.
 */
struct log_zones *log_zones_new(const char *name,
    char reterr[LOG_ZONE_ERROR_SIZE]);

/**
 * log_zones_take(z, arg, reterr):
 * If ${arg}, kept, ends in ",zone=NAME", cut that off and remember the zone
 * for what is left of it, the path of a log or a pattern of such (glob(7)).
 * Return 0 or -1 as above.
 */
int log_zones_take(struct log_zones *z, char *arg,
    char reterr[LOG_ZONE_ERROR_SIZE]);

/**
 * log_zones_find(z, path):
 * Return the zone of the log ${path}: its own, else that of the last pattern
 * that it matches.  ${z} may be NULL: all are in UTC.
 */
const struct log_zone *log_zones_find(const struct log_zones *z,
    const char *path);
void log_zones_free(struct log_zones *z);

#endif /* !LOG_ZONES_H */
