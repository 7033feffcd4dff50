#include "core/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define CALL(name) SCMP_SYS(name)

/* The flags of a socket's type; the rest of it is the type. */
#define TYPE_FLAGS (uint64_t)(SOCK_CLOEXEC | SOCK_NONBLOCK)
/* What is done by a thread. */
#define THREADED \
	(SANDBOX_THREADS | SANDBOX_UNIX | SANDBOX_TCP | SANDBOX_REREAD)
/* Opening with none of these is opening for reading. */
#define WRITING (uint64_t)(O_ACCMODE | O_CREAT | O_TRUNC)

/* What every program needs, whatever the arguments. */
static const int always[] = {
	CALL(read), CALL(readv), CALL(pread64), CALL(write), CALL(writev),
	CALL(lseek), CALL(close), CALL(fstat), CALL(newfstatat), CALL(poll),
	CALL(ppoll),
	CALL(brk), CALL(munmap), CALL(mremap), CALL(madvise),
	CALL(futex), CALL(sched_yield), CALL(sched_getaffinity),
	CALL(clock_gettime), CALL(clock_nanosleep), CALL(nanosleep),
	CALL(gettimeofday), CALL(time), CALL(getrandom),
	CALL(getpid), CALL(gettid),
	CALL(rt_sigaction), CALL(rt_sigprocmask), CALL(rt_sigreturn),
	CALL(sigaltstack), CALL(restart_syscall),
	CALL(exit), CALL(exit_group),
	CALL(sysinfo),		/* qsort asks how much memory there is */
#ifdef LEAK_CHECK
	/* The sanitizers' runtimes look at the memory map and at limits;
	 * LeakSanitizer stops the threads from a process of its own. */
	CALL(readlink), CALL(readlinkat), CALL(getrlimit), CALL(setrlimit),
	CALL(prlimit64), CALL(prctl), CALL(ptrace), CALL(clone), CALL(wait4),
	CALL(process_vm_readv), CALL(getdents), CALL(getdents64), CALL(getppid),
	CALL(kill), CALL(tgkill), CALL(tkill), CALL(pipe), CALL(pipe2),
	CALL(stat), CALL(access), CALL(uname), CALL(dup),
	CALL(arch_prctl),
#endif
};

/* Calls that fail rather than end the program. */
static const struct {
	int call, error;
} refused[] = {
#ifndef LEAK_CHECK
	{ CALL(open), EACCES },
#endif
	/* Its arguments can't be looked at: glibc then takes clone. */
	{ CALL(clone3), ENOSYS },
};

/* What a connection needs. */
static const int connecting[] = {
	CALL(connect), CALL(sendto), CALL(recvfrom), CALL(shutdown),
	CALL(getsockname), CALL(getpeername),
};

/* What a socket that listens needs. */
static const int listening[] = {
	CALL(accept4), CALL(unlink), CALL(unlinkat),
};

/* What a new thread does first. */
static const int threading[] = { CALL(set_robust_list), CALL(rseq) };

/* What files are made with, besides openat. */
static const int writing[] = {
	CALL(fsync), CALL(fdatasync), CALL(ftruncate), CALL(pwrite64),
};

static int folder_of_files = -1;	/* sandbox_write_in */

/* A call with the value that one of its arguments must have. */
struct exact {
	int call;
	unsigned argument;
	uint64_t value;
};

/* Options of sockets, whose level (argument 1) goes with them. */
struct option {
	int call, level, name;
};

static const struct option connection_options[] = {
	{ CALL(getsockopt), SOL_SOCKET, SO_ERROR },
	{ CALL(setsockopt), SOL_SOCKET, SO_KEEPALIVE },
	{ CALL(setsockopt), SOL_SOCKET, SO_RCVTIMEO },
	{ CALL(setsockopt), SOL_SOCKET, SO_SNDTIMEO },
};

