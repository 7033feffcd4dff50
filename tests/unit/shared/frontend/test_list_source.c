#include "frontend/list_source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static char folder[32], path[64], other[64];

static void
write_text(const char *to, const char *text)
{
	FILE *f = fopen(to, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static int
set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/qw-unit-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/list", folder);
	snprintf(other, sizeof(other), "%s/other", folder);
	write_text(path, "one\n");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(path);
	unlink(other);
	return rmdir(folder);
}

static void
expect_text(FILE *f, const char *text)
{
	char buf[64];

	assert_non_null(f);
	assert_non_null(fgets(buf, sizeof(buf), f));
	assert_string_equal(buf, text);
	fclose(f);
}

static void
changes_are_seen_once(void **state)
{
	struct list_source s = { .path = path };

	(void)state;
	expect_text(list_source_open(&s), "one\n");
	assert_false(s.once);
	assert_int_equal(list_source_look(&s), LIST_SOURCE_SAME);
	write_text(path, "two, three\n");
	assert_int_equal(list_source_look(&s), LIST_SOURCE_WRITTEN);
	assert_int_equal(list_source_look(&s), LIST_SOURCE_SAME);
	write_text(other, "four\n");
	assert_int_equal(rename(other, path), 0);
	assert_int_equal(list_source_look(&s), LIST_SOURCE_REPLACED);
	expect_text(list_source_again(&s), "four\n");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(list_source_look(&s), LIST_SOURCE_REPLACED);
	assert_int_equal(list_source_look(&s), LIST_SOURCE_SAME);
	assert_null(list_source_again(&s));
	assert_int_equal(errno, ENOENT);
	list_source_free(&s);
}

static void
a_link_may_lead_elsewhere(void **state)
{
	struct list_source s = { .path = other };
	char third[80];

	(void)state;
	snprintf(third, sizeof(third), "%s/third", folder);
	write_text(third, "three\n");
	assert_int_equal(symlink(path, other), 0);
	expect_text(list_source_open(&s), "one\n");
	write_text(path, "one and more\n");
	assert_int_equal(list_source_look(&s), LIST_SOURCE_WRITTEN);
	unlink(other);
	assert_int_equal(symlink(third, other), 0);
	assert_int_equal(list_source_look(&s), LIST_SOURCE_REPLACED);
	expect_text(list_source_again(&s), "three\n");
	unlink(third);
}

static void
a_file_that_changes_while_it_is_read(void **state)
{
	struct list_source s = { .path = path };
	FILE *f;

	(void)state;
	fclose(list_source_open(&s));
	f = list_source_again(&s);
	assert_non_null(f);
	assert_true(list_source_steady(&s, f));
	/* That it lost its name is no reason not to take it. */
	write_text(other, "two\n");
	assert_int_equal(rename(other, path), 0);
	assert_true(list_source_steady(&s, f));
	fclose(f);
	f = list_source_again(&s);
	assert_non_null(f);
	write_text(path, "two and more\n");
	assert_false(list_source_steady(&s, f));
	fclose(f);
}

static void
a_pipe_is_kept(void **state)
{
	struct list_source s = { .path = path };
	int ends[2];
	char name[32];
	FILE *f;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	snprintf(name, sizeof(name), "/dev/fd/%d", ends[0]);
	s.path = name;
	assert_int_equal(write(ends[1], "piped\n", 6), 6);
	close(ends[1]);
	f = list_source_open(&s);
	assert_non_null(f);
	assert_true(s.once);
	expect_text(list_source_keep(&s, f), "piped\n");
	expect_text(list_source_again(&s), "piped\n");
	f = list_source_again(&s);
	assert_true(list_source_steady(&s, f));
	fclose(f);
	assert_int_equal(list_source_look(&s), LIST_SOURCE_SAME);
	close(ends[0]);
	list_source_free(&s);
}

/* Neither is waited for. */
static void
what_is_no_file_is_not_opened_again(void **state)
{
	struct list_source s = { .path = path };

	(void)state;
	fclose(list_source_open(&s));
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_null(list_source_again(&s));
	assert_int_equal(errno, EINVAL);
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_null(list_source_again(&s));
	assert_int_equal(errno, EISDIR);
	assert_null(list_source_open(&s));
	assert_int_equal(errno, EISDIR);
	rmdir(path);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(changes_are_seen_once),
		TEST(a_link_may_lead_elsewhere),
		TEST(a_file_that_changes_while_it_is_read),
		TEST(a_pipe_is_kept),
		TEST(what_is_no_file_is_not_opened_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
