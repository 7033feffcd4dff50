#ifndef LIST_SPAN_H
#define LIST_SPAN_H

/*
 * list_span - a stretch of a list's line, and how lines are taken apart.
 *
 * Plain data, nothing to free; what is cut off a span lies in the same text.
 * Blanks are spaces and tabs; letters are compared without their case.
 */

#include <stdbool.h>
#include <stddef.h>

struct list_span {
	const char *at;		/* NULL: nothing left to cut */
	size_t length;
};

static inline struct list_span
list_span(const char *at, size_t length)
{
	return (struct list_span){ at, length };
}

/**
 * list_span_is(s, word), list_span_starts(s, word), list_span_ends(s, word):
 * Is ${s} the same as ${word}; does it start or end with it?
 */
bool list_span_is(struct list_span s, const char *word);
bool list_span_starts(struct list_span s, const char *word);
bool list_span_ends(struct list_span s, const char *word);

/**
 * list_span_has(s, octet):
 * Does ${octet} occur in ${s}?
 */
bool list_span_has(struct list_span s, char octet);

/**
 * list_span_find(s, text):
 * At which offset does ${text} stand first in ${s}?  Its length if nowhere.
 */
size_t list_span_find(struct list_span s, const char *text);

/**
 * list_span_skip(s, count), list_span_drop(s, count):
 * ${s} without its first or last ${count} octets, of which it has as many.
 */
struct list_span list_span_skip(struct list_span s, size_t count);
struct list_span list_span_drop(struct list_span s, size_t count);

/**
 * list_span_trim(s):
 * ${s} without outer blanks.
 */
struct list_span list_span_trim(struct list_span s);

/**
 * list_span_cut(rest, separator, ret):
 * Cut what stands up to the next ${separator}, or the end, off ${rest}.  False
 * when there was nothing left: "a,b" has two pieces, "a," and "," too, "" one.
 */
bool list_span_cut(struct list_span *rest, char separator,
    struct list_span *ret);

/**
 * list_span_word(rest):
 * Cut the next word off ${rest}: up to a blank, or what stands between quotes
 * (" or ') when it starts with one.  Empty, with a NULL, at the end.
 */
struct list_span list_span_word(struct list_span *rest);

/**
 * list_span_csv(rest, ret):
 * Cut the next field of a line of comma-separated values off ${rest}, outer
 * blanks and quotes cut; false when there was nothing left.  A quote that is
 * doubled inside quotes stays doubled.
 */
bool list_span_csv(struct list_span *rest, struct list_span *ret);

/**
 * list_span_is_dotted(s):
 * Does ${s} look like a name of several labels, or an IPv4 address: letters,
 * digits, '-', '_', octets beyond ASCII, and a dot between them?
 */
bool list_span_is_dotted(struct list_span s);

/* The beginning of a file, for likely: { head, head + length, false }. */
struct list_head {
	const char *at, *end;
	bool some;		/* a line has been given */
};

/**
 * list_span_line(head, ret):
 * The next line that is not empty and no comment in any syntax (#, !, ;, //),
 * outer white space cut; false at the end.  A last line without its end is
 * left out if others came before it: it may be cut.
 */
bool list_span_line(struct list_head *head, struct list_span *ret);

#endif /* !LIST_SPAN_H */
