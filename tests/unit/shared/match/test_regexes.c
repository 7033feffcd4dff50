#include "match/regexes.h"

#include "unit.h"

static struct regexes *
build(const char *const *texts, size_t count)
{
	struct regexes *r = regexes_new();
	char error[REGEXES_ERROR_SIZE] = "";

	assert_non_null(r);
	for (size_t i = 0; i < count; i++) {
		if (regexes_add(r, texts[i], strlen(texts[i]),
		    UINT64_C(1) << i, error) != 0)
			fail_msg("%s: %s", texts[i], error);
	}
	if (regexes_finish(r, error) != 0)
		fail_msg("%s", error);
	return r;
}

/* ${wanted} must be the first that matches ${text}; NULL: none does. */
static void
expect(const struct regexes *r, const char *text, const char *wanted)
{
	struct regexes_scratch *s = regexes_scratch_new(r);
	struct regex found = { .text = NULL };

	assert_non_null(s);
	assert_int_equal(regexes_find(r, s, text, strlen(text), &found),
	    wanted != NULL);
	regexes_scratch_free(s);
	if (wanted == NULL)
		assert_null(found.text);
	else if (found.text == NULL || strcmp(found.text, wanted) != 0)
		fail_msg("%s: %s, not %s", text, found.text, wanted);
}

/* Sets that vectorscan 5.4.9 on x86 misses matches with. */
static void
ends_of_short_texts(void **state)
{
	static const struct {
		const char *texts[7], *name, *wanted;
	} cases[] = {
		{ { "a{2}", "^[^a][^a]{1,3}c*0+a+$", "^-*(ab|c)+[ab]Ba$",
		    "^(ab|c)$", "c{2}0\\.?" },
		    "ca-\\\\ab.b.a\\\\ac.a--baa", "a{2}" },
		{ { "^[^a]{1,3}(a|b0)", "(a|b0)-", "^[^a]0" },
		    "a\\001\\\\\\255b.aba\\001.-ba-", "(a|b0)-" },
		{ { "-*(ab|c){1,3}[ab]+", "^(ab|c){2}[ab].[^a]?ab*$", "ab$" },
		    "bb\\255\\..aa\\.a\\001.cb", "-*(ab|c){1,3}[ab]+" },
		{ { "ab(a|b0)*0[ab]{1,3}[ab]", "-{2}B*$", "ab{1,3}.Ba$",
		    "^B", "^0(a|b0)(a|b0){2}$", "ab+" },
		    "0bba.c\\.\\001\\.c.\\\\0a\\001.cbab", "ab+" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct regexes *r;
		size_t count = 0;

		while (cases[i].texts[count] != NULL)
			count++;
		r = build(cases[i].texts, count);
		expect(r, cases[i].name, cases[i].wanted);
		regexes_free(r);
	}
}

static void
ten_thousand_and_no_more(void **state)
{
	struct regexes *r = regexes_new();
	char error[REGEXES_ERROR_SIZE] = "";

	(void)state;
	assert_non_null(r);
	for (int i = 0; i < REGEXES_MAX; i++)
		assert_int_equal(regexes_add_tried(r, "ab", 2, 1, error), 0);
	assert_string_equal(error, "");
	assert_int_equal(regexes_add(r, "abc", 3, 1, error), -1);
	assert_string_equal(error, "there are over 10000 regexes");
	/* One that is there already may be on another list. */
	assert_int_equal(regexes_add(r, "ab", 2, 4, error), 0);
	assert_int_equal(regexes_get(r, 0).lists, 5);
	assert_int_equal(regexes_count(r), REGEXES_MAX);
	regexes_free(r);
	regexes_free(NULL);
	regexes_scratch_free(NULL);
}

/* Together they may be refused where each alone was not. */
static void
what_was_not_tried_is_refused_in_the_end(void **state)
{
	struct regexes *r = regexes_new();
	char error[REGEXES_ERROR_SIZE] = "";

	(void)state;
	assert_int_equal(regexes_add_tried(r, "ab", 2, 1, error), 0);
	assert_int_equal(regexes_add_tried(r, "(ab", 3, 1, error), 0);
	assert_int_equal(regexes_finish(r, error), -1);
	assert_string_equal(error, "Missing close parenthesis for group "
	    "started at index 0");
	regexes_free(r);
}

static void
none_match_nothing(void **state)
{
	struct regexes *r = build(NULL, 0);
	char *packed;
	size_t length;

	(void)state;
	expect(r, "abc", NULL);
	assert_int_equal(regexes_pack(r, &packed, &length), 0);
	assert_null(packed);
	assert_int_equal(length, 0);
	regexes_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_of_short_texts),
		cmocka_unit_test(ten_thousand_and_no_more),
		cmocka_unit_test(what_was_not_tried_is_refused_in_the_end),
		cmocka_unit_test(none_match_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
