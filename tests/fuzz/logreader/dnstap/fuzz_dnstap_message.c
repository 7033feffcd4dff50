/*
 * Any octets as the payload of a frame.  What is read stays within them and is
 * plausible; saying all of it twice, or adding what nobody knows, changes
 * nothing.
 */

#include "dnstap/dnstap_message.h"
#include "fuzzing.h"

#define YEAR_10000 (INT64_C(253402300800) * 1000000)

static void
check(const struct dnstap_message *m, const uint8_t *payload, size_t length)
{
	PROMISE(m->kind >= DNSTAP_AUTH && m->kind < DNSTAP_KINDS);
	PROMISE(dnstap_message_kind_find(dnstap_message_kind_text(m->kind)) ==
	    (int)m->kind);
	PROMISE(m->client.family == 0 || m->client.family == 4 ||
	    m->client.family == 6);
	PROMISE(m->server.family == 0 || m->client.family == 0 ||
	    m->server.family == 4 || m->server.family == 6);
	PROMISE(m->time >= 0 && m->time < YEAR_10000);
	PROMISE(m->transport <= QUERY_TRANSPORT_DOQ);
	PROMISE(m->wire == NULL || (m->wire >= payload &&
	    m->wire + m->length <= payload + length));
}

static void
check_same(const struct dnstap_message *a, const struct dnstap_message *b)
{
	PROMISE(a->kind == b->kind && a->response == b->response);
	PROMISE(address_equal(&a->client, &b->client));
	PROMISE(address_equal(&a->server, &b->server));
	PROMISE(a->client_port == b->client_port);
	PROMISE(a->server_port == b->server_port);
	PROMISE(a->transport == b->transport && a->time == b->time);
	PROMISE(a->has_time == b->has_time && a->length == b->length);
	PROMISE((a->wire == NULL) == (b->wire == NULL));
	PROMISE(a->length == 0 || memcmp(a->wire, b->wire, a->length) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Field 1000, a number; field 1001, three octets. */
	static const uint8_t unknown[] = "\xc0\x3e\x05\xca\x3e\x03xyz";
	struct dnstap_message m, again;
	uint8_t *payload, *more = malloc(2 * size + sizeof(unknown));
	int result;

	PROMISE(more != NULL);
	if (size == 0) {
		free(more);
		return 0;
	}
	payload = fuzzing_copy(data, size);
	result = dnstap_message_decode(payload, size, &m);
	memcpy(more, data, size);
	memcpy(more + size, data, size);
	if (result == 0) {
		check(&m, payload, size);
		PROMISE(dnstap_message_decode(more, 2 * size, &again) == 0);
		check_same(&m, &again);
		memcpy(more + size, unknown, sizeof(unknown) - 1);
		PROMISE(dnstap_message_decode(more,
		    size + sizeof(unknown) - 1, &again) == 0);
		check_same(&m, &again);
	}
	free(more);
	free(payload);
	return 0;
}
