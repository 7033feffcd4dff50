#ifndef LIST_FORMAT_H
#define LIST_FORMAT_H

/*
 * list_format - what list.c asks of each format, one file each in formats/,
 * and what it does for them.
 *
 * A new format is a file there, a line in list_formats.c, and a word in
 * list.h's enum.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lists/list.h"

struct list_reader;		/* list_reader.h */

#define LIST_STATE_SIZE 1024	/* octets that a format may keep */

/* One format. */
struct list_format_ops {
	const char *name;	/* as in format= */
	enum list_match match;	/* where neither entry nor match= says */
	/* Do the first ${length} octets of a file look like it?  The last line
	 * may be cut. */
	bool (*likely)(const char *head, size_t length);
	/* Read one line, without its end and outer white space, never empty;
	 * comments are the format's own affair. */
	void (*line)(struct list_reader *r, const char *line, size_t length);
	/* Or read it whole: ${text} of ${length} octets, with a NUL. */
	void (*whole)(struct list_reader *r, const char *text, size_t length);
};

extern const struct list_format_ops list_formats[LIST_FORMATS];

/**
 * list_format_find(head, length):
 * Which format does a file have that starts with ${head}?  Plain if no other.
 */
enum list_format list_format_find(const char *head, size_t length);

/* The formats' own functions, as in list_format_ops. */
void list_plain_line(struct list_reader *r, const char *line, size_t length);
bool list_hosts_likely(const char *head, size_t length);
void list_hosts_line(struct list_reader *r, const char *line, size_t length);
void list_address_line(struct list_reader *r, const char *line,
    size_t length);
bool list_urlhaus_likely(const char *head, size_t length);
void list_urlhaus_line(struct list_reader *r, const char *line, size_t length);
bool list_threatfox_likely(const char *head, size_t length);
void list_threatfox_line(struct list_reader *r, const char *line,
    size_t length);
bool list_native_likely(const char *head, size_t length);
void list_native_line(struct list_reader *r, const char *line, size_t length);
bool list_misp_likely(const char *head, size_t length);
void list_misp_whole(struct list_reader *r, const char *text, size_t length);
bool list_stix_likely(const char *head, size_t length);
void list_stix_whole(struct list_reader *r, const char *text, size_t length);
bool list_rpz_likely(const char *head, size_t length);
void list_rpz_whole(struct list_reader *r, const char *text, size_t length);

/* The lines of hosts files stand in other formats, too: one without a comment,
 * its names matched as ${match}. */
void list_hosts_names(struct list_reader *r, const char *line, size_t length,
    enum list_match match);
bool list_adblock_likely(const char *head, size_t length);
void list_adblock_line(struct list_reader *r, const char *line,
    size_t length);
bool list_dnsmasq_likely(const char *head, size_t length);
void list_dnsmasq_line(struct list_reader *r, const char *line,
    size_t length);
bool list_unbound_likely(const char *head, size_t length);
void list_unbound_line(struct list_reader *r, const char *line,
    size_t length);
bool list_bind_likely(const char *head, size_t length);
void list_bind_line(struct list_reader *r, const char *line, size_t length);
bool list_dnscrypt_likely(const char *head, size_t length);
void list_dnscrypt_line(struct list_reader *r, const char *line,
    size_t length);
bool list_maltrail_likely(const char *head, size_t length);
void list_maltrail_line(struct list_reader *r, const char *line,
    size_t length);
bool list_suricata_likely(const char *head, size_t length);
void list_suricata_line(struct list_reader *r, const char *line,
    size_t length);
bool list_zeek_likely(const char *head, size_t length);
void list_zeek_line(struct list_reader *r, const char *line, size_t length);

/* --- what a format may ask of the reader ----------------------------------- */

/**
 * list_reader_spec(r), list_reader_match(r), list_reader_state(r):
 * What was asked for; how entries are to be matched that say nothing; a place
 * of LIST_STATE_SIZE octets, zero at first, aligned for anything.
 */
const struct list_spec *list_reader_spec(const struct list_reader *r);
enum list_match list_reader_match(const struct list_reader *r);
void *list_reader_state(struct list_reader *r);

/**
 * list_reader_line(r, line):
 * A format read whole has come to that line: for what is said of it.
 */
void list_reader_line(struct list_reader *r, uint64_t line);

/**
 * list_reader_name(r, text, length, match):
 * Take the name ${text}, in presentation form or with U-labels (IDNA), of at
 * least one octet, to be matched as ${match}; refuse and count it if it cannot
 * be a bad name.
 */
void list_reader_name(struct list_reader *r, const char *text, size_t length,
    enum list_match match);

/**
 * list_reader_entry(r, text, length, like):
 * The same, with all that ${like} says besides the name, which is not looked
 * at.  For substring and regex the text is taken as it is.  An entry whose
 * expiry has passed, or whose date is beyond the list's age, is refused.
 */
void list_reader_entry(struct list_reader *r, const char *text, size_t length,
    const struct list_entry *like);

/**
 * list_reader_address(r, entry):
 * Take ${entry}, a clean netblock.
 */
void list_reader_address(struct list_reader *r, const struct netblock *entry);

/**
 * list_reader_refuse(r, reason, text, length):
 * Count ${text} on the current line as refused for ${reason}.
 */
void list_reader_refuse(struct list_reader *r, enum list_reason reason,
    const char *text, size_t length);

/**
 * list_reader_expiry(r, added, expires):
 * When does an entry expire that was added or seen last at ${added} and says
 * itself ${expires} (microseconds UTC, 0: nothing)?  0: never.
 */
int64_t list_reader_expiry(const struct list_reader *r, int64_t added,
    int64_t expires);

/**
 * list_text_trim(line, length):
 * Return ${line} without a byte-order mark and outer white space, and shorten
 * ${*length} as much.
 */
const char *list_text_trim(const char *line, size_t *length);

/**
 * list_text_next(head, end, retlength):
 * For likely: the line at ${*head}, outer white space cut, of ${*retlength}
 * octets; ${*head} goes behind it.  NULL at the end.
 */
const char *list_text_next(const char **head, const char *end,
    size_t *retlength);

/**
 * list_text_uncomment(line, length):
 * Return the length of ${line} without a comment that begins with '#', at its
 * start or after white space, and without the white space before that.
 */
size_t list_text_uncomment(const char *line, size_t length);

#endif /* !LIST_FORMAT_H */
