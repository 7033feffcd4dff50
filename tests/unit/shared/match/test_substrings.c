#include "match/substrings.h"

#include <errno.h>

#include "guarded.h"
#include "match/name_hash.h"
#include "unit.h"

static struct substrings *
build(const char *const *texts, size_t count)
{
	struct substrings *s = substrings_new();

	assert_non_null(s);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(substrings_add(s, texts[i], strlen(texts[i]),
		    UINT64_C(1) << i), 0);
	assert_int_equal(substrings_finish(s), 0);
	return s;
}

/* Look in ${text}, behind which only the pad may be read. */
static bool
find(const struct substrings *s, const char *text, struct substring *ret)
{
	char padded[2048];
	size_t length = strlen(text);

	memcpy(padded, text, length);
	memset(padded + length, 'a', SUBSTRINGS_PAD);
	return substrings_find(s, (const char *)guarded_copy(padded,
	    length + SUBSTRINGS_PAD), length, ret);
}

/* In ${text} must be found ${wanted}, on ${lists}; NULL: nothing. */
static void
expect(const struct substrings *s, const char *text, const char *wanted,
    uint64_t lists)
{
	struct substring found = { .lists = 0xdead };

	if (find(s, text, &found) != (wanted != NULL))
		fail_msg("'%s' holds '%s'?", text, wanted != NULL ? wanted :
		    "nothing");
	assert_int_equal(found.lists, wanted != NULL ? lists : 0xdead);
	if (wanted != NULL && (found.length != strlen(wanted) ||
	    memcmp(found.text, wanted, found.length) != 0))
		fail_msg("'%s' holds '%s', not '%.*s'", text, wanted,
		    (int)found.length, found.text);
}

static void
each_length_is_found_anywhere(void **state)
{
	static const char letters[] = "qwertyuiopasdfghjklzxcvbnm0123456789";

	(void)state;
	for (size_t length = 1; length < sizeof(letters); length++) {
		char text[64], around[128];
		const char *texts[] = { text };
		struct substrings *s;

		snprintf(text, sizeof(text), "%.*s", (int)length, letters);
		s = build(texts, 1);
		expect(s, text, text, 1);
		snprintf(around, sizeof(around), "%s--", text);
		expect(s, around, text, 1);
		snprintf(around, sizeof(around), "--%s", text);
		expect(s, around, text, 1);
		snprintf(around, sizeof(around), "-%s-", text);
		expect(s, around, text, 1);
		/* All but its last octet; the pad does not help. */
		snprintf(around, sizeof(around), "--%.*s", (int)length - 1,
		    text);
		expect(s, around, NULL, 0);
		text[length - 1] = '!';
		expect(s, text, NULL, 0);
		substrings_free(s);
	}
}

static void
what_the_pad_holds_is_not_found(void **state)
{
	static const char *const texts[] = { "xa", "xaa", "xaaaa", "xaaaaaaa" };
	struct substrings *s = build(texts, COUNT(texts));

	(void)state;
	expect(s, "wx", NULL, 0);
	expect(s, "", NULL, 0);
	expect(s, "wxa", "xa", 1);
	substrings_free(s);
}

static void
the_longest_wins_then_the_first(void **state)
{
	static const char *const texts[] = {
		"bad", "badware", "ware", "adware-", "zz", "badword",
		"ware",
	};
	struct substrings *s = build(texts, COUNT(texts));

	(void)state;
	assert_int_equal(substrings_count(s), 6);
	expect(s, "a bad one", "bad", 1);
	expect(s, "ware of bad", "ware", 4 | 64);
	expect(s, "zz bad", "bad", 1);
	expect(s, "zzbadware", "badware", 2);
	expect(s, "badware-", "badware", 2);
	expect(s, "adware-badware", "adware-", 8);
	expect(s, "badword badware", "badword", 32);
	expect(s, "badware badword", "badware", 2);
	expect(s, "z z", NULL, 0);
	assert_int_equal(substrings_get(s, 5).lists, 32);
	assert_true(substrings_bytes(s) > sizeof(texts));
	substrings_free(s);
}

static void
nothing_is_in_nothing(void **state)
{
	struct substrings *s = build(NULL, 0);

	(void)state;
	expect(s, "", NULL, 0);
	expect(s, "anything", NULL, 0);
	assert_int_equal(substrings_count(s), 0);
	substrings_free(s);
	substrings_free(NULL);
}

static void
the_longest_strings_fit(void **state)
{
	char longest[SUBSTRINGS_LENGTH_MAX + 1], text[1100];
	const char *texts[] = { longest, "yx" };
	struct substrings *s;

	(void)state;
	memset(longest, 'x', SUBSTRINGS_LENGTH_MAX);
	longest[SUBSTRINGS_LENGTH_MAX] = '\0';
	s = build(texts, COUNT(texts));
	snprintf(text, sizeof(text), "y%s", longest);
	expect(s, text, longest, 1);
	expect(s, longest, longest, 1);
	text[SUBSTRINGS_LENGTH_MAX] = '\0';
	expect(s, text, "yx", 2);
	substrings_free(s);
}

