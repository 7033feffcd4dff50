#include "match/address_matcher.h"

#include "unit.h"

struct listed {
	const char *text;
	unsigned list;
};

static struct address_matcher *
matcher_of(const struct listed *listed, size_t count)
{
	struct address_matcher *m = address_matcher_new();

	assert_non_null(m);
	for (size_t i = 0; i < count; i++) {
		struct netblock block = unit_netblock(listed[i].text);

		assert_int_equal(address_matcher_add(m, &block,
		    listed[i].list), 0);
	}
	assert_int_equal(address_matcher_finish(m), 0);
	return m;
}

/* ${entry} is NULL where nothing may be found. */
static void
find(const struct address_matcher *m, const char *address, const char *entry,
    uint64_t lists)
{
	struct address a = unit_address(address);
	struct address_match match = { .lists = 0xdead };
	char text[NETBLOCK_TEXT_SIZE];

	if (address_matcher_find(m, &a, &match) != (entry != NULL))
		fail_msg("%s: %s", address, entry != NULL ? "nothing" :
		    "found");
	if (entry == NULL) {
		assert_int_equal(match.lists, 0xdead);
		return;
	}
	netblock_format(&match.entry, text);
	assert_string_equal(text, entry);
	assert_int_equal(match.lists, lists);
}

static void
the_longest_entry_and_all_its_lists(void **state)
{
	static const struct listed listed[] = {
		{ "192.0.2.0/24", 0 }, { "192.0.2.7", 63 },
		{ "2001:db8::/32", 1 }, { "192.0.2.0/24", 2 },
		{ "192.0.2.7", 1 }, { "192.0.2.0/25", 4 },
		{ "2001:db8::1", 3 }, { "192.0.2.0/24", 2 },
		{ "c000:200::/24", 5 },
	};
	struct address_matcher *m = matcher_of(listed, COUNT(listed));

	(void)state;
	assert_int_equal(address_matcher_count(m), 6);
	assert_true(address_matcher_bytes(m) > 6 * sizeof(struct netblock));
	find(m, "192.0.2.7", "192.0.2.7", UINT64_C(1) << 63 | 2);
	find(m, "192.0.2.8", "192.0.2.0/25", 16);
	find(m, "192.0.2.128", "192.0.2.0/24", 5);
	find(m, "192.0.3.0", NULL, 0);
	find(m, "2001:db8::1", "2001:db8::1", 8);
	find(m, "2001:db8::2", "2001:db8::/32", 2);
	find(m, "2001:db9::", NULL, 0);
	find(m, "c000:207::", "c000:200::/24", 32);
	address_matcher_free(m);
	address_matcher_free(NULL);
}

static void
nothing_listed_finds_nothing(void **state)
{
	struct address_matcher *m = matcher_of(NULL, 0);

	(void)state;
	assert_int_equal(address_matcher_count(m), 0);
	find(m, "0.0.0.0", NULL, 0);
	find(m, "::", NULL, 0);
	address_matcher_free(m);
}

/* More than the first room has place for, from many lists. */
static void
many_are_merged(void **state)
{
	struct address_matcher *m = address_matcher_new();
	struct address a = unit_address("10.1.0.0");
	struct address_match match;

	(void)state;
	assert_non_null(m);
	for (unsigned i = 0; i < 20000; i++) {
		struct netblock block = unit_netblock("10.1.0.0");

		block.base.bytes[2] = (uint8_t)(i % 5000 / 256);
		block.base.bytes[3] = (uint8_t)(i % 5000 % 256);
		assert_int_equal(address_matcher_add(m, &block, i / 5000), 0);
	}
	assert_int_equal(address_matcher_finish(m), 0);
	assert_int_equal(address_matcher_count(m), 5000);
	for (unsigned i = 0; i < 65536; i++) {
		a.bytes[2] = (uint8_t)(i / 256);
		a.bytes[3] = (uint8_t)(i % 256);
		assert_int_equal(address_matcher_find(m, &a, &match),
		    i < 5000);
		if (i < 5000) {
			assert_true(address_equal(&match.entry.base, &a));
			assert_int_equal(match.lists, 15);
		}
	}
	address_matcher_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_entry_and_all_its_lists),
		cmocka_unit_test(nothing_listed_finds_nothing),
		cmocka_unit_test(many_are_merged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
