#ifndef COMPILED_H
#define COMPILED_H

/*
 * compiled - a file of sections that programs map and share: compiled lists.
 *
 *	head	"QWLISTS\n", version, byte order, size of the file, checksum
 *		of all that follows
 *	table	for each section its kind, its number among those, where it
 *		begins and how long it is
 *	...	the sections, each at a multiple of 64
 *
 * What is in a section is its maker's (rules_file.c).  Numbers are the
 * machine's own: a file is for machines of its byte order.  The checksum finds
 * damage, not malice.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define COMPILED_HEAD 8		/* octets that tell such a file */
#define COMPILED_SECTIONS_MAX 256

struct compiled;		/* opaque: a mapped file */

struct compiled_section {
	uint32_t kind, number;
	void *octets;
	size_t length;
};

/**
 * compiled_is(head, length):
 * Is what starts with these octets a compiled file?
 */
bool compiled_is(const void *head, size_t length);

/**
 * compiled_write(file, sections, count):
 * Write the sections to ${file}, which can be sought.  Return 0, or -1 with
 * errno.
 */
int compiled_write(FILE *file, const struct compiled_section *sections,
    size_t count);

/**
 * compiled_open(fd, reterr, size):
 * Map the file ${fd} (which may be closed then) and check it: its version and
 * byte order, its size, its checksum, and that all sections are in it.  NULL
 * and one sentence in ${reterr} of ${size} octets if it is damaged or for
 * others.  What is not written to is shared by all processes that have it
 * open.  About 0.1 ms a MiB.
 */
struct compiled *compiled_open(int fd, char *reterr, size_t size);

/**
 * compiled_find(c, kind, number, ret):
 * Fill ${ret}: borrowed until compiled_close, aligned to 64; it may be written
 * to, which no file sees.  False if there is no such section.
 */
bool compiled_find(const struct compiled *c, uint32_t kind, uint32_t number,
    struct compiled_section *ret);

/**
 * compiled_size(c), compiled_close(c):
 * The octets that are mapped; unmap them, NULL is fine.
 */
size_t compiled_size(const struct compiled *c);
void compiled_close(struct compiled *c);

#endif /* !COMPILED_H */
