#include "core/config_file.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static char path[] = "/tmp/qw-config-file-XXXXXX";
static char error[128];

static void
fill(const char *text, size_t length, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, length, f), length);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void
the_whole_file_is_one_text(void **state)
{
	char *text;

	(void)state;
	fill("one\ntwo", 7, 0640);
	for (int secret = 0; secret < 2; secret++) {
		text = config_file_read(path, secret, error, sizeof(error));
		assert_string_equal(text, "one\ntwo");
		free(text);
	}
	fill("", 0, 0644);
	text = config_file_read(path, false, error, sizeof(error));
	assert_string_equal(text, "");
	free(text);
}

static void
refused(bool secret, const char *why)
{
	assert_null(config_file_read(path, secret, error, sizeof(error)));
	assert_non_null(strstr(error, why));
	assert_non_null(strstr(error, path));
}

static void
a_secret_that_everybody_may_have_is_refused(void **state)
{
	(void)state;
	fill("one", 3, 0604);
	refused(true, "is open to every user");
	fill("one", 3, 0602);
	refused(true, "is open to every user");
}

static void
what_is_no_text_is_refused(void **state)
{
	(void)state;
	fill("a\0b", 3, 0600);
	refused(false, "holds a NUL");
	assert_int_equal(truncate(path, (1 << 20) + 1), 0);
	refused(false, "is larger than a megabyte");
	assert_null(config_file_read("/tmp", false, error, sizeof(error)));
	assert_string_equal(error, "/tmp: is not a file");
	assert_null(config_file_read("/nonexistent", false, error,
	    sizeof(error)));
	assert_string_equal(error, "/nonexistent: No such file or directory");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_file_is_one_text),
		cmocka_unit_test(a_secret_that_everybody_may_have_is_refused),
		cmocka_unit_test(what_is_no_text_is_refused),
	};
	int fd = mkstemp(path), failed;

	if (fd < 0)
		return 1;
	close(fd);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
