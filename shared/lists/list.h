#ifndef LIST_H
#define LIST_H

/*
 * list - a file of bad names, or of addresses, whatever its format.
 *
 * A bad line is skipped and counted by reason, with the first few kept word
 * for word: one slip in a feed of a million names must not blind the sensor,
 * and must not go unsaid.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/address.h"
#include "core/dns_name.h"

enum list_match { LIST_MATCH_EXACT, LIST_MATCH_SUFFIX, LIST_MATCH_ADDRESS };
enum list_format {
	LIST_FORMAT_DETECT, LIST_FORMAT_PLAIN, LIST_FORMAT_HOSTS,
	LIST_FORMAT_ADDRESS	/* follows from the match */
};

#define LIST_PATH_SIZE 4096
#define LIST_LABEL_SIZE 65

/* What the argument of -b says. */
struct list_spec {
	char path[LIST_PATH_SIZE];
	char label[LIST_LABEL_SIZE];	/* what hits call it */
	enum list_format format;
	enum list_match match;
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
	LIST_REASONS
};

#define LIST_EXAMPLES 3
#define LIST_EXAMPLE_SIZE 80

/* How reading went.  Plain data. */
struct list_report {
	enum list_format format;	/* as given or found */
	uint64_t lines;
	uint64_t entries;		/* given to a callback */
	uint64_t refused[LIST_REASONS];
	size_t examples;
	struct list_example {
		uint64_t line;
		enum list_reason reason;
		char text[LIST_EXAMPLE_SIZE];
	} example[LIST_EXAMPLES];
};

/* Take one name and how it is to be matched; non-zero ends the reading. */
typedef int list_name(void *ctx, const struct dns_name *name,
    enum list_match match);

/* Take one netblock, of a list with match=address; the same. */
typedef int list_address(void *ctx, const struct netblock *block);

/**
 * list_spec_parse(text, ret, reterr, size):
 * Read PATH[,match=exact|suffix|address][,format=plain|hosts][,label=NAME]; a
 * comma that does not start one of these belongs to the path.  Addresses have
 * one format only.  Without label= the label is the file's name up to its
 * first dot.  Return 0, or -1 and one sentence in ${reterr} of ${size}
 * octets.
 */
int list_spec_parse(const char *text, struct list_spec *ret, char *reterr,
    size_t size);

/**
 * list_read(file, spec, name, address, ctx, ret):
 * Read the list in ${file}, from where it stands to its end, and give each
 * entry to ${name} or to ${address} with ${ctx}; fill ${ret}.  Return 0, or
 * -1 if reading failed (errno is set) or the callback returned non-zero
 * (which is returned as errno ENOMEM).  O(size of the file); no allocation.
 */
int list_read(FILE *file, const struct list_spec *spec, list_name *name,
    list_address *address, void *ctx, struct list_report *ret);

/**
 * list_reason_text(reason), list_format_text(format), list_match_text(match):
 * Return words for a log, never freed; those of a match stand in hits too.
 */
const char *list_reason_text(enum list_reason reason);
const char *list_format_text(enum list_format format);
const char *list_match_text(enum list_match match);

#endif /* !LIST_H */
