#include "report/distinct.h"

#include "match/name_hash.h"
#include "unit.h"

static void
add_numbers(struct distinct *d, uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to; i++)
		assert_int_equal(distinct_add(d, name_hash(&i, sizeof(i))), 0);
}

static void
nothing_was_taken(void **state)
{
	struct distinct d = { .slots = 0 };

	(void)state;
	assert_int_equal(distinct_count(&d), 0);
	assert_true(distinct_exact(&d));
	distinct_clear(&d);
}

static void
few_are_counted_exactly(void **state)
{
	struct distinct d = { .slots = 0 };

	(void)state;
	for (uint64_t n = 1; n <= DISTINCT_EXACT; n++) {
		add_numbers(&d, 0, n);
		assert_int_equal(distinct_count(&d), n);
		assert_true(distinct_exact(&d));
		n += n / 8;
	}
	add_numbers(&d, 0, DISTINCT_EXACT);
	assert_int_equal(distinct_count(&d), DISTINCT_EXACT);
	assert_true(distinct_exact(&d));
	add_numbers(&d, 0, DISTINCT_EXACT + 1);
	assert_false(distinct_exact(&d));
	distinct_clear(&d);
	assert_int_equal(distinct_count(&d), 0);
}

static void
a_hash_of_zero_is_one_like_others(void **state)
{
	struct distinct d = { .slots = 0 };

	(void)state;
	assert_int_equal(distinct_add(&d, 0), 0);
	assert_int_equal(distinct_add(&d, 0), 0);
	assert_int_equal(distinct_count(&d), 1);
	distinct_clear(&d);
}

/* Of 40 sets of each size every one within 3 %, and on average much nearer;
 * the hashes are no random numbers, so this is always so or never. */
static void
many_are_estimated_within_three_percent(void **state)
{
	static const uint64_t sizes[] = { 1000, 2000, 10000, 40000, 60000,
	    100000, 1000000 };

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		double sum = 0;
		uint64_t sets = sizes[i] < 1000000 ? 40 : 4;

		for (uint64_t set = 1; set <= sets; set++) {
			struct distinct d = { .slots = 0 };
			double error;

			add_numbers(&d, set << 32, (set << 32) + sizes[i]);
			error = (double)distinct_count(&d) /
			    (double)sizes[i] - 1;
			assert_true(error < 0.03 && error > -0.03);
			sum += error;
			distinct_clear(&d);
		}
		sum /= (double)sets;
		assert_true(sum < 0.01 && sum > -0.01);
	}
}

/* Few or many on either side: as if all had been added to one. */
static void
merged_sets_count_what_both_have_once(void **state)
{
	static const uint64_t sizes[] = { 10, 900, 5000, 50000 };

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		for (size_t j = 0; j < COUNT(sizes); j++) {
			struct distinct a = { .slots = 0 }, b = a, both = a;

			add_numbers(&a, 0, sizes[i]);
			add_numbers(&b, sizes[i] / 2, sizes[i] / 2 + sizes[j]);
			add_numbers(&both, 0, sizes[i]);
			add_numbers(&both, sizes[i] / 2,
			    sizes[i] / 2 + sizes[j]);
			assert_int_equal(distinct_merge(&a, &b), 0);
			assert_int_equal(distinct_count(&a),
			    distinct_count(&both));
			distinct_clear(&a);
			distinct_clear(&b);
			distinct_clear(&both);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_was_taken),
		cmocka_unit_test(few_are_counted_exactly),
		cmocka_unit_test(a_hash_of_zero_is_one_like_others),
		cmocka_unit_test(many_are_estimated_within_three_percent),
		cmocka_unit_test(merged_sets_count_what_both_have_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
