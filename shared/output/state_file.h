#ifndef STATE_FILE_H
#define STATE_FILE_H

/*
 * state_file - positions of logs in a file, for hits on standard output.
 *
 * The file is replaced as a whole: what is there is either all old or all
 * new.  One line a log, its position and then its name.
 */

#include <stddef.h>

#include "output/log_positions.h"

struct state_file;

/**
 * state_file_open(path, reterr, size):
 * Open the folder of ${path}, which stays open, and read the file if it is
 * there.  Return NULL and one sentence in ${reterr} of ${size} octets if
 * either fails: a file that cannot be understood is not replaced.
 */
struct state_file *state_file_open(const char *path, char *reterr,
    size_t size);

/**
 * state_file_folder(s):
 * Return the folder's descriptor: all that is written is in there.
 */
int state_file_folder(const struct state_file *s);

/**
 * state_file_positions(s):
 * Return the positions, of partition 0, that were read or set since; owned
 * by ${s}.
 */
struct log_positions *state_file_positions(struct state_file *s);

/**
 * state_file_save(s):
 * Write them.  Return -1 with errno set if that failed; the file is then as
 * it was.
 */
int state_file_save(struct state_file *s);

/**
 * state_file_close(s):
 * Free ${s}; NULL is fine.
 */
void state_file_close(struct state_file *s);

#endif /* !STATE_FILE_H */
