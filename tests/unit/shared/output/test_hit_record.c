#include "output/hit_record.h"

#include "guarded.h"
#include "hits.h"

static uint8_t octets[HIT_RECORD_SIZE];
static struct hit_fields fields;

static size_t
write_hit(void)
{
	const struct hit h = hits_hit("192.0.2.1", "a.bad.example", 5);

	hit_fields_of(&h, HIT_TIMES_MICROSECONDS, &fields);
	return hit_record_write(INT64_C(1790000001000000), UINT64_MAX,
	    &fields, octets);
}

static void
a_hit_comes_back_as_it_was(void **state)
{
	size_t length = write_hit();
	struct hit_record r;

	(void)state;
	assert_int_equal(hit_record_read(octets, length, &r), 0);
	assert_true(r.start == INT64_C(1790000001000000));
	assert_true(r.sequence == UINT64_MAX);
	assert_int_equal(r.count, fields.count);
	for (size_t i = 0; i < r.count; i++) {
		assert_string_equal(r.field[i].key, fields.field[i].key);
		assert_int_equal(r.field[i].length, fields.field[i].length);
		assert_memory_equal(r.field[i].value, fields.field[i].value,
		    r.field[i].length);
		assert_int_equal(r.field[i].value[r.field[i].length], '\0');
	}
	assert_string_equal(hit_record_value(&r, "client"), "192.0.2.1");
	assert_null(hit_record_value(&r, "nothing"));
}

static void
what_is_cut_is_no_hit_or_has_fewer_fields(void **state)
{
	size_t length = write_hit();
	struct hit_record r;

	(void)state;
	for (size_t n = 0; n < length; n++) {
		const uint8_t *cut = guarded_copy(octets, n);

		if (hit_record_read(cut, n, &r) == 0)
			assert_true(r.count < fields.count);
	}
}

static void
a_hit_without_a_client_is_none(void **state)
{
	static const char text[] = "\0\0\0\0\0\0\0\1" "\0\0\0\0\0\0\0\2"
	    "n\0" "1";
	struct hit_record r;

	(void)state;
	assert_int_equal(hit_record_read(text, sizeof(text), &r), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hit_comes_back_as_it_was),
		cmocka_unit_test(what_is_cut_is_no_hit_or_has_fewer_fields),
		cmocka_unit_test(a_hit_without_a_client_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
