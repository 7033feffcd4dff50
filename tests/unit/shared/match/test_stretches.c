#include "match/stretches.h"

#include "unit.h"

#define NONE 99

/* Lay these on a line, and compare what became of it. */
struct laid {
	uint32_t first;
	unsigned bits;
	uint32_t value;
};

/* What a stretch is to be. */
struct wanted {
	uint32_t start;
	uint32_t value;
};

static void
try_line(const struct laid *laid, size_t count, const struct wanted *wanted,
    size_t wanted_count)
{
	struct stretch room[2 * STRETCHES_NESTED + 1];
	struct stretches s;

	stretches_begin(&s, room, NONE);
	for (size_t i = 0; i < count; i++) {
		stretches_lay(&s, laid[i].first, laid[i].bits, laid[i].value);
		assert_int_equal(stretches_around(&s), laid[i].value);
		assert_true(s.count <= 1 + 2 * (i + 1));
	}
	stretches_close(&s, UINT32_MAX);
	assert_int_equal(s.count, wanted_count);
	for (size_t i = 0; i < wanted_count; i++) {
		assert_int_equal(room[i].start, wanted[i].start);
		assert_int_equal(room[i].value, wanted[i].value);
	}
}

#define HALF (UINT32_C(1) << 31)
#define LINE(wanted, ...) do { \
	static const struct laid laid[] = { __VA_ARGS__ }; \
	try_line(laid, COUNT(laid), wanted, COUNT(wanted)); \
} while (0)

static void
what_is_around_holds_again(void **state)
{
	static const struct wanted wanted[] = {
		{ 0, NONE }, { 0x100, 1 }, { 0x120, 2 }, { 0x130, 1 },
		{ 0x200, NONE },
	};

	(void)state;
	LINE(wanted, { 0x100, 24, 1 }, { 0x120, 28, 2 });
}

static void
prefixes_that_start_and_end_together(void **state)
{
	static const struct wanted start[] = {
		{ 0, 3 }, { 1, 2 }, { 0x10, 1 }, { HALF, NONE },
	};
	static const struct wanted end[] = {
		{ 0, NONE }, { HALF, 1 }, { UINT32_MAX - 15, 2 },
		{ UINT32_MAX, 3 },
	};

	(void)state;
	LINE(start, { 0, 1, 1 }, { 0, 28, 2 }, { 0, 32, 3 });
	LINE(end, { HALF, 1, 1 }, { UINT32_MAX - 15, 28, 2 },
	    { UINT32_MAX, 32, 3 });
}

static void
neighbours_and_the_whole_line(void **state)
{
	static const struct wanted halves[] = { { 0, 1 }, { HALF, 2 } };
	static const struct wanted same[] = { { 0, 1 } };
	static const struct wanted pair[] = {
		{ 0, NONE }, { 6, 1 }, { 8, 2 }, { 9, NONE },
	};

	(void)state;
	LINE(halves, { 0, 1, 1 }, { HALF, 1, 2 });
	LINE(pair, { 6, 31, 1 }, { 8, 32, 2 });
	LINE(same, { 0, 0, 1 });
}

static void
a_place_may_be_laid_on_itself(void **state)
{
	static const struct wanted wanted[] = {
		{ 0, NONE }, { 7, 2 }, { 8, NONE },
	};

	(void)state;
	LINE(wanted, { 7, 32, 1 }, { 7, 32, 2 });
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_around_holds_again),
		cmocka_unit_test(prefixes_that_start_and_end_together),
		cmocka_unit_test(neighbours_and_the_whole_line),
		cmocka_unit_test(a_place_may_be_laid_on_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
