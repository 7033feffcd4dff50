#include "core/dns_question.h"

#define HEADER 12		/* octets of the header, RFC 1035, 4.1.1 */

enum dns_question
dns_question_look(const uint8_t *wire, size_t length, struct dns_name *ret)
{
	size_t name;

	if (length < HEADER)
		return DNS_QUESTION_CUT;
	if (wire[2] & 0x78)
		return DNS_QUESTION_NOT_QUERY;
	if (wire[4] == 0 && wire[5] == 0)
		return DNS_QUESTION_NONE;
	if (wire[4] != 0 || wire[5] != 1)
		return DNS_QUESTION_ODD;
	name = dns_name_from_wire(wire + HEADER, length - HEADER, ret);
	if (name == 0 || length - HEADER - name < DNS_QUESTION_FIXED)
		return DNS_QUESTION_ODD;
	return DNS_QUESTION_PLAIN;
}
