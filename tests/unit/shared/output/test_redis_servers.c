#include "output/redis_servers.h"

#include <stdlib.h>

#include "canned_server.h"
#include "output/redis_link.h"
#include "unit.h"

static void
targets(void **state)
{
	static const char *const good[] = {
		"unix:/run/redis.sock", "unix:/run/a,b", "localhost:1",
		"localhost:1,[::1]:2,192.0.2.1:3",
	};
	static const char *const bad[] = {
		"", ",", "localhost:1,", ",localhost:1", "localhost:1,,a:2",
		"localhost:1,unix:/a", "localhost:1, a:2x", "a:1;b:2",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		if (!redis_servers_target_valid(good[i]))
			fail_msg("'%s' is refused", good[i]);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (redis_servers_target_valid(bad[i]))
			fail_msg("'%s' is taken", bad[i]);
	}
}

static void
names_that_nobody_knows_are_left_out(void **state)
{
	char error[128] = "", *found;

	(void)state;
	found = redis_servers_resolve("unix:/a,b", error, sizeof(error));
	assert_string_equal(found, "unix:/a,b");
	free(found);
	found = redis_servers_resolve("192.0.2.1:1,300.1.2.3.invalid:2,"
	    "localhost:3", error, sizeof(error));
	assert_string_equal(found, "192.0.2.1:1,localhost=127.0.0.1:3");
	free(found);
	error[0] = '\0';
	assert_null(redis_servers_resolve("300.1.2.3.invalid:2", error,
	    sizeof(error)));
	assert_string_not_equal(error, "");
}

static void
a_server_that_is_away_is_an_error_and_known_by_its_target(void **state)
{
	const char *ping[] = { "PING" };
	struct redis_servers *s = redis_servers_new("unix:/nonexistent/sock",
	    NULL, 1000);

	(void)state;
	assert_int_equal(redis_servers_count(s), 1);
	assert_non_null(redis_servers_at(s, 0));
	for (int i = 0; i < 2; i++) {
		assert_null(redis_servers_call(s, "a", 1, ping, NULL));
		assert_null(redis_servers_link(s, "a"));
		assert_string_equal(redis_servers_error(s),
		    "unix:/nonexistent/sock: No such file or directory");
	}
	redis_servers_free(s);
	redis_servers_free(NULL);
}

static void
without_cluster_slots_it_is_one_server(void **state)
{
	/* *2 $7 CLUSTER $5 SLOTS is as long as *2 $3 GET $9 012345678 */
	static const char no[] = "-ERR This instance has cluster support "
	    "disabled\r\n";
	const char *get[] = { "GET", "012345678" };
	struct redis_servers *s = redis_servers_new(canned_start(28, no,
	    sizeof(no) - 1), NULL, 5000);
	const struct redis_reply *reply;

	(void)state;
	reply = redis_servers_call(s, get[1], 2, get, NULL);
	assert_int_equal(redis_reply_type(reply), REDIS_ERROR);
	assert_false(redis_servers_moved(reply));
	assert_int_equal(redis_servers_count(s), 1);
	assert_ptr_equal(redis_servers_link(s, "b"), redis_servers_at(s, 0));
	redis_servers_free(s);
	canned_stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets),
		cmocka_unit_test(names_that_nobody_knows_are_left_out),
		cmocka_unit_test(
		    a_server_that_is_away_is_an_error_and_known_by_its_target),
		cmocka_unit_test(without_cluster_slots_it_is_one_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
