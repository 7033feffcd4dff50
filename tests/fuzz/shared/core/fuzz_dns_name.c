/* Any octets, as text and as wire form: what is taken for a name is
 * canonical, and its text reads as the same name. */

#include "fuzzing.h"

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
	return 0;
}
