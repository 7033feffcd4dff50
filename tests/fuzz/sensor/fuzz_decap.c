/* One octet that chooses the link type, then any octets as a frame: a payload
 * that comes out lies inside the frame. */

#include "decap.h"
#include "fuzzing.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packet p = { .payload = NULL };
	uint8_t *frame;
	enum decap_result result;

	if (size < 1)
		return 0;
	frame = fuzzing_copy(data + 1, --size);
	result = decap(frame, size, (enum link_type)(data[0] % 5), &p);
	PROMISE(result < DECAP_RESULTS);
	if (result == DECAP_UDP || result == DECAP_TCP) {
		size_t first = (size_t)(p.payload - frame);

		PROMISE(p.payload >= frame && first <= size);
		PROMISE(p.length <= size - first);
		PROMISE(p.wire_length >= p.length && p.wire_length <= 65535);
		PROMISE(p.source.family == p.destination.family);
		PROMISE(p.source.family == 4 || p.source.family == 6);
		PROMISE(p.vlan < 4096);
	}
	free(frame);
	return 0;
}
