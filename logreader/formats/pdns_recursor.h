#ifndef PDNS_RECURSOR_H
#define PDNS_RECURSOR_H

/*
 * pdns_recursor - the lines about queries of PowerDNS Recursor with quiet=no,
 * plain (to 5.0) or structured (since 4.8; since 5.1 as JSON, too), behind a
 * time, or syslog's header, or nothing.
 *
 *	thread " [" id "/" count "] " ["TCP "] "question for '" name "|" type
 *	"' from " peer *(" (" what SP address ")")
 *
 *	key "=" DQUOTE value DQUOTE *(SP key "=" DQUOTE value DQUOTE)
 *
 *	"{" DQUOTE key DQUOTE ": " DQUOTE value DQUOTE *(", " ...) "}"
 *
 * Of the plain lines those about answers, and about questions answered from
 * the packet cache, do not tell who asked what.  The structured ones all do;
 * their messages are "Question", "Answer", and "Question answered from
 * packet cache".  In a value a quote or backslash has a backslash in front.
 * Source of the JSON: PowerDNS/pdns:pdns/recursordist/rec-main.cc.
 */

#include "log_format.h"

/* A log_parse. */
enum log_verdict pdns_recursor_parse(const char *line, size_t length,
    struct log_fields *ret);

#endif /* !PDNS_RECURSOR_H */
