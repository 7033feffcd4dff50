#include "core/dns_answers.h"

#include <string.h>

#include "core/cursor.h"

#define HEADER 12		/* octets of the header, RFC 1035, 4.1.1 */
#define ANCOUNT 6		/* where in it the number of answers stands */
#define POINTER 0xc0		/* RFC 1035, 4.1.4 */

enum { TYPE_A = 1, TYPE_CNAME = 5, TYPE_AAAA = 28 };

struct dns_answers
dns_answers_begin(const uint8_t *wire, size_t length, size_t question)
{
	return (struct dns_answers){
		.wire = wire,
		.length = length,
		.at = HEADER + question,
		.left = (unsigned)wire[ANCOUNT] << 8 | wire[ANCOUNT + 1],
	};
}

/* Step over a name, compressed or not. */
static void
skip_name(struct cursor *c)
{
	uint8_t length;

	do {
		length = cursor_u8(c);
		if (length >= POINTER) {
			cursor_u8(c);
			return;
		}
		if (length > DNS_LABEL_MAX)
			c->failed = true;
		cursor_take(c, length);
	} while (length > 0 && !c->failed);
}

/* Copy one label of ${length} octets in lower case behind the ${used} octets
 * of the name; false if there is no room. */
static bool
add_label(struct dns_name *name, size_t used, const uint8_t *label,
    size_t length)
{
	uint8_t *out = name->wire + used;

	if (used + 1 + length + 1 > DNS_NAME_MAX)	/* and the root's */
		return false;
	*out++ = (uint8_t)length;
	for (size_t i = 0; i < length; i++)
		*out++ = label[i] >= 'A' && label[i] <= 'Z' ?
		    (uint8_t)(label[i] | 0x20) : label[i];
	return true;
}

/*
 * Read the name at ${c}, following pointers, each to before where the labels
 * that end in it began: so there is an end.  False if it is anything else.
 */
static bool
read_name(const struct dns_answers *a, struct cursor *c, struct dns_name *ret)
{
	struct cursor at = *c;
	size_t begin = (size_t)(c->at - a->wire), used = 0;
	bool followed = false;

	for (;;) {
		uint8_t length = cursor_u8(&at);
		const uint8_t *label;
		size_t to;

		if (length >= POINTER) {
			to = (size_t)(length & ~POINTER) << 8 | cursor_u8(&at);
			if (at.failed || to >= begin)
				return false;
			if (!followed)
				*c = at;
			followed = true;
			begin = to;
			at = cursor_over(a->wire, a->length);
			cursor_take(&at, to);
			continue;
		}
		if (length > DNS_LABEL_MAX ||
		    (label = cursor_take(&at, length)) == NULL || at.failed)
			return false;
		if (length == 0)
			break;
		if (!add_label(ret, used, label, length))
			return false;
		used += 1u + length;
	}
	ret->wire[used] = 0;
	ret->length = (uint8_t)(used + 1);
	if (!followed)
		*c = at;
	return true;
}

/* Read the ${length} octets of data at ${c} of a record that may matter. */
static bool
read_data(const struct dns_answers *a, struct cursor *c, uint16_t type,
    size_t length, struct dns_answer *ret)
{
	const uint8_t *end = c->at + length;

	ret->is_name = type == TYPE_CNAME;
	if (type == TYPE_CNAME)
		return read_name(a, c, &ret->name) && c->at == end;
	if (length != (type == TYPE_A ? 4 : 16))
		return false;
	ret->address = type == TYPE_A ? address_v4(c->at) :
	    address_v6(c->at);
	return true;
}

/* What stands before a record's data, and the data. */
struct record {
	uint16_t type, length;
	struct cursor data;
};

/* Step over the record at ${c}; false if it is cut. */
static bool
read_record(struct cursor *c, struct record *ret)
{
	skip_name(c);
	ret->type = cursor_u16(c);
	cursor_take(c, 6);		/* class and time to live */
	ret->length = cursor_u16(c);
	ret->data = *c;
	return cursor_take(c, ret->length) != NULL && !c->failed;
}

enum dns_answers_status
dns_answers_next(struct dns_answers *a, struct dns_answer *ret)
{
	struct cursor c = cursor_over(a->wire, a->length);

	cursor_take(&c, a->at);
	for (; a->left > 0; a->left--) {
		struct record r;

		if (!read_record(&c, &r))
			return DNS_ANSWERS_ODD;
		if (r.type != TYPE_A && r.type != TYPE_CNAME &&
		    r.type != TYPE_AAAA)
			continue;
		if (!read_data(a, &r.data, r.type, r.length, ret))
			return DNS_ANSWERS_ODD;
		a->left--;
		a->at = (size_t)(c.at - a->wire);
		return DNS_ANSWERS_ONE;
	}
	return DNS_ANSWERS_END;
}

size_t
dns_answers_record_end(const uint8_t *wire, size_t length, size_t at)
{
	struct cursor c = cursor_over(wire, length);
	struct record r;

	cursor_take(&c, at);
	return read_record(&c, &r) ? (size_t)(c.at - wire) : 0;
}
