#ifndef UNBOUND_H
#define UNBOUND_H

/*
 * unbound - the lines of Unbound's log-queries and log-replies.
 *
 *	header tag ": " address SP name SP type SP class [reply]
 *
 *	header	"[" seconds "] " identity "[" pid ":" thread "] ", or a time
 *		instead of the seconds, or syslog's with "[" pid ":" thread
 *		"] " after it
 *	tag	"info", or with log-tag-queryreply "query" or "reply"
 *	reply	SP rcode SP seconds "." micros SP cached SP size
 *		[SP "on" SP transport SP address SP port]
 *
 * A name ends in a dot, and all in it but letters, digits, dots and * - _ is
 * a question mark.  One that is cut, as it is too long, ends in "&".
 *
 * The identity is "unbound", or what log-identity says: through syslog only
 * if it begins with "unbound", since there it is all that tells whose line it
 * is.
 */

#include "log_format.h"

/* A log_parse. */
enum log_verdict unbound_parse(const char *line, size_t length,
    struct log_fields *ret);

#endif /* !UNBOUND_H */
