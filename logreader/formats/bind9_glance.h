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
 */

#include "core/address.h"
#include "core/dns_name.h"
#include "log_format.h"

struct bind9_glance;

/* What a glance sees. */
struct bind9_glimpse {
	bool response;
	struct address client;
	struct dns_name qname;
};

/**
 * bind9_glance_new():
 * Return a glance that knows no line yet, or NULL if memory is short.
 */
struct bind9_glance *bind9_glance_new(void);

/**
 * bind9_glance_look(g, line, length, ret):
 * Return true and fill ${ret} if ${line} is made of known parts; else false,
 * ${ret} being undefined.
 */
bool bind9_glance_look(const struct bind9_glance *g, const char *line,
    size_t length, struct bind9_glimpse *ret);

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
