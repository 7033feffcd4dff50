#ifndef LISTED_PATTERNS_H
#define LISTED_PATTERNS_H

/*
 * listed_patterns - patterns for tests, written with their kind.
 */

#include "match/patterns.h"
#include "unit.h"

/* A pattern: "=text" a substring, "~text" a regex, on a list. */
struct listed {
	const char *text;
	unsigned list;
};

static inline enum patterns_kind
kind_of(const char *text)
{
	return text[0] == '~' ? PATTERNS_REGEX : PATTERNS_SUBSTRING;
}

static inline int
add(struct patterns_builder *b, const char *text, unsigned list, char *error)
{
	return patterns_builder_add(b, text + 1, strlen(text + 1),
	    kind_of(text), list, error);
}

static inline struct patterns *
build(const struct listed *listed, size_t count)
{
	struct patterns_builder *b = patterns_builder_new();
	char error[PATTERNS_ERROR_SIZE] = "";
	struct patterns *p;

	assert_non_null(b);
	for (size_t i = 0; i < count; i++) {
		if (add(b, listed[i].text, listed[i].list, error) != 0)
			fail_msg("%s: %s", listed[i].text, error);
	}
	p = patterns_builder_finish(b, error);
	if (p == NULL)
		fail_msg("%s", error);
	return p;
}

/* Ask for ${qname}; the pattern must be ${pattern}, written as above, on
 * exactly the lists ${lists}; NULL: no match. */
static inline void
expect(const struct patterns *p, const char *qname, const char *pattern,
    uint64_t lists)
{
	struct patterns_scratch *s = patterns_scratch_new(p);
	struct patterns_match match = { .lists = 0xdead };
	struct dns_name name = unit_name(qname);
	bool found;

	assert_non_null(s);
	found = patterns_find(s, &name, &match);
	assert_int_equal(patterns_failures(s), 0);
	patterns_scratch_free(s);
	if (found != (pattern != NULL))
		fail_msg("%s %s, not %s", qname, found ? match.text :
		    "does not match", pattern != NULL ? pattern : "nothing");
	if (match.lists != (found ? lists : 0xdead))
		fail_msg("%s: lists %llx, not %llx", qname,
		    (unsigned long long)match.lists,
		    (unsigned long long)lists);
	if (!found)
		return;
	assert_string_equal(match.text, pattern + 1);
	assert_int_equal(match.length, strlen(match.text));
	assert_int_equal(match.kind, kind_of(pattern));
}

/* Of each kind. */
static const struct listed some[] = {
	{ "=badware", 0 }, { "=.evil.", 1 }, { "=badware", 63 },
	{ "~^bot[0-9]+\\.", 2 }, { "~c[0o]mmand", 3 },
};

#endif /* !LISTED_PATTERNS_H */
