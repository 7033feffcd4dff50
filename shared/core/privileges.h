#ifndef PRIVILEGES_H
#define PRIVILEGES_H

/*
 * privileges - giving up rights, for good, before the first outside byte.
 */

#include <stdbool.h>
#include <stddef.h>

/**
 * privileges_drop(user, keep_reading, reterr, size):
 * As root: become ${user} (its groups too), or, if that is "", the user
 * "querywatch" where there is one and else "nobody".  In any case: empty
 * the capability sets (but for CAP_DAC_READ_SEARCH with ${keep_reading} and
 * root) and forbid new privileges (PR_SET_NO_NEW_PRIVS).  After 0 there is
 * no way back; on -1, with one sentence in ${reterr} of ${size} octets, the
 * caller must exit.
 */
int privileges_drop(const char *user, bool keep_reading, char *reterr,
    size_t size);

/**
 * privileges_make_folder(path, user, reterr, size):
 * See that the folder ${path} is there, for its owner alone if it is made:
 * the user that privileges_drop becomes.  Return 0, or -1 and one sentence.
 */
int privileges_make_folder(const char *path, const char *user, char *reterr,
    size_t size);

#endif /* !PRIVILEGES_H */