static const struct option capture_options[] = {
	{ CALL(getsockopt), SOL_PACKET, PACKET_STATISTICS },
	{ CALL(getsockopt), SOL_SOCKET, SO_ERROR },
	{ CALL(setsockopt), SOL_PACKET, PACKET_RX_RING },
	{ CALL(setsockopt), SOL_PACKET, PACKET_DROP_MEMBERSHIP },
};

/* Is it there, is it up? (libpcap, after a failure) */
static const struct exact capture_calls[] = {
	{ CALL(ioctl), 1, SIOCGIFFLAGS }, { CALL(ioctl), 1, SIOCGIFINDEX },
	{ CALL(ioctl), 1, SIOCGIFHWADDR },
};

static int
allow_each(scmp_filter_ctx ctx, const int *calls, size_t count)
{
	int error = 0;

	for (size_t i = 0; i < count && error == 0; i++)
		error = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0);
	return error;
}

static int
allow_exact(scmp_filter_ctx ctx, const struct exact *calls, size_t count)
{
	int error = 0;

	for (size_t i = 0; i < count && error == 0; i++)
		error = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i].call,
		    1, SCMP_CMP(calls[i].argument, SCMP_CMP_EQ,
		    calls[i].value, 0));
	return error;
}

static int
allow_options(scmp_filter_ctx ctx, const struct option *options, size_t count)
{
	int error = 0;

	for (size_t i = 0; i < count && error == 0; i++)
		error = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, options[i].call,
		    2, SCMP_A1(SCMP_CMP_EQ, (uint64_t)options[i].level, 0),
		    SCMP_A2(SCMP_CMP_EQ, (uint64_t)options[i].name, 0));
	return error;
}

/* Allow ${call} if the bits ${mask} of that argument are ${value}. */
static int
allow_masked(scmp_filter_ctx ctx, int call, unsigned argument, uint64_t mask,
    uint64_t value)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call, 1,
	    SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, mask, value));
}

/* --- by what the program does ---------------------------------------------- */

static int
allow_base(scmp_filter_ctx ctx)
{
	const struct exact calls[] = {
		{ CALL(tgkill), 0, (uint64_t)getpid() },	/* abort() */
		{ CALL(ioctl), 1, TCGETS },	/* is it a terminal? */
		{ CALL(fcntl), 1, F_GETFL }, { CALL(fcntl), 1, F_SETFL },
	};
	int error = allow_each(ctx, always, COUNT(always));

	for (size_t i = 0; i < COUNT(refused) && error == 0; i++)
		error = seccomp_rule_add(ctx,
		    SCMP_ACT_ERRNO((unsigned)refused[i].error),
		    refused[i].call, 0);
	if (error == 0)
		error = allow_exact(ctx, calls, COUNT(calls));
	/* Nothing becomes code. */
	if (error == 0)
		error = allow_masked(ctx, CALL(mmap), 2, PROT_EXEC, 0);
	if (error == 0)
		error = allow_masked(ctx, CALL(mprotect), 2, PROT_EXEC, 0);
	return error;
}

static int
allow_files(scmp_filter_ctx ctx, unsigned allowed)
{
	bool reading = allowed & (SANDBOX_READ_FILES | SANDBOX_REREAD);
	static const int watching[] = {
		CALL(inotify_add_watch), CALL(inotify_rm_watch),
		CALL(inotify_init1), CALL(getdents64),
		CALL(sysinfo),	/* qsort asks how much memory there is */
	};
	int error;

#ifdef LEAK_CHECK
	reading = true;		/* the runtimes read in /proc */
	if ((error = allow_masked(ctx, CALL(open), 1, WRITING, O_RDONLY)) != 0)
		return error;
#endif
	if (!reading)
		return seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES),
		    CALL(openat), 0);
	error = allow_masked(ctx, CALL(openat), 2, WRITING, O_RDONLY);
	if (error != 0 || (allowed & SANDBOX_READ_FILES) == 0)
		return error;
	return allow_each(ctx, watching, COUNT(watching));
}

