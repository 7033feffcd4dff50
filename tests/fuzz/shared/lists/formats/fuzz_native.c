#include "fuzz_list.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_list(LIST_FORMAT_NATIVE, data, size);
	return 0;
}
