#include "match/patterns.h"

#include <pthread.h>
#include <regex.h>

#include "listed_patterns.h"
#include "unit.h"

#define L50 "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghij"

static void
substrings_occur_anywhere(void **state)
{
	static const struct listed listed[] = {
		{ "=BadWare", 0 }, { "=.ru.", 1 }, { "=c2.evil", 2 },
		{ "=xn--", 3 }, { "=badware", 63 },
	};
	struct patterns *p = build(listed, COUNT(listed));

	(void)state;
	expect(p, "badware.example", "=badware", UINT64_C(1) << 63 | 1);
	expect(p, "my-BADware.example", "=badware", UINT64_C(1) << 63 | 1);
	expect(p, "x.mybadware", "=badware", UINT64_C(1) << 63 | 1);
	expect(p, "bad.ware.example", NULL, 0);
	expect(p, "badwar", NULL, 0);
	expect(p, "www.ru.example", "=.ru.", 2);
	/* A name is printed without its final dot. */
	expect(p, "www.example.ru.", NULL, 0);
	expect(p, "ac2.evilest.example", "=c2.evil", 4);
	expect(p, "XN--abc.example", "=xn--", 8);
	expect(p, ".", NULL, 0);
	expect(p, "a", NULL, 0);
	assert_int_equal(patterns_count(p, PATTERNS_SUBSTRING), 4);
	assert_int_equal(patterns_count(p, PATTERNS_REGEX), 0);
	assert_true(patterns_bytes(p) > 0);
	patterns_free(p);
}

static void
regexes_match_the_printed_name(void **state)
{
	static const struct listed listed[] = {
		{ "~^[a-z]{8}\\.(biz|info)$", 0 }, { "~BOT[0-9]+", 1 },
		{ "~^$", 9 }, { "~evil", 2 }, { "~bot[0-9]+", 3 },
		{ "~\\\\032", 4 }, { "~^\\.$", 5 }, { "~evil", 6 },
		{ "~(?i)MIXED", 7 },
	};
	struct patterns *p;

	(void)state;
	/* All but the one that matches where there is nothing. */
	struct listed good[COUNT(listed) - 1];
	for (size_t i = 0, n = 0; i < COUNT(listed); i++) {
		if (listed[i].list != 9)
			good[n++] = listed[i];
	}
	p = build(good, COUNT(good));
	assert_int_equal(patterns_count(p, PATTERNS_REGEX), 7);
	expect(p, "abcdefgh.biz", "~^[a-z]{8}\\.(biz|info)$", 1);
	expect(p, "ABCDEFGH.Info.", "~^[a-z]{8}\\.(biz|info)$", 1);
	expect(p, "x.abcdefgh.biz", NULL, 0);
	expect(p, "abcdefgh.biz.example", NULL, 0);
	expect(p, "xbot77.example", "~BOT[0-9]+", 2);
	expect(p, "botx.example", NULL, 0);
	expect(p, "an.evil.example", "~evil", 4 | 64);
	/* The first added, not the first that is found. */
	expect(p, "evil.bot1", "~BOT[0-9]+", 2);
	expect(p, "a\\032b.example", "~\\\\032", 16);
	expect(p, ".", "~^\\.$", 32);
	expect(p, "mixed.example", "~(?i)MIXED", 128);
	patterns_free(p);
}

static void
a_substring_wins_over_a_regex(void **state)
{
	static const struct listed listed[] = {
		{ "~very-long-and-evil", 0 }, { "=ev", 1 }, { "=evil", 2 },
		{ "=long", 3 },
	};
	struct patterns *p = build(listed, COUNT(listed));

	(void)state;
	expect(p, "very-long-and-evil.example", "=long", 8);
	expect(p, "evil.example", "=evil", 4);
	expect(p, "ev.example", "=ev", 2);
	patterns_free(p);
}

static void
escapes_are_text(void **state)
{
	static const struct listed listed[] = {
		{ "=a\\.b", 0 }, { "=\\\\", 1 }, { "=\\000", 2 },
		{ "=\\255x", 3 }, { "=a.b", 4 },
	};
	struct patterns *p = build(listed, COUNT(listed));

	(void)state;
	expect(p, "a\\.b.example", "=a\\.b", 1);
	expect(p, "a.b.example", "=a.b", 16);
	expect(p, "x\\092y.example", "=\\\\", 2);
	expect(p, "x\\000y.example", "=\\000", 4);
	expect(p, "\\255X.example", "=\\255x", 8);
	expect(p, "\\255y.example", NULL, 0);
	/* "\097" is printed as "a". */
	expect(p, "\\097.\\098", "=a.b", 16);
	patterns_free(p);
}

