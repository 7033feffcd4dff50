/*
 * Any text where a position should be: it is refused, or it is a position
 * that can be written and read again.
 */

#include "output/log_position.h"

#include "fuzzing.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), again[LOG_POSITION_TEXT];
	struct log_position p = { .file = 0 }, q = { .file = 0 };

	PROMISE(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	if (log_position_parse(text, &p) == 0) {
		PROMISE(p.file > 0 && p.head_length <= LOG_POSITION_HEAD);
		PROMISE(p.tail_length <= LOG_POSITION_TAIL &&
		    p.tail_length <= p.begin);
		log_position_format(&p, again);
		PROMISE(log_position_parse(again, &q) == 0);
		PROMISE(q.file == p.file && q.begin == p.begin &&
		    q.taken == p.taken && q.end == p.end &&
		    q.changed == p.changed && q.head == p.head &&
		    q.tail == p.tail);
	} else {
		PROMISE(p.file == 0);
	}
	free(text);
	return 0;
}
