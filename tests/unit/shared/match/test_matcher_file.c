#include "match/matcher.h"

#include "match/matcher_data.h"
#include "unit.h"

/*
 * A matcher over arrays out of a file: the same answers, and whatever is in
 * them nothing else is read.  The arrays are copied to memory of just their
 * size, for the sanitizers to see one octet too many.
 */

#ifdef LEAK_CHECK
#define ROUNDS 500
#else
#define ROUNDS 2000
#endif

enum { TAILS, WHOLES, SLOTS, ARENA, SETS, NOTES, TEXTS, RECORDS, CONDITIONS };

static const char *const texts[] = {
	"bad.example", "www.bad.example", "com.test", "a.b.c.d.e.test", "x.test",
	"www.x.test", "\\000\\255.test", "noted.example", "cond.example",
	"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff.test",
};

static void
add_all(struct matcher_builder *b)
{
	struct list_condition c = {
		.types = 1, .type = { 16 }, .clients = 1,
		.client = { unit_netblock("10.0.0.0/8") }, .names = 1,
		.not_name = { unit_name("ok.cond.example") },
	};
	struct list_detail detail[3] = {
		{ .threat = "bot", .reference = "https://ref.example/",
		    .severity = LIST_SEVERITY_HIGH, .confidence = 80 },
		{ .threat = "other", .expires = 12345 },
		{ .condition = &c, .important = true },
	};

	for (unsigned i = 0; i < COUNT(texts) * 4; i++) {
		const struct list_entry e = {
			.match = (enum list_match)(i * 7 / 3 % 4),
			.name = unit_name(texts[i % COUNT(texts)]),
			.detail = i % 4 > 0 ? &detail[i % 4 - 1] : NULL,
			.withdrawn = i % 11 == 0,
		};

		assert_int_equal(matcher_builder_add(b, &e, i % 5), 0);
	}
}

static struct matcher *
build(void)
{
	struct matcher_builder *b = matcher_builder_new();
	struct matcher *m;

	assert_non_null(b);
	add_all(b);
	m = matcher_builder_finish(b);
	assert_non_null(m);
	return m;
}

/* Copies of all parts of ${m}, each of just its size. */
static void
copy_parts(const struct matcher *m, struct matcher_part ret[MATCHER_PARTS])
{
	struct matcher_part parts[MATCHER_PARTS];

	matcher_parts(m, parts);
	for (int i = 0; i < MATCHER_PARTS; i++) {
		ret[i].length = parts[i].length;
		ret[i].octets = malloc(parts[i].length);
		assert_true(parts[i].length == 0 || ret[i].octets != NULL);
		if (parts[i].length > 0)
			memcpy(ret[i].octets, parts[i].octets,
			    parts[i].length);
	}
}

static void
free_parts(struct matcher_part parts[MATCHER_PARTS])
{
	for (int i = 0; i < MATCHER_PARTS; i++)
		free(parts[i].octets);
}

static void
search(struct matcher *m)
{
	const struct dns_name zones[] = {
		unit_name("dept.example.edu"), unit_name("lab")
	};

	matcher_search(m, zones, COUNT(zones));
}

/* Ask for all names, some below them and some in a search zone. */
static void
each_name(const struct matcher *m, const struct matcher *other,
    void (*ask)(const struct matcher *m, const struct matcher *other,
    const struct dns_name *name))
{
	static const char *const forms[] = {
		"%s", "x.%s", "a.b.%s", "x%s", "%s.dept.example.edu",
		"x.%s.lab", "%s.test"
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		for (size_t k = 0; k < COUNT(forms); k++) {
			struct dns_name name;
			const char *hole = strchr(forms[k], '%');
			char text[256];

			snprintf(text, sizeof(text), "%.*s%s%s",
			    (int)(hole - forms[k]), forms[k], texts[i],
			    hole + 2);
			name = unit_name(text);
			ask(m, other, &name);
		}
	}
}

