/* One octet that chooses the link type, then any octets as a frame: in which
 * decap finds DNS, or a fragment, the kernel's filter lets pass. */

#include "filtering.h"
#include "fuzzing.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool built;
	uint8_t *frame;

	if (!built)
		filtering_build();
	built = true;
	if (size < 1)
		return 0;
	frame = fuzzing_copy(data + 1, --size);
	PROMISE(!filtering_loses(frame, size,
	    (enum link_type)(data[0] % FILTERING_LINKS)));
	free(frame);
	return 0;
}
