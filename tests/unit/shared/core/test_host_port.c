#include "core/host_port.h"

#include "unit.h"

static void
expect(const char *target, const char *host, int port)
{
	char found[HOST_PORT_SIZE] = "untouched";
	int number = -1;

	if (host_port_split(target, found, sizeof(found), &number) != 0)
		fail_msg("'%s' is refused", target);
	assert_string_equal(found, host);
	assert_int_equal(number, port);
}

static void
host_and_port_are_taken_apart(void **state)
{
	(void)state;
	expect("127.0.0.1:53", "127.0.0.1", 53);
	expect("ns1.example:65535", "ns1.example", 65535);
	expect("[2001:db8::1]:1", "2001:db8::1", 1);
	expect("[ns1.example]:53", "ns1.example", 53);
}

static void
what_is_neither_is_refused(void **state)
{
	static const char *const bad[] = {
		"", ":", ":53", "host", "host:", "host:0", "host:65536",
		"host:-1", "host:+1", "host: 1", "host:1x", "::1:53",
		"[]:53", "[::1]", "host:99999999999999999999",
	};
	char host[8];
	int port;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (host_port_split(bad[i], host, sizeof(host), &port) == 0)
			fail_msg("'%s' is taken", bad[i]);
	}
	assert_int_equal(host_port_split("1234567:1", host, sizeof(host),
	    &port), 0);
	assert_int_equal(host_port_split("12345678:1", host, sizeof(host),
	    &port), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_and_port_are_taken_apart),
		cmocka_unit_test(what_is_neither_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
