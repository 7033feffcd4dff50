#ifndef REDIS_LIBRARY_H
#define REDIS_LIBRARY_H

/*
 * redis_library - the server-side function libraries that our programs need,
 * loaded and versioned by the programs themselves.
 *
 * A library is a Lua file, built into the program, whose first line names it
 * (#!lua name=qw_NAME) and which registers, beside its functions, a function
 * qw_NAME_version that returns its version, a number.
 */

#include <stddef.h>

struct redis_link;
struct redis_servers;

struct redis_library {
	const char *name;	/* "qw_hits" */
	long long version;	/* what qw_hits_version returns */
	const char *code;	/* not NUL-terminated */
	size_t length;
};

/**
 * redis_library_ensure(library, link, reterr, size):
 * See that the server has ${library} in our version: load it if it has none,
 * replace an older one, refuse to touch a newer one.  Return 0, or -1 and
 * write one sentence to ${reterr} of ${size} octets.
 */
int redis_library_ensure(const struct redis_library *library,
    struct redis_link *link, char *reterr, size_t size);

/**
 * redis_library_ensure_all(library, servers, reterr, size):
 * The same for every server that holds keys.  One that has lost its functions
 * later is mended with redis_library_ensure and its link.
 */
int redis_library_ensure_all(const struct redis_library *library,
    struct redis_servers *servers, char *reterr, size_t size);

#endif /* !REDIS_LIBRARY_H */
