/* One octet that chooses the link type, then any octets as a frame: a payload
 * that comes out lies inside the frame. */

#include "decap.h"
#include "fuzzing.h"

static void
check(const struct packet *p, enum decap_result result, const uint8_t *octets,
    size_t size)
{
	size_t first;

	PROMISE(result < DECAP_RESULTS);
	if (result != DECAP_UDP && result != DECAP_TCP &&
	    result != DECAP_FRAGMENT)
		return;
	first = (size_t)(p->payload - octets);
	PROMISE(p->payload >= octets && first <= size);
	PROMISE(p->length <= size - first);
	PROMISE(p->wire_length >= p->length);
	PROMISE(p->source.family == p->destination.family);
	PROMISE(p->source.family == 4 || p->source.family == 6);
	PROMISE(p->vlan < 4096 && p->time == 1);
	PROMISE(p->tunnel == NULL || p->tunnel[0] != '\0');
	if (result == DECAP_FRAGMENT) {
		PROMISE(p->fragment.offset % 8 == 0);
		PROMISE(p->fragment.offset <= 65528);
		PROMISE(p->fragment.offset > 0 || p->fragment.more);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packet p = { .payload = NULL };
	uint8_t *frame;
	enum decap_result result;

	if (size < 1)
		return 0;
	frame = fuzzing_copy(data + 1, --size);
	result = decap(frame, size,
	    (enum link_type)(data[0] % (LINK_PKTAP + 1)), 1, &p);
	check(&p, result, frame, size);
	/* The payload of a fragment, as if it were the whole. */
	if (result == DECAP_FRAGMENT)
		check(&p, decap_whole(p.payload, p.length, &p), frame, size);
	free(frame);
	return 0;
}
