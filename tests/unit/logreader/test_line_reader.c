/*
 * Goal: lines come out whole and once, however the bytes come in.
 */

#include <sys/mman.h>

#include "line_reader.h"
#include "unit.h"

/* Read ${fd} to its end; write the lines, each between bars, to ${ret}. */
static void
read_all(struct line_reader *r, int fd, char *ret, size_t size)
{
	const char *line;
	size_t n, used = strlen(ret);

	while (line_reader_fill(r, fd) > 0) {
		while (line_reader_next(r, &line, &n))
			used += (size_t)snprintf(ret + used, size - used,
			    "|%.*s", (int)n, line);
	}
}

static int
file_of(const void *bytes, size_t n)
{
	int fd = memfd_create("lines", 0);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void
test_ends(void **state)
{
	static const char text[] = "one\ntwo\r\n\n\r\nthr\ree\r\n\rtail";
	struct line_reader *r = line_reader_new();
	int fd = file_of(text, sizeof(text) - 1);
	char got[256] = "";

	(void)state;
	read_all(r, fd, got, sizeof(got));
	assert_string_equal(got, "|one|two|||thr\ree");
	assert_int_equal(line_reader_unfinished(r), 5);
	assert_true(line_reader_restart(r));
	assert_false(line_reader_restart(r));
	assert_int_equal(line_reader_long(r), 0);
	close(fd);
	line_reader_free(r);
}

/* Byte by byte through a pipe, as a growing file gives them. */
static void
test_pieces(void **state)
{
	static const char text[] = "one\ntwo\r\nthree\n";
	struct line_reader *r = line_reader_new();
	const char *line;
	size_t n;
	int pipes[2], lines = 0;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		assert_int_equal(write(pipes[1], &text[i], 1), 1);
		assert_int_equal(line_reader_fill(r, pipes[0]), 1);
		while (line_reader_next(r, &line, &n)) {
			static const char *const want[] = { "one", "two",
			    "three" };

			assert_int_equal(n, strlen(want[lines]));
			assert_memory_equal(line, want[lines], n);
			lines++;
		}
	}
	assert_int_equal(lines, 3);
	close(pipes[0]);
	close(pipes[1]);
	line_reader_free(r);
}

/* Lines around the limit, with each kind of end, at every place in a block
 * that matters. */
static void
test_limit(void **state)
{
	static char big[LINE_READER_BLOCK + 3 * LINE_READER_LINE];

	(void)state;
	for (int over = -1; over <= 2; over++) {
		for (int cr = 0; cr < 2; cr++) {
			size_t n = (size_t)(LINE_READER_LINE + over);
			size_t before = LINE_READER_BLOCK - n / 2, at = 0;
			struct line_reader *r = line_reader_new();
			const char *line;
			size_t got, lines = 0, whole = 0;
			int fd;

			memset(big, 'x', sizeof(big));
			for (; at + 64 < before; at += 64)
				big[at + 63] = '\n';
			big[before - 1] = '\n';
			at = before + n;
			if (cr)
				big[at++] = '\r';
			big[at++] = '\n';
			memcpy(big + at, "after\n", 6);
			fd = file_of(big, at + 6);
			while (line_reader_fill(r, fd) > 0) {
				while (line_reader_next(r, &line, &got)) {
					lines++;
					whole += got == n;
				}
			}
			assert_int_equal(whole, over <= 0);
			assert_int_equal(line_reader_long(r), over > 0);
			assert_int_equal(line_reader_unfinished(r), 0);
			assert_true(lines > 1000);
			close(fd);
			line_reader_free(r);
		}
	}
}

static void
test_endless_line(void **state)
{
	static char big[LINE_READER_BLOCK];
	struct line_reader *r = line_reader_new();
	char got[256] = "";
	int fd = memfd_create("endless", 0);

	(void)state;
	memset(big, 'y', sizeof(big));
	for (int i = 0; i < 5; i++)
		assert_int_equal(write(fd, big, sizeof(big)), sizeof(big));
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	read_all(r, fd, got, sizeof(got));
	assert_string_equal(got, "");
	assert_int_equal(line_reader_unfinished(r), 5 * sizeof(big));
	assert_int_equal(write(fd, "\nz\n", 3), 3);
	assert_int_equal(lseek(fd, -3, SEEK_END), 5 * sizeof(big));
	read_all(r, fd, got, sizeof(got));
	assert_string_equal(got, "|z");
	assert_int_equal(line_reader_long(r), 1);
	assert_int_equal(line_reader_long(r), 0);
	close(fd);
	line_reader_free(r);
}

static void
test_failure(void **state)
{
	struct line_reader *r = line_reader_new();

	(void)state;
	assert_int_equal(line_reader_fill(r, -1), -1);
	line_reader_free(r);
	line_reader_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_endless_line),
		cmocka_unit_test(test_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
