/*
 * Goal: the plain twin of every test on blocks gives what is true of each
 * byte, and so do the instructions of the machine.
 */

#include "core/block.h"
#include "guarded.h"
#include "unit.h"

static uint64_t state_of_random;

static uint8_t
any_byte(void)
{
	/* Often those at the edges of ranges. */
	static const uint8_t edges[] = { 0, 1, '.', '/', '0', '9', ':', '@',
	    'A', 'Z', '[', 'a', 'z', '{', 0x20, 0x21, 0x7E, 0x7F, 0x80, 0xFF };
	unsigned r = unit_random(&state_of_random, 512);

	return (uint8_t)(r < 256 ? r : edges[r % sizeof(edges)]);
}

/* The bits that a test should give: ${expression} of byte ${i}. */
#define EXPECT(bits, expression) do { \
	uint32_t want = 0; \
	for (unsigned i = 0; i < BLOCK_SIZE; i++) \
		want |= (uint32_t)((expression) != 0) << i; \
	assert_int_equal(bits, want); \
} while (0)

static void
test_every_test(void **state)
{
	static const uint8_t ranges[][2] = { { '0', '9' }, { 'A', 'Z' },
	    { 'a', 'f' }, { 0x21, 0x7E }, { 1, 0x7E } };
	uint8_t a[BLOCK_SIZE], b[BLOCK_SIZE], out[BLOCK_SIZE];

	(void)state;
	state_of_random = unit_seed();
	for (unsigned turn = 0; turn < 20000; turn++) {
		uint8_t byte = any_byte();
		const uint8_t *r = ranges[turn % COUNT(ranges)];
		block x, y;

		for (unsigned i = 0; i < BLOCK_SIZE; i++) {
			a[i] = any_byte();
			b[i] = turn % 3 == 0 && i % 2 == 0 ? a[i] : any_byte();
		}
		x = block_load(guarded_copy(a, BLOCK_SIZE));
		y = block_load(b);
		EXPECT(block_bits(block_equal(x, byte)), a[i] == byte);
		EXPECT(block_bits(block_same(x, y)), a[i] == b[i]);
		EXPECT(block_bits(block_within(x, y)), a[i] <= b[i]);
		EXPECT(block_bits(block_between(x, r[0], r[1])),
		    a[i] >= r[0] && a[i] <= r[1]);
		EXPECT(block_bits(block_or(block_equal(x, byte),
		    block_same(x, y))), a[i] == byte || a[i] == b[i]);
		EXPECT(block_bits(block_within(block_xor(x, y), x)),
		    (a[i] ^ b[i]) <= a[i]);
		block_store(out, block_lower(x));
		for (unsigned i = 0; i < BLOCK_SIZE; i++)
			assert_int_equal(out[i], a[i] >= 'A' && a[i] <= 'Z' ?
			    a[i] + 32 : a[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_test),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
