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

#define L63 L50 "abcdefghijabc"

/* What matches what: ${listed} as "how name", and names that do, and do not.
 * The search zones are those of with_zones. */
static const struct {
	enum list_match match;
	const char *listed;
	const char *matches[6], *others[8];
} table[] = {
	{ LIST_MATCH_EXACT, "bad.com",
	    { "bad.com", "bAD.cOM", "BAD.COM.", "\\098\\097d.com" },
	    { "www.bad.com", "notbad.com", "bad.com.evil.org", "com",
	    "bad.com.dept.example.edu", "bad\\.com", "." } },
	{ LIST_MATCH_SUFFIX, "bad.com",
	    { "bad.com", "wWw.BaD.CoM", "a.b.bad.com", "\\000.bad.com",
	    L63 ".bad.com" },
	    { "notbad.com", "bad.com.evil.org", "x\\.bad.com", "com",
	    "bad.co", "ad.com", "bad.com.dept.example.edu", "." } },
	{ LIST_MATCH_BELOW, "bad.com",
	    { "www.bad.com", "a.b.bad.com", "WWW.BAD.COM" },
	    { "bad.com", "BAD.com.", "notbad.com", "bad.com.evil.org",
	    "x\\.bad.com", "com", "www.bad.com.dept.example.edu" } },
	{ LIST_MATCH_SEARCH, "bad.com",
	    { "bad.com", "www.bad.com", "bad.com.dept.example.edu",
	    "WWW.bad.COM.Dept.Example.EDU", "bad.com.lab", "bad.com.x.test" },
	    { "notbad.com", "bad.com.evil.org", "bad.com.xlab",
	    "notbad.com.dept.example.edu", "bad.com.hr.example.edu",
	    "dept.example.edu", "lab", "com.dept.example.edu" } },
	{ LIST_MATCH_SUFFIX, "single",
	    { "single", "x.single", "x.y.SINGLE" },
	    { "notsingle", "single.com", "x\\.single", "single.lab" } },
	{ LIST_MATCH_BELOW, "single",
	    { "x.single", "x.y.single" }, { "single", "single.single.x" } },
	{ LIST_MATCH_SEARCH, "single",
	    { "single", "a.single", "single.lab", "a.single.dept.example.edu",
	    "single.x.test", "single.lab.lab" },
	    { "lab", "single.com", "singles.lab" } },
	{ LIST_MATCH_SUFFIX, "a\\.b.\\255.example",
	    { "a\\.b.\\255.example", "x.A\\046B.\\255.example" },
	    { "a.b.\\255.example", "b.\\255.example", "a\\.b.255.example" } },
	{ LIST_MATCH_SUFFIX, "\\003www.example",
	    { "\\003www.example", "x.\\003WWW.example" }, { "www.example" } },
	{ LIST_MATCH_SUFFIX, L63 "." L63 "." L63,
	    { L63 "." L63 "." L63, L50 "." L63 "." L63 "." L63 },
	    { L63 "." L63, L50 "." L63 "." L63 } },
	{ LIST_MATCH_SUFFIX, ".", { NULL }, { ".", "com", "bad.com" } },
};

/* A matcher of one entry with some search zones. */
static struct matcher *
with_zones(const char *text, enum list_match match)
{
	struct matcher_builder *b = matcher_builder_new();
	const struct dns_name zones[] = {
		unit_name("example.edu"), unit_name("dept.example.edu"),
		unit_name("lab"), unit_name("x.test"), unit_name("lab.lab"),
		unit_name("."),
	};
	struct matcher *m;

	assert_non_null(b);
	add(b, text, match, 0);
	m = matcher_builder_finish(b);
	assert_non_null(m);
	matcher_search(m, zones, COUNT(zones));
	return m;
}

static void
ask(const struct matcher *m, const char *listed, const char *text, bool wanted)
{
	struct dns_name name = unit_name(text);
	struct match match;
	bool found = matcher_find(m, &name, &match);

	if (found != wanted || (found && !may_end(m, &name)))
		fail_msg("%s, asked for %s: %s", listed, text,
		    found ? "found" : "not found");
}

static void
each_way_to_match_has_its_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct matcher *m = with_zones(table[i].listed,
		    table[i].match);

		for (size_t k = 0; k < COUNT(table[i].matches) &&
		    table[i].matches[k] != NULL; k++)
			ask(m, table[i].listed, table[i].matches[k], true);
		for (size_t k = 0; k < COUNT(table[i].others) &&
		    table[i].others[k] != NULL; k++)
			ask(m, table[i].listed, table[i].others[k], false);
		matcher_free(m);
	}
}

