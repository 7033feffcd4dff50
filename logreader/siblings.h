#ifndef SIBLINGS_H
#define SIBLINGS_H

/*
 * siblings - the files that a log was rotated to, oldest first.
 *
 * They are known by their names, beside the log's own:
 *
 *	query.log.0  query.log.1  query.log.2.gz	counted, 0 the newest
 *	query.log.20261124071530123			BIND's suffix timestamp
 *	query.log-20261124  query-20261124.log.xz	logrotate's dateext
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct sibling {
	char *path;
	dev_t device;
	ino_t inode;
	int64_t changed;	/* microseconds UTC */
	bool packed;		/* by its name */
	bool unfinished;	/* used while listing */
	char digits[32];	/* of the suffix */
	bool counted;
};

struct siblings {
	size_t count;
	struct sibling *at;
};

/**
 * siblings_rotated(log, name, retpacked):
 * Is ${name} that of a file to which one called ${log} was rotated?  Both
 * without folders.  ${retpacked}: does it end like a compressed file?
 */
bool siblings_rotated(const char *log, const char *name, bool *retpacked);

/**
 * siblings_list(path, ret):
 * Fill ${ret} with what is there of the log ${path}, itself left out; nothing
 * if its folder cannot be read.  A compressed file is left out as long as the
 * one that it is made of is there.  To be given to siblings_free.
 */
void siblings_list(const char *path, struct siblings *ret);

/**
 * siblings_free(s):
 * Free what ${s} holds.
 */
void siblings_free(struct siblings *s);

#endif /* !SIBLINGS_H */
