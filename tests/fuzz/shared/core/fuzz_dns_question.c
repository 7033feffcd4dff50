/* Any octets as a message: the cheap look never lets go of something that
 * ldns decodes to something else. */

#include "core/dns_message.h"
#include "core/dns_question.h"
#include "fuzzing.h"

struct seen {
	int questions;
	struct query last;
};

static void
keep(void *ctx, const struct query *q)
{
	struct seen *s = ctx;

	s->questions++;
	s->last = *q;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct query frame = { .transport = QUERY_TRANSPORT_UDP };
	struct seen seen = { .questions = 0 };
	struct dns_name name;
	int status = dns_message_decode(data, size, &frame, keep, &seen);

	switch (dns_question_look(data, size, &name)) {
	case DNS_QUESTION_CUT:
		PROMISE(status == -1 && seen.questions == 0);
		break;
	case DNS_QUESTION_NOT_QUERY:
		PROMISE(seen.questions > 0);
		PROMISE(dns_message_opcode(data, size) > 0);
		break;
	case DNS_QUESTION_NONE:
		PROMISE(status == 0 && !seen.last.has_question);
		break;
	case DNS_QUESTION_PLAIN:
		PROMISE(status == 1 && seen.questions == 1);
		PROMISE(seen.last.has_question);
		PROMISE(seen.last.response == dns_question_response(data, size));
		PROMISE(dns_name_equal(&seen.last.qname, &name));
		PROMISE(dns_message_opcode(data, size) == 0);
		break;
	case DNS_QUESTION_ODD:
		/* ldns may only know better, and then not by a plain name. */
		PROMISE(dns_message_opcode(data, size) == 0);
		break;
	}
	return 0;
}
