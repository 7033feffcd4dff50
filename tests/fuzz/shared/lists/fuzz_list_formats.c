/* Any octets as the head of a file: one format is found, and it is one that
 * can be read. */

#include "fuzzing.h"
#include "lists/list_format.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = fuzzing_copy(data, size);
	enum list_format format = list_format_find((const char *)copy, size);

	PROMISE(format > LIST_FORMAT_DETECT && format < LIST_FORMAT_ADDRESS);
	PROMISE(list_formats[format].line != NULL ||
	    list_formats[format].whole != NULL);
	free(copy);
	return 0;
}
