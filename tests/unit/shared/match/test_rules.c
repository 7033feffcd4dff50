#include "match/rules.h"

#include "match/prefixes.h"
#include "unit.h"

static char error[256];

/* Load lists of these texts; the labels are l0, l1, ...; a text that starts
 * with "#:" is one of addresses. */
static struct rules *
load(const char *const *texts, size_t count, const struct prefixes *monitored,
    const struct prefixes *excluded)
{
	static struct rules_list lists[MATCHER_LISTS_MAX];
	struct rules *r;

	for (size_t i = 0; i < count; i++) {
		char spec[64];

		snprintf(spec, sizeof(spec), "list %zu,label=l%zu%s", i, i,
		    strncmp(texts[i], "#:", 2) == 0 ? ",match=address" : "");
		assert_int_equal(list_spec_parse(spec, &lists[i].spec, error,
		    sizeof(error)), 0);
		lists[i].file = fmemopen((void *)(uintptr_t)texts[i],
		    strlen(texts[i]), "r");
		assert_non_null(lists[i].file);
	}
	error[0] = '\0';
	r = rules_load(&(struct rules_options){
		.lists = lists, .count = count, .monitored = monitored,
		.excluded = excluded,
	    }, error, sizeof(error));
	for (size_t i = 0; i < count; i++)
		fclose(lists[i].file);
	return r;
}

static struct prefixes *
set_of(const char *text)
{
	struct netblock block = unit_netblock(text);

	return prefixes_new(&block, 1);
}

/* The longest entry for ${name}, whatever it says. */
static bool
find(const struct rules *r, const struct dns_name *name,
    struct rules_match *ret)
{
	struct rules_walk walk = { .part = 0 };

	return rules_walk(r, name, &walk, ret);
}

static void
lists_are_numbered_in_their_order(void **state)
{
	const char *const texts[] = {
		"a.example\n", "b.example\na.example\n", "*.a.example\n"
	};
	struct rules *r = load(texts, 3, NULL, NULL);
	struct dns_name name = unit_name("x.a.example");
	struct rules_match match;
	char labels[64];

	(void)state;
	assert_non_null(r);
	assert_true(find(r, &name, &match));
	assert_int_equal(match.lists, 7);
	rules_labels(r, match.lists, labels, sizeof(labels));
	assert_string_equal(labels, "l0,l1,l2");
	rules_labels(r, 5, labels, sizeof(labels));
	assert_string_equal(labels, "l0,l2");
	rules_labels(r, 0, labels, sizeof(labels));
	assert_string_equal(labels, "");
	rules_free(r);
	rules_free(NULL);
}

static void
labels_are_written_whole_or_not(void **state)
{
	const char *const texts[] = { "a.b\n", "a.b\n", "a.b\n" };
	struct rules *r = load(texts, 3, NULL, NULL);
	char labels[9];

	(void)state;
	assert_non_null(r);
	for (size_t size = 1; size <= sizeof(labels); size++) {
		memset(labels, '!', sizeof(labels));
		rules_labels(r, 7, labels, size);
		assert_true(strlen(labels) < size);
		assert_true(strcmp(labels, "") == 0 ||
		    strcmp(labels, "l0") == 0 ||
		    strcmp(labels, "l0,l1") == 0 ||
		    strcmp(labels, "l0,l1,l2") == 0);
		for (size_t i = size; i < sizeof(labels); i++)
			assert_int_equal(labels[i], '!');
	}
	rules_free(r);
}

/* It is for the guards to refuse. */
static void
a_list_may_hold_nothing(void **state)
{
	const char *const texts[] = {
		"a.b\n", "# nothing\ncom\n", "#:\nbad.example\n::/0\n"
	};
	struct rules *r = load(texts, 3, NULL, NULL);
	struct dns_name name = unit_name("x.com");
	struct address a = unit_address("2001:db8::1");
	struct address_match address_match;
	struct rules_match match;

	(void)state;
	assert_non_null(r);
	assert_false(find(r, &name, &match));
	assert_false(rules_address(r, &a, &address_match));
	rules_free(r);
}

static void
a_limit_is_named_with_its_key(void **state)
{
	static const struct list_limits small = { .octets = 5 };
	static const struct list_limits few = { .entries = 1 };
	static struct rules_list list;
	static char text[] = "a.example\nb.example\n";

	(void)state;
	list_spec_parse("l", &list.spec, error, sizeof(error));
	list.file = fmemopen(text, strlen(text), "r");
	list.spec.limits = &small;
	assert_null(rules_load(&(struct rules_options){
	    .lists = &list, .count = 1 }, error, sizeof(error)));
	assert_string_equal(error, "list l: over 5 octets: is it a list?  If "
	    "so, raise list_size");
	rewind(list.file);
	list.spec.limits = &few;
	assert_null(rules_load(&(struct rules_options){
	    .lists = &list, .count = 1 }, error, sizeof(error)));
	assert_string_equal(error, "list l: over 1 entries: if that is meant, "
	    "raise list_entries");
	fclose(list.file);
}

