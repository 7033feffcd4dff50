/*
 * Goal: the members that are asked for, of the outermost object and of a
 * whole line of JSON, and their strings decoded.
 */

#include "guarded.h"
#include "json_fields.h"
#include "unit.h"

static const char *const keys[] = { "a", "b.c" };

static bool
reads(const char *line, struct json_value v[2])
{
	size_t n = strlen(line);

	return json_fields_read((const char *)guarded_copy(line, n), n, keys,
	    2, v);
}

/* "a" and "b.c" of ${line} are of these kinds, as ${a} and ${b} stand. */
static void
check(const char *line, enum json_kind a, const char *atext, enum json_kind b,
    const char *btext)
{
	struct json_value v[2];

	assert_true(reads(line, v));
	assert_int_equal(v[0].kind, a);
	assert_true(text_is(v[0].text, atext));
	assert_int_equal(v[1].kind, b);
	assert_true(text_is(v[1].text, btext));
}

static void
test_read(void **state)
{
	(void)state;
	check("{}", JSON_ABSENT, "", JSON_ABSENT, "");
	check(" { \"a\" : 1 , \"b.c\" : \"x\" } ", JSON_NUMBER, "1",
	    JSON_STRING, "x");
	check("{\"b.c\":true,\"a\":false}", JSON_FALSE, "", JSON_TRUE, "");
	check("{\"b.c\":null,\"a\":-0.5e+7}", JSON_NUMBER, "-0.5e+7",
	    JSON_NULL, "");
	check("{\"x\":{\"a\":1,\"\\u0061\":[]},\"b.c\":[1,{\"a\":2},[]]}",
	    JSON_ABSENT, "", JSON_NESTED, "");
	check("{\"a\":\"\\\",\\\"b.c\\\":\\\"\"}", JSON_STRING,
	    "\\\",\\\"b.c\\\":\\\"", JSON_ABSENT, "");
	check("{\"aa\":1,\"\":2,\"b\":3}", JSON_ABSENT, "", JSON_ABSENT, "");
}

static void
members_of_members(void **state)
{
	(void)state;
	check("{\"b\":{\"c\":\"x\"},\"a\":1}", JSON_NUMBER, "1",
	    JSON_STRING, "x");
	check("{\"b\":{\"a\":1,\"d\":{\"c\":2},\"b.c\":3}}", JSON_ABSENT, "",
	    JSON_ABSENT, "");
	check("{\"x\":{\"b\":{\"c\":1},\"b.c\":2}}", JSON_ABSENT, "",
	    JSON_ABSENT, "");
	check("{\"b.\":{\"\":1},\"a\":{\"x\":1}}", JSON_NESTED, "", JSON_ABSENT,
	    "");
	check("{\"b\":[{\"c\":1}],\"bb\":{\"c\":1}}", JSON_ABSENT, "",
	    JSON_ABSENT, "");
	check("{\"b\":{\"c\":1},\"b\":{\"x\":{\"\\u0061\":2}}}", JSON_ABSENT,
	    "", JSON_NUMBER, "1");
}

static void
test_refused(void **state)
{
	static const char *const rows[] = { "", " ", "{", "}", "[]", "1",
	    "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}",
	    "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":1e}",
	    "{\"a\":+1}", "{\"a\":-}", "{\"a\":nul}", "{\"a\":truex}",
	    "{\"a\":\"\t\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}",
	    "{\"a\":\"\\u123\"}", "{\"a\":\"x}", "{\"a\":\"\\\"}",
	    "{\"a\":[1,]}", "{\"a\":[1 2]}", "{\"a\":[}", "{\"a\":{]}}",
	    "{\"a\":1}x", "{\"a\":1}{}", "{a:1}", "{'a':1}", "{1:1}",
	    "{\"a\":1,\"a\":1}", "{\"\\u0061\":1}", "{\"x\\n\":1}",
	    "{\"b\":{\"c\":1},\"b.c\":2}", "{\"b.c\":2,\"b\":{\"c\":1}}",
	    "{\"b\":{\"c\":1,\"c\":2}}", "{\"b\":{\"\\u0063\":1}}",
	    "{\"b\":{\"c\":1},\"b\":{\"c\":1}}",
	    "{\"a\":NaN}", "{\"a\":\"\\\0" };
	struct json_value v[2];
	char deep[256] = "{\"x\":";

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (reads(rows[i], v))
			fail_msg("accepted: %s", rows[i]);
	}
	for (size_t levels = 30; levels < 34; levels++) {
		memset(deep + 5, '[', levels);
		memset(deep + 5 + levels, ']', levels);
		deep[5 + 2 * levels] = '}';
		deep[6 + 2 * levels] = '\0';
		assert_int_equal(reads(deep, v), levels < 32);
	}
}

/* What ${string} decodes to; NULL: refused. */
static void
decode(const char *string, const char *expected)
{
	struct json_value v = { JSON_STRING,
	    strchr(string, '\\') != NULL, { string, strlen(string) } };
	struct text t;
	char buf[16];

	assert_int_equal(json_fields_decode(&v, buf, sizeof(buf), &t),
	    expected != NULL);
	if (expected != NULL)
		assert_true(text_is(t, expected));
}

static void
test_decode(void **state)
{
	struct json_value v = { JSON_STRING, true, { "a\\u0000b", 8 } };
	struct text t;
	char buf[3];

	(void)state;
	decode("", "");
	decode("longer than the buffer, which is not needed",
	    "longer than the buffer, which is not needed");
	decode("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t");
	decode("\\u0041\\u00e9\\u20AC\\ud83d\\uDE00",
	    "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
	decode("\\n23456789012345", "\n23456789012345");
	decode("\\n234567890123456", "\n234567890123456");
	decode("\\n2345678901234567", NULL);
	decode("\\n23456789012345\\u00e9", NULL);
	decode("\\ud83d", NULL);
	decode("\\ud83dx", NULL);
	decode("\\ud83d\\u0041", NULL);
	decode("\\ude00\\ud83d", NULL);
	assert_true(json_fields_decode(&v, buf, sizeof(buf), &t));
	assert_int_equal(t.length, 3);
	assert_memory_equal(buf, "a\0b", 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(members_of_members),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_decode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
