#include "output/redis_link.h"

#include "unit.h"

static void
targets(void **state)
{
	static const char *const good[] = {
		"unix:/run/redis.sock", "unix:redis.sock", "unix:a:b",
		"localhost:6379", "127.0.0.1:6379", "[::1]:6379",
		"[2001:db8::1]:65535", "redis.example:1",
	};
	static const char *const bad[] = {
		"", "-", "unix:", "localhost", "localhost:", ":6379",
		"localhost:0", "localhost:65536", "localhost:6379x",
		"localhost:+1", "localhost:-1", "localhost: 1",
		"localhost:99999999999999999999", "::1:6379", "[]:6379",
		"2001:db8::1:6379", "/run/redis.sock", "redis",
	};
	char longest[300] = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		if (!redis_link_target_valid(good[i]))
			fail_msg("'%s' is refused", good[i]);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (redis_link_target_valid(bad[i]))
			fail_msg("'%s' is taken", bad[i]);
	}
	memset(longest, 'a', 255);
	memcpy(longest + 255, ":1", 3);
	assert_true(redis_link_target_valid(longest));
	memset(longest, 'a', 256);
	memcpy(longest + 256, ":1", 3);
	assert_false(redis_link_target_valid(longest));
}

static void
a_server_that_is_not_there_is_an_error_and_no_crash(void **state)
{
	const char *ping[] = { "PING" };
	struct redis_link *link = redis_link_new("unix:/nonexistent/sock",
	    1000);

	(void)state;
	assert_non_null(link);
	for (int i = 0; i < 2; i++) {
		assert_null(redis_link_call(link, 1, ping, NULL));
		assert_string_equal(redis_link_error(link),
		    "unix:/nonexistent/sock: No such file or directory");
	}
	assert_int_equal(redis_link_append(link, 1, ping, NULL), -1);
	redis_link_free(link);
	redis_link_free(NULL);
}

static void
no_reply_looks_like_nil(void **state)
{
	(void)state;
	assert_int_equal(redis_reply_type(NULL), REDIS_NIL);
	assert_int_equal(redis_reply_count(NULL), 0);
	assert_null(redis_reply_at(NULL, 0));
}

static void
hosts_become_addresses(void **state)
{
	char address[REDIS_LINK_ADDRESS_SIZE], error[128];

	(void)state;
	assert_int_equal(redis_link_resolve("localhost:6379", address, error,
	    sizeof(error)), 0);
	assert_string_equal(address, "localhost=127.0.0.1:6379");
	assert_true(redis_link_target_valid(address));
	assert_int_equal(redis_link_resolve("[::1]:1", address, error,
	    sizeof(error)), 0);
	assert_string_equal(address, "[::1]:1");
	assert_true(redis_link_target_valid(address));
	assert_int_equal(redis_link_resolve("300.1.2.3.invalid:1", address,
	    error, sizeof(error)), -1);
	assert_non_null(strstr(error, "300.1.2.3.invalid:1: "));
	assert_string_equal(address, "[::1]:1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets),
		cmocka_unit_test(
		    a_server_that_is_not_there_is_an_error_and_no_crash),
		cmocka_unit_test(no_reply_looks_like_nil),
		cmocka_unit_test(hosts_become_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
