#include "match/prefixes.h"

#include "unit.h"

static bool
holds(const struct prefixes *n, const char *address)
{
	struct address a = unit_address(address);

	return prefixes_find(n, &a, NULL);
}

static void
first_and_last_addresses_are_inside(void **state)
{
	const struct netblock blocks[] = {
		unit_netblock("10.0.0.0/8"), unit_netblock("192.0.2.7"),
		unit_netblock("198.51.100.128/25"), unit_netblock("2001:db8::/33"),
		unit_netblock("fe80::1"),
	};
	struct prefixes *n = prefixes_new(blocks, COUNT(blocks));

	(void)state;
	assert_non_null(n);
	assert_false(holds(n, "9.255.255.255"));
	assert_true(holds(n, "10.0.0.0"));
	assert_true(holds(n, "10.255.255.255"));
	assert_false(holds(n, "11.0.0.0"));
	assert_false(holds(n, "192.0.2.6"));
	assert_true(holds(n, "192.0.2.7"));
	assert_false(holds(n, "192.0.2.8"));
	assert_false(holds(n, "198.51.100.127"));
	assert_true(holds(n, "198.51.100.128"));
	assert_true(holds(n, "198.51.100.255"));
	assert_true(holds(n, "2001:db8::"));
	assert_true(holds(n, "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff"));
	assert_false(holds(n, "2001:db8:8000::"));
	assert_true(holds(n, "fe80::1"));
	assert_false(holds(n, "fe80::2"));
	/* The same octets in the other family. */
	assert_false(holds(n, "a00::"));
	assert_false(holds(n, "32.1.13.184"));
	prefixes_free(n);
	prefixes_free(NULL);
}

static void
overlapping_blocks_are_one(void **state)
{
	const struct netblock blocks[] = {
		unit_netblock("10.1.0.0/16"), unit_netblock("10.0.0.0/8"),
		unit_netblock("10.0.0.0/8"), unit_netblock("10.0.0.0/16"), unit_netblock("10.255.255.255"),
		unit_netblock("11.0.0.0/8"),
	};
	struct prefixes *n = prefixes_new(blocks, COUNT(blocks));

	(void)state;
	assert_non_null(n);
	assert_true(holds(n, "10.0.0.0"));
	assert_true(holds(n, "10.200.0.0"));
	assert_true(holds(n, "11.255.255.255"));
	assert_false(holds(n, "12.0.0.0"));
	prefixes_free(n);
}

static void
the_longest_is_found_the_first_of_equals(void **state)
{
	const struct netblock blocks[] = {
		unit_netblock("10.0.0.0/8"), unit_netblock("10.1.0.0/16"),
		unit_netblock("10.1.0.0/16"), unit_netblock("10.0.0.0/8"),
		unit_netblock("2001:db8::/64"), unit_netblock("2001:db8::1"),
		unit_netblock("2001:db8::/32"), unit_netblock("2001:db8::/96"),
		unit_netblock("2001:db8::1"),
	};
	static const struct {
		const char *address;
		size_t place;
	} asked[] = {
		{ "10.0.255.255", 0 }, { "10.1.0.0", 1 },
		{ "10.1.255.255", 1 }, { "10.2.0.0", 0 },
		{ "2001:db8::", 7 }, { "2001:db8::1", 5 },
		{ "2001:db8::2", 7 }, { "2001:db8::1:0:0", 4 },
		{ "2001:db8:0:1::", 6 }, { "2001:db8:0:1::1", 6 },
	};
	struct prefixes *t = prefixes_new(blocks, COUNT(blocks));

	(void)state;
	assert_non_null(t);
	for (size_t i = 0; i < COUNT(asked); i++) {
		struct address a = unit_address(asked[i].address);
		size_t place = 4711;

		assert_true(prefixes_find(t, &a, &place));
		if (place != asked[i].place)
			fail_msg("%s: %zu", asked[i].address, place);
	}
	prefixes_free(t);
}

