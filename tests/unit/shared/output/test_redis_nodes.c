#include "output/redis_nodes.h"

#include "canned_server.h"
#include "output/redis_link.h"
#include "output/redis_slots.h"
#include "unit.h"

/* *2 $7 CLUSTER $5 SLOTS */
#define ASKED (4 + 13 + 11)
#define SEEDS "192.0.2.1:7000,redis.example=192.0.2.2:7000,[2001:db8::1]:7000"

/* One range, with a node that has facts. */
#define RANGE(first, last, node) \
    "*3\r\n:" first "\r\n:" last "\r\n" node
#define NODE(host, port, facts) \
    "*4\r\n" host ":" port "\r\n$2\r\nid\r\n" facts
#define NO_FACTS "*0\r\n"

/* What node ${teller} of SEEDS replies; what comes of it. */
static int
take(struct redis_nodes *n, const char *reply, int teller)
{
	const char *argv[] = { "CLUSTER", "SLOTS" };
	struct redis_link *link = redis_link_new(canned_start(ASKED, reply,
	    strlen(reply)), 5000);
	const struct redis_reply *r = redis_link_call(link, 2, argv, NULL);
	int taken;

	assert_non_null(r);
	taken = redis_nodes_take(n, r, teller);
	redis_link_free(link);
	canned_stop();
	return taken;
}

static const char *
holder(const struct redis_nodes *n, unsigned slot)
{
	int i = redis_nodes_owner(n, slot);

	return i < 0 ? "nobody" : redis_link_target(redis_nodes_link(n, i));
}

static int
set_up(void **state)
{
	*state = redis_nodes_new(SEEDS, NULL, 1000);
	return *state == NULL;
}

static int
tear_down(void **state)
{
	redis_nodes_free(*state);
	return 0;
}

static void
slots_have_the_masters_that_the_reply_names(void **state)
{
	struct redis_nodes *n = *state;

	assert_int_equal(redis_nodes_seeds(n), 3);
	assert_string_equal(holder(n, 0), "nobody");
	assert_int_equal(take(n, "*2\r\n"
	    RANGE("0", "5460", NODE("$9\r\n192.0.2.1\r\n", "7000", NO_FACTS))
	    RANGE("5461", "16383", NODE("$11\r\n2001:db8::9\r\n", "7001",
	    NO_FACTS)), 0), 0);
	assert_string_equal(holder(n, 0), "192.0.2.1:7000");
	assert_string_equal(holder(n, 5460), "192.0.2.1:7000");
	assert_string_equal(holder(n, 5461), "[2001:db8::9]:7001");
	assert_int_equal(redis_nodes_count(n), 4);
	assert_true(redis_nodes_is_master(n, 0));
	assert_false(redis_nodes_is_master(n, 1));
	/* A slot moves: the others stay. */
	redis_nodes_move(n, 7, redis_nodes_near(n, "192.0.2.1:7000", 0));
	redis_nodes_move(n, 8, redis_nodes_near(n, "2001:db8::9:7001", 0));
	assert_string_equal(holder(n, 7), "192.0.2.1:7000");
	assert_string_equal(holder(n, 8), "[2001:db8::9]:7001");
	assert_string_equal(holder(n, 9), "192.0.2.1:7000");
	assert_int_equal(redis_nodes_count(n), 4);
}

static void
a_host_that_is_not_told_is_the_tellers(void **state)
{
	struct redis_nodes *n = *state;

	assert_int_equal(take(n, "*3\r\n"
	    RANGE("0", "0", NODE("$-1\r\n", "7001", NO_FACTS))
	    RANGE("1", "1", NODE("$0\r\n\r\n", "7002", NO_FACTS))
	    RANGE("2", "2", NODE("$1\r\n?\r\n", "7003", NO_FACTS)), 1), 0);
	assert_string_equal(holder(n, 0), "redis.example=192.0.2.2:7001");
	assert_string_equal(holder(n, 1), "redis.example=192.0.2.2:7002");
	assert_string_equal(holder(n, 2), "redis.example=192.0.2.2:7003");
	assert_string_equal(redis_link_target(redis_nodes_link(n,
	    redis_nodes_near(n, ":7009", 2))), "[2001:db8::1]:7009");
}

static void
a_name_goes_with_the_address_that_is_told_beside_it(void **state)
{
	struct redis_nodes *n = *state;
	int i;

	assert_int_equal(take(n, "*1\r\n"
	    RANGE("0", "16383", NODE("$6\r\nb.test\r\n", "7001",
	    "*2\r\n$2\r\nip\r\n$9\r\n192.0.2.8\r\n")), 0), 0);
	assert_string_equal(holder(n, 5), "b.test=192.0.2.8:7001");
	i = redis_nodes_near(n, "b.test:7001", 0);
	assert_int_equal(i, redis_nodes_owner(n, 5));
	i = redis_nodes_near(n, "c.test:7001", 0);
	assert_string_equal(redis_link_target(redis_nodes_link(n, i)),
	    "c.test:7001");
}

static void
nonsense_changes_nothing(void **state)
{
	static const char *const nonsense[] = {
		"*0\r\n", "+OK\r\n", ":1\r\n", "*1\r\n:1\r\n", "*1\r\n*0\r\n",
		"*1\r\n" RANGE("0", "16384", NODE("$1\r\na\r\n", "1",
		    NO_FACTS)),
		"*1\r\n" RANGE("-1", "1", NODE("$1\r\na\r\n", "1", NO_FACTS)),
		"*1\r\n" RANGE("2", "1", NODE("$1\r\na\r\n", "1", NO_FACTS)),
		"*1\r\n" RANGE("0", "1", NODE("$1\r\na\r\n", "0", NO_FACTS)),
		"*1\r\n" RANGE("0", "1", NODE("$1\r\na\r\n", "65536",
		    NO_FACTS)),
		"*1\r\n" RANGE("0", "1", ":1\r\n"),
		"*2\r\n" RANGE("0", "1", NODE("$1\r\na\r\n", "1", NO_FACTS))
		    ":1\r\n",
	};
	struct redis_nodes *n = *state;

	for (size_t i = 0; i < COUNT(nonsense); i++) {
		if (take(n, nonsense[i], 0) == 0)
			fail_msg("reply %zu is taken", i);
		assert_string_equal(holder(n, 0), "nobody");
	}
}

static void
there_is_room_for_so_many_and_seeds_stay(void **state)
{
	struct redis_nodes *n = *state;
	char target[32];

	for (int i = 0; i < 2 * REDIS_NODES_MAX; i++) {
		snprintf(target, sizeof(target), "192.0.2.3:%d", 1 + i);
		assert_true(redis_nodes_add(n, target) >= 3);
	}
	assert_int_equal(redis_nodes_count(n), REDIS_NODES_MAX);
	assert_string_equal(redis_link_target(redis_nodes_link(n, 0)),
	    "192.0.2.1:7000");
	for (int i = 3; i < REDIS_NODES_MAX; i++)
		redis_nodes_move(n, (unsigned)i, i);
	assert_int_equal(redis_nodes_add(n, "192.0.2.4:1"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    slots_have_the_masters_that_the_reply_names, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    a_host_that_is_not_told_is_the_tellers, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    a_name_goes_with_the_address_that_is_told_beside_it,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(nonsense_changes_nothing,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    there_is_room_for_so_many_and_seeds_stay, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