/* In one folder, which is known by its descriptor. */
static int
allow_folder(scmp_filter_ctx ctx, int folder)
{
	int error = allow_each(ctx, writing, COUNT(writing));

	if (error == 0)
		error = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, CALL(openat), 1,
		    SCMP_A0(SCMP_CMP_EQ, (uint64_t)folder, 0));
	if (error == 0)
		error = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, CALL(unlinkat),
		    1, SCMP_A0(SCMP_CMP_EQ, (uint64_t)folder, 0));
	if (error == 0)
		error = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, CALL(renameat),
		    2, SCMP_A0(SCMP_CMP_EQ, (uint64_t)folder, 0),
		    SCMP_A2(SCMP_CMP_EQ, (uint64_t)folder, 0));
	return error;
}

static int
allow_sockets(scmp_filter_ctx ctx, int family)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, CALL(socket), 2,
	    SCMP_A0(SCMP_CMP_EQ, (uint64_t)family, 0),
	    SCMP_A1(SCMP_CMP_MASKED_EQ, ~TYPE_FLAGS, SOCK_STREAM));
}

static int
allow_threads(scmp_filter_ctx ctx)
{
	int error = allow_each(ctx, threading, COUNT(threading));

#ifndef LEAK_CHECK
	if (error == 0)
		error = allow_masked(ctx, CALL(clone), 0, CLONE_THREAD,
		    CLONE_THREAD);
#endif
	return error;
}

static int
allow_connections(scmp_filter_ctx ctx, unsigned allowed)
{
	int error = allow_each(ctx, connecting, COUNT(connecting));

	if (error == 0)
		error = allow_options(ctx, connection_options,
		    COUNT(connection_options));
	if (error == 0 && (allowed & SANDBOX_UNIX))
		error = allow_sockets(ctx, AF_UNIX);
	if (error != 0 || (allowed & SANDBOX_TCP) == 0)
		return error;
	error = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, CALL(setsockopt), 1,
	    SCMP_A1(SCMP_CMP_EQ, IPPROTO_TCP, 0));
	if (error == 0)
		error = allow_sockets(ctx, AF_INET);
	return error != 0 ? error : allow_sockets(ctx, AF_INET6);
}

static int
allow_capture(scmp_filter_ctx ctx)
{
	static const int calls[] = { CALL(recvfrom), CALL(recvmsg) };
	int error = allow_each(ctx, calls, COUNT(calls));

	if (error == 0)
		error = allow_exact(ctx, capture_calls,
		    COUNT(capture_calls));
	return error != 0 ? error : allow_options(ctx, capture_options,
	    COUNT(capture_options));
}

void
sandbox_write_in(int folder)
{
	folder_of_files = folder;
}

int
sandbox_enter(unsigned allowed, char *reterr, size_t size)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int error = ctx == NULL ? -ENOMEM : 0;

	tzset();		/* gmtime_r would open the time zone's file */
	if (error == 0)
		error = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH,
		    SCMP_ACT_KILL_PROCESS);
	if (error == 0)
		error = allow_base(ctx);
	if (error == 0)
		error = allow_files(ctx, allowed);
	if (error == 0 && folder_of_files >= 0)
		error = allow_folder(ctx, folder_of_files);
	if (error == 0 && (allowed & THREADED))
		error = allow_threads(ctx);
	if (error == 0 && (allowed & SANDBOX_REREAD))	/* lower only */
		error = seccomp_rule_add(ctx, SCMP_ACT_ALLOW,
		    CALL(setpriority), 0);
	if (error == 0 && (allowed & (SANDBOX_UNIX | SANDBOX_TCP)))
		error = allow_connections(ctx, allowed);
	if (error == 0 && (allowed & SANDBOX_CAPTURE))
		error = allow_capture(ctx);
	if (error == 0 && (allowed & SANDBOX_LISTEN))
		error = allow_each(ctx, listening, COUNT(listening));
	if (error == 0)
		error = seccomp_load(ctx);
	seccomp_release(ctx);
	if (error == 0)
		return 0;
	snprintf(reterr, size, "cannot install the seccomp filter: %s ('sandbox "
	    "= off' in the configuration goes without)", strerror(-error));
	return -1;
}