static void
numbered(uint64_t number, char ret[32])
{
	snprintf(ret, 32, "beginning%09llu", (unsigned long long)number);
}

static int
in_order(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Two strings that begin alike, of one length, tag and slot. */
static void
equal_hashes_are_no_match(void **state)
{
	enum { STRINGS = 400000 };
	uint64_t *hashes = calloc(STRINGS, sizeof(*hashes));
	char text[32], other[32];
	size_t pairs = 0;

	(void)state;
	assert_non_null(hashes);
	/* The tag, the lowest bit (two slots are what one string gets), and
	 * the number. */
	for (uint64_t i = 0; i < STRINGS; i++) {
		uint64_t hash;

		numbered(i, text);
		hash = name_hash(text, strlen(text));
		hashes[i] = hash >> 32 << 32 | (hash & 1) << 31 | i;
	}
	qsort(hashes, STRINGS, sizeof(*hashes), in_order);
	for (size_t i = 1; i < STRINGS; i++) {
		const char *texts[] = { text };
		struct substrings *s;

		if (hashes[i] >> 31 != hashes[i - 1] >> 31)
			continue;
		numbered(hashes[i] & 0x7fffffff, text);
		numbered(hashes[i - 1] & 0x7fffffff, other);
		s = build(texts, 1);
		expect(s, text, text, 1);
		expect(s, other, NULL, 0);
		substrings_free(s);
		pairs++;
	}
	assert_true(pairs > 0);
	free(hashes);
}

static void
four_million_and_no_more(void **state)
{
	struct substrings *s = substrings_new();

	(void)state;
	assert_non_null(s);
	for (uint32_t i = 0; i < SUBSTRINGS_MAX; i++)
		assert_int_equal(substrings_add(s, "xy", 2, 1), 0);
	errno = 0;
	assert_int_equal(substrings_add(s, "xy", 2, 1), -1);
	assert_int_equal(errno, EOVERFLOW);
	assert_int_equal(substrings_finish(s), 0);
	assert_int_equal(substrings_count(s), 1);
	substrings_free(s);
}

/* Octets of few kinds, so that much of it occurs. */
static void
random_text(uint64_t *random, size_t length, char *ret)
{
	static const char letters[] = "aaab.-\\0";

	for (size_t i = 0; i < length; i++)
		ret[i] = letters[unit_random(random, sizeof(letters) - 1)];
	ret[length] = '\0';
}

/* The obvious way: each string in turn, by strstr. */
static const char *
slow_find(char texts[][40], size_t count, const char *text, uint64_t *lists)
{
	const char *best = NULL, *place = NULL;

	for (size_t i = 0; i < count; i++) {
		const char *at = strstr(text, texts[i]);

		if (at != NULL && (best == NULL ||
		    strlen(texts[i]) > strlen(best) ||
		    (strlen(texts[i]) == strlen(best) && at < place))) {
			best = texts[i];
			place = at;
		}
	}
	*lists = 0;
	for (size_t i = 0; best != NULL && i < count; i++) {
		if (strcmp(texts[i], best) == 0)
			*lists |= UINT64_C(1) << i;
	}
	return best;
}

static void
agrees_with_strstr(void **state)
{
	uint64_t random = unit_seed();
	size_t found = 0;

	(void)state;
	for (int round = 0; round < 600; round++) {
		static char texts[64][40];
		const char *pointers[64];
		size_t count = 1 + unit_random(&random, 64);
		unsigned longest = 2 + unit_random(&random, 36);
		struct substrings *s;

		for (size_t i = 0; i < count; i++) {
			random_text(&random, 1 + unit_random(&random, longest),
			    texts[i]);
			pointers[i] = texts[i];
		}
		s = build(pointers, count);
		for (int i = 0; i < 500; i++) {
			char text[64];
			const char *best;
			uint64_t lists;

			random_text(&random, unit_random(&random, 60), text);
			best = slow_find(texts, count, text, &lists);
			expect(s, text, best, lists);
			found += best != NULL;
		}
		substrings_free(s);
	}
	assert_in_range(found, 1000, 299000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_length_is_found_anywhere),
		cmocka_unit_test(what_the_pad_holds_is_not_found),
		cmocka_unit_test(the_longest_wins_then_the_first),
		cmocka_unit_test(nothing_is_in_nothing),
		cmocka_unit_test(the_longest_strings_fit),
		cmocka_unit_test(equal_hashes_are_no_match),
		cmocka_unit_test(four_million_and_no_more),
		cmocka_unit_test(agrees_with_strstr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
