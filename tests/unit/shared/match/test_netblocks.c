#include "match/netblocks.h"

#include "unit.h"

static bool
holds(const struct netblocks *n, const char *address)
{
	struct address a = unit_address(address);

	return netblocks_hold(n, &a);
}

static void
first_and_last_addresses_are_inside(void **state)
{
	const struct netblock blocks[] = {
		unit_netblock("10.0.0.0/8"), unit_netblock("192.0.2.7"),
		unit_netblock("198.51.100.128/25"), unit_netblock("2001:db8::/33"),
		unit_netblock("fe80::1"),
	};
	struct netblocks *n = netblocks_new(blocks, COUNT(blocks));

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
	netblocks_free(n);
	netblocks_free(NULL);
}

static void
overlapping_blocks_are_one(void **state)
{
	const struct netblock blocks[] = {
		unit_netblock("10.1.0.0/16"), unit_netblock("10.0.0.0/8"), unit_netblock("10.0.0.0/8"),
		unit_netblock("10.0.0.0/16"), unit_netblock("10.255.255.255"),
		unit_netblock("11.0.0.0/8"),
	};
	struct netblocks *n = netblocks_new(blocks, COUNT(blocks));

	(void)state;
	assert_non_null(n);
	assert_true(holds(n, "10.0.0.0"));
	assert_true(holds(n, "10.200.0.0"));
	assert_true(holds(n, "11.255.255.255"));
	assert_false(holds(n, "12.0.0.0"));
	netblocks_free(n);
}

static void
everything_and_nothing(void **state)
{
	const struct netblock all[] = { unit_netblock("0.0.0.0/0") };
	struct netblocks *n = netblocks_new(all, 1);
	struct netblocks *none = netblocks_new(NULL, 0);
	struct address unknown = { .family = 0 };

	(void)state;
	assert_non_null(n);
	assert_non_null(none);
	assert_true(holds(n, "0.0.0.0"));
	assert_true(holds(n, "255.255.255.255"));
	assert_false(holds(n, "::"));
	assert_false(netblocks_hold(n, &unknown));
	assert_false(holds(none, "10.0.0.0"));
	netblocks_free(n);
	netblocks_free(none);
}

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

/* An address out of a small corner of either family. */
static struct address
random_address(uint64_t *seed)
{
	struct address a = { .family = unit_random(seed, 2) ? 4 : 6 };
	unsigned last = a.family == 4 ? 3 : 15;

	a.bytes[0] = 10;
	a.bytes[last - 1] = (uint8_t)unit_random(seed, 2);
	a.bytes[last] = (uint8_t)unit_random(seed, 256);
	return a;
}

static void
it_holds_what_a_slow_search_holds(void **state)
{
	uint64_t seed = unit_seed();

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct netblock blocks[8];
		size_t count = unit_random(&seed, COUNT(blocks) + 1);
		struct netblocks *n;

		for (size_t i = 0; i < count; i++) {
			struct netblock *b = &blocks[i];
			unsigned bits;

			b->base = random_address(&seed);
			bits = b->base.family == 4 ? 32 : 128;
			b->prefix = (uint8_t)(bits - unit_random(&seed, 10));
			for (unsigned bit = b->prefix; bit < bits; bit++)
				b->base.bytes[bit / 8] &=
				    (uint8_t)~(0x80 >> (bit % 8));
		}
		n = netblocks_new(blocks, count);
		assert_non_null(n);
		for (int i = 0; i < 100; i++) {
			struct address a = random_address(&seed);
			bool held = false;

			for (size_t k = 0; k < count; k++)
				held = held || slow_hold(&blocks[k], &a);
			assert_int_equal(netblocks_hold(n, &a), held);
		}
		netblocks_free(n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_and_last_addresses_are_inside),
		cmocka_unit_test(overlapping_blocks_are_one),
		cmocka_unit_test(everything_and_nothing),
		cmocka_unit_test(it_holds_what_a_slow_search_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
