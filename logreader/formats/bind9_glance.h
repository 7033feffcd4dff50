#ifndef BIND9_GLANCE_H
#define BIND9_GLANCE_H

/*
 * bind9_glance - the usual lines of a BIND 9 query log at a glance.
 *
 * Nearly all lines of a log look alike: the same prefix but for its digits,
 * the same few words between echo and name, one of a few dozen endings after
 * the name.  A glance remembers such parts of lines that bind9_parse has
 * accepted.  A line made of known parts, an IPv4 client and the same plain
 * name twice is then accepted without being parsed: bind9_parse would accept
 * it, with the same client and name.  Any other line is left to it.
 *
 * Only what is not known beforehand is read: no LF is looked for before the
 * tail, and of the name only the last two labels are made out.
 */

#include "core/address.h"
#include "core/plain_name.h"
#include "log_format.h"

struct bind9_glance;

/* What a glance sees. */
struct bind9_glimpse {
	bool response;
	struct address client;
	struct text name;		/* borrowed from the line */
	struct plain_tail tail;		/* its last two labels */
};

/**
 * bind9_glance_new():
 * Return a glance that knows no line yet, or NULL if memory is short.
 */
struct bind9_glance *bind9_glance_new(void);

/**
 * bind9_glance_look(g, at, end, ret):
 * If the bytes from ${at} on begin with a line that is made of known parts,
 * and its LF, fill ${ret} and return where the next line begins; else NULL,
 * ${ret} being undefined.  Nothing is read at ${end} or behind it; a line
 * that ends shortly before is not always accepted.
 */
const uint8_t *bind9_glance_look(const struct bind9_glance *g,
    const uint8_t *at, const uint8_t *end, struct bind9_glimpse *ret);

/**
 * bind9_glance_name(seen, ret):
 * Make out the whole name of what was seen; false if that is no name, which
 * a fuzz target holds never to be so.
 */
bool bind9_glance_name(const struct bind9_glimpse *seen,
    struct dns_name *ret);

/**
 * bind9_glance_parse(g, line, length, ret):
 * As bind9_parse, and remember the parts of ${line}.
 */
enum log_verdict bind9_glance_parse(struct bind9_glance *g, const char *line,
    size_t length, struct log_fields *ret);

/**
 * bind9_glance_free(g):
 * Free ${g}; NULL is fine.
 */
void bind9_glance_free(struct bind9_glance *g);

#endif /* !BIND9_GLANCE_H */
