#include "match/matcher.h"

#include "unit.h"

#define L50 "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghij"

/* A listed name: "=name" exact, ".name" suffix, on a list. */
struct listed {
	const char *text;
	unsigned list;
};

static void
add(struct matcher_builder *b, const char *text, enum list_match match,
    unsigned list)
{
	const struct list_entry e = {
		.match = match, .name = unit_name(text)
	};

	assert_int_equal(matcher_builder_add(b, &e, list), 0);
}

static struct matcher *
build(const struct listed *listed, size_t count)
{
	struct matcher_builder *b = matcher_builder_new();
	struct matcher *m;

	assert_non_null(b);
	for (size_t i = 0; i < count; i++) {
		add(b, listed[i].text + 1, listed[i].text[0] == '=' ?
		    LIST_MATCH_EXACT : LIST_MATCH_SUFFIX, listed[i].list);
	}
	m = matcher_builder_finish(b);
	assert_non_null(m);
	return m;
}

/* What matcher_may_end says about the last two labels of ${name}. */
static bool
may_end(const struct matcher *m, const struct dns_name *name)
{
	size_t labels = 0, at = 0;

	for (size_t i = 0; name->wire[i] != 0; i += name->wire[i] + 1u)
		labels++;
	for (; labels > 2; labels--)
		at += name->wire[at] + 1u;
	return matcher_may_end(m, name->wire + at, name->length - at);
}

/* Ask for ${qname}; the entry must be ${entry}, written as above, on exactly
 * the lists ${lists}; NULL: no match. */
static void
expect(const struct matcher *m, const char *qname, const char *entry,
    uint64_t lists)
{
	struct dns_name name = unit_name(qname);
	struct match match = { .lists = 0xdead };
	bool found = matcher_find(m, &name, &match);
	char text[DNS_NAME_TEXT_SIZE];

	if (found && !may_end(m, &name))
		fail_msg("%s matches, and its tail may not", qname);
	if (entry == NULL) {
		if (found)
			fail_msg("%s matches", qname);
		assert_int_equal(match.lists, 0xdead);
		return;
	}
	if (!found)
		fail_msg("%s does not match %s", qname, entry);
	dns_name_to_text(&match.entry, text);
	assert_string_equal(text, entry + 1);
	assert_int_equal(match.mode, entry[0] == '=' ? LIST_MATCH_EXACT :
	    LIST_MATCH_SUFFIX);
	if (match.lists != lists)
		fail_msg("%s: lists %llx, not %llx", qname,
		    (unsigned long long)match.lists,
		    (unsigned long long)lists);
}

static void
suffixes_match_at_label_boundaries(void **state)
{
	static const struct listed listed[] = {
		{ ".bad.com", 0 }, { ".c2.botnet.example", 0 },
		{ ".a\\.b.example", 0 }, { "=com", 0 },
	};
	struct matcher *m = build(listed, COUNT(listed));

	(void)state;
	expect(m, "bad.com", ".bad.com", 1);
	expect(m, "bad.com.", ".bad.com", 1);
	expect(m, "BAD.Com", ".bad.com", 1);
	expect(m, "www.bad.com", ".bad.com", 1);
	expect(m, "a.b.c.d.e.f.bad.com", ".bad.com", 1);
	expect(m, "\\098ad.com", ".bad.com", 1);
	expect(m, "notbad.com", NULL, 0);
	expect(m, "bad.com.evil.org", NULL, 0);
	expect(m, "bad.community", NULL, 0);
	expect(m, "ad.com", NULL, 0);
	expect(m, "com", "=com", 1);
	expect(m, "x.com", NULL, 0);
	expect(m, ".", NULL, 0);
	expect(m, "example", NULL, 0);
	expect(m, "botnet.example", NULL, 0);
	expect(m, "x.c2.botnet.example", ".c2.botnet.example", 1);
	/* A dot inside a label is no boundary. */
	expect(m, "www\\.bad.com", NULL, 0);
	expect(m, "bad\\.com", NULL, 0);
	expect(m, "a\\.b.example", ".a\\.b.example", 1);
	expect(m, "a.b.example", NULL, 0);
	expect(m, "b.example", NULL, 0);
	/* A name's octets that read like another's are another name. */
	expect(m, "\\003bad\\003com", NULL, 0);
	assert_int_equal(matcher_names(m), 4);
	assert_true(matcher_bytes(m) > 0);
	matcher_free(m);
}

static void
exact_names_match_themselves_only(void **state)
{
	static const struct listed listed[] = {
		{ "=bad.com", 3 }, { "=single", 3 }, { "=.", 3 },
	};
	struct matcher *m = build(listed, COUNT(listed));

	(void)state;
	expect(m, "bad.com", "=bad.com", 8);
	expect(m, "www.bad.com", NULL, 0);
	expect(m, "single", "=single", 8);
	expect(m, "x.single", NULL, 0);
	expect(m, ".", NULL, 0);
	matcher_free(m);
}

