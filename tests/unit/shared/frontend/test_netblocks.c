#include "frontend/netblocks.h"

#include "core/config.h"
#include "match/prefixes.h"
#include "unit.h"

/* A file with ${text}, gone with the program: its path is that of the open
 * descriptor. */
static const char *
file_of(const char *text, char path[64])
{
	FILE *file = tmpfile();

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fflush(file), 0);
	snprintf(path, 64, "/proc/self/fd/%d", fileno(file));
	return path;
}

/* What becomes of monitored = { ${items} }. */
static int
load(const char *items, struct prefixes **ret)
{
	char path[64], text[512], error[256];
	struct config *c;
	int status;

	snprintf(text, sizeof(text), "monitored = { %s }\n", items);
	c = config_load(file_of(text, path), error, sizeof(error));
	if (c == NULL)
		fail_msg("%s", error);
	status = netblocks_load(c, "monitored", ret);
	config_free(c);
	return status;
}

static bool
holds(const struct prefixes *t, const char *text)
{
	struct address a = unit_address(text);

	return prefixes_find(t, &a, NULL);
}

static void
items_and_files_are_one_set(void **state)
{
	char one[64], two[64], items[256];
	struct prefixes *t;

	(void)state;
	file_of("# ours\n10.1.0.0/16\n\n  10.2.0.0/16\tthe labs\r\n"
	    "2001:db8::/32 # all of it", one);
	file_of("198.51.100.7\n", two);
	snprintf(items, sizeof(items), "\"file:%s\", \"192.0.2.0/24\", "
	    "\"file:%s\"", one, two);
	assert_int_equal(load(items, &t), 0);
	assert_true(holds(t, "10.1.2.3"));
	assert_true(holds(t, "10.2.255.255"));
	assert_true(holds(t, "2001:db8:ffff::1"));
	assert_true(holds(t, "192.0.2.1"));
	assert_true(holds(t, "198.51.100.7"));
	assert_false(holds(t, "10.3.0.0"));
	assert_false(holds(t, "198.51.100.8"));
	prefixes_free(t);
}

static void
many_are_held(void **state)
{
	static char text[100000 * 16 + 1];
	char path[64], items[128];
	struct prefixes *t;
	size_t used = 0;

	(void)state;
	for (unsigned i = 0; i < 100000; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "10.%u.%u.%u\n", i >> 15, i >> 7 & 255, i << 1 & 255);
	file_of(text, path);
	snprintf(items, sizeof(items), "\"file:%s\"", path);
	assert_int_equal(load(items, &t), 0);
	assert_true(holds(t, "10.0.0.0"));
	assert_true(holds(t, "10.3.13.62"));
	assert_false(holds(t, "10.3.13.63"));
	prefixes_free(t);
}

static void
nothing_configured_is_no_table(void **state)
{
	struct prefixes *t;

	(void)state;
	assert_int_equal(load("", &t), 0);
	assert_null(t);
}

static void
a_file_that_is_wrong_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "# none\n\n", "10.0.0.0/8\n10.1.2.3/8\n", "host.example\n",
		"0.0.0.0/0\n", "10.0.0.0/8\n\x01\n",
	};
	char path[64], items[128];
	struct prefixes *t;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		file_of(texts[i], path);
		snprintf(items, sizeof(items), "\"192.0.2.1\", \"file:%s\"",
		    path);
		if (load(items, &t) != -1)
			fail_msg("taken: %s", texts[i]);
		assert_null(t);
	}
	assert_int_equal(load("\"file:/nonexistent/a\"", &t), -1);
	assert_int_equal(load("\"file:/\"", &t), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_and_files_are_one_set),
		cmocka_unit_test(many_are_held),
		cmocka_unit_test(nothing_configured_is_no_table),
		cmocka_unit_test(a_file_that_is_wrong_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
