#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_servers.h"
#include "pending.h"

static const struct incident_settings settings = { .group = "g",
	.consumer = "c", .partitions = 2, .claim_idle = 60 };

/* Two entries, each an id and its fields. */
static const struct redis_reply one[] = { TEXT("1-0"), TEXT("") },
    two[] = { TEXT("2-0"), TEXT("") };
static const struct redis_reply both[] = { ARRAY(one), ARRAY(two) };
static const struct redis_reply stream[] = { TEXT("qw:{1}:hits"),
	ARRAY(both) };
static const struct redis_reply streams[] = { ARRAY(stream) };

static void
reads_what_is_ours(void **state)
{
	const struct redis_reply reply = ARRAY(streams);
	const struct redis_reply nothing = { .type = REDIS_NIL };
	char error[INCIDENT_STORE_ERROR_SIZE];
	struct stream_batch batch;

	(void)state;
	fake_expect("XREADGROUP GROUP g c COUNT 256 STREAMS qw:{1}:hits 0",
	    &reply);
	assert_int_equal(pending_ours(NULL, &settings, 1, "0", &batch, error),
	    STORE_DONE);
	assert_int_equal(batch.count, 2);
	assert_string_equal(batch.id[1], "2-0");
	fake_expect("XREADGROUP GROUP g c COUNT 256 STREAMS qw:{1}:hits >",
	    &nothing);
	assert_int_equal(pending_deliver(NULL, &settings, 1, &batch, error),
	    STORE_DONE);
	assert_int_equal(batch.count, 0);
	fake_end();
}

static void
claims_page_after_page(void **state)
{
	const struct redis_reply gone[] = { TEXT("9-0") };
	const struct redis_reply page[] = { TEXT("3-0"), ARRAY(both),
	    ARRAY(gone) };
	const struct redis_reply last[] = { TEXT("0-0"),
	    { .type = REDIS_ARRAY }, { .type = REDIS_ARRAY } };
	const struct redis_reply replies[] = { ARRAY(page), ARRAY(last) };
	char error[INCIDENT_STORE_ERROR_SIZE], cursor[STREAM_ID_SIZE] = "0-0";
	struct stream_batch batch;

	(void)state;
	fake_expect("XAUTOCLAIM qw:{0}:hits g c 60000 0-0 COUNT 256",
	    &replies[0]);
	assert_int_equal(pending_claim(NULL, &settings, 0, cursor, &batch,
	    error), STORE_DONE);
	assert_int_equal(batch.count, 2);
	fake_expect("XAUTOCLAIM qw:{0}:hits g c 60000 3-0", &replies[1]);
	assert_int_equal(pending_claim(NULL, &settings, 0, cursor, &batch,
	    error), STORE_DONE);
	assert_int_equal(batch.count, 0);
	assert_string_equal(cursor, "0-0");
	fake_end();
}

static void
says_what_is_wrong(void **state)
{
	const struct redis_reply wrong = ERROR("WRONGTYPE Operation");
	char error[INCIDENT_STORE_ERROR_SIZE], cursor[STREAM_ID_SIZE] = "0-0";
	struct stream_batch batch;

	(void)state;
	fake_expect("XREADGROUP", NULL);
	assert_int_equal(pending_ours(NULL, &settings, 0, "0", &batch, error),
	    STORE_AWAY);
	assert_string_equal(error, "no route");
	fake_expect("XAUTOCLAIM", &wrong);
	assert_int_equal(pending_claim(NULL, &settings, 0, cursor, &batch,
	    error), STORE_BROKEN);
	assert_string_equal(error, "WRONGTYPE Operation");
	fake_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_ours),
		cmocka_unit_test(claims_page_after_page),
		cmocka_unit_test(says_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