static void
a_single_label_may_be_a_suffix_or_not(void **state)
{
	static const struct listed listed[] = {
		{ "=exact", 0 }, { ".suffix", 1 }, { "=both", 0 },
		{ ".both", 1 }, { ".x.other", 2 }, { "..", 3 },
	};
	struct matcher *m = build(listed, COUNT(listed));

	(void)state;
	expect(m, "exact", "=exact", 1);
	expect(m, "x.exact", NULL, 0);
	expect(m, "suffix", ".suffix", 2);
	expect(m, "x.y.suffix", ".suffix", 2);
	expect(m, "both", "=both", 3);
	expect(m, "x.y.both", ".both", 2);
	expect(m, "y.other", NULL, 0);
	expect(m, ".", NULL, 0);
	matcher_free(m);
}

static void
the_longest_match_wins(void **state)
{
	static const struct listed listed[] = {
		{ ".bad.example", 0 }, { ".www.bad.example", 1 },
		{ "=x.www.bad.example", 2 }, { ".bad.example", 3 },
	};
	struct matcher *m = build(listed, COUNT(listed));

	(void)state;
	expect(m, "bad.example", ".bad.example", 9);
	expect(m, "ftp.bad.example", ".bad.example", 9);
	expect(m, "www.bad.example", ".www.bad.example", 2);
	expect(m, "y.www.bad.example", ".www.bad.example", 2);
	expect(m, "x.www.bad.example", "=x.www.bad.example", 4);
	/* An exact entry does not hide the shorter suffix from below it. */
	expect(m, "z.x.www.bad.example", ".www.bad.example", 2);
	matcher_free(m);
}

static void
one_name_on_several_lists(void **state)
{
	static const struct listed listed[] = {
		{ "=bad.example", 0 }, { ".bad.example", 1 },
		{ ".bad.example", 63 }, { ".bad.example", 63 },
		{ "=bad.example", 5 }, { ".BAD.example", 1 },
	};
	struct matcher *m = build(listed, COUNT(listed));

	(void)state;
	expect(m, "bad.example", "=bad.example",
	    UINT64_C(1) << 63 | 1 << 5 | 2 | 1);
	expect(m, "www.bad.example", ".bad.example", UINT64_C(1) << 63 | 2);
	assert_int_equal(matcher_names(m), 1);
	matcher_free(m);
}

static void
the_longest_names_fit(void **state)
{
	static const char longest[] = "=" L50 "." L50 "." L50 "." L50
	    ".abcdefghijabcdefghijabcdefghijabcdefghijabcdefg.x";
	struct listed listed[] = { { longest, 0 } };
	struct matcher *m = build(listed, 1);
	struct dns_name name = unit_name(longest + 1);

	(void)state;
	assert_int_equal(name.length, 255);
	expect(m, longest + 1, longest, 1);
	expect(m, longest + 3, NULL, 0);
	matcher_free(m);
}

static void
an_empty_matcher_matches_nothing(void **state)
{
	struct matcher *m = build(NULL, 0);

	(void)state;
	expect(m, "bad.example", NULL, 0);
	expect(m, ".", NULL, 0);
	assert_int_equal(matcher_names(m), 0);
	matcher_free(m);
	matcher_free(NULL);
	matcher_builder_free(NULL);
	matcher_builder_free(matcher_builder_new());
}

static void
many_names_are_all_found(void **state)
{
	struct matcher_builder *b = matcher_builder_new();
	struct matcher *m;
	struct match match;
	char text[64];

	(void)state;
	assert_non_null(b);
	for (unsigned i = 0; i < 300000; i++) {
		snprintf(text, sizeof(text), "n%u.x%u.example", i, i % 97);
		add(b, text, LIST_MATCH_SUFFIX, i % 64);
	}
	m = matcher_builder_finish(b);
	assert_non_null(m);
	assert_int_equal(matcher_names(m), 300000);
	for (unsigned i = 0; i < 310000; i++) {
		struct dns_name name;

		snprintf(text, sizeof(text), "www.n%u.x%u.example", i,
		    i % 97);
		name = unit_name(text);
		assert_int_equal(matcher_find(m, &name, &match), i < 300000);
		if (i < 300000)
			assert_true(match.lists == UINT64_C(1) << (i % 64));
	}
	matcher_free(m);
}

/* --- against a slow, obvious matcher ------------------------------------- */

#define LISTED_MAX 60

struct slow_entry {
	char text[200];
	enum list_match match;
	unsigned list;
};

/* Is ${name} below ${entry}, both as text? */
static bool
is_below(const char *name, const char *entry)
{
	size_t n = strlen(name), e = strlen(entry);

	return n > e && name[n - e - 1] == '.' &&
	    strcmp(name + n - e, entry) == 0;
}

