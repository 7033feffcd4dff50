#ifndef LIST_H
#define LIST_H

/*
 * list - a file of bad names, or of addresses, whatever its format.
 *
 * A bad line is skipped and counted by reason, with the first few kept word
 * for word: one slip in a feed of a million names must not blind the sensor,
 * and must not go unsaid.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/address.h"
#include "core/dns_name.h"

/* How a listed name or text is to be matched (DESIGN.md section 4). */
enum list_match {
	LIST_MATCH_EXACT,	/* the name itself */
	LIST_MATCH_SUFFIX,	/* and all names below it */
	LIST_MATCH_BELOW,	/* only names below it */
	LIST_MATCH_SEARCH,	/* as a suffix, also with one of the site's
				   search zones behind it */
	LIST_MATCH_SUBSTRING,	/* a text, anywhere in a name */
	LIST_MATCH_REGEX,	/* an expression */
	LIST_MATCH_ADDRESS
};

enum list_format {
	LIST_FORMAT_DETECT, LIST_FORMAT_PLAIN, LIST_FORMAT_HOSTS,
	LIST_FORMAT_ADBLOCK, LIST_FORMAT_DNSMASQ, LIST_FORMAT_UNBOUND,
	LIST_FORMAT_BIND, LIST_FORMAT_DNSCRYPT, LIST_FORMAT_RPZ,
	LIST_FORMAT_URLHAUS, LIST_FORMAT_THREATFOX, LIST_FORMAT_ZEEK,
	LIST_FORMAT_SURICATA, LIST_FORMAT_MALTRAIL, LIST_FORMAT_NATIVE,
	LIST_FORMAT_MISP, LIST_FORMAT_STIX,
	LIST_FORMAT_ADDRESS,	/* follows from the match */
	LIST_FORMATS
};

/* How bad it is to look it up. */
enum list_severity {
	LIST_SEVERITY_NONE,	/* nobody has said */
	LIST_SEVERITY_LOW, LIST_SEVERITY_MEDIUM, LIST_SEVERITY_HIGH,
	LIST_SEVERITY_CRITICAL
};

#define LIST_PATH_SIZE 4096
#define LIST_LABEL_SIZE 65

struct public_suffix;		/* core/public_suffix.h */

/* What is refused whatever a list says; what is zero or NULL is not looked
 * at. */
struct list_limits {
	const struct public_suffix *suffixes;	/* as entries for all below */
	bool take_suffixes;		/* but only count them */
	uint64_t octets;		/* of the file, unpacked */
	uint64_t entries;
};

/* What the argument of -b says. */
struct list_spec {
	char path[LIST_PATH_SIZE];
	char label[LIST_LABEL_SIZE];	/* what hits call it */
	enum list_format format;
	enum list_match match;
	bool match_given;		/* else each format has its own */
	enum list_severity severity;	/* of entries that have none */
	int64_t age;			/* microseconds after which dated
					   entries expire; 0: never */
	const struct list_limits *limits;	/* borrowed; NULL: none.  No
					   part of the argument. */
};

#define LIST_THREAT_SIZE 65
#define LIST_REFERENCE_SIZE 193
#define LIST_CONFIDENCE_NONE 255
#define LIST_CONDITION_TYPES 16
#define LIST_CONDITION_CLIENTS 8
#define LIST_CONDITION_NAMES 8

/* When an entry holds; what is empty says nothing. */
struct list_condition {
	size_t types;			/* of queries (QTYPE) */
	uint16_t type[LIST_CONDITION_TYPES];
	uint8_t not_types;		/* 1: all but these */
	size_t clients;
	struct netblock client[LIST_CONDITION_CLIENTS];
	uint8_t not_clients;		/* 1: all but these */
	size_t names;			/* and all below, that it is not for */
	struct dns_name not_name[LIST_CONDITION_NAMES];
};

/* What a list says of an entry. */
struct list_detail {
	char threat[LIST_THREAT_SIZE];	/* printable ASCII; "": nothing */
	char reference[LIST_REFERENCE_SIZE];	/* likewise: where to read on */
	enum list_severity severity;
	uint8_t confidence;		/* percent, or LIST_CONFIDENCE_NONE */
	int64_t expires;		/* microseconds UTC; 0: never */
	bool important;			/* no list's allow entry beats it */
	const struct list_condition *condition;	/* NULL: always */
};

/* One entry.  All is the reader's and valid until the callback returns. */
struct list_entry {
	enum list_match match;
	bool allow;			/* what matches is fine */
	bool withdrawn;			/* the same entry elsewhere in the list
					   does not hold (adblock: badfilter) */
	const struct list_detail *detail;	/* NULL: nothing is said */
	const char *text;		/* substring, regex: that; else NULL */
	size_t text_length;
	struct dns_name name;		/* else: the name, canonical */
};

