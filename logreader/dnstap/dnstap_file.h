#ifndef DNSTAP_FILE_H
#define DNSTAP_FILE_H

/*
 * dnstap_file - dnstap in a file or a pipe, plain or compressed, as named,
 * fstrm_capture and the like write it.  Several streams may follow each other.
 */

#include <stdbool.h>

struct dnstap_feed;
struct dnstap_file;

enum dnstap_file_status {
	DNSTAP_FILE_MORE,	/* go on */
	DNSTAP_FILE_QUIET,	/* nothing came in time */
	DNSTAP_FILE_END,	/* all has been read */
	DNSTAP_FILE_FAILED	/* and said why */
};

/**
 * dnstap_file_recognise(fd):
 * Does the file ${fd} begin as dnstap does?  Nothing is read off it; what
 * can't be read twice, and what is compressed, is not recognised.
 */
bool dnstap_file_recognise(int fd);

/**
 * dnstap_file_new(fd, name, feed):
 * Return what reads ${fd}, which it closes at its end, called ${name} in
 * messages, into ${feed}; both are borrowed.  NULL if memory is short: then
 * ${fd} is still the caller's.
 */
struct dnstap_file *dnstap_file_new(int fd, const char *name,
    struct dnstap_feed *feed);

/**
 * dnstap_file_read(file, timeout_ms):
 * Read once, waiting for at most ${timeout_ms}, and take what is complete.
 */
enum dnstap_file_status dnstap_file_read(struct dnstap_file *file,
    int timeout_ms);

/**
 * dnstap_file_free(file):
 * Close and free; NULL is fine.
 */
void dnstap_file_free(struct dnstap_file *file);

#endif /* !DNSTAP_FILE_H */
