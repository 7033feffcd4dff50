#ifndef WINDOWS_H
#define WINDOWS_H

/*
 * windows - the debug log of the DNS server of Windows (dns.log), a line a
 * packet; the detail that may follow it and other lines are passed over.
 *
 *	date SP time SP thread SP "PACKET  " [id SP] ("UDP" / "TCP") SP
 *	    ("Rcv" / "Snd") SP address SP xid SP ("R" / SP) SP opcode SP
 *	    "[" flags SP (A / SP) (T / SP) (D / SP) (R / SP) SP rcode "]" SP
 *	    type SP name
 *
 *	6/5/2013 10:00:32 AM 0E70 PACKET  00000000033397A0 UDP Rcv 10.1.2.3
 *	       5b47   Q [0001   D   NOERROR] A      (3)www(7)example(3)com(0)
 *
 * (one line in truth).  The address is padded to 15 places, the rcode to 8,
 * the type to 6; Windows 2003 has no type.  Received and no response is a
 * client's query, sent and a response its answer; the other two are between
 * this server and others.  Neither ports nor classes are told.  A label comes
 * with its length, and is as many octets, whichever: even one that held a line
 * of its own could not hold a line this long, so no name is a line.
 *
 * Date and time are those of the server's region: see windows_date.h.  Such
 * logs are often copied with PowerShell, which makes them UTF-16: their ASCII
 * is read.  Sources: Microsoft's description in the log's own header; lines in
 * u-siem/usiem-windns, alphasoc/nfr and pigstye/PowerShellIR.
 */

#include "log_format.h"

/* A log_parse_with. */
enum log_verdict windows_parse(struct log_memory *m, const char *line,
    size_t length, struct log_fields *ret);

#endif /* !WINDOWS_H */