static void
compare_notes(const struct matcher *x, const struct matcher *y,
    const struct match *match)
{
	struct matcher_note a, b;
	bool found = true;

	for (size_t i = 0; found; i++) {
		memset(&a, 0, sizeof(a));
		memset(&b, 0, sizeof(b));
		found = matcher_note(x, match, i, &a);
		assert_int_equal(matcher_note(y, match, i, &b), found);
		assert_true((a.detail.condition == NULL) ==
		    (b.detail.condition == NULL));
		a.detail.condition = b.detail.condition = NULL;
		assert_memory_equal(&a, &b, sizeof(a));
	}
}

static void
compare(const struct matcher *x, const struct matcher *y,
    const struct dns_name *name)
{
	struct match a, b;
	bool found = matcher_find(x, name, &a);

	assert_int_equal(matcher_find(y, name, &b), found);
	while (found) {
		assert_true(dns_name_equal(&a.entry, &b.entry));
		assert_true(a.lists == b.lists && a.noted == b.noted);
		assert_int_equal(a.mode, b.mode);
		assert_int_equal(a.place, b.place);
		assert_int_equal(a.cut, b.cut);
		assert_int_equal(a.zone, b.zone);
		compare_notes(x, y, &a);
		found = matcher_find_shorter(x, name, &a);
		assert_int_equal(matcher_find_shorter(y, name, &b), found);
	}
}

static void
a_map_gives_the_same_answers(void **state)
{
	struct matcher *m = build(), *mapped;
	struct matcher_part parts[MATCHER_PARTS], before[MATCHER_PARTS];

	(void)state;
	copy_parts(m, parts);
	copy_parts(m, before);
	mapped = matcher_map(parts);
	assert_non_null(mapped);
	assert_int_equal(matcher_names(mapped), matcher_names(m));
	search(m);
	search(mapped);
	each_name(m, mapped, compare);
	/* The file's octets are only read. */
	for (int i = 0; i < MATCHER_PARTS; i++)
		assert_int_equal(parts[i].length == 0 ? 0 :
		    memcmp(parts[i].octets, before[i].octets,
		    parts[i].length), 0);
	matcher_free(m);
	matcher_free(mapped);
	free_parts(parts);
	free_parts(before);
}

static void
no_names_are_a_map_too(void **state)
{
	struct matcher *m = matcher_builder_finish(matcher_builder_new());
	struct matcher_part parts[MATCHER_PARTS];
	struct matcher *mapped;

	(void)state;
	assert_non_null(m);
	copy_parts(m, parts);
	matcher_free(m);
	mapped = matcher_map(parts);
	assert_non_null(mapped);
	assert_int_equal(matcher_names(mapped), 0);
	each_name(mapped, mapped, compare);
	matcher_free(mapped);
	free_parts(parts);
}

/* Is ${parts} refused with the length of one part changed? */
static void
expect_refused(struct matcher_part *parts, int i, size_t length)
{
	size_t right = parts[i].length;
	struct matcher *m;

	parts[i].length = length;
	m = matcher_map(parts);
	if (m != NULL)
		fail_msg("part %d of %zu octets is taken", i, length);
	parts[i].length = right;
}

static void
parts_of_wrong_sizes_are_refused(void **state)
{
	struct matcher *m = build();
	struct matcher_part parts[MATCHER_PARTS];

	(void)state;
	copy_parts(m, parts);
	matcher_free(m);
	for (int i = TAILS; i <= SLOTS; i++) {
		expect_refused(parts, i, 0);
		expect_refused(parts, i, parts[i].length - 1);
		expect_refused(parts, i, 24);	/* three words */
		expect_refused(parts, i, 7);
	}
	expect_refused(parts, ARENA, 0);
	expect_refused(parts, ARENA, sizeof(struct record) - 1);
	expect_refused(parts, ARENA, sizeof(struct record) + 2);
	expect_refused(parts, ARENA, (size_t)UINT32_MAX + 1);
	expect_refused(parts, SETS, sizeof(struct rule_set) - 1);
	expect_refused(parts, NOTES, parts[NOTES].length - 1);
	expect_refused(parts, RECORDS, parts[RECORDS].length - 1);
	expect_refused(parts, CONDITIONS, parts[CONDITIONS].length - 1);
	m = matcher_map(parts);
	assert_non_null(m);
	matcher_free(m);
	free_parts(parts);
}