static void
the_longest_names_fit(void **state)
{
	static const struct listed listed[] = {
		{ "=hij.x", 0 }, { "~\\\\001\\.z$", 1 },
		{ "=\\001\\001\\001.\\001", 2 },
	};
	struct patterns *p = build(listed, COUNT(listed));
	struct patterns_scratch *s = patterns_scratch_new(p);
	struct patterns_match match = { .lists = 0 };
	struct dns_name name = { .length = DNS_NAME_MAX };

	(void)state;
	expect(p, L50 "." L50 "." L50 "." L50 "."
	    "abcdefghijabcdefghijabcdefghijabcdefghijabcdhij.x", "=hij.x", 1);
	expect(p, L50 "." L50 "." L50 "." L50 "."
	    "abcdefghijabcdefghijabcdefghijabcdefghijabcdhij.y", NULL, 0);
	/* 253 octets of text and more, when each is escaped. */
	memset(name.wire, 1, sizeof(name.wire));
	for (size_t i = 0; i < 192; i += 64)
		name.wire[i] = 63;
	name.wire[192] = 61;
	name.wire[254] = 0;
	assert_true(patterns_find(s, &name, &match));
	assert_int_equal(match.lists, 4);
	assert_int_equal(patterns_failures(s), 0);
	patterns_scratch_free(s);
	patterns_free(p);
}

static void
refused_with_a_reason(void **state)
{
	static const struct {
		const char *text, *reason;
	} cases[] = {
		{ "=", "it is empty" },
		{ "~", "it is empty" },
		{ "=.", "a single octet is in about every name" },
		{ "=a", "a single octet is in about every name" },
		{ "=a b", "octet 2 of it is none that a printed name has" },
		{ "=ab\n", "octet 3 of it is none that a printed name has" },
		{ "=b\303\274cher", "octet 2 of it is none that a printed "
		    "name has" },
		{ "~b\303\274cher", "octet 2 of it is none that a printed "
		    "name has" },
		{ "~.*", "it matches the empty text, so that it matches every "
		    "name" },
		{ "~^.*$", "it matches the empty text, so that it matches "
		    "every name" },
		{ "~a?", "it matches the empty text, so that it matches every "
		    "name" },
		{ "~x|y*", "it matches the empty text, so that it matches "
		    "every name" },
		{ "~^$", "it matches the empty text, so that it matches every "
		    "name" },
		{ "~.", "it matches about every name" },
		{ "~.+", "it matches about every name" },
		{ "~\\.", "it matches about every name" },
		{ "~[a-z]", "it matches about every name" },
		{ "~^[^!]+$", "it matches about every name" },
		{ "~(bad", "Missing close parenthesis for group "
		    "started at index 0" },
		{ "~bad)", "Unmatched parentheses" },
		{ "~ab[c", "Unterminated character class starting "
		    "at index 2" },
		{ "~(?=a)bc", "Zero-width assertions are not "
		    "supported" },
		{ "~(a)\\1", "" },
		{ "~a{3,2}", "" },
		{ "~(([ab].{0,9}){10}x[bc]?){20}", "Pattern is too "
		    "large" },
	};
	struct patterns_builder *b = patterns_builder_new();
	char error[PATTERNS_ERROR_SIZE], ok[PATTERNS_ERROR_SIZE] = "";
	struct patterns *p;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		error[0] = '\0';
		if (add(b, cases[i].text, 0, error) == 0)
			fail_msg("%s is taken", cases[i].text);
		if (strncmp(error, cases[i].reason, strlen(cases[i].reason)) !=
		    0)
			fail_msg("%s: %s", cases[i].text, error);
	}
	/* None of them is left in it, and it goes on. */
	assert_int_equal(add(b, "=good", 0, ok), 0);
	assert_int_equal(add(b, "~go+d", 0, ok), 0);
	assert_string_equal(ok, "");
	p = patterns_builder_finish(b, error);
	assert_int_equal(patterns_count(p, PATTERNS_SUBSTRING), 1);
	assert_int_equal(patterns_count(p, PATTERNS_REGEX), 1);
	expect(p, "good.example", "=good", 1);
	expect(p, "god.example", "~go+d", 1);
	patterns_free(p);
}

