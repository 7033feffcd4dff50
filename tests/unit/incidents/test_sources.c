#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_servers.h"
#include "sources.h"

#define OWN "incidents-a"

static const struct redis_reply nil = { .type = REDIS_NIL },
    none = { .type = REDIS_ARRAY }, done = INTEGER(1);
static const struct redis_reply no_record[] = { { .type = REDIS_NIL },
	{ .type = REDIS_NIL } };
static const struct redis_reply absent = ARRAY(no_record);
static const struct redis_reply running_fields[] = { TEXT("running"),
	TEXT("1000000") };
static const struct redis_reply running = ARRAY(running_fields);

static struct sources *sources;
static char error[INCIDENT_STORE_ERROR_SIZE];

static int
set_up(void **state)
{
	(void)state;
	sources = sources_new(NULL);
	return sources == NULL;
}

static int
tear_down(void **state)
{
	(void)state;
	sources_free(sources);
	return 0;
}

/* What is remembered of the one called span: ${text}. */
static enum store_result
watch_span(const char *text, const struct redis_reply *record)
{
	const struct redis_reply pair[] = { TEXT("span"),
	    { .type = REDIS_TEXT, .text = text } };
	const struct redis_reply known = ARRAY(pair);

	fake.step[0].reply = &known;	/* lives as long as the call */
	fake.step[2].reply = record;
	return sources_watch(sources, OWN, error);
}

static void
expect_span(void)
{
	fake_expect("HGETALL qw:{alarms}:sources", &none);
	fake_expect("HKEYS qw:{0}:positions", &none);
	fake_expect("HMGET qw:source:span state time", &absent);
}

static void
expect_own(void)
{
	fake_expect("HMGET qw:source:" OWN " state time", &absent);
}

static void
remembers_one_that_has_put_hits_once_it_has_a_record(void **state)
{
	const struct redis_reply names[] = { TEXT("span"), TEXT("no name"),
	    TEXT("span") };
	const struct redis_reply positions = ARRAY(names);

	(void)state;
	fake_expect("HGETALL qw:{alarms}:sources", &none);
	fake_expect("HKEYS qw:{0}:positions", &positions);
	fake_expect("HMGET qw:source:span", &absent);
	fake_expect("HMGET qw:source:" OWN, &absent);
	assert_int_equal(sources_watch(sources, OWN, error), STORE_DONE);
	fake_end();
	fake_expect("HGETALL qw:{alarms}:sources", &none);
	fake_expect("HKEYS qw:{0}:positions", &positions);
	fake_expect("HMGET qw:source:span", &running);
	fake_expect("HSET qw:{alarms}:sources span running 1000000", &done);
	fake_expect("HMGET qw:source:" OWN, &absent);
	assert_int_equal(sources_watch(sources, OWN, error), STORE_DONE);
	fake_end();
}

static void
raises_the_alarm_before_it_remembers(void **state)
{
	(void)state;
	expect_span();
	fake_expect("FCALL qw_upkeep_alarm 2 qw:{alarms}:now qw:{alarms}:log "
	    "silent span 1 ", NULL);
	assert_int_equal(watch_span("running 1000000", &absent), STORE_AWAY);
	fake_end();
	expect_span();
	fake_expect("FCALL qw_upkeep_alarm 2 qw:{alarms}:now qw:{alarms}:log "
	    "silent span 1 ", &done);
	fake_expect("HSET qw:{alarms}:sources span silent 1000000", &done);
	expect_own();
	assert_int_equal(watch_span("running 1000000", &absent), STORE_DONE);
	fake_end();
}

static void
ends_the_alarm_when_it_is_back(void **state)
{
	(void)state;
	expect_span();
	fake_expect("FCALL qw_upkeep_alarm 2 qw:{alarms}:now qw:{alarms}:log "
	    "silent span 0 ", &done);
	fake_expect("HSET qw:{alarms}:sources span running 1000000", &done);
	expect_own();
	assert_int_equal(watch_span("silent 900000", &running), STORE_DONE);
	fake_end();
}

static void
lets_one_be_that_has_stopped_or_is_known_to_be_silent(void **state)
{
	static const char *const texts[] = { "stopped 5", "silent 5", "",
	    "running", "rubbish \xff" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		expect_span();
		expect_own();
		assert_int_equal(watch_span(texts[i], &absent), STORE_DONE);
		fake_end();
	}
}

static void
says_that_redis_is_away(void **state)
{
	(void)state;
	fake_expect("HGETALL", NULL);
	assert_int_equal(sources_watch(sources, OWN, error), STORE_AWAY);
	assert_string_equal(error, "no route");
	fake_expect("HGETALL", &none);
	fake_expect("HKEYS", &nil);
	assert_int_equal(sources_watch(sources, OWN, error), STORE_AWAY);
	fake_end();
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(remembers_one_that_has_put_hits_once_it_has_a_record),
		TEST(raises_the_alarm_before_it_remembers),
		TEST(ends_the_alarm_when_it_is_back),
		TEST(lets_one_be_that_has_stopped_or_is_known_to_be_silent),
		TEST(says_that_redis_is_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
