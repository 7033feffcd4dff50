#ifndef SANDBOX_H
#define SANDBOX_H

/*
 * sandbox - the system calls that a program still needs once everything is
 * open; any other one ends it at once (SIGSYS).  libseccomp stays behind this
 * file.
 *
 * Always allowed: reading and writing what is open, memory that is never
 * executable, waiting, time, signals to itself, the end.  Opening a file
 * fails with EACCES rather than ending the program: the C library tries to
 * open some files that it can do without.
 */

#include <stdbool.h>
#include <stddef.h>

/* What may be allowed beside that. */
enum {
	SANDBOX_UNIX = 1,	/* connect to socket files, by a thread */
	SANDBOX_TCP = 2,	/* connect to addresses, by a thread */
	SANDBOX_READ_FILES = 4,	/* open for reading, watch for changes */
	SANDBOX_CAPTURE = 8,	/* what a packet socket needs to go on */
	SANDBOX_THREADS = 16,	/* start threads */
	SANDBOX_LISTEN = 32,	/* accept connections; remove a socket file */
	SANDBOX_REREAD = 64	/* open for reading, by a thread */
};

/**
 * sandbox_write_in(folder):
 * To be called before sandbox_enter: let files be made, renamed and removed in
 * the open folder ${folder}, with calls that name it by that descriptor.
 */
void sandbox_write_in(int folder);

/**
 * sandbox_enter(allowed, reterr, size):
 * Allow this process, which has one thread, and its children nothing but the
 * above and ${allowed}, for good.  The caller has forbidden itself new
 * privileges (privileges_drop).  On -1, with one sentence in ${reterr} of
 * ${size} octets, nothing is restricted, and the caller must exit.
 */
int sandbox_enter(unsigned allowed, char *reterr, size_t size);

#endif /* !SANDBOX_H */
