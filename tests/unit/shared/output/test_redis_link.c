#include "output/redis_link.h"

#include <stdlib.h>

#include "canned_server.h"
#include "output/redis_access.h"
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

/* --- a server of ours ------------------------------------------------------ */

#define LONG 65536
#define COMMANDS 200

static struct redis_link *
start_server(size_t takes, const char *gives, size_t size)
{
	return redis_link_new(canned_start(takes, gives, size), 5000);
}

static void
stop_server(struct redis_link *link)
{
	redis_link_free(link);
	canned_stop();
}

static void
a_server_that_does_not_read_while_it_writes_is_no_deadlock(void **state)
{
	/* *2 $4 ECHO $65536 and LONG octets, each with CR and LF */
	const size_t command = 4 + 4 + 6 + 8 + LONG + 2;
	const char *argv[2] = { "ECHO" };
	size_t lengths[2] = { 4, LONG };
	char *text = malloc(LONG + 16);
	struct redis_link *link;
	int head;

	(void)state;
	head = snprintf(text, 16, "$%d\r\n", LONG);
	memset(text + head, 'x', LONG);
	memcpy(text + head + LONG, "\r\n", 2);
	argv[1] = text + head;
	link = start_server(command, text, (size_t)head + LONG + 2);
	for (int i = 0; i < COMMANDS; i++)
		assert_int_equal(redis_link_append(link, 2, argv, lengths), 0);
	assert_int_equal(redis_link_send(link), 0);
	for (int i = 0; i < COMMANDS; i++)
		assert_int_equal(redis_reply_length(redis_link_next(link)),
		    LONG);
	assert_false(redis_link_failed(link));
	stop_server(link);
	free(text);
}

static void
a_refused_log_in_is_an_error_that_names_the_user(void **state)
{
	static const char no[] = "-WRONGPASS invalid pair\r\n";
	char password[] = "secret";
	const struct redis_access access = { .user = "sensor",
	    .password = password };
	const char *ping[] = { "PING" };
	/* *3 $4 AUTH $6 sensor $6 secret */
	struct redis_link *link = start_server(4 + 10 + 12 + 12, no,
	    sizeof(no) - 1);

	(void)state;
	redis_link_set_access(link, &access);
	assert_null(redis_link_call(link, 1, ping, NULL));
	assert_true(redis_link_failed(link));
	assert_non_null(strstr(redis_link_error(link), ": the log-in as "
	    "'sensor' is refused: WRONGPASS invalid pair"));
	stop_server(link);
}

static void
octets_that_are_no_reply_end_the_connection(void **state)
{
	static const char nonsense[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
	const char *ping[] = { "PING" };
	struct redis_link *link = start_server(14, nonsense,
	    sizeof(nonsense) - 1);

	(void)state;
	assert_null(redis_link_call(link, 1, ping, NULL));
	assert_true(redis_link_failed(link));
	assert_non_null(strstr(redis_link_error(link), "Protocol error"));
	stop_server(link);
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
		cmocka_unit_test(
		    a_server_that_does_not_read_while_it_writes_is_no_deadlock),
		cmocka_unit_test(
		    a_refused_log_in_is_an_error_that_names_the_user),
		cmocka_unit_test(octets_that_are_no_reply_end_the_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
