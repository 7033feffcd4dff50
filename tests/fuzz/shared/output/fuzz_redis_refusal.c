/* Any text as an error of a server: a redirection has a slot and an address
 * that a table of nodes can take. */

#include "fuzzing.h"
#include "output/redis_nodes.h"
#include "output/redis_refusal.h"
#include "output/redis_slots.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct redis_nodes *n = redis_nodes_new("[2001:db8::1]:7000", NULL, 1);
	struct redis_refusal r;
	char *text = calloc(1, size + 1);
	int node;

	PROMISE(n != NULL && text != NULL);
	memcpy(text, data, size);
	PROMISE(redis_slots_of(text) < REDIS_SLOTS);
	redis_refusal_read(text, &r);
	if (r.kind == REFUSAL_MOVED || r.kind == REFUSAL_ASK) {
		PROMISE(r.slot < REDIS_SLOTS);
		PROMISE(strchr(r.address, ':') != NULL);
		PROMISE(strlen(r.address) < sizeof(r.address));
		node = redis_nodes_near(n, r.address, 0);
		PROMISE(node < redis_nodes_count(n));
		if (node >= 0)
			redis_nodes_move(n, r.slot, node);
		PROMISE(redis_nodes_owner(n, r.slot) == (node < 0 ? -1 :
		    node));
	} else {
		PROMISE(r.address[0] == '\0');
	}
	free(text);
	redis_nodes_free(n);
	return 0;
}
