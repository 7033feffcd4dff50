/* As fuzz_list.h says.  Left out are two kinds of input: a $GENERATE that makes
 * many records, which the unit test has, as one takes as long as thousands of
 * others; and CERT records (type 37), as ldns loses two octets of one whose
 * algorithm is 0. */

#include "fuzz_list.h"

#include <strings.h>

/* Is there a range that may end above 99? */
static bool
makes_many(const uint8_t *data, size_t size)
{
	const uint8_t *at, *end = data + size;

	if (memchr(data, '$', size) == NULL)
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

static bool
names_cert(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i + 6 <= size; i++) {
		const char *at = (const char *)data + i;

		if (strncasecmp(at, "CERT", 4) == 0 ||
		    strncasecmp(at, "TYPE37", 6) == 0)
			return true;
	}
	return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!makes_many(data, size) && !names_cert(data, size))
		fuzz_list(LIST_FORMAT_RPZ, data, size);
	return 0;
}
