#include "match/guards.h"

#include "lists/known_names.h"
#include "match/rules.h"
#include "unit.h"

#define LISTS 4

static struct rules_list lists[LISTS];
static struct guards_verdict verdicts[LISTS];
static struct rules *rules;
static size_t loaded;

/* Load lists of these arguments of -b and texts, until a NULL. */
static void
load(const char *const (*given)[2])
{
	char error[256];

	for (loaded = 0; given[loaded][0] != NULL; loaded++) {
		struct rules_list *l = &lists[loaded];
		const char *text = given[loaded][1];

		assert_int_equal(list_spec_parse(given[loaded][0], &l->spec,
		    error, sizeof(error)), 0);
		l->file = fmemopen((void *)(uintptr_t)text, strlen(text),
		    "r");
		assert_non_null(l->file);
	}
	rules = rules_load(&(struct rules_options){
	    .lists = lists, .count = loaded }, error, sizeof(error));
	assert_non_null(rules);
	for (size_t i = 0; i < loaded; i++)
		fclose(lists[i].file);
}

static struct known_names *
names(const char *text)
{
	struct known_names *n = known_names_new();
	FILE *file = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	uint64_t bad = 0;

	assert_true(n != NULL && file != NULL);
	assert_int_equal(known_names_read(n, file, &bad), 0);
	fclose(file);
	assert_int_equal(bad, 0);
	return n;
}

static size_t
check(const struct guards *g, const uint64_t *former)
{
	memset(verdicts, 0x5a, sizeof(verdicts));
	return guards_check(g, rules, lists, loaded, former,
	    verdicts);
}

static void
expect(size_t list, enum guards_reason reason, const char *text)
{
	assert_int_equal(verdicts[list].reason, reason);
	assert_string_equal(verdicts[list].text, text);
}

static void
empty_lists(void **state)
{
	static const char *const given[][2] = {
		{ "a", "bad.example\n" }, { "b", "# nothing\ncom\n" },
		{ "c,match=address", "x\n\n" }, { NULL, NULL }
	};

	(void)state;
	load(given);
	assert_int_equal(check(&(struct guards){ .share = 0 }, NULL), 2);
	expect(0, GUARDS_GOOD, "");
	expect(1, GUARDS_EMPTY, "no usable name in 2 lines");
	expect(2, GUARDS_EMPTY, "no usable address in 2 lines");
	rules_free(rules);
}

static void
lists_that_have_shrunk(void **state)
{
	static const char *const given[][2] = {
		{ "a", "a.example\nb.example\n" }, { "b", "a.example\n" },
		{ "c,match=address", "192.0.2.1\n" }, { NULL, NULL }
	};
	const uint64_t former[] = { 4, 3, 0 }, more[] = { 5, 2, 3 };

	(void)state;
	load(given);
	assert_int_equal(check(&(struct guards){ .share = 0 }, former), 1);
	expect(0, GUARDS_GOOD, "");
	expect(1, GUARDS_SHRUNK,
	    "1 entries are less than half of the 3 it had");
	assert_int_equal(check(&(struct guards){ .share = 0 }, more), 2);
	expect(0, GUARDS_SHRUNK,
	    "2 entries are less than half of the 5 it had");
	expect(1, GUARDS_GOOD, "");
	expect(2, GUARDS_SHRUNK,
	    "1 entries are less than half of the 3 it had");
	rules_free(rules);
}

static void
half_is_enough(void **state)
{
	(void)state;
	assert_false(guards_shrunk(0, 0));
	assert_false(guards_shrunk(0, 5));
	assert_true(guards_shrunk(1, 0));
	assert_false(guards_shrunk(2, 1));
	assert_true(guards_shrunk(3, 1));
	assert_false(guards_shrunk(3, 2));
	assert_false(guards_shrunk(UINT64_MAX, UINT64_MAX));
	assert_true(guards_shrunk(UINT64_MAX, UINT64_MAX / 2));
	assert_false(guards_shrunk(UINT64_MAX, UINT64_MAX / 2 + 1));
}

