#include "siblings.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "unit.h"

static void
names_of_rotated_files(void **state)
{
	static const char *const yes[] = { "query.log.0", "query.log.17",
	    "query.log.20261124071530123", "query.log-20261124",
	    "query.log.2026-11-24_07:15", "query-20261124.log",
	    "query.log.1.gz", "query.log-20261124.zst",
	    "query-20261124.log.xz" };
	static const char *const no[] = { "query.log", "query.log.gz",
	    "query.log.", "query.log.old", "query.log.1.bak", "query.log1",
	    "query-errors.log", "other.log.1", "query.txt.1", "query.logs.1",
	    "query.log.-", "xquery.log.1", "query.1", "" };
	bool packed;

	(void)state;
	for (size_t i = 0; i < COUNT(yes); i++) {
		assert_true(siblings_rotated("query.log", yes[i], &packed));
		assert_int_equal(packed, i >= 6);
	}
	for (size_t i = 0; i < COUNT(no); i++)
		assert_false(siblings_rotated("query.log", no[i], &packed));
	assert_true(siblings_rotated("querylog", "querylog.3", &packed));
	assert_false(siblings_rotated("querylog", "query.3log", &packed));
}

/* Make these files, oldest first by their times, and say in which order they
 * are listed. */
static void
order_is(const char *const *names, size_t count, const char *expected)
{
	char folder[] = "/tmp/qw-siblings-XXXXXX", path[128], got[256] = "";
	struct siblings all;

	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < count; i++) {
		const struct timespec times[2] = { { (time_t)i, 0 },
		    { (time_t)i, 0 } };
		int fd;

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		fd = open(path, O_CREAT | O_WRONLY, 0600);
		assert_true(fd >= 0);
		assert_int_equal(futimens(fd, times), 0);
		close(fd);
	}
	snprintf(path, sizeof(path), "%s/q.log", folder);
	siblings_list(path, &all);
	for (size_t i = 0; i < all.count; i++) {
		strncat(got, strrchr(all.at[i].path, '/') + 1, 60);
		strncat(got, " ", 2);
	}
	siblings_free(&all);
	for (size_t i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
	assert_string_equal(got, expected);
}

static void
the_oldest_comes_first(void **state)
{
	/* Their times are no help: somebody has touched them. */
	static const char *const counted[] = { "q.log.2", "q.log", "q.log.10",
	    "q.log.1.gz", "q.log.10.gz", "other" };
	static const char *const dated[] = { "q.log-20261124",
	    "q.log-20261122.gz", "q.log-20261123" };
	static const char *const mixed[] = { "q.log.1", "q.log-20261124",
	    "q.log.0" };

	(void)state;
	order_is(counted, COUNT(counted), "q.log.10 q.log.2 q.log.1.gz ");
	order_is(dated, COUNT(dated),
	    "q.log-20261122.gz q.log-20261123 q.log-20261124 ");
	order_is(mixed, COUNT(mixed), "q.log.1 q.log-20261124 q.log.0 ");
}

/* Beyond some size the C library sorts in another way. */
static void
many_are_sorted(void **state)
{
	static char text[20][16];
	const char *names[20];
	char expected[256] = "";

	(void)state;
	for (int i = 0; i < 20; i++) {
		snprintf(text[i], sizeof(text[i]), "q.log.%d", i);
		names[i] = text[i];
	}
	for (int i = 19; i >= 0; i--) {
		strncat(expected, text[i], 16);
		strncat(expected, " ", 2);
	}
	order_is(names, 20, expected);
}

static void
no_folder_no_siblings(void **state)
{
	struct siblings all;

	(void)state;
	siblings_list("/nonexistent/q.log", &all);
	assert_int_equal(all.count, 0);
	siblings_free(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_rotated_files),
		cmocka_unit_test(the_oldest_comes_first),
		cmocka_unit_test(many_are_sorted),
		cmocka_unit_test(no_folder_no_siblings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
