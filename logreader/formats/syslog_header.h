#ifndef SYSLOG_HEADER_H
#define SYSLOG_HEADER_H

/*
 * syslog_header - what syslog writes in front of a message, and the time in
 * front of one that has not gone through it:
 *
 *	[<PRI>] time SP [host SP] program ["[" pid "]"] ":" SP
 *	<PRI> version SP time SP host SP program SP pid SP id SP data SP
 *
 * The time may be that of any form of systemd's journal ("short-..."), and
 * before host or program may stand the facility and level: "daemon.info "
 * (OpenWrt, BusyBox), "<daemon.info> " or "<3.6> " (FreeBSD).
 *
 * In a syslog file other programs log text that strangers choose, so a
 * message counts only behind the name of its program.
 *
 * bind9_glance depends on this: a header in which one digit is replaced by
 * another is a header of the same kind.
 */

#include "text.h"

enum syslog_header {
	SYSLOG_HEADER_OURS,	/* of the program: the cursor stands behind it,
				   and the spaces after it */
	SYSLOG_HEADER_NONE,	/* none: the cursor stands behind the time, if
				   there is one */
	SYSLOG_HEADER_FOREIGN,	/* of another program */
	SYSLOG_HEADER_BROKEN	/* nothing that we know */
};

/**
 * syslog_header_scan(c, program, rettime):
 * Step over the header of ${program}, and put its time into ${rettime} if
 * there is one.  A final star in ${program} stands for any word.
 */
enum syslog_header syslog_header_scan(struct cursor *c, const char *program,
    struct text *rettime);

#endif /* !SYSLOG_HEADER_H */
