#ifndef DNSDIST_H
#define DNSDIST_H

/*
 * dnsdist - what its LogAction and LogResponseAction write as text, to a
 * file, to standard output or through syslog.
 *
 *	["[" seconds "." nanoseconds "] "]
 *	"Packet from " peer " for " name SP type " with id " number
 *	"Answer to " peer " for " name SP type " (" rcode ") with id " number
 *
 * The id's octets may be the wrong way round, as on most machines, so it is
 * not used.
 */

#include "log_format.h"

/* A log_parse. */
enum log_verdict dnsdist_parse(const char *line, size_t length,
    struct log_fields *ret);

#endif /* !DNSDIST_H */
