#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_reply.h"
#include "stream_batch.h"

static void
keeps_the_ids(void **state)
{
	const struct redis_reply fields = { .type = REDIS_NIL };
	const struct redis_reply first[] = { TEXT("1795425103991-0"), fields };
	const struct redis_reply longest[] = {
	    TEXT("18446744073709551615-18446744073709551615"), fields };
	const struct redis_reply entries[] = { ARRAY(first), ARRAY(longest) };
	const struct redis_reply list = ARRAY(entries), none = { .type =
	    REDIS_ARRAY };
	struct stream_batch batch;

	(void)state;
	assert_int_equal(stream_batch_read(&list, &batch), 0);
	assert_int_equal(batch.count, 2);
	assert_string_equal(batch.id[0], "1795425103991-0");
	assert_string_equal(batch.id[1],
	    "18446744073709551615-18446744073709551615");
	assert_int_equal(stream_batch_read(&none, &batch), 0);
	assert_int_equal(batch.count, 0);
}

static void
refuses_what_is_no_list_of_entries(void **state)
{
	static const char *const wrong[] = { "", "-", "1-", "-1", "12", "1-2-3",
	    "1-2 ", "a-1", "1-b", "118446744073709551615-18446744073709551615",
	};
	struct redis_reply id = TEXT("1-0"), many[STREAM_BATCH_MAX + 1];
	const struct redis_reply entry = { .type = REDIS_ARRAY, .at = &id,
	    .count = 1 };
	const struct redis_reply one = { .type = REDIS_ARRAY, .at = &entry,
	    .count = 1 };
	const struct redis_reply all = { .type = REDIS_ARRAY, .at = many,
	    .count = STREAM_BATCH_MAX + 1 };
	struct stream_batch batch;

	(void)state;
	assert_int_equal(stream_batch_read(NULL, &batch), -1);
	assert_int_equal(stream_batch_read(&id, &batch), -1);
	assert_int_equal(stream_batch_read(&one, &batch), 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		id.text = wrong[i];
		assert_int_equal(stream_batch_read(&one, &batch), -1);
	}
	for (size_t i = 0; i < STREAM_BATCH_MAX + 1; i++)
		many[i] = entry;
	id.text = "1-0";
	assert_int_equal(stream_batch_read(&all, &batch), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_ids),
		cmocka_unit_test(refuses_what_is_no_list_of_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
