/*
 * measure SECONDS COMMAND [ARGUMENT...] - run a command with its output
 * thrown away and print, on one line, what it took:
 *
 *	wall user sys (seconds) peak-RSS (KiB) status (-1: stopped by the limit)
 *
 * A program of its own because Linux counts the memory of the process that
 * starts a command into the command's peak; this one has next to none.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t child;
static volatile sig_atomic_t stopped;

static void
on_limit(int sig)
{
	(void)sig;
	stopped = 1;
	kill((pid_t)child, SIGKILL);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void
run(char **command)
{
	int null = open("/dev/null", O_RDWR);

	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 ||
	    dup2(null, 2) < 0)
		_exit(126);
	execvp(command[0], command);
	_exit(127);
}

int
main(int argc, char **argv)
{
	struct sigaction limit = { .sa_handler = on_limit };
	struct rusage use;
	double start;
	int status;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: measure SECONDS COMMAND...\n");
		return 2;
	}
	sigaction(SIGALRM, &limit, NULL);
	start = now();
	if ((pid = fork()) == 0)
		run(argv + 2);
	if (pid < 0) {
		perror("fork");
		return EXIT_FAILURE;
	}
	child = pid;
	alarm((unsigned)strtoul(argv[1], NULL, 10));
	while (wait4(pid, &status, 0, &use) < 0) {
		if (errno != EINTR) {
			perror("wait4");
			return EXIT_FAILURE;
		}
	}
	printf("%.6f %.6f %.6f %ld %d\n", now() - start,
	    seconds(use.ru_utime), seconds(use.ru_stime), use.ru_maxrss,
	    stopped ? -1 : WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status));
	return EXIT_SUCCESS;
}
