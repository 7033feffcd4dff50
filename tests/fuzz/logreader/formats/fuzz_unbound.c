/*
 * Any line of any bytes: the parser stays inside it, and what it calls a
 * query is one.
 */

#include "formats/unbound.h"
#include "line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	line_check(unbound_parse, data, size);
	return 0;
}
