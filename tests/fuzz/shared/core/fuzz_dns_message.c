/* Any octets as a message, over either transport: every question that comes
 * out has a canonical name, and prints as a line of printable ASCII. */

#include "core/dns_message.h"
#include "fuzzing.h"
#include "hits/hit.h"

static void
print(void *ctx, const struct query *q)
{
	static struct hit_fields fields;
	static char line[HIT_JSON_SIZE];
	int *questions = ctx;
	size_t length;

	*questions += q->has_question;
	if (q->has_question)
		fuzzing_name(&q->qname);
	hit_fields_of_query(q, "fuzz", QUERY_VIA_CAPTURE, &fields);
	PROMISE(fields.count <= HIT_FIELDS_MAX);
	PROMISE(fields.used <= sizeof(fields.text));
	length = hit_fields_json(&fields, line);
	PROMISE(length <= sizeof(line) && line[length - 1] == '\n');
	for (size_t i = 0; i < length - 1; i++)
		PROMISE(line[i] >= ' ' && line[i] < 0x7f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct query frame = { .time = 1, .transport = QUERY_TRANSPORT_UDP };
	int questions = 0, status;

	status = dns_message_decode(data, size, &frame, print, &questions);
	PROMISE(status < 0 || status == questions);
	frame.transport = QUERY_TRANSPORT_TCP;
	dns_message_decode(data, size, &frame, print, &questions);
	return 0;
}
