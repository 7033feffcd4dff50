#include "decap.h"

#include "layers.h"
#include "link_headers.h"

enum decap_result
decap(const uint8_t *frame, size_t length, enum link_type link, int64_t time,
    struct packet *ret)
{
	struct layers l = {
		.c = cursor_over(frame, length), .left = LAYERS_MAX, .p = ret
	};

	ret->time = time;
	ret->layer = DECAP_LAYER_LINK;
	ret->vlan = 0;
	ret->tunnel = NULL;
	if (link == LINK_ETHERNET)
		return layers_ethernet(&l);
	return link_headers(&l, link);
}

enum decap_result
decap_whole(const uint8_t *payload, size_t length, struct packet *p)
{
	struct layers l = {
		.c = cursor_over(payload, length), .left = LAYERS_MAX, .p = p
	};

	return layers_payload(&l, p->fragment.protocol);
}
