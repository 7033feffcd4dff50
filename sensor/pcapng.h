#ifndef PCAPNG_H
#define PCAPNG_H

/*
 * pcapng - frames out of a pcapng file (draft-ietf-opsawg-pcapng): blocks, in
 * sections, each with its byte order and its own interfaces, each of which has
 * its link type and way of telling the time.
 */

#include "file_frame.h"

struct pcapng;

/* The longest block that is looked into.  Others are stepped over, whatever
 * their length. */
#define PCAPNG_BLOCK_MAX (FILE_FRAME_MAX + 64 * 1024)

/**
 * pcapng_new():
 * Return a reader at the start of a file, or NULL if memory is short.
 */
struct pcapng *pcapng_new(void);

/**
 * pcapng_magic(c):
 * Is what ${c} points to the start of such a file?
 */
bool pcapng_magic(struct cursor c);

/**
 * pcapng_next(p, c, ret, retskip):
 * Read the next block.  FILE_FRAME_ONE: a frame is in ${ret}; FILE_FRAME_NONE:
 * another block has been stepped over, of which ${retskip} octets are not in
 * the cursor.  After FILE_FRAME_SHORT ${c} is where it was; after
 * FILE_FRAME_BROKEN pcapng_error says why.  Allocates for interfaces only.
 */
enum file_frame_result pcapng_next(struct pcapng *p, struct cursor *c,
    struct file_frame *ret, uint64_t *retskip);

/**
 * pcapng_interfaces(p), pcapng_error(p):
 * How many interfaces the file has had so far; why nothing more can be read.
 */
size_t pcapng_interfaces(const struct pcapng *p);
const char *pcapng_error(const struct pcapng *p);

/**
 * pcapng_free(p):
 * Free ${p}; NULL is fine.
 */
void pcapng_free(struct pcapng *p);

#endif /* !PCAPNG_H */
