#ifndef LIST_SOURCE_H
#define LIST_SOURCE_H

/*
 * list_source - where a list comes from: a file that can be opened again, and
 * whose changes are seen by looking at it; or a pipe, whose text is kept.
 *
 * Looking is a stat(2) of the path, so it makes no difference whether the file
 * was written, replaced by rename, or a link on the way leads elsewhere, nor
 * which file system it is on (docs/decisions/reload.md).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* What tells one state of a file from another; all 0: there is none. */
struct list_stamp {
	dev_t device;
	ino_t inode;
	off_t size;
	int64_t written, changed;	/* nanoseconds */
};

/* Plain data; all zero but the path is a good start. */
struct list_source {
	const char *path;		/* borrowed */
	bool once;			/* it can be read only once */
	char *text;			/* what it held then */
	size_t length;
	struct list_stamp seen;		/* when it was looked at last */
	struct list_stamp opened;	/* when it was opened last */
};

/* What has become of a file since it was looked at last. */
enum list_source_change {
	LIST_SOURCE_SAME,
	LIST_SOURCE_REPLACED,		/* the path leads to another, or none */
	LIST_SOURCE_WRITTEN		/* the same file: perhaps it still is */
};

/**
 * list_source_open(s):
 * Open the list, whatever it is; NULL with errno set.  Also tells whether it
 * can be read only once.
 */
FILE *list_source_open(struct list_source *s);

/**
 * list_source_keep(s, file):
 * Read ${file}, open on what can be read only once, to its end, close it, and
 * keep the text.  Return it as list_source_again does.
 */
FILE *list_source_keep(struct list_source *s, FILE *file);

/**
 * list_source_again(s):
 * Open the file that the path leads to now, or what was kept.  NULL with errno
 * set; EINVAL: it is no regular file any more.
 */
FILE *list_source_again(struct list_source *s);

/**
 * list_source_steady(s, file):
 * Is ${file}, which list_source_again has returned, as it was then?
 */
bool list_source_steady(const struct list_source *s, FILE *file);

/**
 * list_source_look(s):
 * Look at the file: what has become of it since the last look, or since
 * list_source_open?
 */
enum list_source_change list_source_look(struct list_source *s);

/**
 * list_source_free(s):
 * Free what ${s} holds, not ${s} itself.
 */
void list_source_free(struct list_source *s);

#endif /* !LIST_SOURCE_H */
