#include "core/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "unit.h"

#define KILLED 1000		/* by SIGSYS */

/* What is tried: 0 if it works, else errno. */
typedef int attempt(void);

static int
result(long returned)
{
	return returned >= 0 ? 0 : errno;
}

static int
make_socket(int family, int type)
{
	return result(socket(family, type, 0));
}

static int reads(void) { return result(open("/etc/passwd", O_RDONLY)); }
static int writes(void) { return result(open("/dev/null", O_WRONLY)); }
static int creates(void)
{
	return result(open("/tmp", O_RDONLY | O_CREAT | O_EXCL, 0600));
}
static int unix_stream(void) { return make_socket(AF_UNIX, SOCK_STREAM); }
static int tcp(void) { return make_socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC); }
static int tcp6(void) { return make_socket(AF_INET6, SOCK_STREAM); }
static int udp(void) { return make_socket(AF_INET, SOCK_DGRAM); }
static int raw(void) { return make_socket(AF_INET, SOCK_RAW); }
static int packet(void) { return make_socket(AF_PACKET, SOCK_RAW); }
static int netlink(void) { return make_socket(AF_NETLINK, SOCK_RAW); }
#ifndef LEAK_CHECK
static int forks(void) { return result(fork()); }
static int signals_another(void) { return result(kill(getppid(), 0)); }
#endif
static int becomes_root(void) { return result(setuid(0)); }
static int listens(void) { return result(listen(0, 1)); }
static int removes(void) { return result(unlink("/nonexistent/file")); }
static int accepts(void)
{
	return result(accept4(-1, NULL, NULL, SOCK_CLOEXEC));
}
static int attaches_a_filter(void)
{
	return result(setsockopt(0, SOL_SOCKET, SO_DETACH_FILTER, "", 0));
}

static int
executes(void)
{
	static char *const argv[] = { NULL };

	return result(execve("/nonexistent/program", argv, argv));
}

static int
makes_code(void)
{
	return result(mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
}

static void *
nothing(void *arg)
{
	return arg;
}

static int
starts_a_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, nothing, NULL) != 0 ? EPERM :
	    pthread_join(thread, NULL);
}

/* What a program does all the time. */
static int
lives(void)
{
	time_t now = time(NULL);
	void *memory = malloc(1 << 20);
	struct tm tm;

	free(memory);
	return memory == NULL || gmtime_r(&now, &tm) == NULL ||
	    write(2, "", 0) != 0;
}

/* Try it in a child, in the sandbox: 0, errno or KILLED. */
static int
in_sandbox(unsigned allowed, attempt *fn)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		char error[256];

		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		    sandbox_enter(allowed, error, sizeof(error)) != 0)
			_exit(255);
		_exit(fn());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGSYS);
		return KILLED;
	}
	return WEXITSTATUS(status);
}

#define BY_ALL (SANDBOX_UNIX | SANDBOX_TCP | SANDBOX_READ_FILES | \
    SANDBOX_CAPTURE | SANDBOX_THREADS)

static void
what_is_allowed_works(void **state)
{
	(void)state;
	assert_int_equal(in_sandbox(0, lives), 0);
	assert_int_equal(in_sandbox(SANDBOX_UNIX, unix_stream), 0);
	assert_int_equal(in_sandbox(SANDBOX_TCP, tcp), 0);
	assert_int_equal(in_sandbox(SANDBOX_TCP, tcp6), 0);
	assert_int_equal(in_sandbox(SANDBOX_TCP, starts_a_thread), 0);
	assert_int_equal(in_sandbox(SANDBOX_UNIX, starts_a_thread), 0);
	assert_int_equal(in_sandbox(SANDBOX_THREADS, starts_a_thread), 0);
	assert_int_equal(in_sandbox(SANDBOX_READ_FILES, reads), 0);
	assert_int_equal(in_sandbox(SANDBOX_REREAD, reads), 0);
	assert_int_equal(in_sandbox(SANDBOX_REREAD, starts_a_thread), 0);
	assert_int_equal(in_sandbox(SANDBOX_LISTEN, accepts), EBADF);
	assert_int_equal(in_sandbox(SANDBOX_LISTEN, removes), ENOENT);
}

static void
what_no_program_needs_ends_it(void **state)
{
	attempt *const never[] = {
		udp, raw, packet, netlink, executes, makes_code, becomes_root,
		listens, removes, attaches_a_filter,
#ifndef LEAK_CHECK		/* the sanitizers' runtimes need it */
		forks, signals_another,
#endif
	};

	(void)state;
	for (size_t i = 0; i < COUNT(never); i++) {
		if (in_sandbox(0, never[i]) != KILLED ||
		    in_sandbox(BY_ALL, never[i]) != KILLED)
			fail_msg("attempt %zu", i);
	}
}

static void
what_was_not_asked_for_ends_it(void **state)
{
	(void)state;
	assert_int_equal(in_sandbox(0, unix_stream), KILLED);
	assert_int_equal(in_sandbox(SANDBOX_TCP, unix_stream), KILLED);
	assert_int_equal(in_sandbox(0, tcp), KILLED);
	assert_int_equal(in_sandbox(SANDBOX_UNIX, tcp), KILLED);
	assert_int_equal(in_sandbox(SANDBOX_UNIX, tcp6), KILLED);
	assert_int_equal(in_sandbox(SANDBOX_CAPTURE, tcp), KILLED);
	assert_int_equal(in_sandbox(SANDBOX_THREADS, tcp), KILLED);
	assert_int_equal(in_sandbox(BY_ALL, accepts), KILLED);
	assert_int_equal(in_sandbox(SANDBOX_LISTEN, listens), KILLED);
	assert_int_equal(in_sandbox(SANDBOX_LISTEN, unix_stream), KILLED);
#ifndef LEAK_CHECK
	assert_int_equal(in_sandbox(SANDBOX_CAPTURE, starts_a_thread),
	    KILLED);
#endif
}

/* The C library may try, and gets on without. */
static void
files_cannot_be_opened(void **state)
{
	(void)state;
#ifndef LEAK_CHECK
	assert_int_equal(in_sandbox(BY_ALL & ~SANDBOX_READ_FILES, reads),
	    EACCES);
	assert_int_equal(in_sandbox(0, writes), EACCES);
	assert_int_equal(in_sandbox(0, creates), EACCES);
#endif
	assert_int_equal(in_sandbox(SANDBOX_READ_FILES, writes), KILLED);
	assert_int_equal(in_sandbox(SANDBOX_REREAD, writes), KILLED);
	assert_int_equal(in_sandbox(SANDBOX_REREAD, tcp), KILLED);
	assert_int_equal(in_sandbox(SANDBOX_READ_FILES, creates), KILLED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_allowed_works),
		cmocka_unit_test(what_no_program_needs_ends_it),
		cmocka_unit_test(what_was_not_asked_for_ends_it),
		cmocka_unit_test(files_cannot_be_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
