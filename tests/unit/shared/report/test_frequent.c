#include "report/frequent.h"

#include "unit.h"

#define KEYS 5000

static void
add(struct frequent *f, unsigned key, unsigned times)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "key%u", key);

	for (unsigned i = 0; i < times; i++)
		frequent_add(f, text, (size_t)length);
}

static unsigned
number(const struct frequent_entry *e)
{
	char text[16] = "";

	memcpy(text, e->key, e->length);
	return (unsigned)strtoul(text + 3, NULL, 10);
}

static void
while_there_is_room_all_is_exact(void **state)
{
	struct frequent *f = frequent_new(64, 16, 1);
	const struct frequent_entry *top[64];
	bool exact;

	(void)state;
	for (unsigned i = 0; i < 64; i++)
		add(f, i, 100 - i);
	assert_int_equal(frequent_floor(f), 0);
	assert_int_equal(frequent_distinct(f, &exact), 64);
	assert_true(exact);
	assert_int_equal(frequent_top(f, 64, top), 64);
	for (unsigned i = 0; i < 64; i++) {
		assert_int_equal(number(top[i]), i);
		assert_int_equal(top[i]->count, 100 - i);
		assert_int_equal(top[i]->missed, 0);
	}
	assert_int_equal(frequent_top(f, 3, top), 3);
	frequent_free(f);
}

static void
those_of_one_count_stand_in_the_order_of_keys(void **state)
{
	struct frequent *f = frequent_new(64, 16, 1);
	const struct frequent_entry *top[3];

	(void)state;
	add(f, 30, 2);
	add(f, 3, 2);
	add(f, 20, 2);
	assert_int_equal(frequent_top(f, 3, top), 3);
	assert_int_equal(number(top[0]), 20);
	assert_int_equal(number(top[1]), 3);
	assert_int_equal(number(top[2]), 30);
	frequent_free(f);
}

static void
a_note_stays_with_its_key(void **state)
{
	struct frequent *f = frequent_new(64, 16, 1);
	struct frequent_entry *e = frequent_add(f, "a", 1);

	(void)state;
	assert_int_equal(e->note, 0);
	e->note = 7;
	frequent_add(f, "b", 1);
	assert_int_equal(frequent_add(f, "a", 1)->note, 7);
	frequent_clear(f);
	assert_int_equal(frequent_add(f, "a", 1)->note, 0);
	assert_int_equal(frequent_add(f, "a", 1)->count, 2);
	frequent_free(f);
}

/* What it promises, held against exact counts of random skewed keys. */
static void
more_than_there_is_room_for_are_counted_within_the_bound(void **state)
{
	uint64_t seed = unit_seed();

	(void)state;
	for (unsigned round = 0; round < 20; round++) {
		size_t capacity = 16u << unit_random(&seed, 6);
		struct frequent *f = frequent_new(capacity, 16, seed);
		static const struct frequent_entry *top[KEYS];
		static uint64_t exact[KEYS];
		static bool seen[KEYS];
		uint64_t total = 20000 + unit_random(&seed, 100000);
		long count;

		memset(exact, 0, sizeof(exact));
		memset(seen, 0, sizeof(seen));
		for (uint64_t i = 0; i < total; i++) {
			unsigned key = unit_random(&seed, KEYS);

			/* The skew: most are small, others come in bursts. */
			for (unsigned j = unit_random(&seed, 6); j > 0; j--)
				key = unit_random(&seed, key + 1);
			exact[key]++;
			add(f, key, 1);
		}
		count = frequent_top(f, KEYS, top);
		assert_true(count > 0 && count <= (long)capacity);
		assert_true(frequent_floor(f) <= 2 * total / capacity);
		for (long i = 0; i < count; i++) {
			unsigned key = number(top[i]);

			assert_true(top[i]->count <= exact[key]);
			assert_true(top[i]->count + top[i]->missed >=
			    exact[key]);
			seen[key] = true;
		}
		for (unsigned key = 0; key < KEYS; key++)
			assert_true(seen[key] ||
			    exact[key] <= frequent_floor(f));
		frequent_free(f);
	}
}

/* All at once, when they are all as rare. */
static void
a_table_of_equals_makes_room(void **state)
{
	struct frequent *f = frequent_new(64, 16, 1);
	const struct frequent_entry *top[64];
	bool exact;

	(void)state;
	for (unsigned i = 0; i < 1000; i++)
		add(f, i, 1);
	assert_int_equal(frequent_floor(f), 15);
	assert_int_equal(frequent_distinct(f, &exact), 1000);
	assert_true(exact);
	assert_int_equal(frequent_top(f, 64, top), 1000 - 15 * 64);
	assert_int_equal(top[0]->missed, 15);
	frequent_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(while_there_is_room_all_is_exact),
		cmocka_unit_test(those_of_one_count_stand_in_the_order_of_keys),
		cmocka_unit_test(a_note_stays_with_its_key),
		cmocka_unit_test(
		    more_than_there_is_room_for_are_counted_within_the_bound),
		cmocka_unit_test(a_table_of_equals_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