/* In the list's own mode, and also where another list has a longer entry. */
static void
canaries_by_mode(void **state)
{
	static const char *const given[][2] = {
		{ "a", "good.example\n" }, { "b", "www.good.example\n" },
		{ "c,match=exact", "good.example\nx.www.good.example\n" },
		{ "d,match=exact", "other.example\nwww.good.example\n" },
		{ NULL, NULL }
	};
	struct known_names *n = names("www.good.example\n");
	const struct guards g = { .canaries = n };

	(void)state;
	load(given);
	assert_int_equal(check(&g, NULL), 3);
	expect(0, GUARDS_CANARY, "its entry 'good.example' matches "
	    "'www.good.example', which everybody asks for");
	expect(1, GUARDS_CANARY, "its entry 'www.good.example' matches "
	    "'www.good.example', which everybody asks for");
	expect(2, GUARDS_GOOD, "");
	expect(3, GUARDS_CANARY, "its entry 'www.good.example' matches "
	    "'www.good.example', which everybody asks for");
	rules_free(rules);
	known_names_free(n);
}

static bool
allows(void *ctx, const struct dns_name *name)
{
	struct dns_name allowed = unit_name(ctx);

	return dns_name_equal(name, &allowed);
}

static void
what_is_allowed_is_no_canary(void **state)
{
	static const char *const given[][2] = {
		{ "a", "good.example\n" }, { "b", "fine.example\n" },
		{ NULL, NULL }
	};
	struct known_names *n = names("good.example\nfine.example\n");
	char allowed[] = "good.example";
	struct guards g = {
		.canaries = n, .allowed = allows, .ctx = allowed
	};

	(void)state;
	load(given);
	assert_int_equal(check(&g, NULL), 1);
	expect(0, GUARDS_GOOD, "");
	assert_int_equal(verdicts[1].reason, GUARDS_CANARY);
	g.canaries = NULL;
	g.popular = n;
	assert_int_equal(check(&g, NULL), 1);
	assert_int_equal(verdicts[1].reason, GUARDS_POPULAR);
	rules_free(rules);
	known_names_free(n);
}

/* 1 of 4 is not more than 2,500 of 10,000.  A name counts once for a list
 * that has two entries for it. */
static void
too_many_popular_names(void **state)
{
	static const char *const given[][2] = {
		{ "a", "b.a.example\na.example\n" },
		{ "b", "a.example\nc.example\n" },
		{ "c,match=exact", "example.org\nexample.net\nd.c.example\n" },
		{ NULL, NULL }
	};
	struct known_names *n = names("1,x.b.a.example\n2,d.c.example\n"
	    "3,e.example\n4,f.example\n");
	struct guards g = { .popular = n, .share = 2500 };

	(void)state;
	load(given);
	assert_int_equal(check(&g, NULL), 1);
	expect(0, GUARDS_GOOD, "");
	expect(1, GUARDS_POPULAR, "it matches 2 of 4 popular names (50.00 %), "
	    "'x.b.a.example' for one; popular_share allows 25.00 %");
	expect(2, GUARDS_GOOD, "");
	g.share = 2499;
	assert_int_equal(check(&g, NULL), 3);
	g.share = 5000;
	assert_int_equal(check(&g, NULL), 0);
	rules_free(rules);
	known_names_free(n);
}

static void
the_first_reason_counts(void **state)
{
	static const char *const given[][2] = {
		{ "a", "good.example\n" }, { NULL, NULL }
	};
	struct known_names *n = names("good.example\n");
	const struct guards g = { .canaries = n, .popular = n };
	const uint64_t former[] = { 9 };

	(void)state;
	load(given);
	assert_int_equal(check(&g, former), 1);
	assert_int_equal(verdicts[0].reason, GUARDS_SHRUNK);
	assert_int_equal(check(&g, NULL), 1);
	assert_int_equal(verdicts[0].reason, GUARDS_CANARY);
	rules_free(rules);
	known_names_free(n);
}

/* All that the texts may have to hold, cut rather than overrun. */
static void
the_longest_names_fit(void **state)
{
	char text[1000], list[1100];
	const char *const given[][2] = { { "a", list }, { NULL, NULL } };
	struct known_names *n;
	size_t used = 0;

	(void)state;
	for (int i = 0; i < 126; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "\\001.");
	snprintf(list, sizeof(list), "%s\n", text);
	n = names(list);
	load(given);
	assert_int_equal(check(&(struct guards){ .canaries = n }, NULL), 1);
	assert_true(strlen(verdicts[0].text) < sizeof(verdicts[0].text));
	assert_non_null(strstr(verdicts[0].text, "which everybody asks for"));
	rules_free(rules);
	known_names_free(n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_lists),
		cmocka_unit_test(lists_that_have_shrunk),
		cmocka_unit_test(half_is_enough),
		cmocka_unit_test(canaries_by_mode),
		cmocka_unit_test(what_is_allowed_is_no_canary),
		cmocka_unit_test(too_many_popular_names),
		cmocka_unit_test(the_first_reason_counts),
		cmocka_unit_test(the_longest_names_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
