#include "output/redis_refusal.h"

#include "unit.h"

static enum redis_refusal_kind
kind(const char *error)
{
	struct redis_refusal r;

	redis_refusal_read(error, &r);
	return r.kind;
}

static void
a_redirection_has_a_slot_and_an_address(void **state)
{
	struct redis_refusal r;

	(void)state;
	redis_refusal_read("MOVED 3999 127.0.0.1:6381", &r);
	assert_int_equal(r.kind, REFUSAL_MOVED);
	assert_int_equal(r.slot, 3999);
	assert_string_equal(r.address, "127.0.0.1:6381");
	redis_refusal_read("ASK 16383 2001:db8::1:7000", &r);
	assert_int_equal(r.kind, REFUSAL_ASK);
	assert_int_equal(r.slot, 16383);
	assert_string_equal(r.address, "2001:db8::1:7000");
	redis_refusal_read("MOVED 0 :6381", &r);
	assert_int_equal(r.kind, REFUSAL_MOVED);
	assert_string_equal(r.address, ":6381");
}

static void
what_is_no_redirection_is_none(void **state)
{
	static const char *const none[] = {
		"", "OK", "MOVED", "MOVED ", "MOVED x 127.0.0.1:1",
		"MOVED 16384 127.0.0.1:1", "MOVED -1 127.0.0.1:1",
		"MOVED 1", "MOVED 1 ", "MOVED 1 localhost", "MOVEDX 1 a:1",
		"ASKING", "ERR MOVED 1 a:1", "TRYAGAINST it", "NOPERM no",
	};
	char longest[500];

	(void)state;
	for (size_t i = 0; i < COUNT(none); i++) {
		if (kind(none[i]) != REFUSAL_NONE)
			fail_msg("'%s' is taken", none[i]);
	}
	memset(longest, 'a', sizeof(longest));
	memcpy(longest, "MOVED 1 ", 8);
	memcpy(longest + sizeof(longest) - 3, ":1", 3);
	assert_int_equal(kind(longest), REFUSAL_NONE);
}

static void
some_errors_pass_or_are_mended_elsewhere(void **state)
{
	(void)state;
	assert_int_equal(kind("TRYAGAIN Multiple keys request during rehash"),
	    REFUSAL_LATER);
	assert_int_equal(kind("CLUSTERDOWN The cluster is down"),
	    REFUSAL_LATER);
	assert_int_equal(kind("READONLY You can't write"), REFUSAL_LATER);
	assert_int_equal(kind("LOADING"), REFUSAL_LATER);
	assert_int_equal(kind("MASTERDOWN Link with MASTER is down"),
	    REFUSAL_LATER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_redirection_has_a_slot_and_an_address),
		cmocka_unit_test(what_is_no_redirection_is_none),
		cmocka_unit_test(some_errors_pass_or_are_mended_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
