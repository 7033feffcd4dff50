#include "output/state_file.h"

#include <sys/stat.h>

#include "unit.h"

static char folder[64], path[128];

static int
set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/qw-state-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/state", folder);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

static struct state_file *
open_it(void)
{
	char error[256] = "";
	struct state_file *s = state_file_open(path, error, sizeof(error));

	assert_string_equal(s == NULL ? error : "", "");
	return s;
}

static void
write_text(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
what_was_saved_is_read(void **state)
{
	const struct log_position a = { .file = 1, .begin = 5 },
	    b = { .file = 2, .begin = 6, .head_length = 3, .head = 0xabc };
	struct state_file *s = open_it();

	(void)state;
	assert_int_equal(log_positions_count(state_file_positions(s)), 0);
	log_positions_set(state_file_positions(s), "/logs/a", 0, &b);
	log_positions_set(state_file_positions(s), "/logs/a b.log", 0, &b);
	log_positions_set(state_file_positions(s), "/logs/a", 0, &a);
	assert_int_equal(state_file_save(s), 0);
	state_file_close(s);
	s = open_it();
	assert_int_equal(log_positions_count(state_file_positions(s)), 2);
	assert_int_equal(log_positions_get(state_file_positions(s), "/logs/a",
	    0)->begin, 5);
	assert_int_equal(log_positions_get(state_file_positions(s),
	    "/logs/a b.log", 0)->head, 0xabc);
	assert_null(log_positions_get(state_file_positions(s), "/logs", 0));
	assert_null(log_positions_get(state_file_positions(s), "/logs/a", 1));
	state_file_close(s);
	state_file_close(NULL);
}

static void
another_file_is_not_taken_for_one(void **state)
{
	static const char *const wrong[] = { "", "bad.example\n",
	    "querywatch positions 2\n",
	    "querywatch positions 1\n1 2 3\n",
	    "querywatch positions 1\n1 0 1 1 0 1 1:1 1:f 1:1 /log\n" };
	char error[256];

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		write_text(wrong[i]);
		assert_null(state_file_open(path, error, sizeof(error)));
		assert_non_null(strstr(error, "no file of positions"));
	}
	assert_null(state_file_open("/nonexistent/state", error,
	    sizeof(error)));
	assert_non_null(strstr(error, "No such file"));
}

static void
a_failed_save_leaves_the_old(void **state)
{
	const struct log_position a = { .file = 1, .begin = 5 };
	struct state_file *s = open_it();
	char new[160];

	(void)state;
	assert_int_equal(state_file_save(s), 0);
	snprintf(new, sizeof(new), "%s.new", path);
	assert_int_equal(mkdir(new, 0700), 0);
	log_positions_set(state_file_positions(s), "/logs/a", 0, &a);
	assert_int_equal(state_file_save(s), -1);
	state_file_close(s);
	s = open_it();
	assert_int_equal(log_positions_count(state_file_positions(s)), 0);
	state_file_close(s);
	rmdir(new);
}

#define FILE_TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FILE_TEST(what_was_saved_is_read),
		FILE_TEST(another_file_is_not_taken_for_one),
		FILE_TEST(a_failed_save_leaves_the_old),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
