#include "core/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "unit.h"

static int real_stderr;
static FILE *caught;

static int
catch_stderr(void **state)
{
	(void)state;
	fflush(stderr);
	real_stderr = dup(STDERR_FILENO);
	caught = tmpfile();
	if (real_stderr < 0 || caught == NULL ||
	    dup2(fileno(caught), STDERR_FILENO) < 0)
		return -1;
	log_program("prog");
	return 0;
}

static int
let_go(void **state)
{
	(void)state;
	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	fclose(caught);
	return 0;
}

/* What was logged since the test began. */
static const char *
logged(void)
{
	static char text[16384];
	size_t got;

	rewind(caught);
	got = fread(text, 1, sizeof(text) - 1, caught);
	text[got] = '\0';
	return text;
}

static void
a_line_starts_with_the_program(void **state)
{
	(void)state;
	log_info("%d names", 3);
	log_warnx("list %s", "x.txt");
	assert_string_equal(logged(), "prog: 3 names\nprog: list x.txt\n");
}

static void
log_warn_adds_the_reason_and_keeps_errno(void **state)
{
	(void)state;
	errno = ENOENT;
	log_warn("list x.txt");
	assert_int_equal(errno, ENOENT);
	assert_string_equal(logged(),
	    "prog: list x.txt: No such file or directory\n");
}

static void
outside_text_cannot_forge_a_line(void **state)
{
	(void)state;
	log_warnx("%s", "a\nprog: forged\r\x1b[2J\x7f\xc3\xa4\t.");
	assert_string_equal(logged(), "prog: a\\x0aprog: forged\\x0d"
	    "\\x1b[2J\\x7f\\xc3\\xa4\\x09.\n");
}

static void
a_long_line_is_cut_not_overrun(void **state)
{
	char text[5000];

	(void)state;
	memset(text, '\n', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	errno = EIO;
	log_warn("%s", text);
	assert_in_range(strlen(logged()), 4000, 8200);
	assert_int_equal(strchr(logged(), '\n') - logged(),
	    (long)strlen(logged()) - 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, catch_stderr, let_go)

/* A terminal is sent ${expected} next. */
static void
expect_shown(int master, const char *expected)
{
	struct pollfd ready = { .fd = master, .events = POLLIN };
	char text[512];
	size_t length = 0;

	while (length < strlen(expected) && poll(&ready, 1, 10000) > 0) {
		ssize_t got = read(master, text + length,
		    sizeof(text) - 1 - length);

		if (got <= 0)
			break;
		length += (size_t)got;
	}
	text[length] = '\0';
	assert_string_equal(text, expected);
}

static void
a_status_gives_way_to_lines(void **state)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave = -1;
	char long_text[200];

	(void)state;
	log_status("not on a terminal");
	assert_string_equal(logged(), "");
	if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0 ||
	    (slave = open(ptsname(master), O_RDWR | O_NOCTTY)) < 0)
		skip();
	assert_return_code(dup2(slave, STDERR_FILENO), errno);
	log_status("12 frames");
	log_status("3 frames");
	expect_shown(master, "\r12 frames\r3 frames ");
	log_info("a line");
	expect_shown(master, "\r        \rprog: a line\r\n");
	log_status(NULL);
	log_info("another");
	expect_shown(master, "prog: another\r\n");
	/* As much as fits. */
	memset(long_text, 'x', sizeof(long_text));
	long_text[0] = '\r';
	long_text[1 + 79 + 1] = '\0';
	log_status(long_text + 1);
	long_text[1 + 79] = '\0';
	expect_shown(master, long_text);
	log_status(NULL);
	memset(long_text + 1, ' ', 79);
	long_text[1 + 79] = '\r';
	long_text[1 + 79 + 1] = '\0';
	expect_shown(master, long_text);
	close(slave);
	close(master);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_line_starts_with_the_program),
		TEST(log_warn_adds_the_reason_and_keeps_errno),
		TEST(outside_text_cannot_forge_a_line),
		TEST(a_long_line_is_cut_not_overrun),
		TEST(a_status_gives_way_to_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
