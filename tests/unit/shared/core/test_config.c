#include "core/config.h"

#include <sys/stat.h>

#include "unit.h"

static char error[512];

/* Load a configuration of this text; its file is called $FILE in errors. */
static struct config *
load(const char *text)
{
	char path[] = "/tmp/qw-config-XXXXXX";
	int fd = mkstemp(path);
	struct config *c;
	char *at;

	assert_int_not_equal(fd, -1);
	assert_int_equal(write(fd, text, strlen(text)), (long)strlen(text));
	close(fd);
	error[0] = '\0';
	c = config_load(path, error, sizeof(error));
	unlink(path);
	if ((at = strstr(error, path)) != NULL) {
		memcpy(at, "$FILE", 5);
		memmove(at + 5, at + strlen(path), strlen(at + strlen(path)) +
		    1);
	}
	return c;
}

static void
switches(void **state)
{
	static const struct {
		const char *text;
		bool on;
	} texts[] = {
		{ "", true }, { "sandbox = on", true },
		{ "sandbox = off", false }, { "sandbox = no", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct config *c = load(texts[i].text);

		assert_non_null(c);
		assert_int_equal(config_switch(c, "sandbox"), texts[i].on);
		config_free(c);
	}
	assert_null(load("sandbox = maybe"));
	assert_non_null(strstr(error, "$FILE:1: "));
}

static void
without_a_file_the_defaults_hold(void **state)
{
	struct config *c = config_load(NULL, error, sizeof(error));

	(void)state;
	assert_non_null(c);
	assert_string_equal(error, "");
	assert_int_equal(config_number(c, "coalesce"), 10);
	assert_int_equal(config_number(c, "coalesce_table"), 16384);
	assert_int_equal(config_number(c, "partitions"), 1);
	assert_string_equal(config_string(c, "source"), "");
	assert_string_equal(config_string(c, "output"), "");
	assert_int_equal(config_count(c, "lists"), 0);
	assert_int_equal(config_count(c, "allow"), 0);
	assert_int_equal(config_count(c, "canaries"), 0);
	assert_string_equal(config_string(c, "popular"), "");
	assert_int_equal(config_number(c, "popular_share"), 100);
	assert_int_equal(config_number(c, "list_size"), 1073741824);
	assert_int_equal(config_number(c, "list_entries"), 10000000);
	assert_int_equal(config_count(c, "monitored"), 0);
	assert_int_equal(config_count(c, "ports"), 1);
	assert_int_equal(config_item_number(c, "ports", 0), 53);
	config_free(c);
	config_free(NULL);
}

static void
every_kind_of_value_is_read(void **state)
{
	struct config *c = load(
	    "# a comment\n"
	    "source = \"span-1\"\n"
	    "lists = { \"a.txt,match=exact\", \"b.txt\" }\n"
	    "allow = { \"a.csv\", \"b.csv\" }\n"
	    "monitored = { \"10.0.0.0/8\", \"2001:db8::/32\" }\n"
	    "coalesce = 0\n"
	    "ports = { 53, 5353 }\n");

	(void)state;
	if (c == NULL)
		fail_msg("%s", error);
	assert_string_equal(config_string(c, "source"), "span-1");
	assert_int_equal(config_count(c, "lists"), 2);
	assert_string_equal(config_item(c, "lists", 0), "a.txt,match=exact");
	assert_string_equal(config_item(c, "lists", 1), "b.txt");
	assert_int_equal(config_count(c, "allow"), 2);
	assert_string_equal(config_item(c, "allow", 1), "b.csv");
	assert_int_equal(config_count(c, "monitored"), 2);
	assert_int_equal(config_number(c, "coalesce"), 0);
	assert_int_equal(config_count(c, "ports"), 2);
	assert_int_equal(config_item_number(c, "ports", 1), 5353);
	config_free(c);
}

static void
bounds_are_included(void **state)
{
	static const char *const good[] = {
		"coalesce = 3600", "partitions = 1024", "ports = {1, 65535}",
		"queue = 16", "ring = 1024", "coalesce_table = 1",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct config *c = load(good[i]);

		if (c == NULL)
			fail_msg("%s: %s", good[i], error);
		config_free(c);
	}
}

static void
a_bad_file_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text, *start, *word;
	} bad[] = {
		{ "nonsense = 1\n", "$FILE:1: ", "nonsense" },
		{ "\n\ncoalesce = 3601\n", "$FILE:3: ", "3600" },
		{ "coalesce = -1\n", "$FILE:1: ", "coalesce" },
		{ "coalesce = soon\n", "$FILE:1: ", "coalesce" },
		{ "coalesce = 99999999999999999999\n", "$FILE:1: ",
		    "coalesce" },
		{ "partitions = 0\n", "$FILE:1: ", "1024" },
		{ "ports = { 53, 0 }\n", "$FILE:1: ", "65535" },
		{ "ports = { 70000 }\n", "$FILE:1: ", "70000" },
		{ "monitored = { \"10.1.2.3/8\" }\n", "$FILE:1: ",
		    "10.1.2.3/8" },
		{ "excluded = { \"localhost\" }\n", "$FILE:1: ",
		    "localhost" },
		{ "excluded = { \"file:\" }\n", "$FILE:1: ", "file:PATH" },
		{ "lists = { \"a\" }\nforwarders = { \"10.0.0.1\", \"/a\" }\n",
		    "$FILE:2: ", "'/a'" },
		{ "source = \"a b\"\n", "$FILE:1: ", "a b" },
		{ "source = \"" "0123456789012345678901234567890123456789"
		    "0123456789012345678901234" "\"\n", "$FILE:1: ",
		    "source" },
		{ "coalesce\n", "$FILE:", "" },
		{ "lists = { \"a\", \n", "$FILE:", "" },
		{ "source = \"a\n", "$FILE:", "" },
		{ "\x01\x02\n", "$FILE:1: ", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct config *c = load(bad[i].text);

		if (c != NULL)
			fail_msg("taken: %s", bad[i].text);
		if (strncmp(error, bad[i].start, strlen(bad[i].start)) != 0 ||
		    strstr(error, bad[i].word) == NULL)
			fail_msg("'%s' says: %s", bad[i].text, error);
	}
}

