#ifndef CANARIES_H
#define CANARIES_H

/*
 * canaries - the names of canaries.txt, built into the program: what everybody
 * asks for, so that a list on which one of them is has gone wrong.
 */

struct known_names;

/**
 * canaries_add(n):
 * Add them to ${n}.  Return 0, or -1 with errno set if memory is short.
 */
int canaries_add(struct known_names *n);

#endif /* !CANARIES_H */