static void
addresses_are_told_with_their_lists(void **state)
{
	const char *const texts[] = {
		"#:\n192.0.2.0/24\n192.0.2.7\n", "192.0.2.9.example\n",
		"#:\n192.0.2.7\n2001:db8::/32\n"
	};
	struct rules *r = load(texts, 3, NULL, NULL);
	struct address a = unit_address("192.0.2.7");
	struct address wide = unit_address("192.0.2.9");
	struct address other = unit_address("198.51.100.7");
	struct dns_name name = unit_name("192.0.2.9.example");
	struct address_match match = { .lists = 0 };
	struct rules_match found;
	char labels[64];

	(void)state;
	assert_non_null(r);
	assert_true(rules_has_addresses(r));
	assert_int_equal(address_matcher_count(rules_addresses(r)), 3);
	assert_true(rules_address(r, &a, &match));
	assert_int_equal(match.entry.prefix, 32);
	assert_int_equal(match.lists, 5);
	rules_labels(r, match.lists, labels, sizeof(labels));
	assert_string_equal(labels, "l0,l2");
	assert_true(rules_address(r, &wide, &match));
	assert_int_equal(match.entry.prefix, 24);
	assert_int_equal(match.lists, 1);
	assert_false(rules_address(r, &other, &match));
	assert_true(find(r, &name, &found));
	assert_int_equal(found.lists, 2);
	rules_free(r);
}

static void
lists_of_addresses_may_be_alone_or_absent(void **state)
{
	const char *const addresses[] = { "#:\n192.0.2.7\n" };
	const char *const names[] = { "a.example\n" };
	struct rules *only = load(addresses, 1, NULL, NULL);
	struct rules *without = load(names, 1, NULL, NULL);
	struct address a = unit_address("192.0.2.7");
	struct dns_name name = unit_name("a.example");
	struct address_match match;
	struct rules_match found;

	(void)state;
	assert_true(only != NULL && without != NULL);
	assert_true(rules_has_addresses(only));
	assert_true(rules_address(only, &a, &match));
	assert_false(find(only, &name, &found));
	assert_false(rules_has_addresses(without));
	assert_null(rules_addresses(without));
	assert_false(rules_address(without, &a, &match));
	rules_free(only);
	rules_free(without);
}

static void
clients_count_by_netblock(void **state)
{
	struct prefixes *monitored = set_of("10.0.0.0/8");
	struct prefixes *excluded = set_of("10.0.0.53");
	struct address inside = unit_address("10.1.2.3");
	struct address resolver = unit_address("10.0.0.53");
	struct address outside = unit_address("192.0.2.1");
	const char *const texts[] = { "a.b\n" };
	struct rules *both = load(texts, 1, monitored, excluded);
	struct rules *neither = load(texts, 1, NULL, NULL);
	struct rules *only = load(texts, 1, NULL, excluded);

	(void)state;
	assert_true(both != NULL && neither != NULL && only != NULL);
	assert_true(rules_screen(both));
	assert_int_equal(rules_client(both, &inside), RULES_COUNTS);
	assert_int_equal(rules_client(both, &resolver), RULES_EXCLUDED);
	assert_int_equal(rules_client(both, &outside), RULES_UNMONITORED);
	assert_false(rules_screen(neither));
	assert_int_equal(rules_client(neither, &outside), RULES_COUNTS);
	assert_true(rules_screen(only));
	assert_int_equal(rules_client(only, &outside), RULES_COUNTS);
	assert_int_equal(rules_client(only, &resolver), RULES_EXCLUDED);
	rules_free(both);
	rules_free(neither);
	rules_free(only);
	prefixes_free(monitored);
	prefixes_free(excluded);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_numbered_in_their_order),
		cmocka_unit_test(labels_are_written_whole_or_not),
		cmocka_unit_test(a_list_may_hold_nothing),
		cmocka_unit_test(a_limit_is_named_with_its_key),
		cmocka_unit_test(addresses_are_told_with_their_lists),
		cmocka_unit_test(lists_of_addresses_may_be_alone_or_absent),
		cmocka_unit_test(clients_count_by_netblock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
