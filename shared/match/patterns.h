#ifndef PATTERNS_H
#define PATTERNS_H

/*
 * patterns - does a string of a list occur in a queried name, or one of its
 * regular expressions match it?
 *
 * Patterns are added to a builder, which becomes patterns once and never
 * changes after that.  Both kinds look at the name as it is printed: lower
 * case, no final dot, "\." for a dot inside a label, "\032" for what cannot
 * be printed, "." for the root.  Only here is a name turned into text.
 *
 *	substring	occurs anywhere in that text, dots included; upper
 *			case is taken as lower case.  substrings.h finds it,
 *			octet by octet.
 *	regex		Perl's, less what Hyperscan cannot do; upper and
 *			lower case are the same; matches anywhere unless it
 *			has anchors: regexes.h.
 *
 * A substring wins over any regex, the longest of them over the others, and
 * of regexes the one that was added first.
 *
 * A name costs about 150 ns with up to 10,000 substrings, 250 with 100,000,
 * 800 to 1150 with a million, the text included.  1,000 regexes add about 100,
 * 10,000 add 200, to a name that no substring is in.  Without patterns
 * nothing of this is needed: make none.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/dns_name.h"

#define PATTERNS_LISTS_MAX 64
#define PATTERNS_TEXT_SIZE DNS_NAME_TEXT_SIZE
#define PATTERNS_ERROR_SIZE 192

struct patterns;		/* opaque, immutable */
struct patterns_builder;	/* opaque */
struct patterns_scratch;	/* opaque */

enum patterns_kind { PATTERNS_SUBSTRING, PATTERNS_REGEX };

/* How a name was found. */
struct patterns_match {
	enum patterns_kind kind;
	uint64_t lists;			/* bit i: list i holds the pattern */
	size_t length;			/* of the text, without its NUL */
	char text[PATTERNS_TEXT_SIZE];	/* the pattern; a substring is in
					   lower case */
};

/**
 * patterns_builder_new():
 * Return an empty builder, or NULL if memory is short.
 */
struct patterns_builder *patterns_builder_new(void);

/**
 * patterns_builder_add(b, text, length, kind, list, reterr):
 * Say that list number ${list}, below PATTERNS_LISTS_MAX, holds the pattern
 * ${text}.  Return 0, or -1 and one sentence in ${reterr}, ${b} being as it
 * was: if it is empty, or longer than 1023 octets (a regex: 512); if it holds
 * what no printed name does, which is all outside 0x21-0x7E (a regex may hold
 * spaces); if it is in about every name, such as a single octet, ".*", "[a-z]";
 * if Hyperscan refuses the regex; if there are four million substrings or
 * 10,000 regexes already, or those need over 64 MiB; if memory is short.
 * A substring costs O(length), amortised, a regex a millisecond, and seldom up
 * to a second.
 */
int patterns_builder_add(struct patterns_builder *b, const char *text,
    size_t length, enum patterns_kind kind, unsigned list,
    char reterr[PATTERNS_ERROR_SIZE]);

/**
 * patterns_builder_finish(b, reterr):
 * Turn ${b} into patterns, freeing ${b}; NULL, one sentence in ${reterr}, and
 * ${b} freed, if Hyperscan refuses the regexes together, they need over
 * 64 MiB, or memory is short.
 */
struct patterns *patterns_builder_finish(struct patterns_builder *b,
    char reterr[PATTERNS_ERROR_SIZE]);
void patterns_builder_free(struct patterns_builder *b);

/**
 * patterns_scratch_new(p):
 * Return what one thread needs to look for ${p}, which must outlive it, or
 * NULL if memory is short.  Each thread has its own, and so have new patterns
 * that replace ${p}: make it when they are swapped in.
 */
struct patterns_scratch *patterns_scratch_new(const struct patterns *p);
void patterns_scratch_free(struct patterns_scratch *s);

/**
 * patterns_find(s, name, ret):
 * Look for the patterns that ${s} was made of in ${name}.  On a hit return
 * true and fill ${ret}, else leave it alone.  Never allocates, and makes no
 * system call; threads with a scratch each may call it at once.
 */
bool patterns_find(struct patterns_scratch *s, const struct dns_name *name,
    struct patterns_match *ret);

/**
 * patterns_failures(s):
 * How often Hyperscan could not look at a name, which only a defect explains:
 * a regex may have been missed then.
 */
uint64_t patterns_failures(const struct patterns_scratch *s);

/**
 * patterns_count(p, kind), patterns_bytes(p):
 * How many distinct patterns of ${kind} there are; all of them in how many
 * octets of memory.
 */
size_t patterns_count(const struct patterns *p, enum patterns_kind kind);
size_t patterns_bytes(const struct patterns *p);

/**
 * patterns_lists(p, kind, i):
 * Which lists hold pattern number ${i}, from 0, of ${kind}?  One bit each.
 */
uint64_t patterns_lists(const struct patterns *p, enum patterns_kind kind,
    size_t i);

/**
 * patterns_serialize(p, ret, retlength):
 * Write ${p} into a new buffer, which the caller frees.  0, or -1 if memory
 * is short.
 */
int patterns_serialize(const struct patterns *p, uint8_t **ret,
    size_t *retlength);

/**
 * patterns_deserialize(bytes, length, reterr):
 * Return the patterns that were serialized into the ${length} octets at
 * ${bytes}, or NULL and one sentence in ${reterr} if they are damaged or
 * memory is short.  Regexes that another version of Hyperscan compiled, or
 * another kind of processor, are compiled anew.  A checksum finds damage, not
 * malice: take ${bytes} from nobody who may not change the program.
 */
struct patterns *patterns_deserialize(const uint8_t *bytes, size_t length,
    char reterr[PATTERNS_ERROR_SIZE]);

/**
 * patterns_free(p):
 * Free ${p}; NULL is fine.
 */
void patterns_free(struct patterns *p);

#endif /* !PATTERNS_H */
