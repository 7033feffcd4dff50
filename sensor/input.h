#ifndef INPUT_H
#define INPUT_H

/*
 * input - what the sensor reads: one interface, once for each worker that
 * shares it, or capture files.
 */

#include <stdbool.h>
#include <stddef.h>

#include "capture.h"

struct frontend;

/* What the command line asks for; borrowed while there is an input of it. */
struct input_wanted {
	const char *interface;	/* or NULL */
	const char **files;
	size_t file_count;
	const char *filter;	/* NULL: the default */
	unsigned workers;	/* that share an interface */
};

/* Plain data; all zero is a good start. */
struct input {
	bool live;
	struct capture **captures;	/* NULL once one is closed */
	size_t count;
	struct capture_filter *filter;
	bool failed;			/* something could not be read */
};

/**
 * input_open(wanted, f, ret):
 * Open everything, with the rights that we have.  A file that cannot be
 * opened is said and left out.  Return 0, or -1 if nothing is left, which has
 * been said.
 */
int input_open(const struct input_wanted *wanted, struct frontend *f,
    struct input *ret);

/**
 * input_check(in, f):
 * Are the files captures, as far as their headers tell (-n)?  Sets
 * ${in->failed} after having said which is not.
 */
void input_check(struct input *in, const struct frontend *f);

/**
 * input_explain(in, c):
 * Say why the reading of ${c} failed, and note that it has.
 */
void input_explain(struct input *in, struct capture *c);

/**
 * input_close(in):
 * Close what is open and free what ${in} holds.
 */
void input_close(struct input *in);

#endif /* !INPUT_H */
