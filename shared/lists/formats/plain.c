/*
 * One name a line.  ".bad.example" and "*.bad.example" mean the name and all
 * below it, whatever the list's own mode.
 */

#include <string.h>

#include "lists/list_format.h"

void
list_plain_line(struct list_reader *r, const char *line, size_t length)
{
	enum list_match match = list_reader_match(r);

	if (line[0] == ';' || line[0] == '!' ||
	    (length = list_text_uncomment(line, length)) == 0)
		return;
	if (match >= LIST_MATCH_SUBSTRING) {
		list_reader_name(r, line, length, match);
		return;
	}
	if (length > 2 && memcmp(line, "*.", 2) == 0) {
		line += 2;
		length -= 2;
		match = LIST_MATCH_SUFFIX;
	} else if (length > 1 && line[0] == '.') {
		line++;
		length--;
		match = LIST_MATCH_SUFFIX;
	}
	list_reader_name(r, line, length, match);
}
