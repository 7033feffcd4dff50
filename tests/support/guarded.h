#ifndef GUARDED_H
#define GUARDED_H

/*
 * guarded - copies of a parser's input that end at a page nobody may read:
 * one octet too far is a crash, in every flavour of the build.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define GUARDED_SIZE ((size_t)128 * 1024)

/**
 * guarded_copy(bytes, length):
 * Copy ${length} octets, at most GUARDED_SIZE, right before an unreadable
 * page, and return the copy, valid until the next call.
 */
static inline uint8_t *
guarded_copy(const void *bytes, size_t length)
{
	static uint8_t *end;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (end == NULL) {
		uint8_t *area = mmap(NULL, GUARDED_SIZE + page,
		    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);

		if (area == MAP_FAILED ||
		    mprotect(area + GUARDED_SIZE, page, PROT_NONE) != 0)
			abort();
		end = area + GUARDED_SIZE;
	}
	if (length > GUARDED_SIZE)
		abort();
	if (length > 0)
		memcpy(end - length, bytes, length);
	return end - length;
}

#endif /* !GUARDED_H */
