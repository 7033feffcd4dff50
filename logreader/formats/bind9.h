#ifndef BIND9_H
#define BIND9_H

/*
 * bind9 - the query log of BIND 9, from 9.0 to 9.21.
 *
 *	prefix "client " ["@0x" hex SP] address "#" port ["/key " name]
 *	    [" (" name ")"] [": view " view] ": query: " name SP class SP type
 *	    [SP flags] [SP "(" server ["#" port] ")"] *(SP "[" block "]")
 *
 * and ": response: ", where rcode and three counts come before the flags.
 * What a version left out is absent.  Names hold no spaces, a view may hold
 * anything, so the last ": query: " is the one that counts.
 */

#include "log_format.h"

/* Where the parts of a line lie that log_fields does not tell. */
struct bind9_layout {
	size_t client;		/* offset of "client " */
	struct text echo;	/* the name in parentheses */
	size_t tail;		/* offset of what follows the name */
};

/* A log_parse. */
enum log_verdict bind9_parse(const char *line, size_t length,
    struct log_fields *ret);

/**
 * bind9_parse_layout(line, length, ret, retlayout):
 * As bind9_parse; for LOG_QUERY ${retlayout} is filled as well.
 */
enum log_verdict bind9_parse_layout(const char *line, size_t length,
    struct log_fields *ret, struct bind9_layout *retlayout);

#endif /* !BIND9_H */
