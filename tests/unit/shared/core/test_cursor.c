#include "core/cursor.h"

#include "guarded.h"
#include "unit.h"

static void
reads_in_network_order(void **state)
{
	const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7 };
	struct cursor c = cursor_over(guarded_copy(bytes, 7), 7);

	(void)state;
	assert_int_equal(cursor_u8(&c), 1);
	assert_int_equal(cursor_u16(&c), 0x0203);
	assert_int_equal(cursor_u32(&c), 0x04050607);
	assert_int_equal(cursor_left(&c), 0);
	assert_false(c.failed);
}

static void
stays_failed_after_the_first_read_that_does_not_fit(void **state)
{
	const uint8_t bytes[] = { 1, 2, 3 };
	const uint8_t *copy = guarded_copy(bytes, 3);
	struct cursor c = cursor_over(copy, 3);

	(void)state;
	assert_int_equal(cursor_u32(&c), 0);
	assert_true(c.failed);
	assert_ptr_equal(c.at, copy);
	assert_int_equal(cursor_left(&c), 0);
	assert_int_equal(cursor_u8(&c), 0);
	assert_null(cursor_take(&c, 1));
	cursor_limit(&c, 1);
	assert_int_equal(cursor_u16(&c), 0);
	assert_ptr_equal(c.at, copy);
}

static void
every_width_is_bounded(void **state)
{
	const uint8_t bytes[] = { 1, 2, 3, 4 };

	(void)state;
	for (size_t length = 0; length <= 4; length++) {
		const uint8_t *copy = guarded_copy(bytes, length);
		struct cursor one = cursor_over(copy, length);
		struct cursor two = one, four = one, take = one;

		cursor_u8(&one);
		assert_int_equal(one.failed, length < 1);
		cursor_u16(&two);
		assert_int_equal(two.failed, length < 2);
		cursor_u32(&four);
		assert_int_equal(four.failed, length < 4);
		assert_null(cursor_take(&take, SIZE_MAX));
	}
}

static void
a_limit_never_lengthens(void **state)
{
	const uint8_t bytes[] = { 1, 2, 3, 4 };
	struct cursor c = cursor_over(bytes, 4);

	(void)state;
	cursor_limit(&c, 9);
	assert_int_equal(cursor_left(&c), 4);
	cursor_limit(&c, 4);
	assert_int_equal(cursor_left(&c), 4);
	cursor_u8(&c);
	cursor_limit(&c, 2);
	assert_int_equal(cursor_left(&c), 2);
	assert_int_equal(cursor_u16(&c), 0x0203);
	assert_null(cursor_take(&c, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_in_network_order),
		cmocka_unit_test(
		    stays_failed_after_the_first_read_that_does_not_fit),
		cmocka_unit_test(every_width_is_bounded),
		cmocka_unit_test(a_limit_never_lengthens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
