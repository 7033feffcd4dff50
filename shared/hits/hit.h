#ifndef HIT_H
#define HIT_H

/*
 * hit - a query that matched a bad name, n times from first to last.
 *
 * Plain data, nothing to free, so that it can wait in tables and queues
 * after the lists that it came from are gone.  One table of fields, in a
 * fixed order, feeds both the JSON line and the Redis stream.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/query.h"
#include "lists/list.h"
#include "match/rules.h"

#define HIT_VERSION 1		/* of the fields, in every hit */
#define HIT_SOURCE_SIZE 65	/* a source's name and its NUL */
#define HIT_LISTS_SIZE 256	/* labels of lists, comma-separated */
#define HIT_ANSWER_LISTS_SIZE 128	/* likewise */

/* What of the exchange is listed. */
enum hit_where { HIT_QNAME, HIT_CNAME, HIT_ADDRESS };

struct hit {
	const char *source;	/* borrowed for the whole run */
	enum query_via via;
	int64_t first, last;	/* event times, microseconds UTC */
	uint64_t n;		/* queries merged into this hit; 0: it only
				   adds the answers of one that went out */
	uint64_t window;	/* of repeats in a log: the query.line with
				   which their window ended; 0: a first hit */
	struct query query;	/* the first of them, with its response */
	enum hit_where where;
	struct dns_name name;	/* HIT_CNAME: the name that matched */
	union {			/* HIT_QNAME, HIT_CNAME: what is listed */
		struct dns_name entry;
		char pattern[RULES_PATTERN_SIZE];	/* of substring, regex */
	};
	struct netblock block;	/* HIT_ADDRESS: the listed netblock */
	enum list_match match;	/* how it matched */
	enum rules_effect effect;	/* what may become of it */
	bool retro;		/* found in the past by a new list */
	char lists[HIT_LISTS_SIZE];	/* all lists that hold the entry */
	char threat[LIST_THREAT_SIZE];	/* what they say of it */
	char reference[LIST_REFERENCE_SIZE];
	enum list_severity severity;
	uint8_t confidence;		/* percent, or LIST_CONFIDENCE_NONE */
	uint64_t generation;		/* of the rules; 0: not known */
	struct address answer;	/* the listed one; family 0: none is listed */
	char answer_lists[HIT_ANSWER_LISTS_SIZE];	/* that hold it */
};

/**
 * hit_is_pattern(h):
 * Is what is listed a pattern, not a name?
 */
static inline bool
hit_is_pattern(const struct hit *h)
{
	return h->match == LIST_MATCH_SUBSTRING ||
	    h->match == LIST_MATCH_REGEX;
}

#define HIT_FIELDS_MAX 48
#define HIT_TEXT_SIZE 6144

/* One field. */
struct hit_field {
	const char *key;
	const char *value;	/* printable ASCII, in the hit_fields's text */
	size_t length;		/* octets of value */
	bool bare;		/* JSON as it is: printed without quotes */
};

/* The fields of one hit or query, absent ones left out. */
struct hit_fields {
	size_t count;
	struct hit_field field[HIT_FIELDS_MAX];
	size_t used;		/* octets of text */
	char text[HIT_TEXT_SIZE];
};

/* How times are written: JSON lines for people, streams for arithmetic. */
enum hit_times { HIT_TIMES_RFC3339, HIT_TIMES_MICROSECONDS };

/**
 * hit_take_response(h, from):
 * Let ${h} know the response that ${from} has: rcode, answers, and which of
 * these is listed.
 */
void hit_take_response(struct hit *h, const struct hit *from);

/**
 * hit_fields_of(h, times, ret):
 * Fill ${ret} with the fields of ${h} in DESIGN's order.  Its pointers stay
 * valid until ${ret} is changed or moved.  Cannot fail.
 */
void hit_fields_of(const struct hit *h, enum hit_times times,
    struct hit_fields *ret);

/**
 * hit_fields_of_query(q, source, via, ret):
 * The same for one question of the -a mode: the match left out, "qr" added,
 * types and classes as the log printed them.
 */
void hit_fields_of_query(const struct query *q, const char *source,
    enum query_via via, struct hit_fields *ret);

/**
 * hit_fields_json(f, buf, size):
 * Write ${f} as one JSON object (RFC 8259) and a newline, no NUL, and return
 * its length.  HIT_JSON_SIZE octets are always enough.
 */
#define HIT_JSON_SIZE (2 * HIT_TEXT_SIZE + 64 * HIT_FIELDS_MAX)
size_t hit_fields_json(const struct hit_fields *f, char buf[HIT_JSON_SIZE]);

#endif /* !HIT_H */
