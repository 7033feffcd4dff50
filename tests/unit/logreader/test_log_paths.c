/*
 * Goal: a pattern stands for what it finds, unless it is the name of a file,
 * and what finds nothing is said by whoever opens it.
 */

#include "log_paths.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

static char folder[] = "/tmp/log-paths-XXXXXX";

static void
touch(const char *name)
{
	int fd = open(name, O_CREAT | O_WRONLY, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static void
patterns_are_looked_up(void **state)
{
	static char rows[][8] = { "b.log", "*.log", "-", "no.txt", "*.txt",
	    "[x]", "a?log" };
	char *given[COUNT(rows)];
	static const char *const expected[] = { "b.log", "a.log", "b.log", "-",
	    "no.txt", "*.txt", "[x]", "a.log" };
	struct log_paths *p;
	size_t n;
	char **list;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		given[i] = rows[i];
	p = log_paths_find(given, COUNT(given));
	assert_non_null(p);
	list = log_paths_list(p, &n);
	assert_int_equal(n, COUNT(expected));
	for (size_t i = 0; i < n; i++)
		assert_string_equal(list[i], expected[i]);
	log_paths_free(p);
	p = log_paths_find(given, 0);
	assert_non_null(p);
	log_paths_list(p, &n);
	assert_int_equal(n, 0);
	log_paths_free(p);
	log_paths_free(NULL);
}

static void
a_file_is_no_pattern(void **state)
{
	(void)state;
	assert_true(log_paths_is_pattern("*.log"));
	assert_true(log_paths_is_pattern("[y]"));
	assert_false(log_paths_is_pattern("[x]"));
	assert_false(log_paths_is_pattern("a.log"));
	assert_false(log_paths_is_pattern("no.log"));
}

static int
make_files(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL || chdir(folder) != 0)
		return -1;
	touch("a.log");
	touch("b.log");
	touch(".c.log");
	touch("x");
	touch("[x]");
	return 0;
}

static int
remove_files(void **state)
{
	static const char *const names[] = { "a.log", "b.log", ".c.log", "x",
	    "[x]" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		unlink(names[i]);
	return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_are_looked_up),
		cmocka_unit_test(a_file_is_no_pattern),
	};

	return cmocka_run_group_tests(tests, make_files, remove_files);
}