static void
everything_and_nothing(void **state)
{
	const struct netblock all[] = { unit_netblock("0.0.0.0/0") };
	struct prefixes *n = prefixes_new(all, 1);
	struct prefixes *none = prefixes_new(NULL, 0);
	struct address unknown = { .family = 0 };

	(void)state;
	assert_non_null(n);
	assert_non_null(none);
	assert_true(holds(n, "0.0.0.0"));
	assert_true(holds(n, "255.255.255.255"));
	assert_false(holds(n, "::"));
	assert_false(prefixes_find(n, &unknown, NULL));
	assert_false(holds(none, "10.0.0.0"));
	prefixes_free(n);
	prefixes_free(none);
}

/* --- beside a slow search ------------------------------------------------ */

/* Is ${a} in ${b}, bit by bit? */
static bool
slow_hold(const struct netblock *b, const struct address *a)
{
	if (a->family != b->base.family)
		return false;
	for (unsigned bit = 0; bit < b->prefix; bit++) {
		if ((a->bytes[bit / 8] ^ b->base.bytes[bit / 8]) &
		    (0x80 >> (bit % 8)))
			return false;
	}
	return true;
}

/* The longest of ${blocks} that holds ${a}, the first of equals; -1: none. */
static long
slow_find(const struct netblock *blocks, size_t count,
    const struct address *a)
{
	long found = -1;

	for (size_t i = 0; i < count; i++) {
		if (slow_hold(&blocks[i], a) && (found < 0 ||
		    blocks[i].prefix > blocks[found].prefix))
			found = (long)i;
	}
	return found;
}

/* Flip ${a}'s bits from ${prefix} on, each or by chance. */
static void
scatter(uint64_t *seed, struct address *a, unsigned prefix, bool each)
{
	for (unsigned bit = prefix; bit < (a->family == 4 ? 32 : 128); bit++) {
		if (each || unit_random(seed, 2))
			a->bytes[bit / 8] ^= (uint8_t)(0x80 >> (bit % 8));
	}
}

/* An address with few bits set among its first, as ${narrow} as wanted, so
 * that prefixes nest and share their first 64 bits. */
static struct address
random_address(uint64_t *seed, unsigned narrow)
{
	struct address a = { .family = unit_random(seed, 2) ? 4 : 6 };
	unsigned bits = a.family == 4 ? 32 : 128;

	for (unsigned i = 0; i < 12; i++) {
		unsigned bit = (unsigned)unit_random(seed, bits);

		if (unit_random(seed, narrow) == 0)
			a.bytes[bit / 8] |= (uint8_t)(0x80 >> (bit % 8));
	}
	if (unit_random(seed, 8) == 0)
		scatter(seed, &a, unit_random(seed, bits), true);
	return a;
}

static struct netblock
random_block(uint64_t *seed, unsigned narrow)
{
	struct netblock b = { .base = random_address(seed, narrow) };
	unsigned bits = b.base.family == 4 ? 32 : 128;

	b.prefix = (uint8_t)unit_random(seed, bits + 1);
	if (unit_random(seed, 4) == 0)
		b.prefix = (uint8_t)bits;
	for (unsigned bit = b.prefix; bit < bits; bit++)
		b.base.bytes[bit / 8] &= (uint8_t)~(0x80 >> (bit % 8));
	return b;
}

/* An address at or near an edge of one of ${blocks}, or any. */
static struct address
address_near(uint64_t *seed, const struct netblock *blocks, unsigned count,
    unsigned narrow)
{
	const struct netblock *b;
	struct address a;

	if (count == 0 || unit_random(seed, 3) == 0)
		return random_address(seed, narrow);
	b = &blocks[unit_random(seed, count)];
	a = b->base;
	switch (unit_random(seed, 4)) {
	case 0:				/* the first in it */
		break;
	case 1:				/* the last */
		scatter(seed, &a, b->prefix, true);
		break;
	case 2:				/* the last before it, perhaps */
		if (b->prefix > 0)
			scatter(seed, &a, b->prefix - 1U, true);
		break;
	default:
		scatter(seed, &a, b->prefix, false);
	}
	return a;
}

