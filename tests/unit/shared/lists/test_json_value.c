#include "lists/json_value.h"

#include "unit.h"

static struct json_value *
read_text(const char *text)
{
	size_t line;

	return json_value_read(text, strlen(text), &line);
}

static void
values_are_looked_into(void **state)
{
	struct json_value *v = read_text("{\"a\":[\"x\",1,true,\"1\",\"12\"],"
	    "\"big\":123456789012345678901234567890,\"nul\":\"a\\u0000b\","
	    "\"half\":2.5,\"when\":\"1700000000\",\"bad\":\"12x\"}");
	const struct json_value *a = json_value_member(v, "a");
	size_t length;

	(void)state;
	assert_true(json_value_is_array(a));
	assert_int_equal(json_value_count(a), 5);
	assert_true(json_value_is(json_value_item(a, 0), "x"));
	assert_false(json_value_is(json_value_item(a, 0), "xy"));
	assert_false(json_value_true(json_value_item(a, 0)));
	assert_true(json_value_true(json_value_item(a, 1)));
	assert_true(json_value_true(json_value_item(a, 2)));
	assert_true(json_value_true(json_value_item(a, 3)));
	assert_false(json_value_true(json_value_item(a, 4)));
	assert_int_equal(json_value_number(json_value_member(v, "big"), 7), 7);
	assert_int_equal(json_value_number(json_value_member(v, "half"), 7),
	    2);
	assert_int_equal(json_value_number(json_value_member(v, "when"), 7),
	    1700000000);
	assert_int_equal(json_value_number(json_value_member(v, "bad"), 7), 7);
	json_value_text(json_value_member(v, "nul"), &length);
	assert_int_equal(length, 3);
	json_value_free(v);
}

static void
what_is_not_there_is_nothing(void **state)
{
	struct json_value *v = read_text("[{}]");
	size_t length = 5;

	(void)state;
	assert_null(json_value_member(v, "a"));
	assert_null(json_value_item(v, 1));
	assert_null(json_value_item(json_value_item(v, 0), 0));
	assert_null(json_value_member(NULL, "a"));
	assert_null(json_value_item(NULL, 0));
	assert_int_equal(json_value_count(NULL), 0);
	assert_false(json_value_is_array(NULL));
	assert_false(json_value_true(NULL));
	assert_string_equal(json_value_text(NULL, &length), "");
	assert_int_equal(length, 0);
	assert_int_equal(json_value_number(NULL, 3), 3);
	json_value_free(v);
	json_value_free(NULL);
}

static void
what_is_no_json_is_refused_with_its_line(void **state)
{
	static const char text[] = "{\n\"a\": 1,\n\"b\" 2\n}";
	static char deep[10000];
	size_t line = 0;

	(void)state;
	assert_null(json_value_read(text, strlen(text), &line));
	assert_int_equal(line, 3);
	assert_null(read_text(""));
	assert_null(read_text("1"));
	assert_null(read_text("{} {}"));
	assert_null(read_text("[\"\xff\"]"));
	memset(deep, '[', sizeof(deep));
	assert_null(json_value_read(deep, sizeof(deep), &line));
	assert_null(json_value_read("[]", JSON_VALUE_MAX + 1, &line));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_looked_into),
		cmocka_unit_test(what_is_not_there_is_nothing),
		cmocka_unit_test(what_is_no_json_is_refused_with_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