static void
the_zone_that_was_stripped_is_told(void **state)
{
	struct matcher *m = with_zones("bad.com", LIST_MATCH_SEARCH);
	struct dns_name plain = unit_name("www.bad.com");
	struct dns_name nested = unit_name("www.bad.com.dept.example.edu");
	struct match match;

	(void)state;
	assert_true(matcher_find(m, &plain, &match));
	assert_int_equal(match.zone, 0);
	assert_int_equal(match.mode, LIST_MATCH_SUFFIX);
	assert_true(matcher_find(m, &nested, &match));
	assert_int_equal(match.zone, 2);
	assert_int_equal(match.mode, LIST_MATCH_SEARCH);
	assert_int_equal(match.cut, 4);
	assert_false(matcher_find_shorter(m, &nested, &match));
	matcher_free(m);
}

/* What the longest entry says does not hold: the next is asked for. */
static void
a_zone_is_searched_to_its_end(void **state)
{
	static const struct list_detail detail = { .expires = 1 };
	struct matcher_builder *b = matcher_builder_new();
	const struct dns_name zones[] = { unit_name("z"), unit_name("y.z") };
	struct list_entry e = {
		.match = LIST_MATCH_SEARCH, .detail = &detail,
		.name = unit_name("www.bad.com"),
	};
	struct dns_name name = unit_name("www.bad.com.z");
	struct matcher *m;
	struct match match;

	(void)state;
	assert_int_equal(matcher_builder_add(b, &e, 0), 0);
	add(b, "bad.com", LIST_MATCH_SEARCH, 1);
	m = matcher_builder_finish(b);
	assert_non_null(m);
	matcher_search(m, zones, 2);
	assert_true(matcher_find(m, &name, &match));
	assert_true(match.lists == 0 && match.noted == 1);
	assert_true(matcher_find_shorter(m, &name, &match));
	assert_true(match.lists == 2 && match.zone == 1 && match.cut == 4);
	assert_false(matcher_find_shorter(m, &name, &match));
	matcher_free(m);
}

/* Would a matcher of ${known} find all that ${asked} matches? */
static bool
covers(const char *known, enum list_match how, const char *asked,
    enum list_match match)
{
	struct matcher *m = with_zones(known, how);
	const struct list_entry e = {
		.match = match, .name = unit_name(asked)
	};
	bool covered = matcher_covers(m, &e);

	matcher_free(m);
	return covered;
}

static void
an_entry_covers_those_that_match_no_more(void **state)
{
	/* Does what is listed in one way (row) cover the same name listed in
	 * another (column)?  And names below it? */
	static const bool same[4][4] = {
		{ 1, 0, 0, 0 }, { 1, 1, 1, 0 }, { 0, 0, 1, 0 }, { 1, 1, 1, 1 }
	};
	static const bool below[4][4] = {
		{ 0, 0, 0, 0 }, { 1, 1, 1, 0 }, { 1, 1, 1, 0 }, { 1, 1, 1, 1 }
	};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		for (unsigned k = 0; k < 4; k++) {
			enum list_match how = (enum list_match)i;
			enum list_match match = (enum list_match)k;

			assert_int_equal(covers("bad.com", how, "bad.com",
			    match), same[i][k]);
			assert_int_equal(covers("bad.com", how, "x.bad.com",
			    match), below[i][k]);
			assert_false(covers("bad.com", how, "com", match));
			assert_int_equal(covers("bad.com", how, "bad.com.lab",
			    match), i == 3 && k != 3);
		}
	}
}

/* An exact entry does not cover names below it because another list may. */
static void
what_may_not_hold_covers_nothing(void **state)
{
	static const struct list_detail detail = { .expires = 1 };
	struct matcher_builder *b = matcher_builder_new();
	struct list_entry e = {
		.detail = &detail, .match = LIST_MATCH_SUFFIX,
		.name = unit_name("bad.com"),
	};
	struct matcher *m;

	(void)state;
	assert_non_null(b);
	add(b, "bad.com", LIST_MATCH_EXACT, 0);
	assert_int_equal(matcher_builder_add(b, &e, 1), 0);
	m = matcher_builder_finish(b);
	assert_non_null(m);
	e = (struct list_entry){ .name = unit_name("bad.com") };
	assert_true(matcher_covers(m, &e));
	e.match = LIST_MATCH_SUFFIX;
	assert_false(matcher_covers(m, &e));
	e.name = unit_name("x.bad.com");
	assert_false(matcher_covers(m, &e));
	e.match = LIST_MATCH_EXACT;
	assert_false(matcher_covers(m, &e));
	matcher_free(m);
}

/* --- against a slow, obvious matcher ------------------------------------- */

#ifdef LEAK_CHECK
#define ROUNDS 300
#else
#define ROUNDS 3000
#endif
#define LISTED_MAX 24
#define ZONES_MAX 3
#define LABELS_MAX 4
#define SMALL_LABELS 5
#define SMALL_NAMES (5 + 25 + 125 + 625)
#define ANSWERS_MAX (LABELS_MAX * (1 + ZONES_MAX))

