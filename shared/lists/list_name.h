#ifndef LIST_NAME_H
#define LIST_NAME_H

/*
 * list_name - a name as people and feeds write it on a list.
 */

#include <stddef.h>

#include "core/block.h"
#include "core/dns_name.h"
#include "core/plain_name.h"

/**
 * list_name_parse(text, length, ret):
 * Read the ${length} octets at ${text}, in presentation form (RFC 1035, 5.1)
 * or with U-labels in UTF-8 (RFC 5891, by UTS #46), into ${ret}.  Return 0; or
 * -1, ${ret} undefined, if it is no name, is the root, or has octets that no
 * feed means: blanks, slashes, and the like, unless they are escaped.
 */
int list_name_parse(const char *text, size_t length, struct dns_name *ret);

/* Which octets of a block are not usual, or start an escape? */
static inline uint32_t
list_name_ends(block b)
{
	block letter = block_between(block_lower(b), 'a', 'z');
	block digit = block_between(b, '0', '9');
	block other = block_or(block_between(b, '-', '.'),
	    block_equal(b, '_'));

	return ~block_bits(block_or(block_or(letter, digit), other)) & 0xFFFF;
}

/**
 * list_name_plain(text, end, ret):
 * As plain_name_read: the fast way, for text that can be read up to ${end}.
 */
static inline size_t
list_name_plain(const char *text, const char *end, struct dns_name *ret)
{
	return plain_name_read((const uint8_t *)text, (const uint8_t *)end,
	    list_name_ends, ret);
}

#endif /* !LIST_NAME_H */
