#ifndef PREFIX_H
#define PREFIX_H

/*
 * prefix - what stands before the message of a BIND 8 or BIND 9 log line:
 *
 *	[time SP] [tag ": "] [category ": "] [module ": "] [severity ": "]
 *
 * and in front of that, if the line went through syslog, the header that
 * syslog_header.h knows, of the program "named".
 *
 * bind9_glance depends on this: a prefix in which one digit is replaced by
 * another is a prefix of the same kind.
 */

#include "text.h"

enum prefix_kind {
	PREFIX_NAMED,		/* named's: the cursor stands at the message */
	PREFIX_FOREIGN,		/* another program's, through syslog */
	PREFIX_UNKNOWN		/* nothing that we know */
};

/**
 * prefix_scan(c, rettime):
 * Step over the prefix, which may be empty, and put the time of the event
 * into ${rettime} if there is one: named's own rather than syslog's.
 */
enum prefix_kind prefix_scan(struct cursor *c, struct text *rettime);

#endif /* !PREFIX_H */
