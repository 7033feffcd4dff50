/* As fuzz_list.h says.  A $GENERATE that makes many records is left to the unit
 * test: one such input takes as long as thousands of others. */

#include "fuzz_list.h"

/* Is there a range that may end above 99? */
static bool
makes_many(const uint8_t *data, size_t size)
{
	const uint8_t *at, *end = data + size;

	if (memmem(data, size, "$", 1) == NULL)
		return false;
	for (at = data; (at = memchr(at, '-', (size_t)(end - at))) != NULL;) {
		const uint8_t *digits = ++at;

		while (at < end && *at >= '0' && *at <= '9')
			at++;
		if (at - digits > 2)
			return true;
	}
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!makes_many(data, size))
		fuzz_list(LIST_FORMAT_RPZ, data, size);
	return 0;
}
