#ifndef DNSMASQ_H
#define DNSMASQ_H

/*
 * dnsmasq - the lines about queries of dnsmasq's log-queries, to a file, to
 * syslog, or to standard error.
 *
 *	[time SP [host SP]] "dnsmasq" ["[" pid "]"] ": "
 *	["UDP " | "TCP "] [number SP address "/" port SP]
 *	"query" ["[" type "]"] SP name SP "from" SP address
 *
 * "auth[type]" in place of "query[type]" is a query for a zone of dnsmasq's
 * own.  No brackets: type 0.  Names have no escapes, and hold spaces: the
 * client is what follows the last " from ", and log-queries=extra has told
 * it before.  A name that dnsmasq cannot print is "<name unprintable>".
 */

#include "log_format.h"

/* A log_parse. */
enum log_verdict dnsmasq_parse(const char *line, size_t length,
    struct log_fields *ret);

#endif /* !DNSMASQ_H */
