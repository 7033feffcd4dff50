/*
 * Goal: each complete line of a log is read once, through every way in which
 * logs are rotated, with a clock of our own.
 */

#include <fcntl.h>
#include <sys/stat.h>

#include "followed.h"

#include "log_counters.h"
#include "unit.h"

static char folder[64], path[128];
static struct log_counters counters;
static char seen[4096];		/* the first labels of all names, in order */
static int64_t now;

static void
print(void *ctx, const struct query *q)
{
	(void)ctx;
	strncat(seen, (const char *)q->qname.wire + 1, q->qname.wire[0]);
}

static const struct log_target target = { .counters = &counters,
    .print = print };
static struct followed_counters happened;
static const struct followed_options options = { .target = &target };

static void
put_at(const char *file, int flags, const char *labels, bool whole)
{
	int fd = open(file, O_WRONLY | O_CREAT | flags, 0600);
	char line[256];

	assert_true(fd >= 0);
	for (; *labels != '\0'; labels++) {
		int n = snprintf(line, sizeof(line), "client 10.0.0.1#5: "
		    "query: %c.example IN A + (10.0.0.53)%s", *labels,
		    whole ? "\n" : "");

		assert_int_equal(write(fd, line, (size_t)n), n);
	}
	close(fd);
}

static void
put(const char *labels)
{
	put_at(path, O_APPEND, labels, true);
}

/* One of the names that rotated files get. */
static const char *
rotated(const char *suffix)
{
	static char names[4][160];
	static int next;
	char *name = names[next++ % 4];

	snprintf(name, sizeof(names[0]), "%s%s", path, suffix);
	return name;
}

static const char *
old(void)
{
	return rotated(".0");
}

static struct followed *
begin(bool from_start)
{
	const struct followed_begin begin = { !from_start, INT64_MAX };
	struct followed *f = followed_new(path, begin, &options, &happened);

	assert_non_null(f);
	memset(&happened, 0, sizeof(happened));
	memset(&counters, 0, sizeof(counters));
	seen[0] = '\0';
	return f;
}

/* Step until all is read; then ${expected} names have been seen so far. */
static void
expect(struct followed *f, const char *expected)
{
	while (followed_step(f, now))
		continue;
	assert_string_equal(seen, expected);
}

static int
set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/qw-followed-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/query.log", folder);
	return 0;
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static void
test_grows(void **state)
{
	struct followed *f;

	(void)state;
	put("ab");
	put_at(path, O_APPEND, "c", false);
	f = begin(false);	/* in the middle of line c */
	expect(f, "");
	assert_int_equal(truncate(path, 0), 0);
	put("d");
	expect(f, "d");
	followed_free(f);
	f = begin(true);
	expect(f, "d");
	put("e");
	expect(f, "de");
	assert_int_equal(counters.cut, 0);
	followed_free(f);
}

/* The rest of a line that was unfinished at the start belongs to it. */
static void
test_starts_within_a_line(void **state)
{
	struct followed *f;
	int fd;

	(void)state;
	put("a");
	put_at(path, O_APPEND, "b", false);
	f = begin(false);
	expect(f, "");
	fd = open(path, O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "\n", 1), 1);
	close(fd);
	expect(f, "b");
	followed_free(f);
}

static void
test_late(void **state)
{
	struct followed *f = begin(false);

	(void)state;
	expect(f, "");
	put("ab");
	expect(f, "ab");
	followed_free(f);
}

/* As BIND rotates: nothing is written after the rename. */
static void
test_rename(void **state)
{
	struct followed *f;

	(void)state;
	put("a");
	f = begin(true);
	expect(f, "a");
	put("b");
	assert_int_equal(rename(path, old()), 0);
	expect(f, "ab");	/* no file at all for a moment */
	put("c");
	expect(f, "ab");
	now += FOLLOWED_GRACE;
	expect(f, "abc");
	followed_free(f);
}

/* As logrotate's create does: the old file still grows for a while. */
static void
test_create(void **state)
{
	struct followed *f;

	(void)state;
	put("a");
	f = begin(true);
	expect(f, "a");
	assert_int_equal(rename(path, old()), 0);
	put_at(path, 0, "", true);
	now += 10 * FOLLOWED_GRACE;
	expect(f, "a");
	put_at(old(), O_APPEND, "b", true);
	expect(f, "ab");
	put("d");
	put_at(old(), O_APPEND, "c", true);
	expect(f, "abc");
	now += FOLLOWED_GRACE;
	expect(f, "abcd");
	followed_free(f);
}