static void
the_first_error_is_the_one_told(void **state)
{
	(void)state;
	assert_null(load("coalesce = -1\nring = 0\n"));
	assert_non_null(strstr(error, "coalesce"));
	assert_null(strstr(error, "ring"));
}

static void
a_missing_file_and_a_folder_say_so(void **state)
{
	(void)state;
	assert_null(config_load("/nonexistent/q.conf", error, sizeof(error)));
	assert_string_equal(error,
	    "/nonexistent/q.conf: No such file or directory");
	assert_null(config_load("/", error, sizeof(error)));
	assert_string_equal(error, "/: is a folder, not a file");
}

static void
a_short_error_buffer_is_not_overrun(void **state)
{
	char small[8];

	(void)state;
	memset(small, 'x', sizeof(small));
	assert_null(config_load("/nonexistent/q.conf", small, 5));
	assert_string_equal(small, "/non");
	assert_memory_equal(small + 5, "xxx", 3);
}

static void
source_names(void **state)
{
	char longest[66];

	(void)state;
	assert_true(config_source_valid("a"));
	assert_true(config_source_valid("Span-1.edge_2"));
	assert_false(config_source_valid(""));
	assert_false(config_source_valid("a b"));
	assert_false(config_source_valid("a\n"));
	assert_false(config_source_valid("{0}"));
	memset(longest, 'a', sizeof(longest));
	longest[64] = '\0';
	assert_true(config_source_valid(longest));
	longest[64] = 'a';
	longest[65] = '\0';
	assert_false(config_source_valid(longest));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_file_the_defaults_hold),
		cmocka_unit_test(switches),
		cmocka_unit_test(every_kind_of_value_is_read),
		cmocka_unit_test(bounds_are_included),
		cmocka_unit_test(a_bad_file_is_refused_with_its_line),
		cmocka_unit_test(the_first_error_is_the_one_told),
		cmocka_unit_test(a_missing_file_and_a_folder_say_so),
		cmocka_unit_test(a_short_error_buffer_is_not_overrun),
		cmocka_unit_test(source_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
