#ifndef ADGUARD_H
#define ADGUARD_H

/*
 * adguard - querylog.json of AdGuard Home: an object a line, for a query and
 * its response.
 *
 *	{"T":"2026-11-23T08:38:08.264853850+01:00","QH":"a.example",
 *	 "QT":"A","QC":"IN","CP":"","Answer":"Zm9v","IP":"10.1.2.3",
 *	 "Result":{},"Elapsed":66286385,"Upstream":"tls://192.0.2.1:853"}
 *
 * It tells neither the client's port nor which address was asked.  CP is
 * "" for plain DNS, UDP or TCP, else "dot", "doh", "doq" or "dnscrypt".  The
 * response comes as octets, in base64: its first four tell rcode and RD.
 * Source: AdguardTeam/AdGuardHome:internal/querylog/entry.go, and the lines
 * in its tests.
 */

#include "log_format.h"

/* A log_parse_with. */
enum log_verdict adguard_parse(struct log_memory *m, const char *line,
    size_t length, struct log_fields *ret);

#endif /* !ADGUARD_H */
