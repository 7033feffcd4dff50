/*
 * inject TID CALL [ARGUMENT...] - have a running thread make a system call,
 * as an attacker would who runs code in it, and print what comes of it: what
 * the call returned (-errno if it failed), or the name of the signal that
 * ended the process.
 *
 * CALL is a name or a number; an ARGUMENT is a number or, with '@' before it,
 * text whose address is given.  After a call that returns, the thread goes on
 * as if nothing had happened.  x86-64 only.
 */

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#define ARGUMENTS 6
#define BELOW_STACK 1024	/* where text goes: past the red zone */
#define SYSCALL 0x050fL		/* the instruction */

static void
must(int ok, const char *what)
{
	if (ok)
		return;
	perror(what);
	exit(EXIT_FAILURE);
}

/* Wait until ${tid} stops; print how it ended, and end, if it does not. */
static void
wait_for_stop(pid_t tid)
{
	int status;

	must(waitpid(tid, &status, __WALL) == tid, "waitpid");
	if (WIFSIGNALED(status)) {
		printf("SIG%s\n", sigabbrev_np(WTERMSIG(status)));
		exit(EXIT_SUCCESS);
	}
	if (WIFEXITED(status)) {
		printf("exited with %d\n", WEXITSTATUS(status));
		exit(EXIT_SUCCESS);
	}
}

/* Texts go below the stack of the thread, one after the other at ${*at}. */
static unsigned long long
argument(pid_t tid, const char *text, unsigned long long *at)
{
	struct iovec from, to;

	if (text[0] != '@')
		return (unsigned long long)strtoll(text, NULL, 0);
	from = (struct iovec){ (void *)(text + 1), strlen(text) };
	*at -= from.iov_len;
	to = (struct iovec){ (void *)*at, from.iov_len };
	must(process_vm_writev(tid, &from, 1, &to, 1, 0) ==
	    (ssize_t)from.iov_len, "process_vm_writev");
	return *at;
}

int
main(int argc, char **argv)
{
	struct user_regs_struct before, regs;
	unsigned long long given[ARGUMENTS] = { 0 }, at;
	char *end;
	pid_t tid;
	long long call;
	long code;

	if (argc < 3 || argc > 3 + ARGUMENTS) {
		fprintf(stderr, "usage: inject TID CALL [ARGUMENT...]\n");
		return 2;
	}
	call = strtoll(argv[2], &end, 0);
	if (*end != '\0')
		call = seccomp_syscall_resolve_name(argv[2]);
	if (call < 0) {
		fprintf(stderr, "inject: no system call %s\n", argv[2]);
		return 2;
	}
	tid = (pid_t)strtol(argv[1], NULL, 10);
	must(ptrace(PTRACE_SEIZE, tid, 0, 0) == 0, "attach");
	must(ptrace(PTRACE_INTERRUPT, tid, 0, 0) == 0, "interrupt");
	wait_for_stop(tid);
	must(ptrace(PTRACE_GETREGS, tid, 0, &before) == 0, "get registers");

	at = before.rsp - BELOW_STACK;
	for (int i = 3; i < argc; i++)
		given[i - 3] = argument(tid, argv[i], &at);
	regs = before;
	regs.rax = (unsigned long long)call;
	regs.orig_rax = (unsigned long long)-1;	/* restart nothing */
	regs.rdi = given[0];
	regs.rsi = given[1];
	regs.rdx = given[2];
	regs.r10 = given[3];
	regs.r8 = given[4];
	regs.r9 = given[5];

	/* One instruction, in the place of the one that comes next. */
	errno = 0;
	code = ptrace(PTRACE_PEEKTEXT, tid, before.rip, 0);
	must(errno == 0, "read code");
	must(ptrace(PTRACE_POKETEXT, tid, before.rip,
	    (code & ~0xffffL) | SYSCALL) == 0, "write code");
	must(ptrace(PTRACE_SETREGS, tid, 0, &regs) == 0, "set registers");
	must(ptrace(PTRACE_SINGLESTEP, tid, 0, 0) == 0, "step");
	wait_for_stop(tid);
	must(ptrace(PTRACE_GETREGS, tid, 0, &regs) == 0, "get registers");
	printf("%lld\n", (long long)regs.rax);

	must(ptrace(PTRACE_POKETEXT, tid, before.rip, code) == 0,
	    "write code");
	must(ptrace(PTRACE_SETREGS, tid, 0, &before) == 0, "set registers");
	must(ptrace(PTRACE_DETACH, tid, 0, 0) == 0, "detach");
	return EXIT_SUCCESS;
}
