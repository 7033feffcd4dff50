/* Any octets as a response: what ldns finds among the answers, the cheap look
 * has found before, in the same order, unless it says that it can't tell. */

#include "core/dns_answers.h"
#include "core/dns_message.h"
#include "core/dns_question.h"
#include "fuzzing.h"

struct looking {
	struct dns_answers answers;
	bool odd;
};

static bool
same(const struct dns_answer *a, const struct dns_answer *b)
{
	if (a->is_name != b->is_name)
		return false;
	return a->is_name ? dns_name_equal(&a->name, &b->name) :
	    address_equal(&a->address, &b->address);
}

static void
compare(void *ctx, const struct dns_answer *decoded)
{
	struct looking *l = ctx;
	struct dns_answer answer;

	if (decoded->is_name)
		fuzzing_name(&decoded->name);
	if (l->odd)
		return;
	switch (dns_answers_next(&l->answers, &answer)) {
	case DNS_ANSWERS_ODD:
		l->odd = true;
		break;
	case DNS_ANSWERS_ONE:
		PROMISE(same(&answer, decoded));
		break;
	case DNS_ANSWERS_END:
		PROMISE(false);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *message = fuzzing_copy(data, size);
	struct looking l = { .odd = false };
	struct dns_name name;

	if (dns_question_look(message, size, &name) == DNS_QUESTION_PLAIN) {
		l.answers = dns_answers_begin(message, size,
		    name.length + DNS_QUESTION_FIXED);
		dns_message_answers(message, size, compare, &l);
	}
	free(message);
	return 0;
}
