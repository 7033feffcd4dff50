#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_servers.h"
#include "upkeep.h"

static const struct incident_settings settings = { .group = "g",
	.consumer = "c", .partitions = 1, .hosts = 10, .stream = 1000,
	.retention = 90, .heartbeat = 5 };
static const struct incident_counters counters = { .applied = 7 };

static const struct redis_reply one = INTEGER(1), minus = INTEGER(-1),
    none = { .type = REDIS_ARRAY },
    wrong = ERROR("WRONGTYPE Operation against a key");
static const struct redis_reply no_more[] = { INTEGER(0), INTEGER(0) },
    some_more[] = { INTEGER(50), INTEGER(1) };
static const struct redis_reply finished = ARRAY(no_more),
    unfinished = ARRAY(some_more);
/* Of 1000 entries 800, of 10 hosts 7, no dead entries. */
static const struct redis_reply numbers[] = { INTEGER(800), INTEGER(2),
	INTEGER(0), INTEGER(0), INTEGER(0), INTEGER(7), INTEGER(7), INTEGER(7),
	INTEGER(0), INTEGER(0), INTEGER(0) };
static const struct redis_reply figures = ARRAY(numbers);
static const struct redis_reply no_record[] = { { .type = REDIS_NIL },
	{ .type = REDIS_NIL } };
static const struct redis_reply absent = ARRAY(no_record);

static int
set_up(void **state)
{
	*state = upkeep_new(&settings, NULL, &counters, "host");
	return *state == NULL;
}

static int
tear_down(void **state)
{
	fake_end();
	upkeep_free(*state);
	return 0;
}

static void
expect_partition(const struct redis_reply *expired)
{
	fake_expect("FCALL qw_upkeep_evict 2 qw:{0}:hits qw:{0}:moving 10 ", &finished);
	fake_expect("FCALL qw_upkeep_state 2 qw:{0}:hits qw:{0}:moving g", &figures);
	fake_expect("FCALL qw_upkeep_alarm 2 qw:{alarms}:now qw:{alarms}:log "
	    "stream 0 1 ", &one);
	fake_expect("FCALL qw_upkeep_alarm 2 qw:{alarms}:now qw:{alarms}:log "
	    "hosts 0 0 ", &one);
	fake_expect("FCALL qw_upkeep_alarm 2 qw:{alarms}:now qw:{alarms}:log "
	    "dead 0 0 ", &one);
	fake_expect("FCALL qw_upkeep_expire 2 qw:{0}:hits qw:{0}:moving ", expired);
}

static void
expect_end(const struct redis_reply *beaten, const char *record)
{
	fake_expect("FCALL qw_upkeep_heartbeat 1 qw:source:incidents-c 20 ",
	    beaten);
	fake_expect("HGETALL qw:{alarms}:sources", &none);
	fake_expect("HKEYS qw:{0}:positions", &none);
	fake_expect(record, &absent);
}

static void
goes_round_and_then_only_expires_what_is_left(void **state)
{
	expect_partition(&unfinished);
	expect_end(&one, "HMGET qw:source:incidents-c");
	assert_int_equal(upkeep_step(*state), STORE_DONE);
	fake_expect("FCALL qw_upkeep_expire", &unfinished);
	assert_int_equal(upkeep_step(*state), STORE_DONE);
	fake_expect("FCALL qw_upkeep_expire", &finished);
	assert_int_equal(upkeep_step(*state), STORE_DONE);
	assert_int_equal(upkeep_step(*state), STORE_DONE);
}

static void
says_what_is_broken_and_goes_on(void **state)
{
	fake_expect("FCALL qw_upkeep_evict", &wrong);
	expect_end(&one, "HMGET qw:source:incidents-c");
	assert_int_equal(upkeep_step(*state), STORE_DONE);
}

static void
begins_again_where_redis_went_away(void **state)
{
	fake_expect("FCALL qw_upkeep_evict", NULL);
	assert_int_equal(upkeep_step(*state), STORE_AWAY);
	assert_string_equal(upkeep_error(*state), "no route");
	upkeep_away(*state);
	expect_partition(&finished);
	expect_end(&one, "HMGET qw:source:incidents-c");
	assert_int_equal(upkeep_step(*state), STORE_DONE);
	assert_non_null(strstr(fake.last, "incidents-c"));
}

static void
takes_another_name_if_a_later_process_has_ours(void **state)
{
	expect_partition(&finished);
	expect_end(&minus, "HMGET qw:source:incidents-c-");
	assert_int_equal(upkeep_step(*state), STORE_DONE);
	fake_expect("FCALL qw_upkeep_heartbeat 1 qw:source:incidents-c-",
	    &one);
	upkeep_stop(*state);
	assert_non_null(strstr(fake.last, " 3600 "));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(goes_round_and_then_only_expires_what_is_left),
		TEST(says_what_is_broken_and_goes_on),
		TEST(begins_again_where_redis_went_away),
		TEST(takes_another_name_if_a_later_process_has_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
