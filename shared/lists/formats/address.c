/*
 * One address or netblock a line.  Feeds put remarks behind it, as a number
 * or "; SBL123": what follows white space is not looked at.
 */

#include <string.h>

#include "lists/list_format.h"

/* Shorter prefixes are slips, or would hit everything that there is. */
#define SHORTEST_V4 8
#define SHORTEST_V6 16

/* The octets up to white space or a comment. */
static size_t
word_length(const char *line, size_t length)
{
	size_t word = 0;

	while (word < length && memchr(" \t\r\f\v#;", line[word], 7) == NULL)
		word++;
	return word;
}

void
list_address_line(struct list_reader *r, const char *line, size_t length)
{
	size_t word = word_length(line, length);
	struct netblock block;

	if (word == 0 || line[0] == '!')
		return;
	if (netblock_read(line, word, &block) != 0)
		list_reader_refuse(r, LIST_NOT_AN_ADDRESS, line, length);
	else if (block.prefix < (block.base.family == 4 ? SHORTEST_V4 :
	    SHORTEST_V6))
		list_reader_refuse(r, LIST_TOO_WIDE, line, length);
	else if (!netblock_is_clean(&block))
		list_reader_refuse(r, LIST_HOST_BITS, line, length);
	else
		list_reader_address(r, &block);
}
