/* Any octets, as text and as wire form: what is taken for a name is
 * canonical, and its text reads as the same name; what is read by blocks is
 * the same again, and a plain name is not refused. */

#include "core/plain_name.h"
#include "fuzzing.h"

static uint32_t
ends(block b)
{
	return block_bits(block_or(block_equal(b, '\n'),
	    block_equal(b, '\\')));
}

/* The text, a line end and what a block may read over, in a copy of its own:
 * a sanitizer sees one octet too far. */
static void
read_by_blocks(const uint8_t *data, size_t size)
{
	size_t room = size + BLOCK_SIZE, length, n;
	uint8_t *text = malloc(room);
	struct dns_name name, other;
	bool taken;

	PROMISE(text != NULL);
	memcpy(text, data, size);
	memset(text + size, '\n', BLOCK_SIZE);
	length = (size_t)((uint8_t *)memchr(text, '\n', room) - text);
	n = plain_name_read(text, text + room, ends, &name);
	taken = dns_name_from_text((const char *)text, n > 0 ? n : length,
	    &other) == 0;
	if (n > 0)
		PROMISE(taken && dns_name_equal(&name, &other) &&
		    n <= length && (text[n] == '\n' || text[n] == '\\'));
	else
		PROMISE(!taken || length >= DNS_NAME_MAX - BLOCK_SIZE ||
		    text[length - 1] == '.' ||
		    memchr(text, '\\', length) != NULL);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_name name;
	size_t taken;

	if (dns_name_from_text((const char *)data, size, &name) == 0)
		fuzzing_name(&name);
	taken = dns_name_from_wire(data, size, &name);
	PROMISE(taken <= size);
	if (taken > 0) {
		PROMISE(taken == name.length);
		fuzzing_name(&name);
	}
	read_by_blocks(data, size);
	return 0;
}
