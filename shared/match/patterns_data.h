#ifndef PATTERNS_DATA_H
#define PATTERNS_DATA_H

/*
 * patterns_data - what patterns are made of: patterns.c makes and asks them,
 * patterns_octets.c stores them.  Nobody else includes it.
 */

#include "match/patterns.h"
#include "match/regexes.h"
#include "match/substrings.h"

struct patterns {
	struct substrings *substrings;
	struct regexes *regexes;
};

/* A builder is patterns that are not indexed and compiled yet. */
struct patterns_builder {
	struct patterns p;
};

/**
 * patterns_builder_add_tried(b, text, length, kind, lists, reterr):
 * As patterns_builder_add, on several lists, of what was one of a finished set:
 * no more than its octets are looked at.
 */
int patterns_builder_add_tried(struct patterns_builder *b, const char *text,
    size_t length, enum patterns_kind kind, uint64_t lists,
    char reterr[PATTERNS_ERROR_SIZE]);

#endif /* !PATTERNS_DATA_H */
