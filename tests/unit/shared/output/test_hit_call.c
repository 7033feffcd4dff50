#include "output/hit_call.h"

#include "hits.h"

static struct hit_call call;

static const struct hit_call_source span1 = { .name = "span1",
    .start = INT64_C(1790000001000000), .limit = 1000 };

static void
argument_is(int i, const char *text)
{
	assert_in_range(i, 0, call.argc - 1);
	assert_int_equal(call.lengths[i], strlen(text));
	assert_string_equal(call.argv[i], text);
}

static void
a_batch_names_its_partition_and_position(void **state)
{
	static const char *const head[] = { "FCALL", "qw_hits_put", "3",
	    "qw:{7}:hits", "qw:{7}:positions", "qw:{7}:logs:span1", "span1",
	    "1790000001000000", "18446744073709551615", "1000", "0" };
	const struct hit h = hits_hit("192.0.2.1", "a.bad.example", 5);

	(void)state;
	/* Whatever the call was before. */
	hit_call_begin(&call, 1, &(struct hit_call_source){ "other", 3, 4 },
	    4);
	hit_call_add(&call, 4, &h);
	hit_call_begin(&call, 7, &span1, UINT64_MAX);
	assert_int_equal(call.argc, (int)COUNT(head));
	assert_int_equal(call.hits, 0);
	for (int i = 0; i < (int)COUNT(head); i++)
		argument_is(i, head[i]);
}

static void
each_hit_follows_its_number_and_that_of_its_arguments(void **state)
{
	const struct hit h = hits_hit("192.0.2.1", "a.bad.example", 5);
	int count;

	(void)state;
	hit_call_begin(&call, 0, &span1, 2);
	hit_call_add(&call, 41, &h);
	count = call.argc - HIT_CALL_HEAD - 2;
	argument_is(HIT_CALL_HEAD, "41");
	assert_int_equal(atol(call.argv[HIT_CALL_HEAD + 1]), count);
	argument_is(HIT_CALL_HEAD + 2, "v");
	argument_is(HIT_CALL_HEAD + 4, "source");
	for (size_t i = 1; i < HIT_CALL_HITS; i++)
		hit_call_add(&call, 41 + i, &h);
	assert_int_equal(call.hits, HIT_CALL_HITS);
	assert_int_equal(call.argc,
	    HIT_CALL_HEAD + HIT_CALL_HITS * (count + 2));
}

static void
a_record_is_sent_as_the_hit_that_it_was(void **state)
{
	static struct hit_call other;
	static uint8_t octets[HIT_RECORD_SIZE];
	const struct hit h = hits_hit("192.0.2.1", "a.bad.example", 5);
	struct hit_fields fields;
	struct hit_record r;
	size_t length;

	(void)state;
	hit_fields_of(&h, HIT_TIMES_MICROSECONDS, &fields);
	length = hit_record_write(7, 41, &fields, octets);
	assert_int_equal(hit_record_read(octets, length, &r), 0);
	hit_call_begin(&call, 0, &span1, 41);
	hit_call_add(&call, 41, &h);
	hit_call_begin(&other, 0, &span1, 41);
	hit_call_add_record(&other, &r);
	assert_int_equal(call.argc, other.argc);
	for (int i = 0; i < call.argc; i++) {
		assert_int_equal(call.lengths[i], other.lengths[i]);
		assert_memory_equal(call.argv[i], other.argv[i],
		    call.lengths[i]);
	}
}

static void
logs_and_their_positions_come_before_the_hits(void **state)
{
	const struct log_position p = { .file = 3, .begin = 5, .taken = 7 };
	const struct hit h = hits_hit("192.0.2.1", "a.bad.example", 5);

	(void)state;
	hit_call_begin(&call, 0, &span1, 2);
	hit_call_log(&call, "/var/log/q.log", &p);
	hit_call_log(&call, "r.log", &p);
	hit_call_add(&call, 2, &h);
	argument_is(HIT_CALL_HEAD - 1, "2");
	argument_is(HIT_CALL_HEAD, "/var/log/q.log");
	argument_is(HIT_CALL_HEAD + 1, "1 3 5 7 0 0 0:0 0:0 0:0");
	argument_is(HIT_CALL_HEAD + 2, "r.log");
	argument_is(HIT_CALL_HEAD + 6, "v");
	hit_call_begin(&call, 0, &span1, 3);
	argument_is(HIT_CALL_HEAD - 1, "0");
}

static void
taking_over_names_the_logs(void **state)
{
	static const char *const all[] = { "FCALL", "qw_hits_begin", "2",
	    "qw:{7}:positions", "qw:{7}:logs:log1", "log1", "5" };

	(void)state;
	hit_call_take_over(&call, 7, "log1", 5);
	assert_int_equal(call.argc, (int)COUNT(all));
	for (int i = 0; i < (int)COUNT(all); i++)
		argument_is(i, all[i]);
}

static void
a_heartbeat_names_its_source(void **state)
{
	static const char *const all[] = { "FCALL", "qw_hits_heartbeat", "1",
	    "qw:source:span1", "20", "1790000001000000", "state", "running",
	    "pid", "7" };
	struct heartbeat b = { .ttl = 20 };

	(void)state;
	heartbeat_text(&b, "state", "running");
	heartbeat_number(&b, "pid", 7);
	hit_call_heartbeat(&call, "span1", INT64_C(1790000001000000), &b);
	assert_int_equal(call.argc, (int)COUNT(all));
	for (int i = 0; i < (int)COUNT(all); i++)
		argument_is(i, all[i]);
}

static void
the_longest_name_of_a_source_fits(void **state)
{
	struct heartbeat b = { .ttl = 20 };
	char source[HIT_SOURCE_SIZE], key[100];

	(void)state;
	memset(source, 's', sizeof(source) - 1);
	source[sizeof(source) - 1] = '\0';
	hit_call_heartbeat(&call, source, 1, &b);
	snprintf(key, sizeof(key), "qw:source:%s", source);
	argument_is(3, key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_batch_names_its_partition_and_position),
		cmocka_unit_test(
		    each_hit_follows_its_number_and_that_of_its_arguments),
		cmocka_unit_test(a_record_is_sent_as_the_hit_that_it_was),
		cmocka_unit_test(logs_and_their_positions_come_before_the_hits),
		cmocka_unit_test(taking_over_names_the_logs),
		cmocka_unit_test(a_heartbeat_names_its_source),
		cmocka_unit_test(the_longest_name_of_a_source_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
