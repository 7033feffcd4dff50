#ifndef LOG_FORMAT_H
#define LOG_FORMAT_H

/*
 * log_format - what a line of a query log says, and the formats that we can
 * read.  One file per format under formats/.
 *
 * A parser sees one line without its LF.  It never guesses: a line counts as
 * a query only if all of it, from the first byte to the last, is what the
 * server prints, since the queried name is the attacker's to choose.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/query.h"
#include "log_memory.h"
#include "log_name.h"
#include "text.h"

/* What became of a line; the counters have one place for each. */
enum log_verdict {
	LOG_OTHER,		/* not about a query; legitimate */
	LOG_QUERY,		/* a query or a response: fields are filled */
	LOG_BROKEN_PREFIX,	/* a query, but what stands before is not the
				   server's */
	LOG_BROKEN_CLIENT,	/* no valid address and port */
	LOG_BROKEN_HEAD,	/* neither key, echo nor view after the client */
	LOG_BROKEN_NAME,	/* no valid name */
	LOG_BROKEN_TYPE,	/* no valid class and type */
	LOG_BROKEN_TAIL,	/* flags, server or what follows is not valid */
	LOG_VERDICTS
};

/* The parts of a line, borrowed from it or from the memory that it was
 * parsed with, until that parses the next; absent ones are empty.  Starts as
 * { 0 }. */
struct log_fields {
	struct text time;	/* for log_time_parse */
	struct text client;	/* a valid address */
	struct text port;
	struct text view;
	struct text name;	/* may still be too long */
	enum log_name_form name_form;
	struct text type;
	struct text rrclass;
	struct text flags;	/* "+E(0)K", or only the sign */
	struct text server;	/* a valid address */
	struct text server_port;
	struct text rcode;	/* of a response, or of the query's answer; may
				   be a constant */
	enum query_transport transport;	/* else the flags tell */
	bool response;		/* the line is about a response */
	bool truncated;		/* cut by a relay: the name is the echo's */
	bool strange;		/* has flags or blocks that we do not know */
};

/**
 * A parser: return what ${line} of ${length} bytes is, and for LOG_QUERY fill
 * ${ret}; else ${ret} is undefined.
 */
typedef enum log_verdict log_parse(const char *line, size_t length,
    struct log_fields *ret);

/* The same for a format whose lines need those before them, or are spelled
 * in a way that has to be translated: ${m} is their input's. */
typedef enum log_verdict log_parse_with(struct log_memory *m,
    const char *line, size_t length, struct log_fields *ret);

struct log_format {
	const char *name;	/* for -F and messages */
	log_parse *parse;
	bool glance;		/* bind9_glance knows its usual lines */
	log_parse_with *parse_with;	/* in place of parse */
	bool replies;		/* queries and responses go to one log, so one
				   without queries lacks them: its responses
				   count in their place */
};

/* Every format, in the order in which they are tried; ends in a NULL name. */
extern const struct log_format log_format_table[];

/**
 * log_format_find(name):
 * Return the format called ${name}, or NULL.
 */
const struct log_format *log_format_find(const char *name);

/**
 * log_format_names(buf, size):
 * Write the names of all formats as "a, b, c", as far as there is room, and
 * return ${buf}.
 */
const char *log_format_names(char *buf, size_t size);

/**
 * log_format_parse(f, m, line, length, ret):
 * Read ${line} as one of ${f}, in an input of memory ${m}: as log_parse.  If
 * it is wrapped (log_wrapper.h) the line inside is meant, with the wrapper's
 * time where it has none.
 */
enum log_verdict log_format_parse(const struct log_format *f,
    struct log_memory *m, const char *line, size_t length,
    struct log_fields *ret);

/**
 * log_format_recognise(m, line, length, ret, retverdict):
 * Return the first format for which ${line} is a query, with its fields in
 * ${ret}; or NULL.  Either way ${retverdict} says how the line counts.
 */
const struct log_format *log_format_recognise(struct log_memory *m,
    const char *line, size_t length, struct log_fields *ret,
    enum log_verdict *retverdict);

/**
 * log_format_verdict_text(v):
 * Return a word for ${v}, which is also its counter's name.
 */
const char *log_format_verdict_text(enum log_verdict v);

#endif /* !LOG_FORMAT_H */
