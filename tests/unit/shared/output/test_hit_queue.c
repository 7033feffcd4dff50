#include "output/hit_queue.h"

#include "unit.h"

static void
entries_come_out_in_their_order_with_their_numbers(void **state)
{
	struct hit_queue *q = hit_queue_new(3);

	(void)state;
	assert_null(hit_queue_first(q));
	assert_null(hit_queue_take(q));
	for (uint64_t n = 1; n < 20; n++) {
		struct hit_entry *e;

		assert_int_equal(hit_queue_add(q)->sequence, n);
		assert_int_equal(hit_queue_first(q)->sequence, n);
		e = hit_queue_take(q);
		assert_int_equal(e->sequence, n);
		hit_queue_release(q, e);
	}
	assert_int_equal(hit_queue_count(q), 0);
	hit_queue_free(q);
}

static void
what_was_taken_has_a_place_until_it_is_released(void **state)
{
	struct hit_queue *q = hit_queue_new(2);
	struct hit_entry *e;

	(void)state;
	assert_non_null(hit_queue_add(q));
	e = hit_queue_take(q);
	assert_non_null(hit_queue_add(q));
	assert_true(hit_queue_full(q));
	assert_null(hit_queue_add(q));
	hit_queue_release(q, e);
	assert_false(hit_queue_full(q));
	assert_non_null(hit_queue_add(q));
	hit_queue_free(q);
}

static void
what_is_put_back_is_the_oldest_again(void **state)
{
	struct hit_queue *q = hit_queue_new(3);
	struct hit_entry *a, *b;

	(void)state;
	for (int i = 0; i < 3; i++)
		hit_queue_add(q);
	a = hit_queue_take(q);
	b = hit_queue_take(q);
	hit_queue_put_back(q, b);
	hit_queue_put_back(q, a);
	assert_int_equal(hit_queue_count(q), 3);
	for (uint64_t n = 1; n <= 3; n++)
		assert_int_equal(hit_queue_take(q)->sequence, n);
	hit_queue_free(q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    entries_come_out_in_their_order_with_their_numbers),
		cmocka_unit_test(
		    what_was_taken_has_a_place_until_it_is_released),
		cmocka_unit_test(what_is_put_back_is_the_oldest_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