static void
as_long_as_they_may_be(void **state)
{
	struct patterns_builder *b = patterns_builder_new();
	char text[1100], error[PATTERNS_ERROR_SIZE] = "";

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(patterns_builder_add(b, text, 512, PATTERNS_REGEX, 0,
	    error), 0);
	assert_int_equal(patterns_builder_add(b, text, 513, PATTERNS_REGEX, 0,
	    error), -1);
	assert_string_equal(error, "it has over 512 octets");
	assert_int_equal(patterns_builder_add(b, text, 1023,
	    PATTERNS_SUBSTRING, 0, error), 0);
	assert_int_equal(patterns_builder_add(b, text, 1024,
	    PATTERNS_SUBSTRING, 0, error), -1);
	assert_string_equal(error, "it has over 1023 octets");
	patterns_builder_free(b);
	patterns_builder_free(NULL);
	patterns_free(NULL);
	patterns_scratch_free(NULL);
}

static void
no_patterns_match_nothing(void **state)
{
	struct patterns *p = build(NULL, 0);

	(void)state;
	expect(p, "www.example", NULL, 0);
	expect(p, ".", NULL, 0);
	patterns_free(p);
}

/* --- against the obvious way --------------------------------------------- */

/* A name of few letters, so that much of it occurs. */
static void
random_name(uint64_t *random, struct dns_name *ret)
{
	static const char letters[] = "aaabbc0-AB.\\\1\377";
	size_t labels = unit_random(random, 5), at = 0;

	for (size_t i = 0; i < labels; i++) {
		size_t length = 1 + unit_random(random, 6);

		ret->wire[at++] = (uint8_t)length;
		for (; length > 0; length--) {
			char c = letters[unit_random(random,
			    sizeof(letters) - 1)];

			ret->wire[at++] = (uint8_t)(c >= 'A' && c <= 'B' ?
			    c | 0x20 : c);
		}
	}
	ret->wire[at++] = 0;
	ret->length = (uint8_t)at;
}

static void
random_substring(uint64_t *random, char ret[32])
{
	static const char letters[] = "aaAbBc0-.\\";
	size_t length = 2 + unit_random(random, 9);

	for (size_t i = 0; i < length; i++)
		ret[i] = letters[unit_random(random, sizeof(letters) - 1)];
	ret[length] = '\0';
}

/* What POSIX's extended expressions and Perl's have in common. */
static void
random_regex(uint64_t *random, char ret[128])
{
	static const char *const atoms[] = {
		"a", "B", "c", "\\.", ".", "[ab]", "[^a]", "(ab|c)", "(a|b0)",
		"ab", "0", "\\\\", "-",
	};
	static const char *const counts[] = {
		"", "", "", "", "?", "*", "+", "{2}", "{1,3}",
	};
	size_t used = 0, parts = 1 + unit_random(random, 5);

	if (unit_random(random, 4) == 0)
		ret[used++] = '^';
	for (size_t i = 0; i < parts; i++) {
		const char *atom = atoms[unit_random(random, COUNT(atoms))];
		const char *count = counts[unit_random(random, COUNT(counts))];

		used += (size_t)snprintf(ret + used, 128 - used, "%s%s", atom,
		    count);
	}
	snprintf(ret + used, 128 - used, "%s",
	    unit_random(random, 4) == 0 ? "$" : "");
}

#ifdef LEAK_CHECK
#define ROUNDS 15		/* compiling is slow with sanitizers */
#else
#define ROUNDS 100
#endif
#define SUBS 12
#define REGEXES 6

struct model {
	char subs[SUBS][32];		/* lower case */
	char regexes[REGEXES][128];
	regex_t compiled[REGEXES];
	size_t regex_count;
};

