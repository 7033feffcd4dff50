/*
 * A log of any bytes, in every format: a line is what it is whether a keeper
 * of containers has wrapped it or not, and what is opened can be read.
 */

#include "formats/line.h"
#include "log_format.h"
#include "log_wrapper.h"

#define WRAP "2026-11-23T07:38:08.264853850Z stderr F "

/* What ${line} is as one of ${f}, bare and wrapped. */
static void
compare(const struct log_format *f, struct log_memory m[2], const char *line,
    size_t length)
{
	size_t n = strlen(WRAP) + length;
	char *wrapped = malloc(n);
	struct log_fields a, b;

	assert(wrapped != NULL);
	memcpy(wrapped, WRAP, strlen(WRAP));
	if (length > 0)
		memcpy(wrapped + strlen(WRAP), line, length);
	if (log_format_parse(f, &m[0], line, length, &a) !=
	    log_format_parse(f, &m[1], wrapped, n, &b))
		assert(log_wrapper_begins(line, length));
	free(wrapped);
}

static void
open_line(struct log_memory *m, const char *line, size_t length)
{
	struct text text, time;

	if (log_wrapper_open(m, line, length, &text, &time) !=
	    LOG_WRAPPER_WHOLE)
		return;
	assert(log_wrapper_begins(line, length));
	assert(log_time_is_whole(time));
	assert(text.length <= length);
	line_touch(text);
	line_holds(time, line, length);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct log_memory m[2] = { { .columns = 0 }, { .columns = 0 } };

	for (;;) {
		const uint8_t *lf = size == 0 ? NULL : memchr(data, '\n', size);
		size_t n = lf == NULL ? size : (size_t)(lf - data);
		char *line = (char *)fuzzing_copy(data, n);

		open_line(&m[0], line, n);
		for (const struct log_format *f = log_format_table;
		    f->name != NULL; f++)
			compare(f, m, line, n);
		free(line);
		if (lf == NULL)
			break;
		data += n + 1;
		size -= n + 1;
	}
	return 0;
}