/* All names of up to four of five labels, so that they often share some. */
static struct small_name {
	char text[20];
	struct dns_name name;
	unsigned labels;
	unsigned front;		/* the name without its last label */
} small[SMALL_NAMES];

enum relation { UNRELATED, EQUAL, BELOW };
static uint8_t relation[SMALL_NAMES][SMALL_NAMES];

struct slow_entry {
	unsigned name;
	enum list_match match;
	unsigned list;
	bool withdrawn, noted;
};

struct slow_matcher {
	struct slow_entry entry[LISTED_MAX];
	size_t count;
	unsigned zone[ZONES_MAX];
	size_t zones;
};

struct slow_answer {
	unsigned entry, zone;
	uint64_t lists, noted;
	enum list_match mode;
};

/* Is ${name} below ${entry}, both as text? */
static bool
is_below(const char *name, const char *entry)
{
	size_t n = strlen(name), e = strlen(entry);

	return n > e && name[n - e - 1] == '.' &&
	    strcmp(name + n - e, entry) == 0;
}

static void
make_small_names(void)
{
	static const char *const labels[] = { "a", "b", "ab", "bad", "com" };

	for (unsigned i = 0; i < SMALL_NAMES; i++) {
		struct small_name *s = &small[i];

		if (i < SMALL_LABELS) {
			snprintf(s->text, sizeof(s->text), "%s", labels[i]);
			s->labels = 1;
		} else {
			unsigned front = i / SMALL_LABELS - 1;

			snprintf(s->text, sizeof(s->text), "%.15s.%s",
			    small[front].text, labels[i % SMALL_LABELS]);
			s->labels = small[front].labels + 1;
			s->front = front;
		}
		s->name = unit_name(s->text);
	}
	for (unsigned i = 0; i < SMALL_NAMES; i++) {
		for (unsigned k = 0; k < SMALL_NAMES; k++)
			relation[i][k] = i == k ? EQUAL :
			    is_below(small[i].text, small[k].text) ? BELOW :
			    UNRELATED;
	}
}

/* Does list ${list} take back what it says of ${name}? */
static bool
is_withdrawn(const struct slow_matcher *s, unsigned name, unsigned list)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->entry[i].withdrawn && s->entry[i].name == name &&
		    s->entry[i].list == list)
			return true;
	}
	return false;
}

/* Add to ${a} what ${e} says of a name that is ${how} to it. */
static void
add_answer(const struct slow_entry *e, enum relation how, bool searched,
    struct slow_answer *a)
{
	uint64_t bit = UINT64_C(1) << e->list;

	/* Of these only what they say tells whether they do. */
	if (e->noted) {
		a->noted |= bit;
		return;
	}
	if ((searched && e->match != LIST_MATCH_SEARCH) ||
	    (e->match == LIST_MATCH_EXACT && how != EQUAL) ||
	    (e->match == LIST_MATCH_BELOW && how != BELOW))
		return;
	a->lists |= bit;
	if (e->match == LIST_MATCH_EXACT)
		a->mode = LIST_MATCH_EXACT;
}

/* All that matches ${name}, the longest first, into ${ret}. */
static size_t
slow_find_one(const struct slow_matcher *s, unsigned name, unsigned zone,
    struct slow_answer *ret)
{
	size_t count = 0;

	for (unsigned labels = LABELS_MAX; labels > 0; labels--) {
		struct slow_answer a = { .zone = zone, .mode = zone == 0 ?
		    LIST_MATCH_SUFFIX : LIST_MATCH_SEARCH };

		for (size_t i = 0; i < s->count; i++) {
			const struct slow_entry *e = &s->entry[i];
			enum relation how = relation[name][e->name];

			if (small[e->name].labels != labels ||
			    how == UNRELATED || e->withdrawn ||
			    is_withdrawn(s, e->name, e->list))
				continue;
			a.entry = e->name;
			add_answer(e, how, zone != 0, &a);
		}
		if ((a.lists | a.noted) != 0)
			ret[count++] = a;
	}
	return count;
}

/* Is anything searched for?  Zones are for that alone. */
static bool
any_searched(const struct slow_matcher *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (s->entry[i].match == LIST_MATCH_SEARCH &&
		    !s->entry[i].withdrawn)
			return true;
	}
	return false;
}

/* All of it, then what matches without a zone, zone by zone. */
static size_t
slow_find(const struct slow_matcher *s, unsigned name,
    struct slow_answer *ret)
{
	size_t count = slow_find_one(s, name, 0, ret);

