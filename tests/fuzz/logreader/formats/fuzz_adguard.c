/*
 * A log of any bytes: the parser stays inside each line, and what it calls a
 * query is one.
 */

#include "formats/adguard.h"
#include "line.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	line_check_all(adguard_parse, data, size);
	return 0;
}
