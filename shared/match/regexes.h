#ifndef REGEXES_H
#define REGEXES_H

/*
 * regexes - which of many regular expressions matches a text?  (Hyperscan, or
 * where there is none its fork vectorscan.)
 *
 * Expressions are added, each of them tried at once, then compiled together
 * once; nothing changes after that.  Perl's syntax without references back
 * and assertions; upper and lower case are the same; a match may be anywhere
 * unless the expression has anchors.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Hyperscan takes a millisecond to compile a usual expression, and by its own
 * limits less than a second for any of this length; 10 seconds for 10,000
 * together, growing with the square of their number.  What it makes of them
 * has to stay in the cache to be fast. */
#define REGEXES_LENGTH_MAX 512				/* octets of one */
#define REGEXES_MAX 10000
#define REGEXES_COMPILED_MAX ((size_t)64 << 20)		/* octets, of all */
#define REGEXES_ERROR_SIZE 192

struct regexes;			/* opaque */
struct regexes_scratch;		/* opaque: what one thread needs to look */

/* One expression: borrowed, with a NUL, until the next is added or all are
 * freed. */
struct regex {
	const char *text;
	size_t length;
	uint64_t lists;		/* bit i: list i holds it */
};

/**
 * regexes_new():
 * Return an empty set, or NULL if memory is short.
 */
struct regexes *regexes_new(void);

/**
 * regexes_add(r, text, length, lists, reterr):
 * Add the expression of ${length} octets, 1 to REGEXES_LENGTH_MAX and no NUL
 * among them, for ${lists}, to which those of an equal one are joined.  Return
 * 0, or -1 and one sentence in ${reterr}, ${r} being as it was, if Hyperscan
 * refuses it, it matches the empty text or about every name (".", "[a-z]"),
 * REGEXES_MAX or REGEXES_COMPILED_MAX is reached, or memory is short.  A
 * millisecond, seldom up to a second.
 */
int regexes_add(struct regexes *r, const char *text, size_t length,
    uint64_t lists, char reterr[REGEXES_ERROR_SIZE]);

/**
 * regexes_add_tried(r, text, length, lists, reterr):
 * The same for one that regexes_add took before and that is not in ${r} yet:
 * it is not tried again.
 */
int regexes_add_tried(struct regexes *r, const char *text, size_t length,
    uint64_t lists, char reterr[REGEXES_ERROR_SIZE]);

/**
 * regexes_finish(r, reterr):
 * Compile what was added, unless regexes_unpack did.  Return 0, or -1 and one
 * sentence in ${reterr}, after which ${r} can only be freed.
 */
int regexes_finish(struct regexes *r, char reterr[REGEXES_ERROR_SIZE]);

/**
 * regexes_scratch_new(r), regexes_scratch_free(s):
 * Make what one thread needs to look for ${r}; NULL if memory is short.
 */
struct regexes_scratch *regexes_scratch_new(const struct regexes *r);
void regexes_scratch_free(struct regexes_scratch *s);

/**
 * regexes_find(r, s, text, length, ret):
 * Fill ${ret} with the first added that matches and return 1; 0 if none does,
 * -1 if Hyperscan fails, which only a defect explains.  ${s} was made for
 * ${r}.  Never allocates.
 */
int regexes_find(const struct regexes *r, struct regexes_scratch *s,
    const char *text, size_t length, struct regex *ret);

/**
 * regexes_count(r), regexes_get(r, number), regexes_bytes(r):
 * How many expressions there are, in how many octets of memory; one of them,
 * in the order they were added in.
 */
size_t regexes_count(const struct regexes *r);
struct regex regexes_get(const struct regexes *r, size_t number);
size_t regexes_bytes(const struct regexes *r);

/**
 * regexes_pack(r, ret, retlength):
 * Write what ${r} was compiled to into a new buffer, which the caller frees;
 * NULL and 0 if ${r} is empty.  Return 0, or -1 if memory is short.
 */
int regexes_pack(const struct regexes *r, char **ret, size_t *retlength);

/**
 * regexes_unpack(r, bytes, length, reterr):
 * Take what equal expressions, added in the same order, were compiled to.
 * Return 0, also if another version of Hyperscan or another kind of
 * processor compiled it, since regexes_finish will then; -1 and one sentence
 * in ${reterr} if it is damaged or memory is short.
 */
int regexes_unpack(struct regexes *r, const char *bytes, size_t length,
    char reterr[REGEXES_ERROR_SIZE]);

/**
 * regexes_free(r):
 * Free ${r}; NULL is fine.
 */
void regexes_free(struct regexes *r);

#endif /* !REGEXES_H */