static void
compare_with_slow(uint64_t *seed, unsigned count, unsigned narrow, int lookups)
{
	static struct netblock blocks[3000];
	struct prefixes *t;

	for (unsigned i = 0; i < count; i++)
		blocks[i] = i > 0 && unit_random(seed, 20) == 0 ?
		    blocks[unit_random(seed, i)] : random_block(seed, narrow);
	t = prefixes_new(blocks, count);
	assert_non_null(t);
	for (int i = 0; i < lookups; i++) {
		struct address a = address_near(seed, blocks, count, narrow);
		long wanted = slow_find(blocks, count, &a);
		size_t found = 4711;

		assert_int_equal(prefixes_find(t, &a, &found), wanted >= 0);
		assert_int_equal(found, wanted >= 0 ? wanted : 4711);
		assert_int_equal(prefixes_find(t, &a, NULL), wanted >= 0);
	}
	prefixes_free(t);
}

static void
it_finds_what_a_slow_search_finds(void **state)
{
	uint64_t seed = unit_seed();

	(void)state;
	for (int round = 0; round < 12000; round++)
		compare_with_slow(&seed, unit_random(&seed, 40),
		    1 + unit_random(&seed, 4), 100);
	for (unsigned round = 0; round < 12; round++)
		compare_with_slow(&seed, 3000, 1 + round % 4, 5000);
}

/* Every length at every place along one address, and around its last. */
static void
prefixes_nest_to_any_depth(void **state)
{
	static const char *const ends[] = {
		"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		"2001:db8:0:0:8000::1", "0.0.0.0", "255.255.255.255",
		"192.0.2.85",
	};
	struct netblock blocks[129];

	(void)state;
	for (size_t k = 0; k < COUNT(ends); k++) {
		struct address end = unit_address(ends[k]);
		unsigned bits = end.family == 4 ? 32 : 128;
		struct prefixes *t;

		for (unsigned i = 0; i <= bits; i++) {
			blocks[i].base = end;
			blocks[i].prefix = (uint8_t)i;
			for (unsigned bit = i; bit < bits; bit++)
				blocks[i].base.bytes[bit / 8] &=
				    (uint8_t)~(0x80 >> (bit % 8));
		}
		t = prefixes_new(blocks, bits + 1);
		assert_non_null(t);
		for (unsigned i = 0; i <= bits; i++) {
			struct address a = end;
			size_t found = 4711;

			if (i < bits)
				a.bytes[i / 8] ^= (uint8_t)(0x80 >> (i % 8));
			assert_true(prefixes_find(t, &a, &found));
			assert_int_equal(found, i);
		}
		prefixes_free(t);
	}
}

/* Distances that double: nearly all lie in the first part of each division. */
static void
the_most_uneven_places_are_found(void **state)
{
	struct netblock blocks[64 + 32];
	struct prefixes *t;

	(void)state;
	for (unsigned i = 0; i < 96; i++) {
		blocks[i] = (struct netblock){
			.base = { .family = i < 64 ? 6 : 4 },
			.prefix = i < 64 ? 128 : 32
		};
		blocks[i].base.bytes[(i & 63) / 8] = (uint8_t)(0x80 >> (i % 8));
	}
	t = prefixes_new(blocks, 96);
	assert_non_null(t);
	assert_true(prefixes_bytes(t) < 100000);
	for (size_t i = 0; i < 96; i++) {
		struct address a = blocks[i].base;
		size_t found = 4711;

		assert_true(prefixes_find(t, &a, &found));
		assert_int_equal(found, i);
		a.bytes[a.family == 4 ? 3 : 15] ^= 1;
		assert_false(prefixes_find(t, &a, NULL));
	}
	prefixes_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_and_last_addresses_are_inside),
		cmocka_unit_test(overlapping_blocks_are_one),
		cmocka_unit_test(the_longest_is_found_the_first_of_equals),
		cmocka_unit_test(everything_and_nothing),
		cmocka_unit_test(it_finds_what_a_slow_search_finds),
		cmocka_unit_test(prefixes_nest_to_any_depth),
		cmocka_unit_test(the_most_uneven_places_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