	for (unsigned i = 0; i < s->zones && any_searched(s); i++) {
		unsigned rest = name;

		if (relation[name][s->zone[i]] != BELOW)
			continue;
		for (unsigned k = small[s->zone[i]].labels; k > 0; k--)
			rest = small[rest].front;
		count += slow_find_one(s, rest, i + 1, ret + count);
	}
	return count;
}

/* A name of any number of labels, each as often. */
static unsigned
random_name(uint64_t *seed)
{
	unsigned labels = 1 + unit_random(seed, LABELS_MAX);
	unsigned name = unit_random(seed, SMALL_LABELS);

	while (--labels > 0)
		name = (name + 1) * SMALL_LABELS +
		    unit_random(seed, SMALL_LABELS);
	return name;
}

static void
random_lists(uint64_t *seed, struct slow_matcher *s)
{
	s->count = unit_random(seed, LISTED_MAX + 1);
	for (size_t i = 0; i < s->count; i++) {
		s->entry[i] = (struct slow_entry){
			.name = random_name(seed),
			.match = (enum list_match)unit_random(seed,
			    LIST_MATCH_SEARCH + 1),
			.list = unit_random(seed, 5) * 15,
			.noted = unit_random(seed, 6) == 0,
			.withdrawn = unit_random(seed, 8) == 0,
		};
	}
	s->zones = unit_random(seed, ZONES_MAX + 1);
	for (size_t i = 0; i < s->zones; i++)
		s->zone[i] = random_name(seed);
}

static struct matcher *
fast_matcher(const struct slow_matcher *s)
{
	static const struct list_detail detail = { .expires = 1 };
	struct matcher_builder *b = matcher_builder_new();
	struct dns_name zones[ZONES_MAX];
	struct matcher *m;

	assert_non_null(b);
	for (size_t i = 0; i < s->count; i++) {
		const struct slow_entry *from = &s->entry[i];
		struct list_entry e = {
			.match = from->match, .withdrawn = from->withdrawn,
			.name = small[from->name].name,
			.detail = from->noted ? &detail : NULL
		};

		assert_int_equal(matcher_builder_add(b, &e, from->list), 0);
	}
	m = matcher_builder_finish(b);
	assert_non_null(m);
	for (size_t i = 0; i < s->zones; i++)
		zones[i] = small[s->zone[i]].name;
	matcher_search(m, zones, s->zones);
	return m;
}

static void
compare(const struct slow_answer *slow, const struct match *fast,
    const struct dns_name *name)
{
	const struct dns_name *entry = &small[slow->entry].name;

	assert_true(dns_name_equal(&fast->entry, entry));
	assert_true(fast->lists == slow->lists);
	assert_true(fast->noted == slow->noted);
	assert_int_equal(fast->mode, slow->mode);
	assert_int_equal(fast->zone, slow->zone);
	assert_memory_equal(name->wire + fast->cut, entry->wire,
	    entry->length - 1u);
}

/* Ask both for ${name}; how many answers were there? */
static size_t
try_name(const struct slow_matcher *s, const struct matcher *m, unsigned name)
{
	const struct dns_name *asked = &small[name].name;
	struct slow_answer answer[ANSWERS_MAX];
	size_t count = slow_find(s, name, answer);
	struct match match;
	bool found = matcher_find(m, asked, &match);

	if (found && !may_end(m, asked))
		fail_msg("%s matches, and its tail may not",
		    small[name].text);
	for (size_t i = 0; i < count; i++) {
		if (!found)
			fail_msg("%s: %s is not found", small[name].text,
			    small[answer[i].entry].text);
		compare(&answer[i], &match, asked);
		found = matcher_find_shorter(m, asked, &match);
	}
	if (found)
		fail_msg("%s: found too often", small[name].text);
	return count;
}

static void
it_finds_what_a_slow_matcher_finds(void **state)
{
	uint64_t seed = unit_seed();
	static struct slow_matcher slow;
	size_t answers = 0;

	(void)state;
	make_small_names();
	for (int round = 0; round < ROUNDS; round++) {
		struct matcher *m;

		random_lists(&seed, &slow);
		m = fast_matcher(&slow);
		for (unsigned i = 0; i < SMALL_NAMES; i++)
			answers += try_name(&slow, m, i);
		matcher_free(m);
	}
	assert_true(answers > ROUNDS * 100);
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
		cmocka_unit_test(each_way_to_match_has_its_bounds),
		cmocka_unit_test(the_zone_that_was_stripped_is_told),
		cmocka_unit_test(a_zone_is_searched_to_its_end),
		cmocka_unit_test(an_entry_covers_those_that_match_no_more),
		cmocka_unit_test(what_may_not_hold_covers_nothing),
		cmocka_unit_test(it_finds_what_a_slow_matcher_finds),
		cmocka_unit_test(after_a_match_come_shorter_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
