#ifndef ZEEK_H
#define ZEEK_H

/*
 * zeek - the dns.log of Zeek: a line tells of a query and its response.
 *
 * Tab-separated, with columns that "#fields" names; a file that is read from
 * its middle has the columns that Zeek 2.3 and later write by default.  A tab
 * or unprintable octet inside a field is printed as \xHH, so no name can add
 * a column.
 *
 *	#path	dns
 *	#fields	ts	uid	id.orig_h	...	query	...
 *	1795419793.059253	CqK3	10.1.2.3	...	a.example
 *
 * Or, with LogAscii::use_json or the package json-streaming-logs, one object
 * a line with the same names, as Corelight's sensors write it, too; or with
 * {"id":{"orig_h":...}}, as zq does.  With Log::default_scope_sep "_" the names
 * are id_orig_h and so on.  Sources: zeek/zeek:src/Desc.cc,
 * src/threading/formatters/Ascii.cc and JSON.cc,
 * scripts/base/protocols/dns/main.zeek.
 */

#include "log_format.h"

/* A log_parse_with. */
enum log_verdict zeek_parse(struct log_memory *m, const char *line,
    size_t length, struct log_fields *ret);

#endif /* !ZEEK_H */