static void
slots_lead_into_the_arena_or_end(void **state)
{
	struct matcher *m = build();
	struct matcher_part parts[MATCHER_PARTS];
	struct slot *slots, kept;
	size_t count;

	(void)state;
	copy_parts(m, parts);
	matcher_free(m);
	slots = parts[SLOTS].octets;
	count = parts[SLOTS].length / sizeof(*slots);
	kept = slots[3];
	/* The last place that leaves room for the longest record. */
	slots[3].place = (uint32_t)(parts[ARENA].length -
	    sizeof(struct record));
	assert_null(matcher_map(parts));
	slots[3].place--;
	m = matcher_map(parts);
	assert_non_null(m);
	matcher_free(m);
	slots[3].place = UINT32_MAX;
	assert_null(matcher_map(parts));
	slots[3] = kept;
	for (size_t i = 0; i < count; i++)
		slots[i].place = 1;
	assert_null(matcher_map(parts));
	free_parts(parts);
}

/* The answer may be any; getting it may not do harm. */
static void
ask(const struct matcher *m, const struct matcher *other,
    const struct dns_name *name)
{
	struct list_entry e = { .name = *name };
	struct matcher_note note;
	struct match match;
	bool found = matcher_find(m, name, &match);

	(void)other;
	for (; found; found = matcher_find_shorter(m, name, &match)) {
		for (size_t i = 0; matcher_note(m, &match, i, &note); i++) {
			assert_true(note.list < MATCHER_LISTS_MAX);
			assert_true(note.match <= LIST_MATCH_SEARCH);
			assert_true(strlen(note.detail.threat) <
			    LIST_THREAT_SIZE);
		}
	}
	for (int i = LIST_MATCH_EXACT; i <= LIST_MATCH_SEARCH; i++) {
		e.match = (enum list_match)i;
		(void)matcher_covers(m, &e);
	}
}

/* Change some octets of one part, or cut it. */
static void
damage(struct matcher_part *p, uint64_t *seed)
{
	uint8_t *octets = p->octets;
	unsigned changes = 1 + unit_random(seed, 40);

	if (p->length == 0)
		return;
	if (unit_random(seed, 8) == 0) {
		size_t length = unit_random(seed, (unsigned)p->length + 1);

		octets = malloc(length);
		assert_true(length == 0 || octets != NULL);
		if (length > 0)
			memcpy(octets, p->octets, length);
		free(p->octets);
		*p = (struct matcher_part){ octets, length };
	}
	while (p->length > 0 && changes-- > 0)
		octets[unit_random(seed, (unsigned)p->length)] =
		    (uint8_t)unit_random(seed, 256);
}

static void
damage_does_no_harm(void **state)
{
	struct matcher *m = build();
	uint64_t seed = unit_seed();
	unsigned taken = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct matcher_part parts[MATCHER_PARTS];
		struct matcher *mapped;

		copy_parts(m, parts);
		for (unsigned n = 1 + unit_random(&seed, 3); n > 0; n--)
			damage(&parts[unit_random(&seed, MATCHER_PARTS)],
			    &seed);
		mapped = matcher_map(parts);
		if (mapped != NULL) {
			search(mapped);
			each_name(mapped, NULL, ask);
			taken++;
		}
		matcher_free(mapped);
		free_parts(parts);
	}
	assert_true(taken > ROUNDS / 10);
	matcher_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_map_gives_the_same_answers),
		cmocka_unit_test(no_names_are_a_map_too),
		cmocka_unit_test(parts_of_wrong_sizes_are_refused),
		cmocka_unit_test(slots_lead_into_the_arena_or_end),
		cmocka_unit_test(damage_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