/* Why an entry of a list was refused. */
enum list_reason {
	LIST_NOT_A_NAME,	/* stray characters, empty or long labels */
	LIST_ADDRESS,		/* an IP address */
	LIST_SINGLE_LABEL,	/* "com" as a suffix rule */
	LIST_LOCAL,		/* a hosts file's own localhost and the like */
	LIST_TOO_LONG,		/* a line of over 4095 octets */
	LIST_NOT_AN_ADDRESS,	/* on a list of addresses */
	LIST_HOST_BITS,		/* 10.1.2.3/8 */
	LIST_TOO_WIDE,		/* a netblock that would hit everything */
	LIST_PUBLIC_SUFFIX,	/* as a suffix rule */
	LIST_NOT_A_RULE,	/* a line that the format does not know */
	LIST_MODIFIER,		/* a rule under a condition not understood */
	LIST_OTHER_KIND,	/* a rule or indicator of something else */
	LIST_NO_IDS,		/* marked as not for detection */
	LIST_EXPIRED,
	LIST_TOO_COMPLEX,	/* a pattern, or too many conditions */
	LIST_COSMETIC,		/* for browsers only */
	LIST_NOT_TEXT,		/* base64, JSON, ... that does not decode */
	LIST_REASONS
};

/* A limit that a list goes beyond. */
enum list_excess {
	LIST_FITS, LIST_TOO_LARGE, LIST_TOO_MANY,
	LIST_PACKED		/* it is compressed, which nobody here undoes */
};

#define LIST_EXAMPLES 3
#define LIST_EXAMPLE_SIZE 80

/* How reading went.  Plain data. */
struct list_report {
	enum list_format format;	/* as given or found */
	enum list_match match;		/* of entries that did not say how */
	uint64_t lines;
	uint64_t entries;		/* given to a callback */
	uint64_t refused[LIST_REASONS];
	uint64_t suffixes;		/* public suffixes that were taken */
	enum list_excess excess;	/* why reading ended early */
	size_t examples;
	struct list_example {
		uint64_t line;
		enum list_reason reason;
		char text[LIST_EXAMPLE_SIZE];
	} example[LIST_EXAMPLES];
};

/* Take one entry; non-zero ends the reading. */
typedef int list_take(void *ctx, const struct list_entry *entry);

/* Take one netblock, of a list with match=address; the same. */
typedef int list_address(void *ctx, const struct netblock *block);

/**
 * list_spec_parse(text, ret, reterr, size):
 * Read PATH[,match=MODE][,format=FORMAT][,label=NAME][,severity=WORD]
 * [,age=DAYS]; a comma that does not start one of these belongs to the path.
 * Addresses have one format only.  Without label= the label is the file's name
 * up to its first dot.  Return 0, or -1 and one sentence in ${reterr} of
 * ${size} octets.
 */
int list_spec_parse(const char *text, struct list_spec *ret, char *reterr,
    size_t size);

/**
 * list_read(file, spec, take, address, ctx, ret):
 * Read the list in ${file}, from where it stands to its end, and give each
 * entry to ${take} or to ${address} with ${ctx}; fill ${ret}.  Return 0, or
 * -1 if reading failed (errno is set), the callback returned non-zero (which
 * is returned as errno ENOMEM) or the list goes beyond a limit (EFBIG, and
 * ${ret->excess} says which).  O(size of the file); formats that are
 * not read by lines (JSON, zones) are held in memory while they are.
 */
int list_read(FILE *file, const struct list_spec *spec, list_take *take,
    list_address *address, void *ctx, struct list_report *ret);

/**
 * list_report_refuse(report, reason, text, length):
 * Count ${text} on the current line as refused, and keep it as an example if
 * there are few.
 */
void list_report_refuse(struct list_report *report, enum list_reason reason,
    const char *text, size_t length);

/**
 * list_reason_text(reason), list_format_text(format), list_match_text(match),
 * list_severity_text(severity):
 * Return words for a log, never freed; those of a match and a severity stand in
 * hits too.
 */
const char *list_reason_text(enum list_reason reason);
const char *list_format_text(enum list_format format);
const char *list_match_text(enum list_match match);
const char *list_severity_text(enum list_severity severity);

/**
 * list_text_copy(ret, size, text, length):
 * Copy ${text} into ${ret} of ${size} octets with a NUL, cut if need be, what
 * is not printable ASCII replaced by '?': for the texts of a detail.
 */
void list_text_copy(char *ret, size_t size, const char *text, size_t length);

/**
 * list_detail_merge(into, more):
 * Let ${into} say what ${more} says, too: the higher severity and confidence,
 * whether it is important, and threat and reference where it has none.
 */
void list_detail_merge(struct list_detail *into,
    const struct list_detail *more);

/**
 * list_match_parse(text, ret), list_format_parse(text, ret),
 * list_severity_parse(text, ret):
 * The other way round; -1, with ${ret} untouched, for an unknown word.
 */
int list_match_parse(const char *text, enum list_match *ret);
int list_format_parse(const char *text, enum list_format *ret);
int list_severity_parse(const char *text, enum list_severity *ret);

#endif /* !LIST_H */
