/*
 * A stream, cut into pieces as the first bytes say: the lines that come out
 * are those of the whole, whatever the pieces.
 */

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "line_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The next line of what is left of the whole; its end, or NULL. */
static const uint8_t *
next(const uint8_t *at, const uint8_t *end, size_t *retlength)
{
	const uint8_t *lf;

	while (at < end && (lf = memchr(at, '\n', (size_t)(end - at))) !=
	    NULL) {
		*retlength = (size_t)(lf - at);
		if (*retlength > 0 && lf[-1] == '\r')
			--*retlength;
		if (*retlength <= LINE_READER_LINE)
			return lf + 1;
		at = lf + 1;
	}
	return NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct line_reader *r;
	const uint8_t *whole, *end = data + size, *sizes = data;
	const char *line;
	size_t given = 0, n, want;
	int fd;

	if (size < 8 || (r = line_reader_new()) == NULL)
		return 0;
	data += 8;
	size -= 8;
	whole = data;
	fd = memfd_create("pieces", MFD_CLOEXEC);
	assert(fd >= 0);
	for (unsigned piece = 0; given < size; piece++) {
		size_t now = 1u << sizes[piece % 8] % 14;

		if (now > size - given)
			now = size - given;
		assert(pwrite(fd, data + given, now, (off_t)given) ==
		    (ssize_t)now);
		given += now;
		assert(line_reader_fill(r, fd) == (ssize_t)now);
		while (line_reader_next(r, &line, &n)) {
			const uint8_t *after = next(whole, end, &want);

			assert(after != NULL && n == want);
			assert(n == 0 || memcmp(line, after - 1 - n -
			    (after - 1 > whole && n < (size_t)(after - 1 -
			    whole) && after[-2] == '\r'), n) == 0);
			whole = after;
		}
	}
	assert(next(whole, end, &want) == NULL);
	close(fd);
	line_reader_free(r);
	return 0;
}