/* Two rotations between two looks at a file that had more to give. */
static void
test_twice(void **state)
{
	struct followed *f;

	(void)state;
	put("a");
	f = begin(true);
	expect(f, "a");
	put("b");
	assert_int_equal(rename(path, old()), 0);
	put("c");
	expect(f, "ab");
	assert_int_equal(rename(path, old()), 0);
	put("d");
	expect(f, "abc");	/* no wait: there are two newer ones */
	now += FOLLOWED_GRACE;
	expect(f, "abcd");
	followed_free(f);
}

static void
test_copytruncate(void **state)
{
	struct followed *f;

	(void)state;
	put("abc");
	f = begin(true);
	expect(f, "abc");
	assert_int_equal(truncate(path, 0), 0);
	put("d");
	expect(f, "abcd");
	/* grown back to the very size it had, and beyond */
	assert_int_equal(truncate(path, 0), 0);
	put("e");
	expect(f, "abcde");
	assert_int_equal(truncate(path, 0), 0);
	put("fg");
	expect(f, "abcdefg");
	followed_free(f);
}

static void
test_unlinked(void **state)
{
	struct followed *f;

	(void)state;
	put("a");
	f = begin(true);
	expect(f, "a");
	put("b");
	assert_int_equal(unlink(path), 0);
	expect(f, "ab");
	put("c");
	now += FOLLOWED_GRACE;
	expect(f, "abc");
	followed_free(f);
}

static void
test_cut_tail(void **state)
{
	struct followed *f;

	(void)state;
	put("a");
	put_at(path, O_APPEND, "b", false);
	f = begin(true);
	expect(f, "a");
	assert_int_equal(rename(path, old()), 0);
	put("c");
	expect(f, "a");
	now += FOLLOWED_GRACE;
	expect(f, "ac");
	assert_int_equal(counters.cut, 1);
	followed_free(f);
}

/* named rotates three times between two looks. */
static void
test_unseen(void **state)
{
	struct followed *f;

	(void)state;
	put("a");
	f = begin(true);
	expect(f, "a");
	put("b");
	assert_int_equal(rename(path, old()), 0);
	put("c");
	assert_int_equal(rename(old(), rotated(".1")), 0);
	assert_int_equal(rename(path, old()), 0);
	put("d");
	assert_int_equal(rename(rotated(".1"), rotated(".2")), 0);
	assert_int_equal(rename(old(), rotated(".1")), 0);
	assert_int_equal(rename(path, old()), 0);
	expect(f, "abc");	/* and there is no file at the path */
	put("e");
	expect(f, "abcd");
	now += FOLLOWED_GRACE;
	expect(f, "abcde");
	assert_int_equal(happened.skipped, 2);
	followed_free(f);
}

/* The files are named by their time; older ones are there as well. */
static void
test_unseen_by_date(void **state)
{
	struct followed *f;

	(void)state;
	put_at(rotated(".20261124071530122"), 0, "x", true);
	put("a");
	f = begin(true);
	expect(f, "a");
	assert_int_equal(rename(path, rotated(".20261124071530123")), 0);
	put("b");
	assert_int_equal(rename(path, rotated(".20261124071530124")), 0);
	put("c");
	assert_int_equal(rename(path, rotated(".20261124071530125")), 0);
	put("d");
	expect(f, "abc");
	now += FOLLOWED_GRACE;
	expect(f, "abcd");
	followed_free(f);
}

/* Neither a copy of what is read, being compressed, nor other logs count. */
static void
test_compressed_copy(void **state)
{
	char command[512];
	struct followed *f;

	(void)state;
	put("a");
	f = begin(true);
	expect(f, "a");
	assert_int_equal(rename(path, rotated(".1")), 0);
	snprintf(command, sizeof(command), "gzip -c %s.1 >%s.1.gz && rm %s.1",
	    path, path, path);
	assert_int_equal(system(command), 0);
	put_at(rotated("-errors"), 0, "x", true);
	put("b");
	now += FOLLOWED_GRACE;
	expect(f, "ab");
	followed_free(f);
}

/* What was written before the cut and not read is in the copy. */
static void
test_copy_has_the_rest(void **state)
{
	char command[512];
	struct followed *f;

	(void)state;
	put("abcdef");
	f = begin(true);
	expect(f, "abcdef");
	put("gh");
	snprintf(command, sizeof(command), "cp %s %s.1 && gzip %s.1", path,
	    path, path);
	assert_int_equal(system(command), 0);
	assert_int_equal(truncate(path, 0), 0);
	put("ijklmnopq");	/* longer than it was */
	now += FOLLOWED_GRACE;
	expect(f, "abcdefghijklmnopq");
	assert_int_equal(happened.copied, 1);
	followed_free(f);
}