/* The longest entry that matches, the lists that hold it in a way that
 * matches, and whether one does so exactly. */
static const char *
slow_find(const struct slow_entry *entries, size_t count, const char *name,
    uint64_t *retlists, bool *retexact)
{
	const char *best = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct slow_entry *e = &entries[i];
		bool equal = strcmp(name, e->text) == 0;

		if (!equal && (e->match == LIST_MATCH_EXACT ||
		    !is_below(name, e->text)))
			continue;
		if (best == NULL || strlen(e->text) > strlen(best)) {
			best = e->text;
			*retlists = 0;
			*retexact = false;
		}
		if (strcmp(e->text, best) != 0)
			continue;
		*retlists |= UINT64_C(1) << e->list;
		*retexact = *retexact || e->match == LIST_MATCH_EXACT;
	}
	return best;
}

/* Few and short labels, so that names often share some. */
static void
random_name(uint64_t *seed, char text[200])
{
	static const char *const labels[] = {
		"a", "b", "ab", "ba", "aa", "bad", "com", "example"
	};
	unsigned count = 1 + unit_random(seed, 5);

	text[0] = '\0';
	for (unsigned i = 0; i < count; i++) {
		size_t used = strlen(text);

		snprintf(text + used, 200 - used, "%s%s", i > 0 ? "." : "",
		    labels[unit_random(seed, COUNT(labels))]);
	}
}

static void
try_random_lists(uint64_t *seed)
{
	static struct slow_entry entries[LISTED_MAX];
	size_t count = unit_random(seed, LISTED_MAX + 1);
	struct matcher_builder *b = matcher_builder_new();
	struct matcher *m;

	assert_non_null(b);
	for (size_t i = 0; i < count; i++) {
		struct slow_entry *e = &entries[i];

		random_name(seed, e->text);
		e->match = unit_random(seed, 2) ? LIST_MATCH_EXACT :
		    LIST_MATCH_SUFFIX;
		e->list = unit_random(seed, 5) * 15;
		add(b, e->text, e->match, e->list);
	}
	m = matcher_builder_finish(b);
	assert_non_null(m);
	for (int i = 0; i < 500; i++) {
		char text[200], entry[202];
		uint64_t lists = 0;
		bool exact = false;
		const char *found;

		random_name(seed, text);
		found = slow_find(entries, count, text, &lists, &exact);
		if (found != NULL)
			snprintf(entry, sizeof(entry), "%s%s",
			    exact ? "=" : ".", found);
		expect(m, text, found != NULL ? entry : NULL, lists);
	}
	matcher_free(m);
}

static void
it_finds_what_a_slow_matcher_finds(void **state)
{
	uint64_t seed = unit_seed();

	(void)state;
	for (int round = 0; round < 800; round++)
		try_random_lists(&seed);
}

/* Every entry of the name and its parents, the longest first. */
static void
after_a_match_come_shorter_entries(void **state)
{
	static const struct listed listed[] = {
		{ ".example", 4 }, { ".bad.example", 0 },
		{ "=www.bad.example", 1 }, { ".www.bad.example", 2 },
		{ "=b.www.bad.example", 3 }
	};
	struct matcher *m = build(listed, COUNT(listed));
	struct dns_name name = unit_name("b.www.bad.example");
	struct dns_name below = unit_name("a.b.www.bad.example");
	struct dns_name other = unit_name("www.bad.test");
	struct match match;

	(void)state;
	assert_true(matcher_find(m, &name, &match));
	assert_int_equal(match.lists, 1 << 3);
	assert_true(matcher_find_shorter(m, &name, &match));
	assert_int_equal(match.lists, 1 << 2);
	assert_true(matcher_find_shorter(m, &name, &match));
	assert_int_equal(match.lists, 1 << 0);
	assert_true(matcher_find_shorter(m, &name, &match));
	assert_int_equal(match.lists, 1 << 4);
	assert_int_equal(match.entry.length, 9);
	assert_false(matcher_find_shorter(m, &name, &match));
	assert_true(matcher_find(m, &below, &match));
	assert_int_equal(match.lists, 1 << 2);
	assert_false(matcher_find(m, &other, &match));
	matcher_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(suffixes_match_at_label_boundaries),
		cmocka_unit_test(exact_names_match_themselves_only),
		cmocka_unit_test(a_single_label_may_be_a_suffix_or_not),
		cmocka_unit_test(the_longest_match_wins),
		cmocka_unit_test(one_name_on_several_lists),
		cmocka_unit_test(the_longest_names_fit),
		cmocka_unit_test(an_empty_matcher_matches_nothing),
		cmocka_unit_test(many_names_are_all_found),
		cmocka_unit_test(it_finds_what_a_slow_matcher_finds),
		cmocka_unit_test(after_a_match_come_shorter_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
