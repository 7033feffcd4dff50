#include "core/privileges.h"

#include <pwd.h>
#include <sys/wait.h>

#include "unit.h"

static char error[256];

/* The value of ${key} in /proc/self/status. */
static unsigned long long
status_of(const char *key)
{
	FILE *f = fopen("/proc/self/status", "re");
	unsigned long long value = 12345;
	char line[256];

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, key, strlen(key)) == 0)
			value = strtoull(line + strlen(key), NULL, 16);
	}
	if (f != NULL)
		fclose(f);
	return value;
}

/* In a child: drop, and return how many of the promises are broken. */
static int
broken_promises(bool keep_reading)
{
	bool root = geteuid() == 0;
	unsigned long long kept = keep_reading && root ? 1 << 2 : 0;
	int broken = 0;

	if (privileges_drop(root ? "nobody" : "", keep_reading, error,
	    sizeof(error)) != 0)
		return 99;
	broken += status_of("CapEff:\t") != kept;
	broken += status_of("CapPrm:\t") != kept;
	broken += status_of("CapInh:\t") != 0;
	broken += status_of("NoNewPrivs:\t") != 1;
	broken += geteuid() == 0 || getuid() == 0;
	broken += setuid(0) == 0;
	if (root)
		broken += geteuid() != getpwnam("nobody")->pw_uid;
	return broken;
}

static void
in_a_child(int (*fn)(bool), bool argument)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(fn(argument));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
nothing_is_left(void **state)
{
	(void)state;
	in_a_child(broken_promises, false);
}

static void
the_right_to_read_may_be_kept(void **state)
{
	(void)state;
	in_a_child(broken_promises, true);
}

static void
an_unknown_user_is_an_error(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(privileges_drop("no-such-user", false, error,
	    sizeof(error)), -1);
	assert_non_null(strstr(error, "no-such-user"));
	assert_int_equal(geteuid(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_left),
		cmocka_unit_test(the_right_to_read_may_be_kept),
		cmocka_unit_test(an_unknown_user_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
