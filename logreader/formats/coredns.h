#ifndef COREDNS_H
#define COREDNS_H

/*
 * coredns - what the plugin "log" of CoreDNS prints, in the common and the
 * combined format, for a query and its response.
 *
 *	[time SP] ["[INFO] "] client " - " ["[" when "] "] [id SP]
 *	    DQUOTE type SP class SP name SP proto SP size SP do SP bufsize
 *	    DQUOTE SP rcode SP flags SP size SP duration
 *	    [SP DQUOTE opcode DQUOTE]
 *
 *	client = address ":" port / "[" address "]:" port / address
 *
 * Times stand first from 1.3 on, in brackets ("when") up to 1.2, before the
 * line in syslog's header, whose tag has to be coredns.  The oldest have neither port nor id.  A name holds spaces and
 * quotes only after a backslash.  Without a response rcode and flags are "-".
 * Sources: coredns/coredns:plugin/log/log.go, plugin/pkg/replacer, and
 * miekg/dns:msg.go for names.
 */

#include "log_format.h"

/* A log_parse_with. */
enum log_verdict coredns_parse(struct log_memory *m, const char *line,
    size_t length, struct log_fields *ret);

#endif /* !COREDNS_H */
