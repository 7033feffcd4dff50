#include "output/redis_slots.h"

#include "unit.h"

static void
slots_are_those_that_the_cluster_specification_gives(void **state)
{
	(void)state;
	assert_int_equal(redis_slots_of("123456789"), 12739);
	assert_int_equal(redis_slots_of("foo"), 12182);
	assert_int_equal(redis_slots_of("somekey"), 11058);
	assert_int_equal(redis_slots_of(""), 0);
}

static void
the_first_hash_tag_counts_unless_it_is_empty(void **state)
{
	(void)state;
	assert_int_equal(redis_slots_of("qw:{0}:hits"), redis_slots_of("0"));
	assert_int_equal(redis_slots_of("foo{hash_tag}"), 2515);
	assert_int_equal(redis_slots_of("{user1000}.following"),
	    redis_slots_of("user1000"));
	assert_int_equal(redis_slots_of("foo{}{bar}"),
	    redis_slots_of_text("foo{}{bar}"));
	assert_int_equal(redis_slots_of("foo{{bar}}zap"),
	    redis_slots_of_text("{bar"));
	assert_int_equal(redis_slots_of("foo{bar}{zap}"),
	    redis_slots_of_text("bar"));
	assert_int_equal(redis_slots_of("foo{bar"),
	    redis_slots_of_text("foo{bar"));
	assert_int_equal(redis_slots_of("foo}bar{"),
	    redis_slots_of_text("foo}bar{"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    slots_are_those_that_the_cluster_specification_gives),
		cmocka_unit_test(the_first_hash_tag_counts_unless_it_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
