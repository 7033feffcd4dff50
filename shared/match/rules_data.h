#ifndef RULES_DATA_H
#define RULES_DATA_H

/*
 * rules_data - what rules are made of: rules_load.c makes them, rules_file.c
 * stores and maps them, rules.c and rules_match.c ask them, rules_view.c and
 * rules_count.c show them.  Nobody else includes it.
 */

#include "match/address_matcher.h"
#include "match/allow.h"
#include "match/compiled.h"
#include "match/matcher.h"
#include "match/pattern_notes.h"
#include "match/patterns.h"
#include "match/rules.h"

/* What was built of lists as they are, which comes first, or one file of
 * compiled ones. */
struct rules_part {
	struct matcher *matcher;
	struct patterns *patterns;	/* NULL: it has none */
	struct pattern_notes *notes;	/* on those, or NULL */
	unsigned base;			/* number of its first list */
	struct compiled *file;		/* NULL: built here */
};

/* What one thread needs to look for the patterns of each part. */
struct rules_scratch {
	struct patterns_scratch *part[RULES_PARTS_MAX];
};

struct rules {
	unsigned threads;
	struct rules_scratch *scratch;	/* ${threads}; NULL: no patterns */
	size_t parts;
	size_t first;		/* 1: nothing was built here, as all lists
				   are compiled, so nobody asks that part */
	struct rules_part part[RULES_PARTS_MAX];
	bool patterns;			/* some part has any */
	struct address_matcher *addresses;	/* NULL: no such list */
	struct allow *exceptions;	/* what lists except, or NULL */
	struct allow *allow;		/* the site's rules, or NULL */
	const struct prefixes *monitored, *excluded;
	uint64_t generation;
	bool retro;			/* hits are of the past */
	size_t lists;
	struct rules_label {
		char text[LIST_LABEL_SIZE];
		uint8_t severity;	/* of entries that have none */
	} label[MATCHER_LISTS_MAX];
};

/**
 * rules_file_load(r, fd, exceptions, reterr, size):
 * Add the compiled lists of the file ${fd} as a part of ${r}; what they except
 * goes to ${exceptions}.  Return 0, or -1 and a sentence.
 */
int rules_file_load(struct rules *r, int fd,
    struct allow_builder *exceptions, char *reterr, size_t size);

#endif /* !RULES_DATA_H */