/* Copied and cut twice between two looks. */
static void
test_two_copies(void **state)
{
	char command[512];
	struct followed *f;

	(void)state;
	put("abc");
	f = begin(true);
	expect(f, "abc");
	put("d");
	snprintf(command, sizeof(command), "cp %s %s.2", path, path);
	assert_int_equal(system(command), 0);
	assert_int_equal(truncate(path, 0), 0);
	put("efghijk");
	snprintf(command, sizeof(command), "cp %s %s.1", path, path);
	assert_int_equal(system(command), 0);
	assert_int_equal(truncate(path, 0), 0);
	put("l");
	expect(f, "abcdefghijk");
	now += FOLLOWED_GRACE;
	expect(f, "abcdefghijkl");
	followed_free(f);
}

/* What copytruncate does, to a copy with the suffix ${to}. */
static void
copy(const char *to)
{
	char command[512];

	snprintf(command, sizeof(command), "cp %s %s%s", path, path, to);
	assert_int_equal(system(command), 0);
}

static void
cut(void)
{
	assert_int_equal(truncate(path, 0), 0);
}

/* Copied and cut again, and compressed, while the first copy may still grow
 * for all we know, so that nothing of it was read. */
static void
test_copied_while_waiting(void **state)
{
	char command[512];
	struct followed *f;

	(void)state;
	put("abc");
	f = begin(true);
	expect(f, "abc");
	put("d");
	copy(".1");
	cut();
	put("efghijk");
	expect(f, "abcd");
	assert_int_equal(rename(rotated(".1"), rotated(".2")), 0);
	copy(".1");
	expect(f, "abcd");		/* not cut yet: no copy, but all of it */
	cut();
	put("lm");
	expect(f, "abcdefghijk");
	assert_int_equal(rename(rotated(".2"), rotated(".3")), 0);
	assert_int_equal(rename(rotated(".1"), rotated(".2")), 0);
	copy(".1");
	cut();
	put("n");
	snprintf(command, sizeof(command), "gzip %s.*", path);
	assert_int_equal(system(command), 0);
	expect(f, "abcdefghijklmn");
	followed_free(f);
}

/* A file that was empty when it was opened, and has been copied and cut
 * before it was looked at again. */
static void
test_copied_unread(void **state)
{
	struct followed *f;

	(void)state;
	put_at(rotated(".1"), 0, "x", true);	/* from before */
	put("");
	f = begin(true);
	expect(f, "");
	sleep(1);	/* or the copy is as old as the file from before */
	assert_int_equal(rename(rotated(".1"), rotated(".2")), 0);
	put("abc");
	copy(".1");
	cut();
	expect(f, "abc");
	put("de");
	now += FOLLOWED_GRACE;
	expect(f, "abcde");
	followed_free(f);
}

/* The path is a link that comes to lead elsewhere. */
static void
test_link(void **state)
{
	struct followed *f;

	(void)state;
	put_at(rotated("-1"), 0, "a", true);
	assert_int_equal(symlink(rotated("-1"), path), 0);
	f = begin(true);
	expect(f, "a");
	put_at(rotated("-2"), 0, "b", true);
	unlink(path);
	assert_int_equal(symlink(rotated("-2"), path), 0);
	now += FOLLOWED_GRACE;
	expect(f, "ab");
	followed_free(f);
}

static void
test_full_and_silent(void **state)
{
	const struct followed_options with_quiet = { .target = &target,
	    .quiet = 60000000 };
	const struct followed_begin at_end = { true, INT64_MAX };
	struct followed *f;

	(void)state;
	put("a");
	assert_int_equal(truncate(path, 20 * 1024 * 1024 + 50), 0);
	put_at(path, O_APPEND, "\n", true);
	f = followed_new(path, at_end, &with_quiet, &happened);
	memset(&happened, 0, sizeof(happened));
	seen[0] = '\0';
	expect(f, "");
	followed_report(f, now + 59000000);
	assert_int_equal(happened.full, 0);
	followed_report(f, now + 60000000);
	assert_int_equal(happened.full, 1);
	put("b");
	followed_report(f, now + 60000000);
	assert_int_equal(happened.full, 1);	/* it goes on */
	assert_true(happened.behind > 50);
	followed_free(f);
}

#define FILE_TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FILE_TEST(test_grows),
		FILE_TEST(test_starts_within_a_line),
		FILE_TEST(test_late),
		FILE_TEST(test_rename),
		FILE_TEST(test_create),
		FILE_TEST(test_twice),
		FILE_TEST(test_copytruncate),
		FILE_TEST(test_unlinked),
		FILE_TEST(test_cut_tail),
		FILE_TEST(test_unseen),
		FILE_TEST(test_unseen_by_date),
		FILE_TEST(test_compressed_copy),
		FILE_TEST(test_copy_has_the_rest),
		FILE_TEST(test_two_copies),
		FILE_TEST(test_copied_while_waiting),
		FILE_TEST(test_copied_unread),
		FILE_TEST(test_link),
		FILE_TEST(test_full_and_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
