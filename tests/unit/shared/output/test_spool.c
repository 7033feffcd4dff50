/*
 * Goal: records come out in their order, once each, whatever happens to the
 * process or to the files.
 */

#include "output/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#define MEBI (UINT64_C(1) << 20)

static char folder[64];
static char error[256];

static int
set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/qw-test-spool-XXXXXX");
	return mkdtemp(folder) == NULL;
}

static int
tear_down(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static struct spool *
begin(uint64_t limit)
{
	struct spool *s = spool_open(folder, "span1", limit, error,
	    sizeof(error));

	if (s == NULL)
		print_message("%s\n", error);
	assert_non_null(s);
	return s;
}

static void
append(struct spool *s, unsigned from, unsigned to)
{
	char text[16];

	for (unsigned n = from; n < to; n++) {
		int length = snprintf(text, sizeof(text), "record %u", n);

		assert_int_equal(spool_append(s, text, (size_t)length), 0);
	}
}

/* The next records are those with these numbers. */
static void
expect(struct spool *s, unsigned from, unsigned to)
{
	char buf[SPOOL_RECORD_MAX], text[16];
	size_t length;

	for (unsigned n = from; n < to; n++) {
		snprintf(text, sizeof(text), "record %u", n);
		assert_true(spool_next(s, buf, &length));
		assert_int_equal(length, strlen(text));
		assert_memory_equal(buf, text, length);
	}
}

static void
expect_end(struct spool *s)
{
	char buf[SPOOL_RECORD_MAX];
	size_t length;

	assert_false(spool_next(s, buf, &length));
}

static struct spool_counters
counters(struct spool *s)
{
	struct spool_counters c;

	spool_counters(s, &c);
	return c;
}

static size_t
files(void)
{
	char pattern[96];
	glob_t found;
	size_t count;

	snprintf(pattern, sizeof(pattern), "%s/span1.*.spool", folder);
	count = glob(pattern, 0, NULL, &found) == 0 ? found.gl_pathc : 0;
	if (count > 0)
		globfree(&found);
	return count;
}

/* The path of the oldest segment. */
static const char *
oldest(void)
{
	static char path[128];
	char pattern[96];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/span1.*.spool", folder);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	snprintf(path, sizeof(path), "%s", found.gl_pathv[0]);
	globfree(&found);
	return path;
}

static void
first_in_first_out(void **state)
{
	struct spool *s = begin(MEBI);

	(void)state;
	expect_end(s);
	append(s, 0, 100);
	expect(s, 0, 60);
	spool_done(s);
	assert_int_equal(counters(s).records, 40);
	append(s, 100, 110);
	expect(s, 60, 110);
	expect_end(s);
	spool_done(s);
	assert_int_equal(counters(s).records, 0);
	assert_int_equal(counters(s).octets, 0);
	assert_int_equal(files(), 0);
	append(s, 0, 1);
	expect(s, 0, 1);
	spool_close(s);
}

static void
what_was_not_delivered_is_read_again(void **state)
{
	struct spool *s = begin(2 * MEBI);

	(void)state;
	append(s, 0, 20000);		/* several segments */
	assert_true(files() > 2);
	expect(s, 0, 10);
	spool_done(s);
	expect(s, 10, 15000);
	spool_again(s);
	expect(s, 10, 12);
	spool_back(s, strlen("record 11"));
	expect(s, 11, 20000);
	spool_done(s);
	assert_int_equal(files(), 0);
	spool_close(s);
}

static void
the_next_process_finds_what_was_left(void **state)
{
	struct spool *s = begin(2 * MEBI);

	(void)state;
	append(s, 0, 20000);
	spool_close(s);
	s = begin(2 * MEBI);
	assert_int_equal(counters(s).records, 20000);
	append(s, 20000, 20010);
	expect(s, 0, 20010);
	spool_again(s);
	spool_close(s);
	s = begin(2 * MEBI);
	assert_int_equal(counters(s).records, 20010);
	spool_close(s);
}

static void
one_process_at_a_time(void **state)
{
	struct spool *s = begin(MEBI), *other;

	(void)state;
	assert_null(spool_open(folder, "span1", MEBI, error, sizeof(error)));
	assert_non_null(strstr(error, "another process"));
	other = spool_open(folder, "span2", MEBI, error, sizeof(error));
	assert_non_null(other);
	append(other, 0, 1);
	expect_end(s);
	spool_close(other);
	spool_close(s);
}

static void
a_torn_record_is_dropped_and_counted(void **state)
{
	struct spool *s = begin(MEBI);
	struct stat st;

	(void)state;
	append(s, 0, 10);
	spool_close(s);
	assert_int_equal(stat(oldest(), &st), 0);
	assert_int_equal(truncate(oldest(), st.st_size - 3), 0);
	s = begin(MEBI);
	assert_int_equal(counters(s).records, 9);
	assert_int_equal(counters(s).torn, 1);
	append(s, 10, 12);
	expect(s, 0, 9);
	expect(s, 10, 12);
	expect_end(s);
	spool_close(s);
}

static void
damage_while_it_waits_is_counted(void **state)
{
	struct spool *s = begin(MEBI);
	int fd;

	(void)state;
	append(s, 0, 10);
	expect(s, 0, 2);
	spool_done(s);
	fd = open(oldest(), O_WRONLY);
	assert_int_equal(pwrite(fd, "X", 1, 8 + 5 * (8 + 8) + 10), 1);
	close(fd);
	expect(s, 2, 5);
	expect_end(s);
	spool_done(s);
	assert_int_equal(counters(s).torn, 5);
	assert_int_equal(counters(s).records, 0);
	append(s, 20, 22);
	expect(s, 20, 22);
	spool_close(s);
}

static void
what_is_no_segment_is_counted(void **state)
{
	struct spool *s;
	char path[128];
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s/span1.0000000007.spool", folder);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "something", 9), 9);
	close(fd);
	s = begin(MEBI);
	assert_int_equal(counters(s).records, 0);
	assert_int_equal(counters(s).torn, 1);
	append(s, 0, 3);
	expect(s, 0, 3);
	spool_done(s);
	assert_int_equal(files(), 0);
	spool_close(s);
}

static void
the_bound_forces_the_oldest_out(void **state)
{
	struct spool *s = begin(MEBI);
	char record[1000] = "";
	size_t length;
	char buf[SPOOL_RECORD_MAX];
	unsigned first, left = 1;

	(void)state;
	for (unsigned n = 0; n < 5000; n++) {
		memcpy(record, &n, sizeof(n));
		assert_int_equal(spool_append(s, record, sizeof(record)), 0);
		assert_true(counters(s).octets <= MEBI);
	}
	assert_true(spool_next(s, buf, &length));
	memcpy(&first, buf, sizeof(first));
	assert_int_equal(first, counters(s).forced);
	assert_int_equal(first + counters(s).records, 5000);
	assert_true(counters(s).records > 900);
	while (spool_next(s, buf, &length))
		left++;
	assert_int_equal(left, counters(s).records);
	spool_done(s);
	assert_int_equal(counters(s).records, 0);
	spool_close(s);
}

static void
what_is_being_read_is_not_forced_out(void **state)
{
	struct spool *s = begin(MEBI);
	char record[1000] = "";
	size_t length;
	char buf[SPOOL_RECORD_MAX];
	unsigned n, first;

	(void)state;
	for (n = 0; n < 900; n++) {
		memcpy(record, &n, sizeof(n));
		assert_int_equal(spool_append(s, record, sizeof(record)), 0);
	}
	assert_true(spool_next(s, buf, &length));
	for (; n < 3000; n++) {
		memcpy(record, &n, sizeof(n));
		assert_int_equal(spool_append(s, record, sizeof(record)), 0);
	}
	spool_again(s);
	assert_true(spool_next(s, buf, &length));
	memcpy(&first, buf, sizeof(first));
	assert_int_equal(first, 0);
	assert_int_equal(counters(s).forced + counters(s).records, 3000);
	spool_close(s);
}

static void
some_come_before_all_others(void **state)
{
	const struct spool_record two[] = { { "record 0", 8 },
	    { "record 1", 8 } };
	struct spool *s = begin(MEBI);

	(void)state;
	append(s, 2, 5);
	assert_int_equal(spool_prepend(s, two, 2), 0);
	expect(s, 0, 3);
	/* Not while something is being read. */
	assert_int_equal(spool_prepend(s, two, 2), -1);
	spool_done(s);
	expect(s, 3, 5);
	spool_done(s);
	assert_int_equal(spool_prepend(s, two, 2), 0);
	spool_close(s);
	s = begin(MEBI);
	expect(s, 0, 2);
	expect_end(s);
	spool_close(s);
}

static void
a_folder_that_is_not_there_is_said(void **state)
{
	(void)state;
	assert_null(spool_open("/nonexistent/spool", "span1", MEBI, error,
	    sizeof(error)));
	assert_non_null(strstr(error, "/nonexistent/spool"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(first_in_first_out),
		TEST(what_was_not_delivered_is_read_again),
		TEST(the_next_process_finds_what_was_left),
		TEST(one_process_at_a_time),
		TEST(a_torn_record_is_dropped_and_counted),
		TEST(damage_while_it_waits_is_counted),
		TEST(what_is_no_segment_is_counted),
		TEST(the_bound_forces_the_oldest_out),
		TEST(what_is_being_read_is_not_forced_out),
		TEST(some_come_before_all_others),
		TEST(a_folder_that_is_not_there_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