/* The patterns of one round: list i holds substring i, list 32 + i regex i. */
static struct patterns *
random_patterns(uint64_t *random, struct model *m)
{
	struct patterns_builder *b = patterns_builder_new();
	char error[PATTERNS_ERROR_SIZE], text[129] = "=";

	for (unsigned i = 0; i < SUBS; i++) {
		random_substring(random, m->subs[i]);
		snprintf(text + 1, sizeof(text) - 1, "%s", m->subs[i]);
		assert_int_equal(add(b, text, i, error), 0);
		for (char *c = m->subs[i]; *c != '\0'; c++)
			*c = *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c;
	}
	text[0] = '~';
	m->regex_count = 0;
	for (unsigned i = 0; i < REGEXES; i++) {
		char *regex = m->regexes[m->regex_count];

		random_regex(random, regex);
		snprintf(text + 1, sizeof(text) - 1, "%s", regex);
		if (add(b, text, 32 + (unsigned)m->regex_count, error) != 0)
			continue;	/* it matches about everything */
		if (regcomp(&m->compiled[m->regex_count++], regex,
		    REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0)
			fail_msg("regcomp: %s", regex);
	}
	return patterns_builder_finish(b, error);
}

/* What must be found in ${text}: the pattern as "=..." or "~...". */
static bool
slow_find(const struct model *m, const char *text, char ret[132],
    uint64_t *lists)
{
	const char *best = NULL, *place = NULL;

	*lists = 0;
	for (size_t i = 0; i < SUBS; i++) {
		const char *sub = m->subs[i], *at = strstr(text, sub);

		if (at != NULL && (best == NULL || strlen(sub) > strlen(best) ||
		    (strlen(sub) == strlen(best) && at < place))) {
			best = sub;
			place = at;
		}
	}
	for (size_t i = 0; i < SUBS && best != NULL; i++)
		*lists |= (uint64_t)(strcmp(m->subs[i], best) == 0) << i;
	if (best != NULL) {
		snprintf(ret, 132, "=%s", best);
		return true;
	}
	for (size_t i = 0; i < m->regex_count && best == NULL; i++) {
		if (regexec(&m->compiled[i], text, 0, NULL, 0) == 0)
			best = m->regexes[i];
	}
	for (size_t i = 0; i < m->regex_count && best != NULL; i++)
		*lists |= (uint64_t)(strcmp(m->regexes[i], best) == 0) <<
		    (32 + i);
	snprintf(ret, 132, "~%s", best != NULL ? best : "");
	return best != NULL;
}

static void
agree_once(const struct model *m, struct patterns_scratch *s,
    const struct dns_name *name, bool *ret)
{
	struct patterns_match match = { .lists = 0 };
	char text[DNS_NAME_TEXT_SIZE], wanted[132];
	uint64_t lists;

	dns_name_to_text(name, text);
	*ret = slow_find(m, text, wanted, &lists);
	if (patterns_find(s, name, &match) != *ret)
		fail_msg("%s: '%s' %s", text, *ret ? wanted : match.text,
		    *ret ? "is missed" : "is no match");
	if (*ret && (match.lists != lists ||
	    strcmp(match.text, wanted + 1) != 0 ||
	    match.kind != kind_of(wanted)))
		fail_msg("%s: '%s', lists %llx, not '%s', lists %llx", text,
		    match.text, (unsigned long long)match.lists, wanted,
		    (unsigned long long)lists);
}

static void
agrees_with_strstr_and_regexec(void **state)
{
	uint64_t random = unit_seed();
	size_t found = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		static struct model m;
		struct patterns *p = random_patterns(&random, &m);
		struct patterns_scratch *s = patterns_scratch_new(p);

		for (int i = 0; i < 2000; i++) {
			struct dns_name name;
			bool hit;

			random_name(&random, &name);
			agree_once(&m, s, &name, &hit);
			found += hit;
		}
		assert_int_equal(patterns_failures(s), 0);
		patterns_scratch_free(s);
		patterns_free(p);
		for (size_t i = 0; i < m.regex_count; i++)
			regfree(&m.compiled[i]);
	}
	assert_in_range(found, ROUNDS * 100, ROUNDS * 1900);
}

/* --- threads ------------------------------------------------------------- */

static void *
look_often(void *arg)
{
	struct patterns_scratch *s = patterns_scratch_new(arg);
	struct dns_name bad = unit_name("bot7.example");
	struct dns_name good = unit_name("www.example");
	struct patterns_match match;
	uintptr_t wrong = s == NULL;

	for (int i = 0; s != NULL && i < 20000; i++) {
		wrong += !patterns_find(s, &bad, &match) || match.lists != 4;
		wrong += patterns_find(s, &good, &match);
	}
	if (s != NULL)
		wrong += patterns_failures(s);
	patterns_scratch_free(s);
	return (void *)wrong;
}

static void
threads_with_a_scratch_each(void **state)
{
	struct patterns *p = build(some, COUNT(some));
	pthread_t threads[4];

	(void)state;
	for (size_t i = 0; i < COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, look_often,
		    p), 0);
	for (size_t i = 0; i < COUNT(threads); i++) {
		void *wrong;

		assert_int_equal(pthread_join(threads[i], &wrong), 0);
		assert_null(wrong);
	}
	patterns_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(substrings_occur_anywhere),
		cmocka_unit_test(regexes_match_the_printed_name),
		cmocka_unit_test(a_substring_wins_over_a_regex),
		cmocka_unit_test(escapes_are_text),
		cmocka_unit_test(the_longest_names_fit),
		cmocka_unit_test(refused_with_a_reason),
		cmocka_unit_test(as_long_as_they_may_be),
		cmocka_unit_test(no_patterns_match_nothing),
		cmocka_unit_test(agrees_with_strstr_and_regexec),
		cmocka_unit_test(threads_with_a_scratch_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
